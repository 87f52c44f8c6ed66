"""Small parts that every window uses: labels, buttons, lines, marks, with the properties that the sheet looks at."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.present.words import unbroken
from ui.style import icons
from ui.style.fonts import font, grown
from ui.style.keycaps import cap
from ui.style.marks import draw_mark, mark_height, mark_width, production_colors
from ui.style.mirror import side
from ui.style.theme import restyle, theme

STRONG = "\ue000"  # stands in a text for what `emphasize` shows in bold
ICON_GAP = "\u2009\u2009"  # before a button's words: Qt has its picture 4 px away, the design 8
_SMALLER = {"stop-fill": 12, "play-fill": 14}  # px of glyphs that fill their box


def label(text: str = "", role: str = "body", *, wrap: bool = False, select: bool = False) -> QLabel:
    """Return a label of a type role (headline, title, body, second, third, section, small, code, ok, warn, error)."""
    made = Wrapping() if wrap else QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setProperty("role", role)
    size = {"second": "small", "third": "small", "section": "small", "ok": "small", "warn": "small", "error": "small"}
    made.setFont(font(size.get(role, role), strong=role in {"section", "body-strong"}))
    made.setAlignment(side(made.alignment()))
    if select:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        made.setMinimumWidth(80)
    return made


class Wrapping(QLabel):
    """A label of several lines, none of which ends between a number and its unit. `text` is as it was set."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._text = ""
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        self._text = text
        super().setText(unbroken(text))

    def text(self) -> str:
        return self._text

    def clear(self) -> None:
        self.setText("")


def emphasize(of: QLabel, words: str, strong: str) -> None:
    """Show words with `strong` in bold where they have STRONG; it is data, and so are its angle brackets."""
    of.setTextFormat(Qt.TextFormat.RichText)
    of.setText(f"<b>{escape(strong)}</b>".join(escape(part) for part in words.split(STRONG)))
    of.setAccessibleName(words.replace(STRONG, strong))


def button(
    text: str, kind: str = "", icon: str = "", *, small: bool = False, pressed: Callable[[], object] | None = None
) -> QPushButton:
    """Return a push button; kind: primary, production, danger, link, icon or empty."""
    made = QPushButton(f"{ICON_GAP}{text}" if icon and text else text)
    if kind:
        made.setProperty("kind", kind)
    if small:
        made.setProperty("small", True)
        made.setFont(font("small"))
    if icon:
        put_icon(made, icon)
    made.setAutoDefault(False)
    if pressed is not None:
        made.clicked.connect(pressed)
    return made


def link(text: str, pressed: Callable[[], object] | None = None) -> QPushButton:
    """Return a button that looks like a link, of the size of second lines."""
    made = button(text, "link", pressed=pressed)
    made.setFont(font("small"))
    return made


def icon_button(
    icon: str, name: str, pressed: Callable[[], object] | None = None, *, kind: str = "icon"
) -> QPushButton:
    """Return a button that is an icon alone, with its name for screen readers and as tooltip; kind: icon, or square."""
    made = button("", kind, icon, pressed=pressed)
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made


def put_icon(target: QPushButton | QToolButton, name: str) -> None:
    """Give a button a glyph in its own ink, and remember the name for a change of theme."""
    target.setProperty("glyph", name)
    of = theme().tokens
    kind = target.property("kind")
    color = {"primary": "on-accent", "production": "on-prod", "link": "accent-text"}.get(str(kind), "text-2")
    target.setIcon(icons.icon(name, of.color(color), of.faint if target.text() else of.faint_mark))
    size = grown(_SMALLER.get(name, 12 if kind == "pill" else 16))
    target.setIconSize(QSize(size, size))


def repaint_icons(root: QWidget) -> None:
    """Draw the glyphs of all buttons below a widget anew, after a change of theme."""
    for kind in (QPushButton, QToolButton):
        for one in root.findChildren(kind):
            name = one.property("glyph")
            if isinstance(name, str) and name:
                put_icon(one, name)
    for one in root.findChildren(Glyph):
        one.redraw()


class Glyph(QLabel):
    """An icon in a token's color, for the eye alone."""

    def __init__(self, name: str, color: str = "text-2", size: int = 16) -> None:
        """Draw it."""
        super().__init__()
        self._name, self._color, self._size = name, color, grown(size)
        self.setFixedSize(self._size, self._size)
        self.redraw()

    def set(self, name: str, color: str) -> None:
        """Show another glyph or color."""
        if (name, color) != (self._name, self._color):
            self._name, self._color = name, color
            self.redraw()

    def redraw(self) -> None:
        """Draw with the current theme."""
        self.setPixmap(
            icons.pixmap(self._name, theme().tokens.color(self._color), self._size, self.devicePixelRatioF())
        )


class Mark(QWidget):
    """A filled production mark, an outlined mark or the cap of a key; hidden while its text is empty."""

    def __init__(self, text: str = "", *, production: bool = False, key: bool = False) -> None:
        """Show the text; for the cap of a key that is "Ctrl+F"."""
        super().__init__()
        self._text, self._production, self._label, self._key = "", production, "", key
        self._hushed = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(cap(text) if key else text)

    def set(self, text: str, label_color: str = "") -> None:
        """Show another text; the label's color counts for production only."""
        self._text, self._label = text, label_color
        if text and self.parent() is None:  # shown with its parent; shown now it would be a window for a moment
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            self.setVisible(bool(text) and not self._hushed)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_hushed(self, *, hushed: bool) -> None:
        """Hide the mark whatever its text, or show it again."""
        self._hushed = hushed
        if self.parent() is not None:
            self.setVisible(bool(self._text) and not hushed)

    def sizeHint(self) -> QSize:
        return QSize(mark_width(self._text, strong=self._production), mark_height(key=self._key) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        of = theme().tokens
        fill, ink = production_colors(self._label, of) if self._production else ("", "")
        draw_mark(painter, 0, self.height() / 2, self._text, of, fill=fill, ink=ink, key=self._key)


def row(
    *parts: QWidget | int | None, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Return a row: widgets, gaps in pixels, None for what stretches."""
    made = QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    fill(made, parts)
    return made


def column(
    *parts: QWidget | QLayout | int | None, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Return a column: widgets, layouts, gaps in pixels, None for what stretches."""
    made = QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    fill(made, parts)
    return made


def fill(made: QHBoxLayout | QVBoxLayout, parts: tuple[QWidget | QLayout | int | None, ...]) -> None:
    """Put parts into a row or column."""
    for part in parts:
        if part is None:
            made.addStretch(1)
        elif isinstance(part, int):
            made.addSpacing(part)
        elif isinstance(part, QLayout):
            made.addLayout(part)
        else:
            made.addWidget(part)


def rule() -> QFrame:
    """Return a line of one pixel."""
    made = QFrame()
    made.setProperty("rule", True)
    made.setFixedHeight(1)
    return made


def card(tone: str = "true") -> QFrame:
    """Return a frame with border and radius; tone: true, error, warn, ok, info, production, hop, node."""
    made = QFrame()
    made.setProperty("card", tone)
    return made


def plain(layout: QLayout | None = None) -> QWidget:
    """Return a widget without a background of its own."""
    made = QWidget()
    made.setProperty("plain", True)
    if layout is not None:
        if isinstance(layout, QGridLayout):
            layout.setContentsMargins(0, 0, 0, 0)
        made.setLayout(layout)
    return made


def set_role(of: QLabel, role: str) -> None:
    """Change a label's role, which is its color."""
    restyle(of, role=role)
