"""The palette's keys: what each wants, which the footer shows, and the menu of a row with all of them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from app.domain.session import Status
from app.domain.values import dataclass
from app.texts import T
from ui.palette.footer import Hint
from ui.present.glyphs import runs
from ui.present.names import SHELLS, shell_label
from ui.present.questions import Act
from ui.style.keycaps import cap, spelled

if TYPE_CHECKING:
    from ui.palette.window import Palette

_PAGE = 7


class Want(StrEnum):
    """What a key wants. Those of a row carry their key."""

    ENTER = "Return"
    ESCAPE = "Esc"
    MENU = "Tab"
    COPY = "Ctrl+C"
    READ_ONLY = "read-only"
    CONSOLE = "Ctrl+O"
    DEFAULT = "Ctrl+D"
    STOP = "Ctrl+."
    EDIT = "Ctrl+E"
    START = "start"
    RENEW = "Ctrl+R"
    DETAILS = "details"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key: something to do, a step through the rows, or the number of a row."""

    want: Want = Want.ENTER
    step: int = 0
    number: int = 0


_PLAIN = {
    Qt.Key.Key_Return: Pressed(Want.ENTER),
    Qt.Key.Key_Enter: Pressed(Want.ENTER),
    Qt.Key.Key_Escape: Pressed(Want.ESCAPE),
    Qt.Key.Key_Tab: Pressed(Want.MENU),
    Qt.Key.Key_Down: Pressed(step=1),
    Qt.Key.Key_Up: Pressed(step=-1),
    Qt.Key.Key_PageDown: Pressed(step=_PAGE),
    Qt.Key.Key_PageUp: Pressed(step=-_PAGE),
}
_CONTROL = {
    Qt.Key.Key_C: Want.COPY,
    Qt.Key.Key_O: Want.CONSOLE,
    Qt.Key.Key_D: Want.DEFAULT,
    Qt.Key.Key_Period: Want.STOP,
    Qt.Key.Key_E: Want.EDIT,
    Qt.Key.Key_R: Want.RENEW,
    Qt.Key.Key_L: Want.UNLOCK,
}


def want_of(event: QKeyEvent, *, selected: bool) -> Pressed | None:
    """Return what a key in the field wants, None where it is the field's own. `selected`: the field has a selection."""
    key = Qt.Key(event.key())
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held == Qt.KeyboardModifier.NoModifier:
        return _PLAIN.get(key)
    if held != Qt.KeyboardModifier.ControlModifier or (key == Qt.Key.Key_C and selected):
        return None
    if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
        return Pressed(number=int(key) - int(Qt.Key.Key_0))
    return Pressed(_CONTROL[key]) if key in _CONTROL else None


def enter_act(switch: str, *, valid: bool) -> Act:
    """Return what Enter does, as the settings' `switch` has it: start or use, or make it the default in any case."""
    return Act.DEFAULT if switch == "default" else Act.COPY if valid else Act.START


def hints_of(status: Status, now: datetime, switch: str = "start") -> tuple[Hint, ...]:
    """Return the keys that the footer shows for a row."""
    valid, act = status.valid(now), enter_act(switch, valid=status.valid(now))
    words = {Act.DEFAULT: T("Make default"), Act.COPY: T("Use"), Act.START: T("Start")}
    made = [
        Hint(Want.ENTER, T("Enter"), words[act]),
        Hint(Want.COPY, cap(Want.COPY), T("Copy exports") if valid else T("Start and copy exports")),
        Hint(Want.CONSOLE, cap(Want.CONSOLE), T("Console")),
        Hint(Want.DEFAULT, cap(Want.DEFAULT), T("Make default")),
        Hint(Want.MENU, T("Tab"), T("More")),
    ]
    if act is Act.DEFAULT:  # said already
        made = [one for one in made if one.key != Want.DEFAULT]
    return tuple(made)


def menu_of_row(palette: "Palette", status: Status, now: datetime, copy_as: Callable[[str], None]) -> QMenu:
    """Return the menu of all that can be done with the selected row."""
    menu, valid, running = QMenu(palette), status.valid(now), runs(status)
    entries: list[tuple[str, Want, bool]] = [
        (T("&Start"), Want.START, not valid),
        (T("Copy &exports") if valid else T("Start and copy &exports"), Want.COPY, True),
        (T("Copy read-&only exports"), Want.READ_ONLY, True),
        (T("Open co&nsole"), Want.CONSOLE, True),
        (T("Make &default"), Want.DEFAULT, True),
        (T("&Refresh now"), Want.RENEW, running),
        (T("S&top"), Want.STOP, running),
        (T("Ed&it"), Want.EDIT, True),
        (T("Show de&tails"), Want.DETAILS, True),
    ]
    for text, want, there in entries:
        if not there:
            continue
        action = menu.addAction(text)
        if want.value.startswith("Ctrl"):
            action.setText(f"{text}\t{spelled(want)}")
        action.triggered.connect(partial(_wanted, palette, want))
        if want is Want.COPY:
            below = menu.addMenu(T("Copy exports &as"))
            for shell in SHELLS:
                below.addAction(shell_label(shell)).triggered.connect(partial(_styled, copy_as, shell))
    return menu


def step(palette: "Palette", by: int) -> None:
    """Go to the next profile; from the last to the first and back."""
    rows = [number for number, line in enumerate(palette.model.lines) if isinstance(line, str)]
    if not rows:
        return
    here = palette.list.currentIndex().row()
    at = rows.index(here) if here in rows else -1
    if abs(by) == 1:
        palette.select(rows[(at + by) % len(rows)])
    else:
        palette.select(rows[min(max(at + by, 0), len(rows) - 1)])


def enter(palette: "Palette", number: int) -> None:
    """Do what Enter does for the profile of a number, counted from 1."""
    rows = [at for at, line in enumerate(palette.model.lines) if isinstance(line, str)]
    if number <= len(rows):
        palette.select(rows[number - 1])
        palette.do(Want.ENTER)


def open_on_right_click(palette: "Palette") -> None:
    """Have a right click on a row select it and open its menu: a click alone would already act."""
    palette.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    palette.list.customContextMenuRequested.connect(partial(_right_clicked, palette))


def _right_clicked(palette: "Palette", at: QPoint) -> None:
    number = palette.list.indexAt(at).row()
    if palette.model.name(number):
        palette.select(number)
        palette.do(Want.MENU)


def _wanted(palette: "Palette", want: Want, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  Qt's
    palette.do(want)


def _styled(copy_as: Callable[[str], None], shell: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002
    copy_as(shell)
