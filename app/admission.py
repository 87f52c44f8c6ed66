"""May the program behind a request have a profile's session? Finds who asks, and puts it to the engine's gate."""

import asyncio
import os
from typing import TYPE_CHECKING

from app.broker.protocol import Json, Request
from app.broker.wire import question_json
from app.core import Core
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Profile
from app.domain.programs import UNKNOWN, Program, Verdict, Way, decision_json
from app.domain.session import QuestionKind, SessionKey, Starter

if TYPE_CHECKING:
    from app.broker.peer import Peer


class Admission:
    """The door of a desk. `where`: what can be done with a question, "window" or "command"; "": nobody would see it."""

    def __init__(self, core: Core, where: str) -> None:
        """Hold the core."""
        self._core = core
        self._where = where
        self._here: dict[SessionKey, asyncio.Task[bool]] = {}  # of a command that is its own engine

    def free(self, profile: ProfileName, request: Request) -> bool:
        """Whether the request may be served without asking anybody. Any thread; uses nothing up."""
        gate = self._core.engine.programs
        if not gate.wanted(profile) or self._by_person(request):
            return True
        return gate.remembered(self._program(request), profile)

    async def admit(self, profile: Profile, request: Request) -> bool:
        """Return True where the session may be handed out, False while a person is still asked.

        Only a request with `ask` waits; else a needed answer is PROGRAM_ASKS, with the question open for the next
        time. DENIED after a no.
        """
        gate = self._core.engine.programs
        if not gate.wanted(profile.name) or self._by_person(request):
            return True
        program = self._program(request)
        way = self._way(program, request)
        if request.ask:
            return await self._waited(program, profile, way, request)
        narrowing = request.narrowing.key
        if gate.remembered(program, profile.name, narrowing):
            return True
        shown = program.name or "?"
        if not program.identity:
            raise AppError.of(Code.PROGRAM_UNKNOWN, profile=profile.name)
        verdict = gate.decide(program, profile.name, way, narrowing) if self._where else Verdict.ASKED
        if verdict is Verdict.DENIED:
            raise AppError.of(Code.DENIED, profile=profile.name, program=shown)
        if verdict is Verdict.ASKED:
            where = {self._where: True} if self._where else {}
            raise AppError.of(Code.PROGRAM_ASKS, Verb.NONE, profile=profile.name, program=shown, **where)
        return True

    async def _waited(self, program: Program, profile: Profile, way: Way, request: Request) -> bool:
        """Wait for the person as long as the request does; who asks again over the same connection waits on."""
        pending = self._here if request.peer is None else request.peer.pending
        key, gate = SessionKey(profile.name, request.narrowing.key), self._core.engine.programs
        task = pending.get(key)
        if task is None:
            task = asyncio.ensure_future(gate.allowed(program, key.profile, way, key.narrowing))
            pending[key] = task
        asked = asyncio.ensure_future(self._asked(profile.name))
        try:
            await asyncio.wait((task, asked), timeout=request.wait or None, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        if not task.done():
            return False
        del pending[key]
        if not task.result():
            raise AppError.of(Code.DENIED, profile=profile.name, program=program.name or "?")
        return True

    async def _asked(self, profile: ProfileName) -> None:
        """Return once a question about a program and the profile is open."""
        changed = asyncio.Event()
        store = self._core.engine.store
        cancel = store.subscribe(lambda _change: changed.set())
        try:
            while not any(one.asking is not None and profile in one.profiles for one in store.questions):
                changed.clear()
                await changed.wait()
        finally:
            cancel()

    def left(self, peer: "Peer") -> None:
        """Withdraw what a connection that ended was waiting for. The engine's loop."""
        for task in peer.pending.values():
            task.cancel()
        peer.pending.clear()

    def listing(self) -> Json:
        """Return the decisions that count now, and who asks."""
        engine = self._core.engine
        asked = [question_json(one) for one in engine.store.questions if one.kind is QuestionKind.PROGRAM]
        return {"decisions": [decision_json(one) for one in engine.programs.decisions()], "questions": asked}

    def revoke(self, request: Request) -> Json:
        """Take back the decisions that are named by id, or all."""
        gate = self._core.engine.programs
        if request.all:
            return {"revoked": gate.revoke(None)}
        return {"revoked": sum(gate.revoke(one) for one in request.names)}

    def _by_person(self, request: Request) -> bool:
        """A person at a terminal was asked there, by our own command line; nobody else can say so over the socket."""
        if request.by is Starter.PROGRAM:
            return False
        return request.peer is None or self._program(request).pid not in (0, request.peer.pid)

    def _program(self, request: Request) -> Program:
        """Return who asks: the parent of our own stub or command line, else the process that connected itself."""
        peer, processes = request.peer, self._core.processes
        if processes is None:
            return UNKNOWN
        if peer is None:
            return processes.program(os.getpid())
        if peer.program is None:
            peer.program = processes.program(peer.pid, connected_at=peer.connected_at, alive=peer.alive)
        return peer.program

    @staticmethod
    def _way(program: Program, request: Request) -> Way:
        asked = os.getpid() if request.peer is None else request.peer.pid
        return Way.SOCKET if program.pid == asked else Way.PROCESS_LINE
