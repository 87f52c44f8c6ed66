"""Carries out the requests of the control protocol against a core.

The one path of the command line: a running engine performs them behind its control socket, and without one the command
line performs them on a core of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from app.admission import Admission
from app.broker.mirror import Mirror
from app.broker.peer import Peer
from app.broker.protocol import Ask, Json, Request, problem_json
from app.broker.wire import question_json, session_json, status_json
from app.centerdesk import CenterDesk
from app.choosing import profile_named, source_named
from app.compose import Core
from app.deliveries.process import credential_process
from app.domain import schedule
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.session import Question, SessionKey, Status, Stopped
from app.domain.values import dataclass
from app.listing import profile_row
from app.vaultdesk import VAULT_VERBS, VaultDesk

Kept = Callable[[ProfileName, Narrowing], Awaitable[Issued | None]]
READY_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What only the front end can do. None: it cannot."""

    raise_window: Callable[[], None] | None = None
    take_over: Callable[[], Awaitable[Sequence[ProfileName]]] | None = None
    open_palette: Callable[[], None] | None = None


class EngineDesk:
    """Performs requests on the loop that the engine runs on."""

    def __init__(self, core: Core, front_end: FrontEnd | None = None, *, kept: Kept | None = None) -> None:
        """Hold the core. `kept` gives a session that an earlier command kept, where the engine is a command's own."""
        self._core = core
        self._front_end = front_end or FrontEnd()
        self._kept = kept
        self._sessions: dict[SessionKey, asyncio.Task[Issued]] = {}
        where = "" if kept is not None else ("command" if self._front_end.raise_window is None else "window")
        self._door = Admission(core, where)
        self._center = CenterDesk(core, self._asked, self._questions)

    async def perform(self, request: Request) -> Json:
        """Carry out one request; AppError is its problem."""
        match request.verb:
            case Ask.STATUS:
                return self._status(request)
            case Ask.LIST:
                profiles, catalog = self._core.catalog.profiles, self._core.catalog
                return {"profiles": [{"name": one.name, **profile_row(one, catalog)} for one in profiles.values()]}
            case Ask.TAKE_OVER:
                return await self._take_over()
            case Ask.RAISE:
                return self._shown(self._front_end.raise_window, AppError.of(Code.NO_DISPLAY, reason="no-window"))
            case Ask.PALETTE:
                return self._shown(self._front_end.open_palette, AppError.of(Code.APPLICATION_ABSENT))
            case Ask.START | Ask.HAND_OVER | Ask.WAIT:
                return await (self._outcomes(request, {}) if request.verb is Ask.WAIT else self._start(request))
            case Ask.STOP:
                return await self._stop(request)
            case Ask.DEFAULT:
                return await self._default(request)
            case Ask.SESSION | Ask.NARROWED | Ask.ENDPOINT | Ask.PROGRAMS | Ask.REVOKE | Ask.ACCOUNTS:
                return await self._for_programs(request)
            case _:
                return await self._tell(request)

    async def _for_programs(self, request: Request) -> Json:
        if request.verb in (Ask.SESSION, Ask.NARROWED):
            return await self._session(request)
        if request.verb is Ask.ACCOUNTS:
            self._unlocked()
            return await self._center.perform(request)
        if request.verb is Ask.ENDPOINT:
            return await self._endpoint(request)
        return self._door.listing() if request.verb is Ask.PROGRAMS else self._door.revoke(request)

    async def _tell(self, request: Request) -> Json:
        """Carry out what has no answer but that it was done, or what is the vault's."""
        if request.verb in VAULT_VERBS or request.verb is Ask.SIGN_OUT:
            return await self._of_secrets(request)
        engine = self._core.engine
        match request.verb:
            case Ask.RENEW:
                for name in self._running(request):
                    engine.renew(name)
            case Ask.ANSWER:
                engine.answer(request.question, request.value)
            case Ask.RELOAD:
                await self._core.reload()
            case Ask.PAUSE:
                engine.pause(request.until)
            case Ask.RESUME:
                engine.resume()
            case Ask.LOCK:
                await self._core.lock()
            case Ask.UNLOCK:
                engine.unlock()
            case _:
                raise AppError.of(Code.ENGINE_UNREACHABLE, reason=str(request.verb))
        return {}

    def _shown(self, show: Callable[[], None] | None, absent: AppError) -> Json:
        if show is None:
            raise absent
        show()
        return {}

    async def _take_over(self) -> Json:
        if self._front_end.take_over is None:
            raise AppError.of(Code.ENGINE_UNREACHABLE, reason="not-refresh")
        return {"names": list(await self._front_end.take_over())}

    def ready_session(self, request: Request, mirror: Mirror) -> Issued | None:
        """Return the session of memory that may be handed out without asking anybody. Any thread."""
        if mirror.flags.locked or len(request.names) != 1 or request.narrowing:
            return None
        profile = self._core.catalog.profiles.get(request.names[0])
        issued = mirror.sessions.get(ProfileName(request.names[0]))
        if profile is None or issued is None:
            return None
        until = issued.expires_at
        now = self._core.world.clock.now()
        ready = until is None or until - now > READY_MARGIN
        if request.fresh:
            ready = schedule.fresh(issued.received_at, until, now)
        return issued if ready and self._door.free(profile.name, request) else None

    def process_line(self, issued: Issued) -> bytes:
        """Return what a credential_process line prints for a session. Any thread."""
        text = credential_process(issued.credentials, expires_at=issued.expires_at, account=issued.account)
        return text.encode()

    def left(self, peer: Peer) -> None:
        """Drop what a connection that ended was waiting for."""
        self._door.left(peer)

    def _status(self, request: Request) -> Json:
        store = self._core.engine.store
        statuses = [store.status(profile_named(self._core.catalog, one).name) for one in request.names]
        shown = statuses if request.names else list(store.statuses.values())
        questions = [question_json(one) for one in store.questions]
        return {"profiles": [status_json(one) for one in shown], "questions": questions}

    async def _start(self, request: Request) -> Json:
        failed: dict[str, Problem] = {}
        for text in request.names:
            try:
                self._unlocked()
                name = await self._named(text)
                self._core.engine.start(name, by=request.by, adopt=request.adopt)
            except AppError as error:
                failed[text] = error.problem
        return await self._outcomes(request, failed)

    async def _named(self, text: str) -> ProfileName:
        """Return the profile's name; an edit of the catalog that was not noticed yet is looked for before giving up."""
        try:
            return profile_named(self._core.catalog, text).name
        except AppError as error:
            if error.problem.code is not Code.PROFILE_UNKNOWN:
                raise
        return profile_named(await self._core.reload(), text).name

    def _unlocked(self) -> None:
        if self._core.engine.store.locked:
            raise AppError.of(Code.LOCKED, Verb.UNLOCK)

    async def _outcomes(self, request: Request, failed: dict[str, Problem]) -> Json:
        """Wait until every profile has an outcome, a question stands in the way of one, or the time is over."""
        names: dict[str, ProfileName] = {}
        for text in request.names:
            if text not in failed:
                try:
                    names[text] = profile_named(self._core.catalog, text).name
                except AppError as error:
                    failed[text] = error.problem
        if request.wait:
            await self._settled(tuple(names.values()), request.wait, frozenset(request.seen))
        store = self._core.engine.store
        entries = [
            {
                "name": names.get(text, text),
                "status": status_json(store.status(names[text]) if text in names else _stopped(text)),
                "problem": problem_json(failed[text]) if text in failed else None,
            }
            for text in request.names
        ]
        questions = [question_json(one) for one in self._questions(tuple(names.values()))]
        return {"profiles": entries, "questions": questions}

    async def _settled(self, names: tuple[ProfileName, ...], seconds: float, seen: frozenset[str]) -> None:
        engine = self._core.engine
        waits = [asyncio.ensure_future(engine.started(one, timeout=seconds)) for one in names]
        asked = asyncio.ensure_future(self._asked(names, seen))
        everything = asyncio.gather(*waits, return_exceptions=True)
        try:
            await asyncio.wait((everything, asked), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (everything, asked):
                task.cancel()
            await asyncio.gather(everything, asked, *waits, return_exceptions=True)

    async def _asked(self, names: tuple[ProfileName, ...], seen: frozenset[str] = frozenset()) -> None:
        """Return once a question concerns one of the profiles that was not seen yet."""
        changed = asyncio.Event()
        cancel = self._core.engine.store.subscribe(lambda _change: changed.set())
        try:
            while all(one.id in seen for one in self._questions(names)):
                changed.clear()
                await changed.wait()
        finally:
            cancel()

    def _questions(self, names: tuple[ProfileName, ...]) -> list[Question]:
        wanted = set(names)
        return [one for one in self._core.engine.store.questions if wanted & set(one.profiles)]

    def _running(self, request: Request) -> tuple[ProfileName, ...]:
        if request.all:
            return tuple(one.profile for one in self._core.engine.store.statuses.values() if not _is_stopped(one))
        return tuple(profile_named(self._core.catalog, one).name for one in request.names)

    async def _stop(self, request: Request) -> Json:
        if request.all:
            names = self._running(request)
            statuses = await self._core.engine.stop(*names)
            self._core.kept_sessions().clear()
            return {"profiles": [_entry(one) for one in statuses], "questions": []}
        failed: dict[str, Problem] = {}
        names_by_text: dict[str, ProfileName] = {}
        for text in request.names:
            try:
                names_by_text[text] = self._stoppable(text)
            except AppError as error:
                failed[text] = error.problem
        chosen = tuple(dict.fromkeys(names_by_text.values()))
        stopped = {one.profile: one for one in await self._core.engine.stop(*chosen)} if chosen else {}
        self._core.kept_sessions().forget(chosen)
        entries = [
            {"name": text, "status": status_json(_stopped(text)), "problem": problem_json(failed[text])}
            if text in failed
            else _entry(stopped.get(names_by_text[text]) or self._core.engine.store.status(names_by_text[text]))
            for text in request.names
        ]
        return {"profiles": entries, "questions": []}

    def _stoppable(self, text: str) -> ProfileName:
        """A profile that is gone from the catalog, or broken there, can still be stopped while it runs."""
        running = self._core.engine.store.statuses.get(ProfileName(text))
        return running.profile if running is not None else profile_named(self._core.catalog, text).name

    async def _session(self, request: Request) -> Json:
        self._unlocked()
        profile = profile_named(self._core.catalog, request.names[0] if request.names else "")
        if not await self._door.admit(profile, request):
            return {"questions": [question_json(one) for one in self._questions((profile.name,))]}
        kept = None if self._kept is None else await self._kept(profile.name, request.narrowing)
        if kept is not None and not (request.fresh and self._due(kept)):
            return {"session": session_json(kept)}
        task = self._work(SessionKey(profile.name, request.narrowing.key), request)
        asked = asyncio.ensure_future(self._asked((profile.name,), frozenset(request.seen)))
        try:
            seconds = request.wait or None
            await asyncio.wait((task, asked), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        if task.done():
            return {"session": session_json(task.result())}
        return {"questions": [question_json(one) for one in self._questions((profile.name,))]}

    def _work(self, key: SessionKey, request: Request) -> "asyncio.Task[Issued]":
        """Return the work that gets the session; whoever asks again while it is under way waits for the same."""
        task, engine, name = self._sessions.get(key), self._core.engine, key.profile
        if task is None or task.done():
            if request.narrowing:
                less, fresh = request.narrowing, request.fresh
                work = engine.narrowed_session(name, less, by=request.by, ask=request.ask, fresh=fresh)
            else:
                work = engine.session(name, by=request.by, deliver=False, ask=request.ask, fresh=request.fresh)
            task = self._sessions[key] = asyncio.ensure_future(work)
            task.add_done_callback(partial(self._over, key))
        return task

    def _over(self, key: SessionKey, task: "asyncio.Task[Issued]") -> None:
        """Keep no session that was fetched; look at the result, so that one nobody fetched is not reported as lost."""
        if self._sessions.get(key) is task:
            del self._sessions[key]
        if not task.cancelled():
            task.exception()

    def _due(self, issued: Issued) -> bool:
        return not schedule.fresh(issued.received_at, issued.expires_at, self._core.world.clock.now())

    async def _endpoint(self, request: Request) -> Json:
        self._unlocked()
        profile = profile_named(self._core.catalog, request.names[0] if request.names else "")
        return {"variables": (await self._core.serving.served(profile.name)).variables()}

    async def _of_secrets(self, request: Request) -> Json:
        return await (
            self._sign_out(request) if request.verb is Ask.SIGN_OUT else VaultDesk(self._core).perform(request)
        )

    async def _sign_out(self, request: Request) -> Json:
        source = source_named(self._core.catalog, request.names[0] if request.names else "")
        done = await self._core.sign_out(source)
        return {"known": done.known, "revoked": done.revoked, "link": done.link}

    async def _default(self, request: Request) -> Json:
        core = self._core
        name = profile_named(core.catalog, request.names[0]).name if request.names else None
        if name is not None:
            self._unlocked()
        before = core.catalog.settings.default
        outcomes = await core.engine.set_default(name, by=request.by, adopt=request.adopt)
        problem = next((one.problem for one in outcomes if one.problem is not None), None)
        if problem is not None:
            raise AppError(problem)
        try:
            await core.save_default(name)
        except AppError:
            await core.engine.set_default(before, by=request.by)
            raise
        if name is None:
            return {"profiles": [], "questions": []}
        return await self._outcomes(replace(request, names=(name,)), {})


def _stopped(text: str) -> Status:
    return Status(ProfileName(text))


def _is_stopped(status: Status) -> bool:
    return isinstance(status.state, Stopped)


def _entry(status: Status) -> dict[str, object]:
    return {"name": status.profile, "status": status_json(status), "problem": None}
