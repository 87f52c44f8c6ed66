"""The engine: verbs in, statuses out."""

import asyncio
import random as randomness
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from app.domain import schedule
from app.domain.assignments import AccountRoles
from app.domain.calls import AssumeRoleCall, Issued, WebIdentityCall
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.narrowing import Narrowing
from app.domain.plan import plan_of
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog, Profile
from app.domain.secret import Secret
from app.domain.session import Starter, Status, problem_of
from app.domain.source import IdentityCenter, SignInSource, Source
from app.engine.adopting import Conflicts
from app.engine.alarm import Alarm
from app.engine.assigned import assigned_roles, can_do
from app.engine.deciding import DecisionFile
from app.engine.executor import CallPorts, Errand, Executor
from app.engine.floor import Floor, FloorParts
from app.engine.guard import Guard
from app.engine.identity import WebIdentities
from app.engine.mfa import Devices
from app.engine.own import OwnSessions
from app.engine.pace import PER_TURN
from app.engine.ports import EnginePorts, Poke
from app.engine.programs import GateParts, ProgramGate
from app.engine.questions import Approver, Questions
from app.engine.records import Records
from app.engine.restoring import restore
from app.engine.signing import SigningIn
from app.engine.store import Change, Store
from app.engine.tasks import Tasks
from app.engine.trial import TestStep, try_out
from app.engine.writer import Writer

__all__ = ["Change", "Engine", "EnginePorts", "Poke", "Store", "TestStep"]


class Engine:
    """Starts sessions, renews them on a timer, delivers them and stops them. Every verb on the loop's thread."""

    def __init__(self, ports: EnginePorts, catalog: Catalog, *, random: randomness.Random) -> None:
        """Do nothing yet; `open` restores and starts."""
        self.store = Store()
        self._ports = ports
        self._end_watch: Callable[[], None] = lambda: None
        self._watched: Path | None = None
        self._tasks = Tasks()
        self._alarm = Alarm(ports.clock, ports.later, self._jumped)
        self._questions = Questions(self.store, ports.clock, self._alarm)
        self._calls = self._call_ports()
        self._executor = Executor(self._calls)
        self._writer = Writer(ports.files, ports.later)
        self._records = Records(ports.state, ports.offload, ports.later)
        self._random = random
        parts = FloorParts(
            ports, random, self.store, self._alarm, self._executor, self._writer, self._records, self._tasks
        )
        self._floor = Floor(parts, catalog)
        self._guard = Guard(ports.files, self._writer, self._floor.fault)
        self.programs = ProgramGate(self._gate_parts())
        self.conflicts = Conflicts(self._floor.get, ports.default_section)
        self.own = OwnSessions(self._executor, lambda: self._floor.catalog, ports.around, self._not_locked)

    def _call_ports(self) -> CallPorts:
        ports, questions = self._ports, self._questions
        approver = Approver(questions, ports.approvals)

        def sources() -> Mapping[str, Source]:
            return self._floor.catalog.sources

        devices = Devices(ports.sts, ports.mfa, questions, approver, sources)
        signs = ports.signs
        self._signing = None if signs is None else SigningIn(signs, questions, ports.opener, ports.clock)
        identities = WebIdentities(ports.sts, ports.tokens, questions, approver, self._signing)
        assigned = assigned_roles(ports.portal, self._signing, lambda: self._floor.catalog)
        return CallPorts(
            ports.clock, ports.sts, ports.sources, devices, identities, approver, questions, sources,
            self.store.put_offset, assigned,
        )  # fmt: skip

    def _gate_parts(self) -> GateParts:
        clock, file, floor = self._ports.clock, DecisionFile(self._ports.state), self._floor
        return GateParts(
            self.store, clock, self._questions, self._tasks, file, lambda: floor.catalog, self._session_name
        )

    def _session_name(self, name: ProfileName) -> str:
        """Return the name under which CloudTrail shows what the profile's session does."""
        last = self._floor.plan(self._floor.profile(name)).last
        return last.session_name if isinstance(last, AssumeRoleCall | WebIdentityCall) else ""

    # From start to end

    async def open(
        self,
        *,
        names: Sequence[ProfileName] | None = None,
        auto: bool = True,
        only: Collection[ProfileName] | None = None,
    ) -> None:
        """Restore what is valid, without a call, then start `names`, or those with start = "auto".

        Own sections that match the state and are still valid are active again; they are renewed if they ran when the
        engine ended. A profile that cannot start is shown so; nothing is raised for it. `only`: restore these alone and
        leave what is remembered of the others as it is, for an engine that lives as long as one command.
        """
        now = self._ports.clock.now()
        self.programs.open()
        paused, until = self._records.load_pause(now)
        if paused:
            self._set_pause(paused=True, until=until)
        memos = self._records.load()
        try:
            owned = await self._ports.files.owned()
        except AppError:
            owned = ()  # the file cannot be read: the first write says why
        for one in restore(owned, memos, now, self._random.random):
            if only is None or one.status.profile in only:
                self._floor.restore(one, memos.get(one.status.profile))
        self._look_after_file()
        if names is None:
            profiles = self._floor.catalog.profiles.values() if auto else ()
            names = [one.name for one in profiles if one.auto_start]
        for number, name in enumerate(names):
            if number % PER_TURN == 0:
                await asyncio.sleep(0)
            try:
                self.start(name, by=Starter.AUTO)
            except AppError as error:
                self.store.put(replace(self.store.status(name), warnings=(error.problem,)))

    async def close(self, *, grace: float = 2.0) -> None:
        """End all tasks and write the state; sections stay as they are. A write under way is waited for."""
        self._end_watch()
        self._questions.cancel_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await asyncio.gather(*(one.end() for one in self._floor))
                await self._tasks.close()
                await self._guard.close()
                await self._writer.drain()
        await self._writer.close()
        self._alarm.close()
        await self._records.close()

    # Verbs for one profile

    def start(self, profile: ProfileName, *, by: Starter, adopt: bool = False) -> None:
        """Start a profile, or try again what stands in the way of one that runs; returns at once.

        `adopt`: take over sections of someone else's, with a backup. Raises PROFILE_UNKNOWN, what is wrong with the
        profile, or LOCKED.
        """
        self._not_locked()
        self._floor.start(profile, by, ask=by.person, adopt=adopt)

    async def started(self, profile: ProfileName, *, timeout: float | None = None) -> Status:
        """Wait until a start has come to something, and return the status.

        That is: active (delivered), attention, expired, stopped, or starting with a problem while it backs off. After
        `timeout` seconds: as it is then.
        """
        running = self._floor.get(profile)
        if running is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await running.settled()
        return self.store.status(profile)

    async def stop(self, *profiles: ProfileName) -> tuple[Status, ...]:
        """Give the deliveries back, then stop. What was said about that is in Status.warnings.

        Also for profiles that do not run: what an earlier run left in the files is given back.
        """
        return tuple(await asyncio.gather(*(self._floor.stop(one) for one in profiles)))

    async def stop_all(self) -> None:
        """Stop all that runs."""
        await self._floor.stop_all()

    def renew(self, profile: ProfileName) -> None:
        """Renew now, or try again; a person asked. Raises NOT_ACTIVE where it does not run."""
        self._not_locked()
        running = self._floor.get(profile)
        if running is None:
            raise AppError.of(Code.NOT_ACTIVE, Verb.NONE, profile, profile=profile)
        running.renew()

    def credentials(self, profile: ProfileName) -> Issued | None:
        """Return the valid session in memory, without a call; None while locked."""
        running = self._floor.get(profile)
        return None if running is None or self.store.locked else running.valid

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the secrets in memory. Any thread."""
        return self._executor.generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets in memory. Any thread; RuntimeError where they change meanwhile."""
        return self._executor.secrets()

    async def session(
        self, profile: ProfileName, *, by: Starter, deliver: bool = False, ask: bool = True, fresh: bool = False
    ) -> Issued:
        """Return the session: from memory, else started (`deliver`), else by calls whose result is not delivered.

        `ask`: a question may be raised; `fresh`: one that is due is not given, but renewed. Raises the problem that
        stands in the way; PAUSED where no person asks.
        """
        self._not_locked()
        running = self._floor.get(profile)
        issued = None if running is None else running.valid
        due = fresh and issued is not None and not schedule.fresh(issued.received_at, issued.expires_at, self._now())
        if running is not None and issued is not None and not due:
            running.used()
            return issued
        if self.store.paused and not by.person:
            raise self._paused()
        if not deliver:
            plan = self._floor.plan(self._floor.profile(profile))
            return await self._executor.session(plan, Errand(profile, ask))
        self._floor.start(profile, by, ask=ask)
        status = await self.started(profile)
        issued = self.credentials(profile)
        if issued is None:
            raise AppError(problem_of(status.state) or Problem.of(Code.NOT_ACTIVE, profile=profile))
        return issued

    async def narrowed_session(
        self, profile: ProfileName, narrowing: Narrowing, *, by: Starter, ask: bool = True, fresh: bool = False
    ) -> Issued:
        """Return a session that may do less than the profile's own, or that problem: never the profile's own instead.

        It is delivered nowhere, runs beside the profile's own, and is forgotten at stop. `ask`, `fresh`: as `session`.
        """
        self._not_locked()
        floor, paused = self._floor, self.store.paused and not by.person
        found = floor.profile(profile)
        plan = floor.plan(found, narrowing)
        own = plan.last.key == floor.plan(found).last.key
        errand = Errand(profile, ask)
        issued = await floor.narrowed.session(plan, errand, own=own, calls=not paused, fresh=fresh)
        if issued is None:
            raise self._paused()
        return issued

    def _paused(self) -> AppError:
        until = self.store.paused_until
        return AppError.of(Code.PAUSED, Verb.RESUME, until="" if until is None else until.isoformat())

    def served(self, profile: ProfileName, *, used: bool = False) -> None:
        """Take note that a delivery that is no file has changed, or with `used` that a program took the session."""
        running = self._floor.get(profile)
        if running is not None:
            if used:
                running.used()
            running.say_deliveries()

    async def set_default(
        self, profile: ProfileName | None, *, by: Starter, adopt: bool = False
    ) -> tuple[Outcome, ...]:
        """Write the profile's session to [default] too, now and at each renewal; a stopped one is started first.

        None gives [default] back. The outcomes are those of [default] alone; after a problem nothing has changed.
        Raises what stands in the way of the session. The caller saves `settings.default`.
        """
        self._not_locked()
        if profile is not None:
            await self.session(profile, by=by, deliver=True)
        return await self._floor.set_default(profile, adopt=adopt)

    def identity_test(self, profile: Profile) -> AsyncIterator[TestStep]:
        """Make the calls of a profile, saved or not, for real, hop by hop, and keep nothing.

        Raises what is wrong with the profile; the problem of a call is in its step. An MFA session that is in memory
        serves.
        """
        self._not_locked()
        profiles = {**self._floor.catalog.profiles, profile.name: profile}
        plan = plan_of(profile, replace(self._floor.catalog, profiles=profiles), self._ports.around)
        executor = Executor(self._calls)
        for key, issued in self._executor.mfa_sessions(plan).items():
            executor.keep(key, issued)
        return try_out(plan, profile.name, executor, self._ports.sts, self._ports.clock, self._questions)

    async def sign_in(self, source: SignInSource) -> None:
        """Have a person sign in for a source now, saved or not; returns when that is done.

        Raises SIGN_IN_*, ID_TOKEN_*, PROVIDER_*, CENTER_*, NETWORK*, or LOCKED.
        """
        self._not_locked()
        await can_do(self._signing, source).sign_in(source, Errand(ProfileName(""), ask=True))

    async def accounts(self, source: IdentityCenter, *, ask: bool = True) -> tuple[AccountRoles, ...]:
        """Return what Identity Center has assigned to the person, who is asked to sign in where `ask` allows it."""
        self._not_locked()
        return await can_do(self._calls.assigned, source).accounts(source, Errand(ProfileName(""), ask=ask))

    # Verbs for the whole engine

    def answer(self, question_id: str, value: str | None) -> None:
        """Answer a question ("yes" approves a command); None cancels. One that is no longer open is passed over."""
        self._questions.answer(question_id, value)

    def poke(self, reason: Poke) -> None:
        """Look at the clocks now; after NETWORK and ASKED, back-offs are over; after FILE, look at what was written."""
        self._alarm.look()
        if reason is Poke.FILE:
            self._guard.look()
            return
        again = reason in (Poke.NETWORK, Poke.ASKED)
        for one in self._floor:
            one.retry() if again else one.wake()

    def pause(self, until: datetime | None) -> None:
        """No renewals and no calls of the engine's own until then, or until `resume`; kept over restarts."""
        self._set_pause(paused=True, until=until)
        self._records.pause(paused=True, until=until)

    def resume(self) -> None:
        """End a pause: what is due is renewed at once."""
        if self.store.paused:
            self._set_pause(paused=False, until=None)
            self._records.pause(paused=False, until=None)

    async def lock(self) -> None:
        """Stop all, forget every session, close the questions, refuse until `unlock`."""
        self.store.put_lock(locked=True)
        self.programs.locked()
        self._questions.cancel_all()
        self._executor.forget()
        await self.stop_all()
        self._executor.forget()

    def unlock(self) -> None:
        """End a lock; nothing is started by that."""
        self.store.put_lock(locked=False)

    def set_catalog(self, catalog: Catalog) -> None:
        """Use a new catalog, and bring what runs in line with it; returns at once.

        Source or chain changed: renewed at once, the old session stays if that fails. Delivery changed: the new one is
        written first, then the old removed. Deleted: stopped. Broken: the session stays, and the profile asks for an
        edit. `settings.default` changed by hand: as `set_default`.
        """
        self._floor.use(catalog)
        self._look_after_file()

    # The engine's own side

    def _now(self) -> datetime:
        return self._ports.clock.now()

    def _set_pause(self, *, paused: bool, until: datetime | None) -> None:
        self.store.put_pause(paused=paused, until=until)
        self._alarm.drop(self)
        if paused and until is not None:
            self._alarm.set(self, until, self.resume)
        for one in self._floor:
            one.show_pause()

    def _look_after_file(self) -> None:
        """Watch the credentials file that is written now; another catalog may name another one."""
        watch, path = self._ports.watch, self._ports.files.path
        if watch is not None and path != self._watched:
            self._end_watch()
            self._end_watch, self._watched = watch.watch(path, self._guard.look), path

    def _jumped(self, by: timedelta) -> None:
        """The clocks parted: forward is sleep or a clock set forward, and time has passed; back is a clock set back."""
        if by < timedelta():
            self._executor.moved(by)
            self._questions.moved(by)
        for one in self._floor:
            one.moved(by) if by < timedelta() else one.wake()

    def _not_locked(self) -> None:
        if self.store.locked:
            raise AppError.of(Code.LOCKED, Verb.UNLOCK)
