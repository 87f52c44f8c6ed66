"""What a menu entry is, and the first, short menu. Imports next to nothing: the tray is shown before all else."""

from enum import StrEnum

from app.domain.values import dataclass
from app.texts import T


class Icon(StrEnum):
    """The tray's pictures, weakest first."""

    IDLE = "idle"
    ACTIVE = "active"
    REFRESHING = "refreshing"
    ATTENTION = "attention"
    ERROR = "error"


class Do(StrEnum):
    """What an entry does."""

    NOTHING = ""
    OPEN = "open"
    PALETTE = "palette"
    SHOW = "show"
    START = "start"
    STOP = "stop"
    RENEW = "renew"
    COPY = "copy"  # subject: profile, argument: format
    COPY_READ_ONLY = "copy-read-only"
    CONSOLE = "console"
    DEFAULT = "default"  # an empty subject: none
    PAUSE = "pause"  # argument: minutes, empty: until resumed
    RESUME = "resume"
    LOCK = "lock"
    UNLOCK = "unlock"
    STOP_ALL = "stop-all"
    SETUP = "setup"
    QUIT = "quit"
    PROMPTS = "prompts"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu. `key` is the same for what stays the same, so that it is changed in place."""

    key: str
    text: str = ""  # empty: a separator
    do: Do = Do.NOTHING
    subject: str = ""
    argument: str = ""
    enabled: bool = True
    checked: bool | None = None
    entries: tuple["Entry", ...] = ()
    icon: str = ""


def early_menu() -> tuple[Entry, ...]:
    """Return the menu of the first moment, when nothing is known yet."""
    return (Entry("open", T("&Open Rolecall"), Do.OPEN), Entry("quit", T("&Quit"), Do.QUIT))
