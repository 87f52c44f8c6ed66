"""Parts by themselves: components in their states, and the tray's icons in every size."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QRadioButton, QWidget

from app.texts import N, T
from ui.editor.choices import Option, Segments
from ui.editor.strip import untested
from ui.present.menu import Icon
from ui.present.remedies import Button, Card, Do
from ui.style.icons import application_icon, tray_icon
from ui.style.theme import theme
from ui.widgets.basics import Mark, button, column, label, plain, row
from ui.widgets.cards import ProblemCard
from ui.widgets.switch import Switch

_SIZES = (16, 22, 32)


def _components() -> QWidget:
    """Return a sheet of buttons, fields, choices, marks and cards."""
    made = QWidget()
    made.setObjectName("page")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    off = button(T("Copy"))
    off.setEnabled(False)
    buttons = row(
        button(T("Start"), "primary", "play"), button(T("Edit profile")), button(T("Delete"), "danger"),
        button(T("Start"), "production"), off, button(T("Try again"), small=True), button(T("AWS reply"), "link"), None,
    )  # fmt: skip
    fields: list[QWidget] = []
    for state, text in (("", "prod-admin"), ("error", "arn:aws:iam::4444:role/AdminRole"), ("warn", "12 h")):
        line = QLineEdit(text)
        line.setProperty("state", state)
        fields.append(line)
    fixed, box = QLineEdit("444455556666"), QComboBox()
    fixed.setReadOnly(True)
    box.addItem("eu-central-1")
    checks: list[QWidget] = [QCheckBox(T("Favorite")), QRadioButton(T("Device code")), Switch(), Switch()]
    for one in checks[:2] + checks[3:]:
        if isinstance(one, QCheckBox | QRadioButton):
            one.setChecked(True)
    ways = Segments(T("Confirm"), (Option("a", T("Never")), Option("b", T("Start")), Option("c", T("Start and copy"))))
    ways.show_value("b")
    marks = row(Mark("PROD", production=True), Mark("1 h"), Mark("MFA"), Mark("Ctrl O"), None)
    cards: list[QWidget] = []
    again = (Button(T("Try again"), Do.RENEW),)
    for tone, title in (
        ("error", "InvalidClientTokenId"),
        ("warn", T("This profile was deleted")),
        ("info", T("Source")),
    ):
        card = ProblemCard()
        card.show_card(Card(title, untested(), tone, again if tone == "error" else ()))
        cards.append(card)
    texts = [
        label(T("General"), role) for role in ("headline", "title", "body-strong", "body", "second", "third", "code")
    ]
    parts = [
        plain(buttons),
        *fields,
        fixed,
        box,
        plain(row(*checks, ways, None)),
        plain(marks),
        *cards,
        plain(row(*texts, None)),
    ]
    made.setLayout(column(*parts, None, spacing=12, margins=(24, 24, 24, 24)))
    made.resize(620, 600)
    return made


class _Icons(QWidget):
    """The five states at 16, 22 and 32 px on a light and a dark panel, the one-color set, the application's own."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(560, 5 * 56 + 64)
        self.setAccessibleName(N("{n} state", "{n} states", len(Icon)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().tokens.color("surface")))
        panels = ((16, "#E8E9EE", "#191C22"), (208, "#14161C", "#FFFFFF"))
        for number, state in enumerate(Icon):
            for left, panel, ink in panels:
                painter.fillRect(QRectF(left, 8 + number * 56, 176, 48), QColor(panel))
                self._row(painter, left + 20, 32 + number * 56, tray_icon(state.value, ink))
            ink = theme().tokens.color("text")
            self._row(painter, 410, 32 + number * 56, tray_icon(state.value, ink, template=True))
        left = 16
        for size in (48, 32, 24, 16):
            painter.drawPixmap(left, 5 * 56 + 12, application_icon().pixmap(size, size))
            left += size + 16

    def _row(self, painter: QPainter, left: int, middle: int, icon: object) -> None:
        for size in _SIZES:
            painter.drawPixmap(left, middle - size // 2, icon.pixmap(size, size))  # type: ignore[attr-defined]
            left += size + 20


PART_SCREENS: dict[str, Callable[[], QWidget]] = {"00-components": _components, "03-tray-icons": _Icons}
