"""A start on its way: which calls are made, which is under way, how long those before took."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from app.domain.profile import Catalog, Profile
from app.domain.session import Starting, Status
from app.domain.source import kind_of
from app.domain.values import dataclass
from app.texts import T
from ui.present.names import kind_label
from ui.present.waiting import waits_for


class Progress(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the session card while a profile starts. `note`: the time it took, or what it needs."""

    title: str
    progress: Progress
    note: str = ""


class StepClock:
    """Notes when each step of a start was seen to be done; the engine tells how many are, not how long they took."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._seen: dict[str, list[datetime]] = {}

    def see(self, status: Status, now: datetime) -> None:
        """Take in a status; one that is not starting is forgotten."""
        state = status.state
        if not isinstance(state, Starting):
            self._seen.pop(status.profile, None)
            return
        seen = self._seen.setdefault(status.profile, [state.since])
        if seen[0] != state.since or len(seen) > state.step + 1:
            self._seen[status.profile] = seen = [state.since]
        if len(seen) == state.step:
            seen.append(now)

    def times(self, name: str) -> Sequence[datetime]:
        """Return the start's moment and those at which steps were done, in order, as far as they were seen."""
        return tuple(self._seen.get(name, ()))


def steps_of(
    catalog: Catalog, profile: Profile, chain: Sequence[Profile], status: Status, times: Sequence[datetime]
) -> tuple[Step, ...]:
    """Return the lines of a start; none where nothing is called. `chain`: the profile with those it goes on from."""
    state = status.state
    if not isinstance(state, Starting) or not state.steps:
        return ()
    hops = [hop for link in chain for hop in link.roles]
    first = chain[0].source
    source = catalog.sources.get(first) if first is not None else None
    named = [(T("{kind}, {name}", kind=kind_label(kind_of(source)) if source else "", name=first or profile.name), "")]
    lead = max(state.steps - len(hops), 0)
    titles = [*named[:lead], *([(T("Session with MFA"), T("MFA"))] * (lead - 1))]
    for number, hop in enumerate(hops, start=1):
        said = T("Hop {number}, {role}", number=number, role=hop.role_arn.role_name)
        titles.append((said, T("MFA") if hop.mfa and lead < 2 else ""))
    made: list[Step] = []
    for number, (title, needs) in enumerate(titles[-state.steps :]):
        progress = Progress.DONE if number < state.step else (Progress.NOW if number == state.step else Progress.LATER)
        took = _took(times, number) if progress is Progress.DONE else needs
        if progress is Progress.NOW and status.asked is not None:
            took = waits_for(status.asked)
        made.append(Step(title, progress, took))
    return tuple(made)


def _took(times: Sequence[datetime], number: int) -> str:
    if number + 1 >= len(times):
        return ""
    seconds = (times[number + 1] - times[number]).total_seconds()
    if seconds < 1:
        return T("{ms} ms", ms=max(round(seconds * 1000), 0))
    return T("{seconds} s", seconds=round(seconds, 1) if seconds < 10 else round(seconds))
