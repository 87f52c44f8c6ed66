"""The page of deliveries: where programs find the session, and what that writes."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.domain.files import FileChange, LinePut, SectionPut
from app.domain.profile import Catalog
from app.domain.secret import Credentials, Secret
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import CheckField, Field, SectionField
from ui.editor.forms import Form, Page
from ui.editor.preview import Preview
from ui.style.fonts import font
from ui.widgets.basics import Mark, card, column, plain, row, rule

# what a session looks like before there is one: lengths as AWS's own usually are
_EXAMPLE = Credentials("ASIAEXAMPLE000000000", Secret("x" * 40), Secret("x" * 1000))


class DeliveryPage(Page):
    """Credentials file, process line, endpoint, region."""

    def __init__(self, draft: Draft, catalog: Catalog) -> None:
        """Show the draft."""
        super().__init__(T("Delivery"), T("Where tools find this session. With all off, the profile is copy only."))
        self._draft, self._catalog = draft, catalog
        self.section = SectionField(
            "delivery.credentials_file",
            T("Credentials file"),
            T("The section to write; the secret is on disk until it expires. Empty: not written."),
            placeholder=T("section name"),
            code=True,
        )
        self.process = CheckField(
            "delivery.credential_process",
            "credential_process",
            T("A line in [profile NAME] of the config file"),
            T("Nothing secret on disk: programs ask Rolecall."),
        )
        fields: list[Field] = [
            self.section,
            self.process,
            CheckField(
                "delivery.endpoint",
                T("Local endpoint"),
                T("Serve it on 127.0.0.1"),
                T("Nothing on disk, through AWS_CONTAINER_CREDENTIALS_FULL_URI."),
            ),
            CheckField(
                "delivery.config_region",
                T("Region"),
                T("Also write the region into [profile NAME] of the config file"),
            ),
        ]
        self.form = Form(draft, fields)
        self.box.addWidget(_ways(fields))
        self.preview = Preview()
        self.box.addWidget(self.preview)
        self.box.addStretch(1)
        self.show_rules()

    def show_rules(self) -> None:
        """Say why a process line would never run beside a section of the same name."""
        beside = self._draft.name in self._draft.texts("delivery.credentials_file")
        self.process.check.setEnabled(not beside or self.process.check.isChecked())
        off = T("Off: tools read [{name}] in the credentials file first and would never ask.", name=self._draft.name)
        self.process.set_help(off if beside else T("Nothing secret on disk: programs ask Rolecall."))

    def changes(self, credentials: Credentials | None) -> list[FileChange]:
        """Return what a save and start writes, with the running session or an example."""
        name = self._draft.name
        sections = self._draft.texts("delivery.credentials_file")
        if self._catalog.settings.default and self._catalog.settings.default == self._draft.original_name:
            sections = [*sections, "default"]
        made: list[FileChange] = [SectionPut(section, name, credentials or _EXAMPLE) for section in sections]
        region = self._draft.text("region") or str(self._catalog.settings.region)
        if self._draft.flag("delivery.config_region"):
            made.append(LinePut(name, "region", region, name))
        return made


def _ways(fields: Sequence[Field]) -> QWidget:
    """Return the ways of delivery in a card, each with what it leaves on the disk."""
    disk = (T("secret on disk until it expires"), T("nothing on disk"), T("nothing on disk"), T("no secret"))
    frame = card()
    parts: list[QWidget] = []
    for field, left in zip(fields, disk, strict=True):
        field.label.setWordWrap(False)
        field.label.setFont(font("body", strong=True))
        head = row(field.label, Mark(left), None)
        parts += [rule()] if parts else []
        parts.append(plain(column(head, field.body, spacing=4, margins=(14, 8, 14, 10))))
    frame.setLayout(column(*parts, spacing=0, margins=(1, 1, 1, 1)))
    return frame
