"""Sessions on a line of time, out of the events. Pure; no Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.activity import Event, What
from app.texts import T
from ui.activity.scale import DAY
from ui.present.words import clock, day, until


@dataclass
class Span:
    """One session: from its start to its end or, where it still runs, to its expiry."""

    begin: datetime
    end: datetime
    open: bool = True
    lapsed: bool = False  # it expired and nobody had refreshed it
    notches: list[datetime] = field(default_factory=list)


@dataclass
class Bar:
    """What a profile did."""

    profile: str
    spans: list[Span] = field(default_factory=list)
    problems: list[datetime] = field(default_factory=list)

    def problems_of(self, span: Span) -> list[datetime]:
        """Return the problems while a session was there."""
        return [at for at in self.problems if span.begin <= at <= span.end]


def bars(events: Iterable[Event], now: datetime, begin: datetime | None = None) -> tuple[Bar, ...]:
    """Return the bars since `begin` (None: of 24 hours), the latest used first. `events` come oldest first."""
    made: dict[str, Bar] = {}
    latest: dict[str, datetime] = {}
    for event in events:
        if event.profile:
            _take(made.setdefault(event.profile, Bar(event.profile)), event)
            latest[event.profile] = event.at
    since = now - DAY if begin is None else begin
    for bar in made.values():
        bar.spans = [one for one in bar.spans if one.end >= since]
        bar.problems = [at for at in bar.problems if at >= since]
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
            last.lapsed = event.what is What.ENDED
        case What.PROBLEM | What.NOT_WRITTEN:
            bar.problems.append(event.at)
        case _:
            pass


def moment(at: datetime, now: datetime) -> str:
    """Return a moment in few words: "13:52", and of another day "Tue 13:52"."""
    if at.astimezone().date() == now.astimezone().date():
        return clock(at)
    return f"{day(at, now) if at < now else until(at, now)} {clock(at)}"


def span_words(bar: Bar, span: Span, now: datetime, *, production: bool = False) -> str:
    """Return one session in words: "prod-admin, 13:52 to 14:52, failed at 14:22, still valid"."""
    return ", ".join((*_named(bar, production), *_span(bar, span, now)))


def bar_words(bar: Bar, now: datetime, *, production: bool = False) -> str:
    """Return a bar in words; of many sessions the last five."""
    parts = list(_named(bar, production))
    for one in bar.spans[-5:]:
        parts += _span(bar, one, now)
    held = [at for one in bar.spans[-5:] for at in bar.problems_of(one)]
    parts += [T("failed at {time}", time=moment(at, now)) for at in bar.problems[-5:] if at not in held]
    return ", ".join(parts)


def _named(bar: Bar, production: object) -> tuple[str, ...]:
    return (bar.profile, T("production")) if production else (bar.profile,)


def _span(bar: Bar, span: Span, now: datetime) -> list[str]:
    parts = [T("{begin} to {end}", begin=moment(span.begin, now), end=moment(span.end, now))]
    parts += [T("failed at {time}", time=moment(at, now)) for at in bar.problems_of(span)[-3:]]
    if span.lapsed:
        parts.append(T("expired unrefreshed"))
    if span.open and span.end > now:
        parts.append(T("still valid"))
    return parts
