"""Widgets one after the other, on as many lines as the width asks for."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """The last widget may take what is left of its line, where `fill` is set. Right to left where the language is."""

    def __init__(self, *, spacing: int = 6, lines: int = 4, fill: bool = False) -> None:
        """Hold nothing; gaps in pixels between widgets and between lines."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap, self._between, self._fill = spacing, lines, fill
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # type: ignore[override]  Qt's name for it
        self._items.append(item)

    def insert(self, place: int, widget: QWidget) -> None:
        """Put a widget before another."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def sizeHint(self) -> QSize:
        shown = [one.sizeHint() for one in self._shown()]
        margins = self.contentsMargins()
        width = sum(one.width() for one in shown) + self._gap * max(len(shown) - 1, 0)
        height = max((one.height() for one in shown), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        shown = [one.minimumSize() for one in self._shown()]
        margins = self.contentsMargins()
        width = max((one.width() for one in shown), default=0)
        height = max((one.height() for one in shown), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def _shown(self) -> list[QLayoutItem]:
        return [one for one in self._items if not one.isEmpty()]

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.marginsRemoved(margins)
        top, shown = inner.top(), self._shown()
        lines: list[list[tuple[QLayoutItem, int]]] = [[]]
        left = 0
        for item in shown:
            last = self._fill and item is shown[-1]
            width = item.minimumSize().width() if last else min(item.sizeHint().width(), max(inner.width(), 1))
            if lines[-1] and left + width > inner.width():
                lines.append([])
                left = 0
            lines[-1].append((item, max(width, inner.width() - left) if last else width))
            left += width + self._gap
        for number, line in enumerate(lines):
            height = max((item.sizeHint().height() for item, _ in line), default=0)
            if place:
                self._put(line, inner, top, height)
            top += height + (self._between if number + 1 < len(lines) else 0)
        return top - rect.top() + margins.bottom()

    def _put(self, line: list[tuple[QLayoutItem, int]], inner: QRect, top: int, height: int) -> None:
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = inner.left()
        for item, width in line:
            tall = min(item.sizeHint().height(), height)
            at = inner.right() + 1 - (left - inner.left()) - width if mirrored else left
            item.setGeometry(QRect(QPoint(at, top + (height - tall) // 2), QSize(width, tall)))
            left += width + self._gap
