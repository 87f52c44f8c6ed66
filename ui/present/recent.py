"""The last things that happened to a profile, as lines of its detail."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from app.activitywords import answered, detail_words, what_words
from app.domain.activity import Event, What
from app.domain.values import dataclass
from app.texts import answer_words
from ui.present.words import day, short_arn, short_path

SHOWN = 4
_PICTURES = {
    What.STARTED: ("play", "ok"), What.RENEWED: ("arrows-clockwise", "text-2"), What.STOPPED: ("stop", "text-2"),
    What.ENDED: ("hourglass", "warn"), What.NEEDED: ("user-circle", "accent-text"),
    What.PROBLEM: ("x-circle", "error"), What.WRITTEN: ("file-text", "text-2"),
    What.NOT_WRITTEN: ("x-circle", "error"), What.COPIED: ("copy", "text-2"), What.PROGRAM: ("broadcast", "text-2"),
    What.CONSOLE: ("arrow-square-out", "text-2"), What.LOCKED: ("lock", "text-2"),
    What.UNLOCKED: ("lock-open", "text-2"), What.UNDONE: ("arrow-counter-clockwise", "text-2"),
    What.ALLOWED: ("shield-check", "text-2"), What.REVOKED: ("prohibit", "text-2"),
    What.PROGRAM_REVOKED: ("prohibit", "text-2"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recent:
    """One line: when, a picture with its color, and what."""

    time: str
    icon: str
    tone: str
    text: str


def picture_of(what: What) -> tuple[str, str]:
    """Return the glyph of a kind of event and the token of its color, here and in the window of all events."""
    return _PICTURES[what]


def recent_lines(
    events: Iterable[Event], profile: str, now: datetime, zone: tzinfo | None = None
) -> tuple[Recent, ...]:
    """Return the last lines of a profile; the events come newest first."""
    made: list[Recent] = []
    for event in events:
        if event.profile != profile:
            continue
        picture, tone = picture_of(event.what)
        made.append(Recent(day(event.at, now, zone), picture, tone, _text(event)))
        if len(made) == SHOWN:
            break
    return tuple(made)


def _text(event: Event) -> str:
    program, answer = answered(event)
    if answer is not None and event.what is What.PROGRAM:
        return f"{answer_words(answer)}: {program}"  # the decision is what happened
    detail = short_path(short_arn(detail_words(event)))
    if not detail:
        return what_words(event)
    # a problem's title says what failed
    return detail if event.what in (What.NEEDED, What.PROBLEM) else f"{what_words(event)}: {detail}"
