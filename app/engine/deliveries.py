"""What became of the deliveries of one profile's session: which places hold it, which are to be tried again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import schedule
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from app.domain.session import DeliveryStatus
from app.domain.values import dataclass
from app.engine.targets import CREDENTIALS_FILE, Place, Target, removal
from app.engine.writer import Writer

REWRITES_MAXIMUM = 3
CONFLICTS = (Code.SECTION_FOREIGN, Code.SECTION_CHANGED)
STOOD_LONG_ENOUGH = timedelta(minutes=5)  # a write that stood so long does not count as contested


@dataclass(frozen=True, slots=True)
class Delivered:
    """One place. `tried`: the session last written there, or refused; `retry_at`: it is to be written again then."""

    target: Target
    tried: str | None = None
    written_at: datetime | None = None
    problem: Problem | None = None
    retry_at: datetime | None = None
    attempts: int = 0
    rewrites: int = 0  # of this very session, after others had undone our write


class Deliveries:
    """The places of one profile."""

    def __init__(self, profile: ProfileName, writer: Writer, draw: Callable[[], float]) -> None:
        """`draw` gives the jitter, 0 to 1."""
        self._profile = profile
        self._writer = writer
        self._draw = draw
        self._at: dict[Place, Delivered] = {}
        self.warnings: tuple[Problem, ...] = ()
        self.wanted = False  # to be brought in line with what the profile wants now
        self.adopt = False  # the next write takes over what is someone else's
        self.adopting: dict[Place, str] = {}  # or at these places alone, while it is what a person saw there

    @property
    def statuses(self) -> tuple[DeliveryStatus, ...]:
        """What a status shows."""
        return tuple(
            DeliveryStatus(one.target.kind, one.target.label, one.written_at, one.problem) for one in self._at.values()
        )

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place that holds, or may hold, something of the profile."""
        return tuple(self._at)

    @property
    def conflicting(self) -> tuple[Target, ...]:
        """The places that hold something of someone else's."""
        return tuple(one.target for one in self._at.values() if one.problem and one.problem.code in CONFLICTS)

    def problem_at(self, place: Place) -> Problem | None:
        """Return what is wrong with one place."""
        one = self._at.get(place)
        return None if one is None else one.problem

    @property
    def stuck(self) -> Problem | None:
        """The first problem that does not pass by itself."""
        problems = (one.problem for one in self._at.values())
        return next((one for one in problems if one is not None and not one.transient), None)

    @property
    def retry_at(self) -> datetime | None:
        """When something is to be written again."""
        return min((one.retry_at for one in self._at.values() if one.retry_at is not None), default=None)

    def due(self, now: datetime) -> bool:
        """Whether there is something to write now."""
        retry = self.retry_at
        return self.wanted or (retry is not None and retry <= now)

    def restored(self, target: Target, access_key_id: str, written_at: datetime | None) -> None:
        """Take note of a place that holds the session since an earlier run."""
        self._at[target.place] = Delivered(target, access_key_id, written_at)

    def released(self, place: Place) -> None:
        """Take note that the place is no longer the profile's."""
        self._at.pop(place, None)

    def undone(self, place: Place, now: datetime) -> None:
        """Another program undid our write: write it again, three times at most."""
        one = self._at.get(place)
        if one is None or one.retry_at is not None or one.problem is not None:
            return
        if one.written_at is not None and now - one.written_at > STOOD_LONG_ENOUGH:
            one = replace(one, rewrites=0)
        if one.rewrites >= REWRITES_MAXIMUM:
            problem = Problem.of(Code.WRITE_CONTESTED, path=self._writer.path, section=place.section)
            self._at[place] = replace(one, problem=problem)
            self._writer.lost(place)
            return
        rewrites = one.rewrites + 1
        retry = now + schedule.backoff(rewrites, self._draw())
        self._at[place] = replace(one, rewrites=rewrites, retry_at=retry)

    def foreign(self, place: Place, problem: Problem) -> None:
        """Somebody else's content stands in the place now: it stays untouched."""
        one = self._at.get(place)
        if one is not None:
            self._at[place] = replace(one, problem=problem, retry_at=None)
            self._writer.lost(place)

    def try_again_passing(self, now: datetime) -> None:
        """Write at once what waits for a retry."""
        for place, one in self._at.items():
            if one.retry_at is not None:
                self._at[place] = replace(one, retry_at=now)

    def try_again(self, now: datetime) -> None:
        """Write at once what waits for a retry or has a problem; a person said so."""
        for place, one in self._at.items():
            if one.problem is not None or one.retry_at is not None:
                self._at[place] = replace(one, retry_at=now, attempts=0, rewrites=0)

    def moved_back(self, now: datetime) -> None:
        """The clock was set: a time to try again that is far off is brought near."""
        for place, one in self._at.items():
            if one.retry_at is not None:
                self._at[place] = replace(one, retry_at=min(one.retry_at, now + schedule.BACKOFF_MAXIMUM))

    async def put(self, targets: Sequence[Target], credentials: Credentials, clock: Callable[[], datetime]) -> None:
        """Write the session to the targets that do not hold it, then give back the places that are no longer wanted."""
        now, adopt, seen = clock(), self.adopt, self.adopting
        self.wanted = self.adopt = False
        self.adopting = {}
        if credentials.long_lived:
            raise AppError.of(Code.UNEXPECTED, Verb.REPORT, kind="long-lived-key")
        key_id, profile = credentials.access_key_id, self._profile
        todo = [one for one in targets if self._wants(one, key_id, now, adopt=adopt or one.place in seen)]
        puts = [
            one.put(profile, credentials, adopt=adopt or one.place in seen, seen=seen.get(one.place, ""))
            for one in todo
        ]
        outcomes = await self._writer.apply(puts)
        for target, outcome in zip(todo, outcomes, strict=True):
            self._note(target, outcome, credentials.access_key_id, clock())
        wanted = {one.place for one in targets}
        gone = [place for place in self._at if place not in wanted]
        removed = await self.give_back(gone, clock) if gone else ()
        self._warn((*outcomes, *removed))

    async def give_back(self, places: Iterable[Place], clock: Callable[[], datetime]) -> tuple[Outcome, ...]:
        """Give the places back as they were; what could not be is kept with its problem and tried again."""
        places = tuple(places)
        outcomes = await self._writer.apply([removal(place, self._profile) for place in places])
        for place, outcome in zip(places, outcomes, strict=True):
            one = self._at.get(place)
            if outcome.problem is None or not outcome.problem.transient:
                # what others have put there is theirs: nothing to give back
                self._at.pop(place, None)
            else:
                one = one or Delivered(Target(CREDENTIALS_FILE, place))
                self._at[place] = self._failed(one, outcome.problem, clock())
        return outcomes

    def _wants(self, target: Target, access_key_id: str, now: datetime, *, adopt: bool) -> bool:
        one = self._at.get(target.place)
        if one is None or one.target != target or adopt:
            return True
        if one.retry_at is not None:
            return one.retry_at <= now or one.tried != access_key_id
        if target.place.key and one.problem is None:
            return False  # a line does not change with the session
        return one.tried != access_key_id  # what is stuck is looked at anew with each new session, not in between

    def _note(self, target: Target, outcome: Outcome, access_key_id: str, now: datetime) -> None:
        before = self._at.get(target.place) or Delivered(target)
        if outcome.problem is not None:
            tried = replace(before, target=target, tried=access_key_id)
            self._at[target.place] = self._failed(tried, outcome.problem, now)
            return
        rewrites = before.rewrites if before.tried == access_key_id else 0
        self._at[target.place] = Delivered(target, access_key_id, outcome.written_at or now, rewrites=rewrites)

    def _failed(self, one: Delivered, problem: Problem, now: datetime) -> Delivered:
        attempts = one.attempts + 1
        retry = now + schedule.backoff(attempts, self._draw()) if problem.transient else None
        return replace(one, problem=problem, retry_at=retry, attempts=attempts)

    def _warn(self, outcomes: Sequence[Outcome]) -> None:
        self.warnings = tuple(dict.fromkeys(warning for one in outcomes for warning in one.warnings))
