"""The field of a region: its name, and quietly beside it where that is."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.texts import T
from ui.editor.draft import Draft
from ui.editor.editable_field import EditableField
from ui.editor.trailing import Trailing
from ui.present.regions import REGIONS, region_place
from ui.style.fonts import font
from ui.style.rows import draw_ground
from ui.style.theme import restyle, theme

_GAP = 10


class RegionField(EditableField):
    """Suggests the regions that there are; any other can be typed."""

    def __init__(self, key: str, title: str, help_text: str = "", *, placeholder: str = "") -> None:
        """Make the field; `placeholder` is what holds while it is empty."""
        super().__init__(
            key, title, REGIONS, help_text, placeholder=T("Default: {value}", value=placeholder) if placeholder else ""
        )
        self._placeholder = placeholder
        self.box.setItemDelegate(_Places(self.box))
        line = self.box.lineEdit()
        self.trailing: Trailing | None = None
        if line is not None:
            self.trailing = Trailing(line, beside=True)
        self.box.currentTextChanged.connect(self._place)
        self._place()

    def _place(self, _text: object = None) -> None:
        text = self.box.currentText().strip()
        if self.box.property("code") is not bool(text):
            restyle(self.box, code=bool(text))  # what holds while it is empty is said in words
        if self.trailing is not None:
            self.trailing.say(region_place(text or self._placeholder))

    def _load(self, draft: Draft) -> None:
        super()._load(draft)
        self._place()


class _Places(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        of = theme().tokens
        box = option.rect  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
        if option.state & QStyle.StateFlag.State_Selected:  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
            draw_ground(painter, box, "selected", of)  # pyright: ignore[reportUnknownArgumentType]
        inner = box.adjusted(8, 0, -8, 0)  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        name, code = str(index.data()), font("code")
        painter.setFont(code)
        painter.setPen(QColor(of.color("text")))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)  # pyright: ignore[reportUnknownArgumentType]
        rest = inner.adjusted(QFontMetrics(code).horizontalAdvance(name) + _GAP, 0, 0, 0)  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        painter.setFont(font("small"))
        painter.setPen(QColor(of.color("text-2")))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, region_place(name))  # pyright: ignore[reportUnknownArgumentType]
        painter.restore()
