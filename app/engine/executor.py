"""Makes the calls of plans: each call once for all who want its result, and what is still good again.

Results live in memory only. A call under way is shared by all who wait for it; it ends with the last of them.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from app.domain import schedule
from app.domain.calls import (
    AssumeRoleCall,
    Call,
    CallKey,
    FederationCall,
    Issued,
    Plan,
    SessionTokenCall,
    SourceCall,
    WebIdentityCall,
)
from app.domain.codes import NEED_A_PERSON
from app.domain.durations import CHAINED_MAXIMUM
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.source import IdentityCenter, Source
from app.domain.values import dataclass
from app.engine.assigned import AssignedRoles
from app.engine.identity import WebIdentities
from app.engine.mfa import Devices
from app.engine.questions import Approver, Questions
from app.ports import Clock, Sources, Sts

_WRONG_KEY = frozenset({Code.KEY_UNKNOWN, Code.SIGNATURE})
_PURGE_FROM = 64


@dataclass(eq=False, slots=True)
class Errand:
    """On whose behalf calls are made. `ask`: a person asked, so that a question may be raised."""

    profile: ProfileName
    ask: bool
    progress: Callable[[int], None] | None = None  # told how many calls of the plan are done

    def asks(self) -> bool:
        """Whether a person is there to be asked."""
        return self.ask

    def profiles(self) -> tuple[ProfileName, ...]:
        """Who waits."""
        return (self.profile,)

    def done(self, steps: int) -> None:
        """Pass progress on."""
        if self.progress is not None:
            self.progress(steps)


@dataclass(eq=False, slots=True)
class Flight:
    """A call under way, and who waits for it: errands, and the calls that it signs."""

    waiters: "list[Errand | Flight]" = field(default_factory=list)
    task: asyncio.Task[Issued] | None = None

    def asks(self) -> bool:
        """Whether a person asked for any of those who wait."""
        return any(one.asks() for one in self.waiters)

    def profiles(self) -> tuple[ProfileName, ...]:
        """Who waits, each once."""
        return tuple(dict.fromkeys(name for one in self.waiters for name in one.profiles()))

    def done(self, steps: int) -> None:
        """Pass progress on to all who wait."""
        for one in self.waiters:
            one.done(steps)


@dataclass(frozen=True, slots=True)
class CallPorts:
    """What calls are made with. `catalog_sources` returns the catalog's sources as they are now."""

    clock: Clock
    sts: Sts
    sources: Sources
    devices: Devices
    identities: WebIdentities
    approver: Approver
    questions: Questions
    catalog_sources: Callable[[], Mapping[str, Source]]
    measured: Callable[[timedelta], None]  # told the clock's offset
    assigned: AssignedRoles | None = None  # None: no profile of Identity Center can start


class Executor:
    """Sessions by plan, with what is in memory already used again."""

    def __init__(self, ports: CallPorts) -> None:
        """Start with nothing in memory."""
        self._ports = ports
        self._kept: dict[CallKey, Issued] = {}
        self._flights: dict[CallKey, Flight] = {}
        self._hour_only: set[CallKey] = set()  # AWS refused more than an hour behind an MFA session
        self._purge_at = _PURGE_FROM
        self._generation = 0  # another number after every change of what is kept

    @property
    def generation(self) -> int:
        """A number that is another one after every change of the secrets in memory."""
        return self._generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets in memory. Any thread; RuntimeError where they change meanwhile."""
        for issued in self._kept.values():
            yield issued.credentials.secret_access_key
            if issued.credentials.session_token is not None:
                yield issued.credentials.session_token

    async def session(self, plan: Plan, errand: Errand, *, force: bool = False) -> Issued:
        """Return the plan's session: from memory if it is not due by anybody's schedule, else by calls.

        `force`: make the last call whatever there is. What the first steps gave is used again either way.
        """
        return await self._obtain(plan, len(plan.calls) - 1, errand, own=True, force=force)

    def drop(self, key: CallKey) -> None:
        """Forget what a call gave."""
        self._generation += 1
        self._kept.pop(key, None)

    def reread(self, plan: Plan) -> None:
        """Forget what the plan's source gave: the person may have put something else there."""
        for call in plan.calls:
            if isinstance(call, SourceCall):
                self.drop(call.key)

    def kept(self, key: CallKey) -> Issued | None:
        """Return what a call gave, if it is still valid, without a call."""
        found = self._kept.get(key)
        return found if found is not None and _good(found, self._ports.clock.now()) else None

    def keep(self, key: CallKey, issued: Issued) -> None:
        """Remember what a call gave, as found in a file at the start."""
        self._generation += 1
        self._kept[key] = issued
        if len(self._kept) > self._purge_at:
            now = self._ports.clock.now()
            self._kept = {one: kept for one, kept in self._kept.items() if _good(kept, now)}
            self._purge_at = max(_PURGE_FROM, 2 * len(self._kept))

    def mfa_sessions(self, plan: Plan) -> Mapping[CallKey, Issued]:
        """Return the plan's GetSessionToken sessions that are in memory."""
        keys = (call.key for call in plan.calls if isinstance(call, SessionTokenCall))
        return {key: self._kept[key] for key in keys if key in self._kept}

    def forget(self) -> None:
        """Forget everything and end what is under way; who still waits for it gets LOCKED."""
        self._generation += 1
        self._kept.clear()
        self._hour_only.clear()
        self._ports.identities.forget()
        for flight in tuple(self._flights.values()):
            if flight.task is not None:
                flight.task.cancel()
        self._flights.clear()

    def moved(self, by: timedelta) -> None:
        """Reckon what is kept by a clock that was set by `by`."""
        for key, issued in self._kept.items():
            self._kept[key] = issued.moved(by)

    async def _obtain(
        self, plan: Plan, index: int, waiter: Errand | Flight, *, own: bool, force: bool = False
    ) -> Issued:
        key = plan.calls[index].key
        kept = None if force else self._still_good(key, own=own)
        if kept is not None:
            waiter.done(index + 1)
            return kept
        flight = self._flights.get(key) or Flight()
        early = flight.task is not None or not waiter.asks()
        try:
            return await self._wait(flight, waiter, plan, index, own=own, force=force)
        except AppError as error:
            # it began for those whom nobody may ask; now a person is among them
            if not (early and error.problem.code in NEED_A_PERSON and waiter.asks()):
                raise
        return await self._obtain(plan, index, waiter, own=own, force=force)

    async def _wait(
        self, flight: Flight, waiter: Errand | Flight, plan: Plan, index: int, *, own: bool, force: bool
    ) -> Issued:
        key = plan.calls[index].key
        flight.waiters.append(waiter)
        task = flight.task
        if task is None:
            self._flights[key] = flight
            task = asyncio.get_running_loop().create_task(self._make(plan, index, flight, own=own, force=force))
            task.add_done_callback(_looked_at)
            flight.task = task
        self._ports.questions.refresh()
        try:
            issued = await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and current is not None and not current.cancelling():
                raise AppError.of(Code.LOCKED, Verb.UNLOCK) from None
            raise
        finally:
            flight.waiters.remove(waiter)
            if not flight.waiters and not task.done():
                task.cancel()
                self._land(key, flight)
            self._ports.questions.refresh()
        waiter.done(index + 1)
        return issued

    async def _make(self, plan: Plan, index: int, flight: Flight, *, own: bool, force: bool) -> Issued:
        call = plan.calls[index]
        try:
            issued = await self._call(plan, index, flight, own=own, force=force)
            now = self._ports.clock.now()
            if issued.expires_at is not None and issued.expires_at <= now:
                name = flight.profiles()[0] if flight.waiters else ""
                raise AppError.of(Code.ALREADY_EXPIRED, Verb.TRY_AGAIN, name, profile=name)
            passing = self._ports.devices.passing(call.key)
            if self._flights.get(call.key) is flight and not passing:
                self.keep(call.key, issued)
            return issued
        finally:
            self._land(call.key, flight)

    async def _call(self, plan: Plan, index: int, flight: Flight, *, own: bool, force: bool) -> Issued:
        call = plan.calls[index]
        if isinstance(call, SourceCall | WebIdentityCall):
            return await self._first(call, flight)
        parent = await self._obtain(plan, index - 1, flight, own=False)
        if isinstance(call, SessionTokenCall | FederationCall) and not parent.credentials.long_lived:
            if isinstance(call, FederationCall) or call.own_keys:
                name = flight.profiles()[0] if flight.waiters else ""
                raise AppError.of(Code.NARROWING_IMPOSSIBLE, Verb.EDIT_PROFILE, name, profile=name, temporary=True)
            # temporary already: it is the session, so it must be as good as this one was to be
            return await self._obtain(plan, index - 1, flight, own=own, force=force)
        try:
            return await self._signed(plan, call, parent, flight)
        except AppError as error:
            if error.problem.code in _WRONG_KEY:
                self.reread(plan)
                raise AppError(_of_source(error.problem, plan, parent)) from None
            if error.problem.code is not Code.SESSION_EXPIRED:
                raise
        # AWS says that the session which signed has ended: once more, with a new one
        self._drop_those(plan.calls[:index], parent)
        return await self._signed(plan, call, await self._obtain(plan, index - 1, flight, own=False), flight)

    async def _first(self, call: SourceCall | WebIdentityCall, flight: Flight) -> Issued:
        source = self._ports.catalog_sources().get(call.source)
        if source is None:
            raise AppError.of(Code.SOURCE_UNKNOWN, Verb.EDIT_CATALOG, source=call.source, profile="", nearest="")
        if isinstance(call, WebIdentityCall):
            return self._measured(await self._ports.identities.session(call, source, flight))
        if isinstance(source, IdentityCenter) and self._ports.assigned is not None:
            return self._measured(await self._ports.assigned.session(call, source, flight))
        return self._measured(await self._ports.approver.run(flight, lambda: self._ports.sources.credentials(source)))

    async def _signed(
        self, plan: Plan, call: SessionTokenCall | FederationCall | AssumeRoleCall, parent: Issued, flight: Flight
    ) -> Issued:
        shared = call.key != plan.last.key
        if call.key in self._hour_only and isinstance(call, AssumeRoleCall):
            return await self._sign(replace(call, duration=CHAINED_MAXIMUM), parent, flight, shared=shared)
        try:
            return await self._sign(call, parent, flight, shared=shared)
        except AppError as error:
            longer = call.duration is not None and call.duration > CHAINED_MAXIMUM
            behind_mfa = any(isinstance(one, SessionTokenCall) and one.key == call.parent for one in plan.calls)
            if error.problem.code is not Code.CHAINING_LIMIT or not longer or not behind_mfa:
                raise
        # the longer wish was tried and AWS said no: the hour that was planned
        self._hour_only.add(call.key)
        return await self._signed(plan, call, parent, flight)

    async def _sign(
        self, call: SessionTokenCall | FederationCall | AssumeRoleCall, parent: Issued, flight: Flight, *, shared: bool
    ) -> Issued:
        sts, devices, signer = self._ports.sts, self._ports.devices, parent.credentials
        if isinstance(call, FederationCall):
            return self._measured(await sts.federation_token(call, signer))
        mfa = call.mfa
        if isinstance(call, SessionTokenCall):
            if mfa is None:
                issued = await sts.session_token(call, signer, None)
            else:
                issued = await devices.session_token(call, mfa, signer, flight, shared=shared)
        elif mfa is None:
            issued = await sts.assume_role(call, signer, None)
        else:
            issued = await devices.assume_role(call, mfa, signer, flight)
        return self._measured(issued)

    def _measured(self, issued: Issued) -> Issued:
        if issued.clock_offset is not None:
            self._ports.measured(issued.clock_offset)
        return issued

    def _still_good(self, key: CallKey, *, own: bool) -> Issued | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        good = schedule.fresh if own else schedule.reusable
        return kept if good(kept.received_at, kept.expires_at, self._ports.clock.now()) else None

    def _drop_those(self, calls: tuple[Call, ...], gone: Issued) -> None:
        """Forget a session wherever it is kept, but not what has come in its place meanwhile."""
        for call in calls:
            kept = self._kept.get(call.key)
            if kept is not None and kept.credentials.access_key_id == gone.credentials.access_key_id:
                self.drop(call.key)

    def _land(self, key: CallKey, flight: Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


def _of_source(problem: Problem, plan: Plan, signer: Issued) -> Problem:
    """Name the source whose own key AWS refused: STS calls know keys alone."""
    first = plan.calls[0]
    if not isinstance(first, SourceCall) or not signer.credentials.long_lived:
        return problem
    return Problem.of(problem.code, problem.remedy.verb, first.source, **{**problem.arguments, "source": first.source})


def _good(issued: Issued, now: datetime) -> bool:
    return issued.expires_at is None or issued.expires_at > now


def _looked_at(task: asyncio.Task[Issued]) -> None:
    """Take note of a failure that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
