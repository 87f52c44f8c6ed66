"""Sessions on a line of time, out of the events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.activity import Event, What

DAY = timedelta(hours=24)


@dataclass
class Span:
    """One session: from its start to its end or, where it still runs, to its expiry."""

    begin: datetime
    end: datetime
    open: bool = True
    notches: list[datetime] = field(default_factory=list)


@dataclass
class Bar:
    """What a profile did."""

    profile: str
    spans: list[Span] = field(default_factory=list)
    problems: list[datetime] = field(default_factory=list)


def bars(events: Iterable[Event], now: datetime) -> tuple[Bar, ...]:
    """Return the bars of the last 24 hours, the latest used first. `events` come oldest first."""
    made: dict[str, Bar] = {}
    latest: dict[str, datetime] = {}
    for event in events:
        if event.profile:
            _take(made.setdefault(event.profile, Bar(event.profile)), event)
            latest[event.profile] = event.at
    begin = now - DAY
    for bar in made.values():
        bar.spans = [one for one in bar.spans if one.end >= begin]
        bar.problems = [at for at in bar.problems if at >= begin]
    kept = [one for one in made.values() if one.spans or one.problems]
    return tuple(sorted(kept, key=lambda one: latest[one.profile], reverse=True))


def _take(bar: Bar, event: Event) -> None:
    last = bar.spans[-1] if bar.spans and bar.spans[-1].open else None
    match event.what:
        case What.RENEWED if last is not None:
            last.notches.append(event.at)
            last.end = event.until or max(last.end, event.at)
        case What.STARTED | What.RENEWED:
            if last is not None:
                last.open, last.end = False, min(last.end, event.at)
            bar.spans.append(Span(event.at, event.until or event.at))
        case What.STOPPED | What.ENDED if last is not None:
            last.open, last.end = False, max(last.begin, min(event.at, last.end))
        case What.PROBLEM:
            bar.problems.append(event.at)
        case _:
            pass
