"""What the window reads and writes: lines of the journal, made ready off the loop."""

import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from app.activitywords import HEAD, cells, row_of
from app.domain.activity import Event, What
from app.domain.problem import Problem
from app.domain.values import dataclass
from app.texts import T, without_isolates
from ui.activity.kinds import by_words
from ui.activity.spans import moment
from ui.present.words import short_path


@dataclass(frozen=True, slots=True)
class Line:
    """An event with its cells, and what a search looks at."""

    event: Event
    cells: tuple[str, ...]
    sought: str


@dataclass(frozen=True, slots=True)
class Journal:
    """`read` returns the lines, newest first; `write` puts a text into a file, FILE_UNWRITABLE.

    `latest`, where it is there, returns the newest lines alone, sooner than `read` does. `trouble` says why what
    happens now is not kept. All raise FILE_UNREADABLE.
    """

    read: Callable[[], Awaitable[Sequence[Line]]]
    write: Callable[[Path, Sequence[Event]], Awaitable[None]]
    latest: Callable[[], Awaitable[Sequence[Line]]] | None = None
    trouble: Callable[[], Problem | None] = lambda: None


def lines_of(events: Sequence[Event]) -> tuple[Line, ...]:
    """Return the lines of events that come oldest first; times as on this machine's clock."""
    zone = datetime.now().astimezone().tzinfo
    made = ((event, _line(event, cells(event, zone=zone))) for event in sorted(events, key=_at, reverse=True))
    return tuple(Line(event, line, _sought(line, event)) for event, line in made)


def _sought(line: tuple[str, ...], event: Event) -> str:
    return without_isolates(" ".join((*line, event.by, event.request))).casefold()


def _at(event: Event) -> datetime:
    return event.at


def _line(event: Event, line: tuple[str, ...]) -> tuple[str, ...]:
    detail = line[3]
    if not detail and event.what is What.RENEWED and event.until is not None:
        detail = T("Valid until {time}", time=moment(event.until, event.at))
    return (*line[:3], short_path(detail), by_words(event))


def text_of(path: Path, events: Iterable[Event]) -> str:
    """Return events as the file's name asks: JSON for ".json", else CSV."""
    return json_of(events) if path.suffix.lower() == ".json" else csv_of(events)


def csv_of(events: Iterable[Event]) -> str:
    """Return events for a spreadsheet; nothing in it is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(chain([HEAD()], (cells(one, safe=True) for one in events)))
    return without_isolates(text.getvalue())


def json_of(events: Iterable[Event]) -> str:
    """Return events for programs, as `rolecall activity --json` prints them."""
    return json.dumps({"version": 1, "events": [row_of(one) for one in events]}, indent=2) + "\n"
