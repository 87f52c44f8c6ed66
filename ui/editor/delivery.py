"""The page of deliveries: where programs find the session, and what that writes."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.domain.profile import Finding
from app.ports import CredentialsFile
from app.texts import T
from ui.core import Serving
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.fields import CheckField, Field, SectionField
from ui.editor.preview import Preview, home_path
from ui.editor.trailing import Trailing
from ui.style.fonts import font, grown
from ui.widgets.basics import Mark, card, column, label, plain, row, rule
from ui.widgets.flow import Flow

_INDENT = 24


class FileField(SectionField):
    """Whether sections of the credentials file are written, and which; off: none."""

    def __init__(self, key: str, title: str, path: Path) -> None:
        """Make the field; the file is the settings' to choose."""
        super().__init__(key, title, placeholder=T("section name"), code=True)
        self.check = QCheckBox()
        self.check.setAccessibleName(title)
        self.path = QLineEdit(home_path(str(path)))
        self.path.setFont(font("code"))
        self.path.setReadOnly(True)
        self.path.setToolTip(str(path))
        self.path.setAccessibleName(T("The credentials file"))
        self.path.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._word = label(T("Section"), "second")
        self._word.setParent(self.line)
        self._word.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._word.move(10, 0)
        self.line.setAccessibleName(T("Section of the credentials file"))
        self.line.setTextMargins(self._word.sizeHint().width() + 8, 0, 0, 0)
        self.line.installEventFilter(_Middle(self.line, self._word))
        self._name = ""
        self.check.toggled.connect(self._toggled)
        self.left.connect(self._settle)

    def _settle(self) -> None:
        """An emptied line means: not written."""
        if not self.line.hasFocus():
            self._check(on=bool(self.line.text().strip()))

    def _check(self, *, on: bool) -> None:
        quiet, self._quiet = self._quiet, True
        self.check.setChecked(on)
        self._quiet = quiet

    def _load(self, draft: Draft) -> None:
        super()._load(draft)
        self._name = draft.name
        self._check(on=bool(draft.texts(self.key)))

    def _toggled(self, on: object) -> None:
        if self._quiet:
            return
        self.line.setText(self.line.text() or self._name if on else "")
        self._edited()
        if on:
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.line.selectAll()
        self.left.emit()

    def store(self, draft: Draft) -> None:
        """Write the sections; what is typed switches it on."""
        super().store(draft)
        if self.line.text().strip():
            self._check(on=True)

    def named(self, name: str) -> None:
        """The profile has this name, which a section gets by itself."""
        self._name = name


class _Middle(QObject):
    """Keeps a word in the middle of a line's height, at its beginning."""

    def __init__(self, line: QLineEdit, word: QWidget) -> None:
        super().__init__(line)
        self._line, self._word = line, word

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            size = self._word.sizeHint()
            left = self._line.width() - 10 - size.width() if self._line.isRightToLeft() else 10
            self._word.setGeometry(left, (self._line.height() - size.height()) // 2, size.width(), size.height())
        return False


class DeliveryPage(DraftPage):
    """Credentials file, process line, endpoint, region."""

    def __init__(self, draft: Draft, files: CredentialsFile, serving: Serving) -> None:
        """Show the draft."""
        said = T("Where tools find this session. With all off, the profile is copy only.")
        super().__init__(draft, T("Delivery"), said)
        self._serving = serving
        self.section = FileField("delivery.credentials_file", T("Credentials file"), files.path)
        self.process = _Way("delivery.credential_process", "credential_process", process_words())
        self.endpoint = _Way("delivery.endpoint", T("Local endpoint"), endpoint_words())
        self.region = _Way("delivery.config_region", T("Region"), T("A line in [profile NAME] of the config file."))
        self.address = QLineEdit()
        self.address.setFont(font("code"))
        self.address.setReadOnly(True)
        self.address.setFixedWidth(grown(150))
        self.address.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.address.setAccessibleName(T("Address of the local endpoint"))
        self._served = Trailing(self.address)
        for field in (self.section, self.process, self.endpoint, self.region):
            self.form.take(field)
        self.box.addWidget(self._ways())
        self.preview = Preview()
        self.box.addSpacing(4)
        self.box.addWidget(self.preview)
        self.box.addStretch(1)
        self.show_rules()

    def _ways(self) -> QWidget:
        """Return the ways of delivery in a card, each with what it leaves on the disk."""
        section = row(spacing=8)
        section.addWidget(self.section.path, 1, Qt.AlignmentFlag.AlignTop)
        section.addWidget(self.section.body, 1, Qt.AlignmentFlag.AlignTop)
        first = column(_head(self.section, self.section.check, T("secret on disk until it expires")), spacing=6)
        holder = plain(section)
        holder.setContentsMargins(_INDENT, 0, 0, 0)
        first.addWidget(holder)
        disk = T("nothing on disk")
        parts: list[QWidget] = [
            plain(first),
            _way(self.process, disk),
            _way(self.endpoint, disk, self.address),
            _way(self.region, T("no secret")),
        ]
        frame = card()
        box = column(spacing=0, margins=(1, 1, 1, 1))
        for number, part in enumerate(parts):
            if number:
                box.addWidget(rule())
            part.setContentsMargins(13, 9, 13, 10)
            box.addWidget(part)
        frame.setLayout(box)
        return frame

    def show_rules(self) -> None:
        """Say why a process line would never run beside a section of the same name, and where the endpoint is."""
        beside = self._draft.name in self._draft.texts("delivery.credentials_file")
        self.process.check.setEnabled(not beside or self.process.check.isChecked())
        off = T("Off: tools read [{name}] in the credentials file first and would never ask.", name=self._draft.name)
        self.process.set_help(off if beside else process_words())
        self.section.named(self._draft.name)
        port = self._serving.port
        self.address.setText(f"127.0.0.1:{port}" if port else "")
        self.address.setVisible(bool(port))
        self._served.tick(on=bool(port))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings at their fields, and what the name makes of the ways."""
        super().show_findings(findings)
        self.show_rules()

    def go_to_preview(self) -> None:
        """Scroll to the preview, once the page is laid out."""
        QTimer.singleShot(0, self, self._to_preview)

    def _to_preview(self) -> None:
        self.ensureWidgetVisible(self.preview, 0, self.viewport().height())
        self.preview.focus()


class _Way(CheckField):
    """One way: the box carries its name, the help stands below."""

    def __init__(self, key: str, title: str, help_text: str) -> None:
        super().__init__(key, title, "", help_text)
        self.check.setAccessibleName(title)


def process_words() -> str:
    """Return what a process line is."""
    return T("A line in [profile NAME] of the config file: programs ask Rolecall.")


def endpoint_words() -> str:
    """Return how programs find the endpoint."""
    return T("Through AWS_CONTAINER_CREDENTIALS_FULL_URI.").replace("_", "_\u200b")  # so that the name can wrap


def _head(field: Field, check: QCheckBox, left: str) -> QWidget:
    """Return the first line of a way: the box, its name, and what is left on the disk."""
    check.setText(field.title)
    check.setProperty("role", "body-medium")
    line = Flow(spacing=8, lines=2)
    for one in (check, Mark(left)):
        line.addWidget(one)
    made = plain()
    made.setLayout(line)
    return made


def _way(field: _Way, left: str, end: QWidget | None = None) -> QWidget:
    words = column(spacing=2)
    box = field.body.layout()
    if box is not None:
        box.removeWidget(field.check)
        box.removeItem(field.below)
    words.addWidget(_head(field, field.check, left))
    field.below.setContentsMargins(_INDENT, 0, 0, 0)
    words.addLayout(field.below)
    made = row(spacing=12)
    made.addLayout(words, 1)
    if end is not None:
        made.addWidget(end, 0, Qt.AlignmentFlag.AlignVCenter)
    field.body.hide()
    return plain(made)
