"""The filters of an import: each a kind of row with how many there are."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from ui.present.importing import KIND_ICONS, Kind, kind_words
from ui.style import icons
from ui.style.fonts import font
from ui.style.mirror import draw_text, placed, start
from ui.style.theme import theme

_PAD, _GAP, _ICON = 11, 7, 16


class Chip(QPushButton):
    """Words and a number; its width is the same chosen or not."""

    def __init__(self, kind: Kind | None) -> None:
        """Begin without a number; `kind` None: all of them."""
        super().__init__()
        self._kind, self._words, self._count = kind, kind_words(kind), ""
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def count(self, number: int) -> None:
        """Show how many there are."""
        self._count = str(number)
        self.setText(f"{self._words}  {number}")
        self.setAccessibleName(f"{self._words}, {number}")
        self.updateGeometry()

    def _widths(self, *, on: bool) -> tuple[int, int]:
        """Return the room of words and number: chosen, the words are strong, else the number."""
        pairs = ((self._words, on), (self._count, not on))
        words, number = (QFontMetrics(font("body", strong=strong)).horizontalAdvance(text) for text, strong in pairs)
        return words + 1, number + 1

    def sizeHint(self) -> QSize:
        picture = _ICON + _GAP if self._kind is not None else 0
        texts = max(sum(self._widths(on=on)) for on in (True, False))
        return QSize(2 * _PAD + picture + texts + _GAP, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()  # pyright: ignore[reportAttributeAccessIssue]
        painter, of, whole, on = QPainter(self), theme().tokens, self.rect(), self.isChecked()
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        left, chosen = _PAD, "on-accent" if of.high else "accent-text"  # as the sheet fills it
        if self._kind is not None:
            name, color = KIND_ICONS[self._kind]
            ink = chosen if on and of.high else color
            picture = icons.pixmap(name, of.color(ink), _ICON, self.devicePixelRatioF())
            at = placed(whole, QRect(left, (whole.height() - _ICON) // 2, _ICON, _ICON))
            painter.drawPixmap(at.topLeft(), picture)
            left += _ICON + _GAP
        words, number = self._widths(on=on)
        for text, width, strong, ink in (
            (self._words, words, on, "text-2"),
            (self._count, number, not on, "text"),
        ):
            painter.setFont(font("body", strong=strong))
            painter.setPen(QColor(of.color(chosen if on else ink)))
            draw_text(painter, placed(whole, QRect(left, 0, width, whole.height())), start(), text)
            left += width + _GAP
        painter.end()
