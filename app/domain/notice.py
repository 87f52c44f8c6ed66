"""A notification as a value: what it says, its buttons, and the key by which a later one takes its place."""

from app.domain.values import dataclass

DEFAULT = "default"  # what a click on the notification itself chooses
BUTTONS = 2  # at most


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `key` is what comes back when it is pressed."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Never an ARN, a key or a secret. `urgent`: it stays until it is closed, over full-screen windows too.

    `quiet`: it corrects what the shown one of its key says, without a sound; where none is shown, nothing is.
    """

    key: str
    title: str
    body: str
    buttons: tuple[Choice, ...] = ()
    category: str = ""
    urgent: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Picked:
    """A person chose something. `token`: what lets a window come to the front on Wayland, where it was given."""

    key: str
    choice: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """A notification is no longer shown; `dismissed`: by the person."""

    key: str
    dismissed: bool


@dataclass(frozen=True, slots=True)
class Unshown:
    """There is no service, or it refused: the notice is to be shown in another way."""

    notice: Notice


NoticeEvent = Picked | Closed | Unshown
