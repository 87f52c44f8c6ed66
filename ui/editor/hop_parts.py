"""Parts of a hop's card: the grip to drag it by, and what is known of the packed size."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QProgressBar, QWidget

from app.domain.calls import AssumeRoleCall, Call, WebIdentityCall
from app.domain.names import parse_role_arn, session_name
from app.domain.problem import AppError
from app.domain.reading.parameters import POLICY_ARNS_MAXIMUM, POLICY_MAXIMUM, TAGS_MAXIMUM
from app.texts import T, say_number
from ui.editor.draft import Draft
from ui.editor.duration_field import said
from ui.editor.fields import ChoiceField
from ui.style.fonts import font
from ui.style.theme import theme
from ui.widgets.basics import Glyph, column, label, plain, row


class Grip(Glyph):
    """`dragged` while the pointer moves with the button down, `dropped` at its end; with the height on the screen."""

    dragged = Signal(int)
    dropped = Signal(int)

    def __init__(self) -> None:
        """Show the dots."""
        super().__init__("dots-six-vertical", "text-3")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(T("Drag to reorder, or Alt+Up and Alt+Down"))
        self._from: int | None = None
        self._moves = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._from = round(event.globalPosition().y())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = round(event.globalPosition().y())
        if self._from is not None and (self._moves or abs(y - self._from) >= QApplication.startDragDistance()):
            self._moves = True
            self.dragged.emit(y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        moved, self._from, self._moves = self._moves, None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if moved:
            self.dropped.emit(round(event.globalPosition().y()))


class Number(QWidget):
    """A hop's number in a circle, for the eye."""

    def __init__(self, number: int) -> None:
        """Show a number."""
        super().__init__()
        self._text = str(number)
        line = QFontMetrics(font("small", strong=True))
        size = max(22, line.height() + 6, line.horizontalAdvance(self._text) + 10)
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, of = QPainter(self), theme().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(of.color("border-strong")), 1))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(of.color("text")))
        painter.setFont(font("small", strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class CodesField(ChoiceField):
    """Whether an MFA code is sent at a hop."""

    def __init__(self, key: str) -> None:
        """Make the field."""
        choices = (("", T("Not at this hop")), ("yes", T("At this hop")))
        super().__init__(key, T("MFA"), choices)

    def _load(self, draft: Draft) -> None:
        self.box.setCurrentIndex(int(draft.flag(self.key)))

    def store(self, draft: Draft) -> None:
        """Write the answer; no is not written where nothing stood before."""
        on = bool(self.value)
        if on != draft.flag(self.key):
            draft.set(self.key, on or None)


class PackedSize(QWidget):
    """AWS packs policies and tags and alone knows to how much: the figure comes from the last test."""

    def __init__(self) -> None:
        """Nothing was tested."""
        super().__init__()
        self.setProperty("plain", True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.bar.setFixedWidth(150)
        self.bar.setAccessibleName(T("Packed size"))
        self.words = label(role="second", wrap=True)
        self.given = label(role="third", wrap=True)
        line = row(self.bar, spacing=12)
        line.addWidget(self.words, 1)
        self.setLayout(column(plain(line), self.given, spacing=3))
        self.show_size(None)

    def show_size(self, percent: int | None) -> None:
        """Show what AWS said in a test; None: there is no figure."""
        self.bar.setVisible(percent is not None)
        self.bar.setValue(min(percent or 0, 100))
        told = T("{percent} % of the STS limit, in the last test", percent=percent)
        self.words.setText(told if percent is not None else T("AWS alone knows it. A test shows it."))

    def show_given(self, draft: Draft, at: str) -> None:
        """Say what a hop sends, as far as it is known before AWS packs it."""
        policy, arns = len(draft.text(f"{at}.policy")), len(draft.texts(f"{at}.policy_arns"))
        tags = len(draft.table(f"{at}.session_tags"))
        parts = [
            T("{count} of {limit} characters of policy", count=say_number(policy), limit=say_number(POLICY_MAXIMUM)),
            T("{count} of {limit} managed policies", count=arns, limit=POLICY_ARNS_MAXIMUM),
            T("{count} of {limit} tags", count=tags, limit=TAGS_MAXIMUM),
        ]
        self.given.setText(T("Sent: {parts}. AWS packs all of it into one size.", parts=", ".join(parts)))
        if not (policy or arns or tags):
            self.given.setText(T("No policy and no tag is sent."))


class Outcome(QFrame):
    """What the chain comes to, as far as it is known without a call: who the session is, for how long, and where."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.setProperty("card", "true")
        self.arn = label(role="code", wrap=True, select=True)
        self.words = label(role="second", wrap=True)
        head = label(T("Programs will be"), "second")
        self.setLayout(column(head, self.arn, self.words, spacing=2, margins=(14, 10, 14, 10)))

    def show_draft(self, draft: Draft, names: dict[str, str], region: str) -> None:
        """Show the end of a draft's chain; hidden while its last role cannot be read."""
        number = len(draft.hops)
        at = f"roles.{number}"
        try:
            role = parse_role_arn(draft.text(f"{at}.role_arn"))
        except AppError:
            self.hide()
            return
        template = draft.text(f"{at}.session_name") or "{user}-{profile}"
        filled = {**names, "profile": draft.name, "source": draft.text("source")}
        name = session_name(template, filled)
        self.arn.setText(f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.role_name}/{name}")
        lasts = said(draft.text(f"{at}.duration"))
        parts = [
            T("for {duration}", duration=lasts) if lasts else T("for AWS's default of 1 h"),
            T("region {region}", region=draft.text("region") or region),
            T("narrowed to reading by ReadOnlyAccess") if draft.flag("safety.read_only") else "",
        ]
        self.words.setText(", ".join(part for part in parts if part))
        self.show()


def hop_of(call: Call | None) -> int:
    """Return the number of the hop that a call is, 0 for others."""
    return call.hop if isinstance(call, AssumeRoleCall | WebIdentityCall) else 0
