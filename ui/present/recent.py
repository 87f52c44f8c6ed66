"""The last things that happened to a profile, as lines of its detail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.activitywords import detail_words, what_words
from app.domain.activity import Event, What
from ui.present.words import day, short_arn

SHOWN = 4
_PICTURES = {
    What.STARTED: ("play", "text-2"),
    What.RENEWED: ("arrows-clockwise", "text-2"),
    What.STOPPED: ("stop", "text-2"),
    What.ENDED: ("clock", "text-2"),
    What.PROBLEM: ("x-circle", "error"),
    What.WRITTEN: ("file-text", "text-2"),
    What.NOT_WRITTEN: ("warning-fill", "warn"),
    What.COPIED: ("clipboard-text", "text-2"),
    What.CONSOLE: ("arrow-square-out", "text-2"),
    What.PROGRAM: ("terminal-window", "text-2"),
}


@dataclass(frozen=True, slots=True)
class Recent:
    """One line: when, a picture with its color, and what."""

    time: str
    icon: str
    tone: str
    text: str


def recent_lines(
    events: Iterable[Event], profile: str, now: datetime, zone: tzinfo | None = None
) -> tuple[Recent, ...]:
    """Return the last lines of a profile; the events come newest first."""
    made: list[Recent] = []
    for event in events:
        if event.profile != profile:
            continue
        picture, tone = _PICTURES.get(event.what, ("info", "text-2"))
        detail = short_arn(detail_words(event))
        text = f"{what_words(event.what)}: {detail}" if detail else what_words(event.what)
        if detail and event.what is What.PROBLEM:
            text = detail  # what failed says enough
        made.append(Recent(day(event.at, now, zone), picture, tone, text))
        if len(made) == SHOWN:
            break
    return tuple(made)
