"""What the window reads and writes: lines of the journal, made ready off the loop."""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from app.activitywords import HEAD, cells
from app.domain.activity import Event


@dataclass(frozen=True, slots=True)
class Line:
    """An event with its cells, and what a search looks at."""

    event: Event
    cells: tuple[str, ...]
    sought: str


async def _none() -> Sequence[Line]:
    return ()


@dataclass(frozen=True, slots=True)
class Journal:
    """`read` returns the lines, newest first; `write` puts a text into a file, FILE_UNWRITABLE.

    `recent` returns the last of them at little cost.
    """

    read: Callable[[], Awaitable[Sequence[Line]]]
    write: Callable[[Path, Sequence[Event]], Awaitable[None]]
    recent: Callable[[], Awaitable[Sequence[Line]]] = _none


def lines_of(events: Sequence[Event]) -> tuple[Line, ...]:
    """Return the lines of events that come oldest first; times as on this machine's clock."""
    zone = datetime.now().astimezone().tzinfo
    made = ((event, cells(event, zone=zone)) for event in sorted(events, key=lambda one: one.at, reverse=True))
    return tuple(Line(event, line, " ".join((*line, event.request)).casefold()) for event, line in made)


def csv_of(events: Iterable[Event]) -> str:
    """Return events for a spreadsheet; nothing in it is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(chain([HEAD()], (cells(one, safe=True) for one in events)))
    return text.getvalue()
