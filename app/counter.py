"""Who answers at the loopback endpoint: what the bearer of a token gets, from memory, on the server's thread."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from app.broker.mirror import Mirror
from app.core import Current
from app.deliveries.container import container_credentials, container_refusal
from app.domain.calls import Issued
from app.domain.endpoint import Refused, Rest, decide
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import ApprovePrograms, Profile
from app.domain.session import Status
from app.endpoint.holders import Program, asker
from app.endpoint.server import Answer, Peer
from app.endpoint.tokens import Tokens
from app.ports import Clock, Offload, Pool
from app.texts import describe

LOOK_SECONDS = 1.0  # for finding out which program asks: SDKs wait 2 s
NAME_SECONDS = 0.005  # that an answer waits for a name that only the windows show; a later one is told when it comes
NAMED_EACH = timedelta(seconds=1)  # looking through all processes costs time: a crowd is named by one of its own
# told who got a profile's session, when, and to which program if that is known; a time of None: what is in memory
# should be newer
Tell = Callable[[ProfileName, datetime | None, Program | None], None]
# whether the program may have the profile's session: None, or why not; raises the question where there is one to ask
Gate = Callable[[Profile, Program | None], Awaitable[Problem | None]]


def given(issued: Issued) -> Answer:
    """Return the answer that carries a session."""
    body = container_credentials(issued.credentials, expires_at=issued.expires_at, account=issued.account)
    return Answer(200, body)


def refused(why: Refused) -> Answer:
    """Return the answer that carries a problem: AWS's form, our words. SDKs ask again after a 503."""
    words = describe(why.problem, english=True)
    code = "".join(part.capitalize() for part in str(why.problem.code).split("-"))
    parts = [part for part in (words.title, words.detail, words.remedy) if part]
    message = " ".join(part if part.endswith(".") else f"{part}." for part in parts)
    return Answer(503 if why.later else 403, container_refusal(code, message))


async def closed(profile: Profile, program: Program | None) -> Problem | None:
    """Let no program pass that a person would have to be asked about: nobody here could ask."""
    if profile.safety.approve_programs is ApprovePrograms.NEVER:
        return None
    return Problem.of(Code.PROGRAM_ASKS, profile=profile.name, program=program.name if program is not None else "?")


class EngineCounter:
    """Answers from what the engine has published."""

    def __init__(
        self,
        tokens: Tokens,
        mirror: Mirror,
        current: Current,
        clock: Clock,
        offload: Offload,
        tell: Tell,
        gate: Gate = closed,
    ) -> None:
        """Hold the parts; `mirror` belongs to the thread that `answer` is called on."""
        self._offload = offload
        self._tokens = tokens
        self._mirror = mirror
        self._current = current
        self._clock = clock
        self._tell = tell
        self._gate = gate
        self._looking: asyncio.Task[Program | None] | None = None
        self._looked_at: datetime | None = None

    async def answer(self, path: str, token: str, peer: Peer) -> Answer | None:
        """Return what the bearer of the token gets; None: nobody's token."""
        bearer = self._tokens.bearer(path, token)
        if bearer is None:
            return None
        name, flags = bearer.profile, self._mirror.flags
        profile = self._current.catalog.profiles.get(name)
        status = self._mirror.statuses.get(name) or Status(name)
        rest = Rest(flags.locked, flags.paused, flags.paused_until)
        issued = self._mirror.sessions.get(name) if bearer.current and profile is not None else None
        decided = decide(status if bearer.current else Status(name), issued, rest, self._clock.now())
        if isinstance(decided, Refused) or profile is None:
            self._tell(name, None, None)
            return refused(decided) if isinstance(decided, Refused) else None
        if profile.safety.approve_programs is ApprovePrograms.NEVER:
            program = await self._named(name, peer)
        else:
            program = await self._behind(peer)
            problem = await self._gate(profile, program)
            if problem is not None:
                return refused(Refused(problem))
        self._tell(name, self._clock.now(), program)
        return given(decided)

    async def _behind(self, peer: Peer) -> Program | None:
        try:
            look = partial(asker, peer.port, peer.our_port)
            return await self._offload.call(Pool.AWS, look, deadline=LOOK_SECONDS)
        except (AppError, TimeoutError):  # too busy to tell: a program that nobody knows
            return None

    async def _named(self, name: ProfileName, peer: Peer) -> Program | None:
        """Return who asks where it makes no difference to the answer, which hardly waits for it; None: not looked."""
        now, before = self._clock.now(), self._looked_at
        if self._looking is not None or (before is not None and timedelta() <= now - before < NAMED_EACH):
            return None
        self._looked_at = now
        self._looking = task = asyncio.get_running_loop().create_task(self._behind(peer))
        task.add_done_callback(self._looked)
        done, _ = await asyncio.wait({task}, timeout=NAME_SECONDS)
        if done:
            return task.result()
        task.add_done_callback(partial(self._late, name, now))
        return None

    def _looked(self, task: asyncio.Task[Program | None]) -> None:
        del task
        self._looking = None

    def _late(self, name: ProfileName, at: datetime, task: asyncio.Task[Program | None]) -> None:
        """Tell a name that was found after the answer."""
        program = None if task.cancelled() else task.result()
        if program is not None:
            self._tell(name, at, program)
