"""Facts about a window that is shown: texts with too little room, parts over one another or outside of their own."""

import os
import sys
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QStackedWidget,
    QWidget,
)

from ui.prompts.base import Prompt
from ui.widgets.elided import ElidedButton, ElidedLabel


def shown(window: QWidget) -> QWidget:
    """Show a window as a person gets it."""
    if isinstance(window, Prompt):
        window.fit()
    window.show()
    for _ in range(3):
        QApplication.processEvents()
    return window


def let_go(windows: list[QWidget]) -> None:
    """Close windows and have them gone at once: what stays is styled anew with each font and theme."""
    for one in windows:
        one.close()
        one.deleteLater()
    windows.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def said(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text of a window that a person can read or hear."""
    for widget in [window, *window.findChildren(QWidget)]:
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget, widget.placeholderText()
        if isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(number)) for number in range(widget.count()))
        for text in (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()):
            yield widget, text
        for action in widget.actions():
            yield widget, action.text()
    yield window, window.windowTitle()


def cut(window: QWidget) -> list[str]:
    """Show a window; the texts that have less room than they take."""
    return [text for widget, text in said(shown(window)) if cut_off(widget, text)]


def empty_scrolls(window: QWidget) -> list[str]:
    """Show a window; the pages that scroll on where there is nothing more to see, with the px of it."""
    found = list[str]()
    for area in shown(window).findChildren(QScrollArea):
        body = area.widget()
        layout = body.layout() if area.isVisible() and area.widgetResizable() and body is not None else None
        if layout is None:
            continue
        wraps = layout.hasHeightForWidth()
        needed = layout.totalHeightForWidth(body.width()) if wraps else layout.totalSizeHint().height()
        more = body.height() - max(needed, area.viewport().height())
        if more > 0:
            found.append(f"{type(area).__name__}: {more} px")
    return found


def cut_off(widget: QWidget, text: str) -> bool:
    """Whether a text has less room than it takes; what wraps needs its height."""
    if not widget.isVisible() or not text.strip():
        return False
    if isinstance(widget, ElidedLabel | ElidedButton) and widget.toolTip() == text:
        return False  # gives way on purpose, and says all of it there
    if isinstance(widget, QLabel) and text == widget.text():
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height() + 1
        return widget.sizeHint().width() > widget.width() + 1
    if isinstance(widget, QAbstractButton) and text == widget.text():
        return widget.sizeHint().width() > widget.width() + 1
    return False


def over_one_another(window: QWidget) -> list[str]:
    """Parts of one parent that lie over one another, and parts that stick out of theirs."""
    found: list[str] = []
    for parent in [window, *window.findChildren(QWidget)]:
        # what a viewport shows is larger than it is
        if not parent.isVisible() or isinstance(parent, _OWN) or parent.objectName() == "qt_scrollarea_viewport":
            continue
        parts = [one for one in parent.children() if isinstance(one, QWidget) and _counts(one)]
        for number, one in enumerate(parts):
            found += [f"{name(one)} over {name(other)}" for other in parts[number + 1 :] if _touch(one, other)]
            if not parent.rect().adjusted(-1, -1, 1, 1).contains(one.geometry()):
                found.append(f"{name(one)} out of {name(parent)}")
    return found


# these place their parts themselves
_OWN = (QAbstractScrollArea, QLineEdit, QComboBox, QStackedWidget)


def _counts(part: QWidget) -> bool:
    if isinstance(part, QScrollBar | QSplitterHandle) or part.isWindow() or not part.isVisible():
        return False
    if part.geometry().isEmpty():
        return False
    return not (isinstance(part, QLabel) and not part.text() and part.pixmap().isNull())


def _touch(one: QWidget, other: QWidget) -> bool:
    shared = one.geometry().intersected(other.geometry())
    return shared.width() > 1 and shared.height() > 1


def name(widget: QWidget) -> str:
    """Return what a widget is, for a person who reads a failed test."""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__}({widget.objectName() or text})"


def main(names: list[str], *, large: bool) -> int:
    """Look at windows by name and print what is wrong; for a process with a screen and a scale of its own."""
    from tools.screens import SCREENS
    from ui.compose import make_qt_application
    from ui.style.theme import install

    app = make_qt_application()
    if large:
        twice = app.font()
        twice.setPointSizeF(twice.pointSizeF() * 2)
        app.setFont(twice)
    install(app).choose("light")
    wrong = 0
    for one in names:
        window = SCREENS[one]()
        for fact in (*cut(window), *over_one_another(window)):
            print(one, fact)
            wrong += 1
        let_go([window])
    print(f"{len(names)} windows")
    return 1 if wrong else 0


if __name__ == "__main__":
    code = main([one for one in sys.argv[1:] if one != "--large"], large="--large" in sys.argv)
    sys.stdout.flush()
    os._exit(code)  # Qt's offscreen platform may hang in the interpreter's own teardown
