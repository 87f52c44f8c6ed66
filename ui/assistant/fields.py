"""The fields of the role assistant's form, made from their description."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from app.texts import T
from ui.present.assistant import PROVIDERS, FieldView
from ui.style.fonts import font, grown
from ui.style.theme import theme

Value = str | bool | int


class FormField:
    """A widget with one value; `changed` is called after each edit by a person."""

    def __init__(
        self,
        view: FieldView,
        value: Value,
        profiles: Sequence[str],
        sources: Sequence[str],
        changed: Callable[[], None],
    ) -> None:
        """Make the widget for a field and put a value into it."""
        self.view = view
        self.widget: QWidget
        match view.kind:
            case "check":
                self.widget = check = QCheckBox(view.title)
                check.setChecked(bool(value))
                check.toggled.connect(changed)
            case "hours":
                self.widget = spin = QSpinBox()
                spin.setRange(1, 12)
                spin.setSuffix(T(" h"))
                spin.setValue(int(value))
                spin.lineEdit().setTextMargins(6, 0, 0, 0)
                spin.setFixedSize(grown(120), theme().tokens.height("control", spin.fontMetrics().lineSpacing()))
                spin.valueChanged.connect(changed)
            case "json":
                self.widget = area = QPlainTextEdit(str(value))
                area.setFont(font("code"))
                area.setTabChangesFocus(True)
                area.setFixedHeight(grown(84))
                area.textChanged.connect(changed)
            case "profile" | "source" | "provider":
                names = {"profile": profiles, "source": sources, "provider": tuple(PROVIDERS)}[view.kind]
                self.widget = box = QComboBox()
                if view.kind != "provider":
                    box.addItem("", "")
                for name in names:
                    box.addItem(PROVIDERS.get(name, name) if view.kind == "provider" else name, name)
                box.setCurrentIndex(max(box.findData(value), 0))
                box.currentIndexChanged.connect(changed)
            case _:
                self.widget = line = QLineEdit(str(value))
                if view.kind == "code":
                    line.setFont(font("code"))
                line.textEdited.connect(changed)
        self.widget.setAccessibleName(view.title)
        self.widget.setAccessibleDescription(view.help)

    def take(self, value: str) -> None:
        """Put what was picked into a line, as if it had been typed."""
        if isinstance(self.widget, QLineEdit):
            self.widget.setText(value)
            self.widget.setCursorPosition(0)

    @property
    def value(self) -> Value:
        """What stands in the widget."""
        match self.widget:
            case QCheckBox():
                return self.widget.isChecked()
            case QSpinBox():
                return self.widget.value()
            case QComboBox():
                return str(self.widget.currentData())
            case QPlainTextEdit():
                return self.widget.toPlainText()
            case QLineEdit():
                return self.widget.text()
            case _:
                return ""
