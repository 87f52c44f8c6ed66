"""A choice without a frame, as wide as what is chosen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QSizePolicy

from ui.style.fonts import font


class QuietBox(QComboBox):
    """Its arrow stands right behind the words."""

    def __init__(self) -> None:
        """Begin without choices."""
        super().__init__()
        self.setProperty("quiet", True)
        self.setFont(font("small"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.currentIndexChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        widest = max((metrics.horizontalAdvance(self.itemText(number)) for number in range(self.count())), default=0)
        return QSize(hint.width() - widest + metrics.horizontalAdvance(self.currentText()), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
