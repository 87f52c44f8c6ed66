"""The profiles that run: started, stopped, found again at the start, and kept in line with the catalog."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from app.domain.calls import Plan
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.narrowing import FULL, Narrowing
from app.domain.plan import chain_of, plan_of, source_of
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog, Profile
from app.domain.session import Starter, Status, Stopped
from app.domain.values import dataclass
from app.engine.alarm import Alarm
from app.engine.executor import Executor
from app.engine.giving_back import give_back
from app.engine.memory import Memo
from app.engine.narrowed import NarrowedSessions
from app.engine.pace import Pace
from app.engine.ports import EnginePorts
from app.engine.records import Records
from app.engine.restoring import Restored
from app.engine.running import Parts, Running
from app.engine.store import Store
from app.engine.targets import CREDENTIALS_FILE, DEFAULT, Place, Target, targets_of
from app.engine.tasks import Tasks
from app.engine.writer import Writer, Written


@dataclass(frozen=True, slots=True)
class FloorParts:
    """What the floor works with."""

    ports: EnginePorts
    random: Random
    store: Store
    alarm: Alarm
    executor: Executor
    writer: Writer
    records: Records
    tasks: Tasks


class Floor:
    """What runs, by name."""

    def __init__(self, parts: FloorParts, catalog: Catalog) -> None:
        """Run nothing yet."""
        self.catalog = catalog
        self.default = catalog.settings.default
        self._parts = parts
        self._ports = parts.ports
        self.narrowed = NarrowedSessions(parts.executor)
        self._running: dict[ProfileName, Running] = {}
        self._ending: dict[ProfileName, asyncio.Event] = {}
        self._shared = Parts(
            parts.ports.clock,
            parts.store,
            parts.alarm,
            parts.executor,
            parts.writer,
            Pace(),
            parts.random,
            self._targets,
            lambda name: parts.tasks.spawn(self.stop(name)),
            parts.records.remember,
            parts.ports.beside,
        )

    def __iter__(self) -> Iterator[Running]:
        """Go over all that runs; what is stopped or started meanwhile does not disturb."""
        return iter(tuple(self._running.values()))

    def get(self, name: ProfileName) -> Running | None:
        """Return the running profile of that name."""
        return self._running.get(name)

    def profile(self, name: ProfileName) -> Profile:
        """Return the profile; PROFILE_UNKNOWN, or what is wrong with it."""
        profile = self.catalog.profiles.get(name)
        if profile is not None:
            return profile
        broken = self.catalog.broken.get(f"profiles.{name}")
        if broken:
            raise AppError(broken[0])
        raise AppError.of(Code.PROFILE_UNKNOWN, Verb.NONE, name, profile=name, nearest="")

    def plan(self, profile: Profile, narrowing: Narrowing = FULL) -> Plan:
        """Return the calls of a profile, or for its narrower session; raise what can never work."""
        return plan_of(profile, self.catalog, self._ports.around, narrowing)

    def start(self, name: ProfileName, by: Starter, *, ask: bool, adopt: bool = False) -> None:
        """Start, or try again what runs."""
        profile = self.profile(name)
        plan = self.plan(profile)
        running = self._running.get(name)
        if running is None:
            running = self._running[name] = Running(self._shared, profile, plan, after=self._ending.get(name))
        running.begin(by, ask=ask, adopt=adopt)
        self._parts.records.remember(running.memo())

    def stop(self, name: ProfileName) -> Coroutine[Any, Any, Status]:
        """Give back what the profile has in the files, then stop it. What is started from now on is another run."""
        running = self._running.pop(name, None)
        self.narrowed.forget(name)
        if running is not None:
            self._forget_session(running)
        over = self._ending[name] = asyncio.Event()
        return self._end(name, running, over)

    async def _end(self, name: ProfileName, running: Running | None, over: asyncio.Event) -> Status:
        try:
            return await self._give_back(name, running)
        finally:
            over.set()
            if self._ending.get(name) is over:
                del self._ending[name]

    async def _give_back(self, name: ProfileName, running: Running | None) -> Status:
        profile = self.catalog.profiles.get(name) if running is None else running.profile
        places = {} if profile is None else dict.fromkeys(one.place for one in self._targets(profile))
        if running is not None:
            await running.end()
            places |= dict.fromkeys(running.deliveries.places)
        outcomes = await give_back(self._parts.writer, self._ports.later, places, name)
        status = self._parts.store.status(name)
        if name not in self._running:  # else it was started again meanwhile
            problems = [one.problem for one in outcomes if one.problem is not None]
            warnings = dict.fromkeys((*problems, *(warning for one in outcomes for warning in one.warnings)))
            status = Status(name, Stopped(), warnings=tuple(warnings), last_used_at=status.last_used_at)
            self._parts.store.put(status)
            self._parts.records.remember(Memo(name, running=False, last_used_at=status.last_used_at))
        return status

    async def stop_all(self) -> None:
        """Stop everything that runs."""
        await asyncio.gather(*(self.stop(one) for one in tuple(self._running)))

    def restore(self, found: Restored, memo: Memo | None) -> None:
        """Go on with a session of an earlier run, without a call."""
        profile = self.catalog.profiles.get(found.status.profile)
        if profile is None:
            return
        try:
            plan = self.plan(profile)
        except AppError:
            return
        edited = memo is not None and memo.call not in ("", plan.last.key)
        running = self._running[profile.name] = Running(self._shared, profile, plan)
        if found.issued is not None:
            key = found.issued.credentials.access_key_id
            wanted = {one.place: one for one in self._targets(profile)}
            for place in map(Place, found.sections):
                running.deliveries.restored(wanted.get(place) or Target(CREDENTIALS_FILE, place), key, None)
                self._parts.writer.found(place.section, Written(profile.name, key))
            if not edited and abs(found.issued.clock_offset or timedelta()) < timedelta(minutes=1):
                self._parts.executor.keep(plan.last.key, found.issued)
        running.restore(found.status, found.issued, keeps=found.keeps)
        if edited:
            running.renew_soon()

    def use(self, catalog: Catalog) -> None:
        """Bring what runs in line with a new catalog."""
        old, self.catalog = self.catalog, catalog
        self.narrowed.follow(catalog)
        default, before = catalog.settings.default, self.default
        if default not in (old.settings.default, before):
            self.default = default
            self._parts.tasks.spawn(self._follow_default(before, default))
        for running in self:
            self._follow(running, old)

    async def set_default(self, profile: ProfileName | None, *, adopt: bool) -> tuple[Outcome, ...]:
        """Put the profile's session, which is there, into [default], or give [default] back."""
        before, place = self.default, Place(self._ports.default_section)
        if profile is None:
            if before is None or place in self._own_places(before):
                self.default = None
                return ()
            outcomes = await give_back(self._parts.writer, self._ports.later, [place], before)
        else:
            running = self._running.get(profile)
            issued = None if running is None else running.valid
            if issued is None:
                raise AppError.of(Code.NOT_ACTIVE, Verb.NONE, profile, profile=profile)
            put = Target(DEFAULT, place).put(profile, issued.credentials, adopt=adopt)
            outcomes = await self._parts.writer.apply([put])
        if any(one.problem is not None for one in outcomes):
            return outcomes
        self.default = profile
        if before is not None and before != profile and before in self._running:
            self._running[before].released(place)
        if profile is not None and profile in self._running:
            self._running[profile].holds(Target(DEFAULT, place), outcomes[0])
        return outcomes

    async def _follow_default(self, before: ProfileName | None, default: ProfileName | None) -> None:
        place = Place(self._ports.default_section)
        if before is not None and place not in self._own_places(before):
            await give_back(self._parts.writer, self._ports.later, [place], before)
            if before in self._running:
                self._running[before].released(place)
        if default is None or default != self.default:
            return
        try:
            self.start(default, Starter.AUTO, ask=False)
        except AppError as error:
            self._parts.store.put(Status(default, Stopped(), warnings=(error.problem,)))

    def _follow(self, running: Running, old: Catalog) -> None:
        profile = self.catalog.profiles.get(running.name)
        if profile is None:
            broken = self.catalog.broken.get(f"profiles.{running.name}")
            if broken:
                running.broken(None, broken[0])
            else:
                self._parts.tasks.spawn(self.stop(running.name))
            return
        if self._untouched(profile, old):
            return
        try:
            plan = self.plan(profile)
            source = source_of(profile, self.catalog)
        except AppError as error:
            running.broken(profile, error.problem)
            return
        running.edited(profile, plan, anew=profile != running.profile or source != old.sources.get(source.name))

    def _untouched(self, profile: Profile, old: Catalog) -> bool:
        """Whether nothing that the profile stands on was edited; a catalog of thousands is followed in no time."""
        new, before = self.catalog, old.profiles.get(profile.name)
        if before is None or new.settings != old.settings:
            return False
        try:
            chain = chain_of(profile, new)
            name = chain[0].source or ""
            return chain == chain_of(before, old) and new.sources.get(name) == old.sources.get(name)
        except AppError:
            return False

    def _own_places(self, name: ProfileName) -> Sequence[Place]:
        profile = self.catalog.profiles.get(name)
        return () if profile is None else [Place(section) for section in profile.delivery.credentials_file]

    def _forget_session(self, running: Running) -> None:
        """Forget the profile's own session, unless another that runs goes on from it."""
        key = running.plan.last.key
        if not any(call.key == key for one in self for call in one.plan.calls):
            self._parts.executor.drop(key)

    def _targets(self, profile: Profile) -> tuple[Target, ...]:
        return targets_of(
            profile,
            self.catalog.settings,
            default_section=self._ports.default_section if self.default == profile.name else None,
            process_line=self._ports.process_line,
        )

    def fault(self, name: ProfileName, place: Place, problem: Problem | None) -> None:
        """Tell a running profile that a place no longer holds what was written."""
        running = self._running.get(name)
        if running is not None:
            running.fault(place, problem)
