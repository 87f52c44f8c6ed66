"""One running profile: a task that decides by the clock, calls, delivers, and says what became of it."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from app.domain import schedule
from app.domain.calls import Issued, Plan
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Profile
from app.domain.schedule import Do, Rules, next_step
from app.domain.session import (
    Active,
    Attention,
    Called,
    ClockMoved,
    DeliveryStatus,
    Failed,
    Got,
    Renewing,
    SessionState,
    Starter,
    Starting,
    Status,
    Ticked,
    lease_of,
    reduce,
)
from app.domain.values import dataclass
from app.engine.alarm import Alarm
from app.engine.deliveries import Deliveries
from app.engine.executor import Errand, Executor
from app.engine.memory import Memo
from app.engine.outcome import Waiters, lease_for, memo_of, shown
from app.engine.pace import Pace
from app.engine.store import Store
from app.engine.targets import Place, Target
from app.engine.writer import Writer
from app.ports import Clock

_log = logging.getLogger(__name__)
AFTER_A_FAULT = timedelta(seconds=30)  # whatever it was, it must not become a loop


@dataclass(frozen=True, slots=True)
class Parts:
    """What running profiles share."""

    clock: Clock
    store: Store
    alarm: Alarm
    executor: Executor
    writer: Writer
    pace: Pace
    random: Random
    targets: Callable[[Profile], tuple[Target, ...]]
    over: Callable[[ProfileName], None]  # told when auto_stop has come
    remember: Callable[[Memo], None]  # told what is to be known at the next start
    beside: Callable[[Profile], DeliveryStatus | None]  # a delivery that is no file


class Running:
    """A profile between its start and its stop. Every method on the loop's thread."""

    def __init__(self, parts: Parts, profile: Profile, plan: Plan, *, after: asyncio.Event | None = None) -> None:
        """Do nothing yet; `begin` or `restore` comes next. `after`: an earlier run is over, its sections given back."""
        self._after = after
        self.name = profile.name
        self.profile = profile
        self.plan = plan
        self.issued: Issued | None = None
        self.keeps = True
        self.deliveries = Deliveries(profile.name, parts.writer, parts.random.random)
        self._parts = parts
        self._errand = Errand(profile.name, ask=False, progress=self._progress)
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waiters = Waiters()
        self._call_now = False  # even while paused: a person asked
        self._due_now = False  # as soon as the rules allow: edited, or the network came back
        self._force = False
        self._busy = False
        self._over_told = False
        self._broken = False
        self._attempts = 0

    @property
    def status(self) -> Status:
        """What is published of it."""
        return self._parts.store.status(self.name)

    @property
    def valid(self) -> Issued | None:
        """The session in memory while it is good."""
        issued = self.issued
        if issued is None or (issued.expires_at is not None and issued.expires_at <= self._parts.clock.now()):
            return None
        return issued

    # Verbs

    def begin(self, by: Starter, *, ask: bool, adopt: bool = False) -> None:
        """Start, or start again what runs: a good session stays, whatever stands in the way is tried anew."""
        now = self._parts.clock.now()
        new = self._task is None
        before = Status(self.name, Starting(now), last_used_at=self.status.last_used_at) if new else self.status
        if new or by.person or not self.keeps:
            before = replace(before, started_at=now, started_by=by)
        self.keeps, self._over_told = True, False
        self._errand.ask = self._errand.ask or ask
        self.deliveries.adopt = self.deliveries.adopt or adopt
        good = isinstance(before.state, Active | Renewing) or (
            isinstance(before.state, Attention) and before.state.renews
        )
        if not good and not self._busy:
            self._call_now = self._call_now or by.person
            self._due_now = True
        if good or adopt:
            self.deliveries.try_again(now)
            self.deliveries.wanted = True
        self._put(replace(before, paused=self._parts.store.paused))
        self._launch()

    def restore(self, status: Status, issued: Issued | None, *, keeps: bool) -> None:
        """Go on from an earlier run, without a call."""
        self.issued, self.keeps = issued, keeps
        self.deliveries.wanted = issued is not None and keeps
        self._put(replace(status, deliveries=self._places(), paused=self._parts.store.paused))
        self._launch()

    def renew(self) -> None:
        """A person says: now, or try again."""
        self.keeps, self._errand.ask = True, True
        if self._busy and isinstance(self.status.state, Starting):
            return  # that is under way
        self._force, self._call_now, self._attempts = True, True, 0
        self._parts.executor.reread(self.plan)
        self.deliveries.try_again(self._parts.clock.now())
        self.wake()

    def retry(self) -> None:
        """Try again at once what waits for a back-off: the network came back."""
        now = self._parts.clock.now()
        if schedule.backing_off(self.status.state):
            self._attempts, self._due_now = 0, True
        self.deliveries.try_again_passing(now)
        self.wake()

    def edited(self, profile: Profile, plan: Plan, *, anew: bool) -> None:
        """Go on with an edited profile. `anew`: something that an attempt may hang on was edited."""
        changed = plan.last.key != self.plan.last.key
        self.profile, self.plan = profile, plan
        mended, self._broken = self._broken, False
        lease = lease_of(self.status.state)
        if mended and lease is not None:
            self._state(Active(lease))
        state = self.status.state
        stuck = isinstance(state, Attention) and not state.renews
        if changed or ((anew or mended) and (stuck or schedule.backing_off(state))):
            self._attempts, self._due_now = 0, True
        self.deliveries.wanted = True
        self.wake()

    def broken(self, profile: Profile | None, problem: Problem) -> None:
        """The edited profile cannot work: say so, and keep the session."""
        self.profile = profile or self.profile
        self._due_now, self._broken = False, True
        now = self._parts.clock.now()
        self._state(reduce(self.status.state, Failed(now, problem)))
        self.wake()

    def renew_soon(self) -> None:
        """Renew as soon as the rules allow: what it was made from has changed."""
        self._due_now = True
        self.wake()

    def holds(self, target: Target, outcome: Outcome) -> None:
        """Take note of a delivery that was made for it."""
        if self.issued is not None:
            self.deliveries.restored(target, self.issued.credentials.access_key_id, outcome.written_at)
            self.say_deliveries()

    def released(self, place: Place) -> None:
        """Take note that a place is no longer its own."""
        self.deliveries.released(place)
        self.say_deliveries()

    def memo(self) -> Memo:
        """Return what is remembered over restarts."""
        return memo_of(self.status, self.plan, running=self.keeps)

    def show_pause(self) -> None:
        """Show whether the engine is paused, and decide anew."""
        self._put(replace(self.status, paused=self._parts.store.paused))
        self.wake()

    def moved(self, by: timedelta) -> None:
        """Reckon by a clock that was set back by -`by`."""
        if self.issued is not None:
            self.issued = self.issued.moved(by)
        status = self.status
        started = None if status.started_at is None else status.started_at + by
        self._put(replace(status, state=reduce(status.state, ClockMoved(by)), started_at=started))
        self.deliveries.moved_back(self._parts.clock.now())
        self._parts.remember(self.memo())
        self.wake()

    def fault(self, place: Place, problem: Problem | None) -> None:
        """The place no longer holds what was written: None: write it again; else somebody else's content is there."""
        if problem is None:
            self.deliveries.undone(place, self._parts.clock.now())
        else:
            self.deliveries.foreign(place, problem)
        self.say_deliveries()
        self.wake()

    def used(self) -> None:
        """Somebody took the session."""
        self._put(replace(self.status, last_used_at=self._parts.clock.now()))

    def wake(self) -> None:
        """Decide anew."""
        self._wake.set()

    async def settled(self) -> None:
        """Wait until a start or a renewal that a person asked for has come to something."""
        while not self._is_settled():
            await self._waiters.wait()

    async def end(self) -> None:
        """End the task; what it had begun to write is still written."""
        task, self._task = self._task, None
        self._parts.alarm.drop(self)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._call_now = self._busy = False
        self._keep_waiters_going()

    # The task

    def _launch(self) -> None:
        self.wake()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        if self._after is not None:
            await self._after.wait()
        while True:
            self._wake.clear()
            try:
                await self._parts.pace.turn()
                await self._once()
            except Exception as error:  # noqa: BLE001
                # not a word of the exception itself: its text may hold anything
                where = "".join(traceback.format_tb(error.__traceback__))
                _log.error("unexpected %s in the engine\n%s", type(error).__name__, where)
                self._failed(Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__))
                await self._sleep(self._parts.clock.now() + AFTER_A_FAULT)

    async def _once(self) -> None:
        """Look at the clock, do one thing or sleep until there may be one."""
        now = self._parts.clock.now()
        over_at = self._over_at()
        if over_at is not None and over_at <= now:
            if not self._over_told:
                self._over_told = True
                self._parts.over(self.name)
            await self._sleep()  # no call more, not even one that became due while the machine slept
            return
        rules = Rules(self._parts.store.paused, self.keeps)
        step = next_step(self.status.state, now, rules)
        forced = self._call_now or (self._due_now and self.keeps and not rules.paused)
        if step.do is Do.TICK:
            self._state(reduce(self.status.state, Ticked(now)))
        elif forced or step.do is Do.RENEW:
            await self._renew()
        elif self.valid is not None and self.deliveries.due(now):
            await self._deliver()
        else:
            await self._sleep(step.until, self.deliveries.retry_at, over_at)

    async def _sleep(self, *times: datetime | None) -> None:
        self._keep_waiters_going()
        until = min((one for one in times if one is not None), default=None)
        if until is None:
            self._parts.alarm.drop(self)
        else:
            self._parts.alarm.set(self, until, self.wake)
        await self._wake.wait()

    async def _renew(self) -> None:
        self._busy = True
        self._call_now = self._due_now = False
        plan, force = self.plan, self._force
        now = self._parts.clock.now()
        self._state(reduce(self.status.state, Called(now, 0, len(plan.calls))))
        try:
            issued = await self._parts.executor.session(plan, self._errand, force=force)
            await self._parts.pace.turn()
            if plan.last.key != self.plan.last.key:
                return  # edited meanwhile: that session is no longer wanted
            await self._got(issued)
        except AppError as error:
            if plan.last.key == self.plan.last.key:
                self._failed(error.problem)
        finally:
            self._busy = False
            self._keep_waiters_going()

    async def _got(self, issued: Issued) -> None:
        lease = lease_for(issued, self.issued, self._parts.clock.now(), self._parts.random.random())
        self.issued, self._attempts, self._force = issued, 0, False
        self._errand.ask = self._call_now
        await self._write()
        await self._parts.pace.turn()
        state = reduce(self.status.state, Got(lease))
        self._put(replace(self.status, state=state))
        self.say_deliveries()
        self._parts.remember(self.memo())

    def _failed(self, problem: Problem) -> None:
        now = self._parts.clock.now()
        at: datetime | None = None
        if problem.transient:
            self._attempts += 1
            lease = lease_of(self.status.state)
            expires = None if lease is None else lease.expires_at
            at = schedule.retry_at(now, self._attempts, self._parts.random.random(), expires)
        else:
            self._errand.ask = self._force = False
        self._state(reduce(self.status.state, Failed(now, problem, at)))

    def _progress(self, steps: int) -> None:
        """Count the calls that are done; a session from memory says nothing on the way."""
        state, total = self.status.state, len(self.plan.calls)
        if self._busy and isinstance(state, Starting | Renewing) and state.step < steps < total:
            self._state(reduce(state, Called(self._parts.clock.now(), steps, total)))

    # Deliveries

    async def _deliver(self) -> None:
        self._busy = True
        try:
            await self._write()
            self.say_deliveries()
        finally:
            self._busy = False
            self._keep_waiters_going()

    async def _write(self) -> None:
        if self.issued is not None:
            targets = self._parts.targets(self.profile)
            await self.deliveries.put(targets, self.issued.credentials, self._parts.clock.now)

    def say_deliveries(self) -> None:
        """Publish where the session is to be had now."""
        status = shown(self.status, self.plan, self.deliveries, self.issued, self._parts.clock.now())
        self._put(replace(status, deliveries=self._places()))

    def _places(self) -> tuple[DeliveryStatus, ...]:
        beside = self._parts.beside(self.profile)
        return self.deliveries.statuses if beside is None else (*self.deliveries.statuses, beside)

    # What is said

    def _over_at(self) -> datetime | None:
        return self.profile.safety.stops_at(self.status.started_at)

    def _state(self, state: SessionState) -> None:
        self._put(replace(self.status, state=state))

    def _put(self, status: Status) -> None:
        self._parts.store.put(status)

    def _is_settled(self) -> bool:
        if self._task is None:
            return True
        if self._call_now or (self.deliveries.wanted and self.valid is not None):
            return False
        state = self.status.state
        if self._busy:
            return isinstance(state, Renewing) and not self._errand.ask
        if isinstance(state, Starting) and state.problem is None:
            return self._parts.store.paused
        return True

    def _keep_waiters_going(self) -> None:
        if self._is_settled():
            self._waiters.go()
