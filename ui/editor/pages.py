"""The plain pages of the profile editor: General, Source, Safety."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from app.domain.profile import Catalog
from app.domain.source import IdentityCenter, kind_of
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import (
    AreaField,
    CheckField,
    ChoiceField,
    DurationField,
    EditableField,
    Field,
    TextField,
    TextsField,
)
from ui.editor.forms import Form, Page, grid_of
from ui.editor.tables import PairsField
from ui.present.names import account_name, kind_icon, source_line
from ui.style.tokens import LABELS
from ui.widgets.basics import Glyph, button, card, column, label, plain, row, rule

REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-central-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("me-central-1", "af-south-1", "il-central-1", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1"),
)


class GeneralPage(Page):
    """How a profile is found and named, and what goes along with it."""

    def __init__(self, draft: Draft, catalog: Catalog) -> None:
        """Show the draft."""
        super().__init__(T("General"), T("How this profile is found and named."))
        groups = sorted({one.group for one in catalog.profiles.values() if one.group} | set(catalog.groups))
        self.account = TextField("account", T("Account"), T("Follows the last hop."))
        self.account.line.setReadOnly(True)
        self.account.key = ""
        fields: list[Field] = [
            TextField("name", T("Name"), T("Used with AWS_PROFILE and --profile."), code=True),
            TextField("title", T("Title"), T("Free text beside the name."), placeholder=T("none")),
            EditableField("group", T("Group"), groups, T("A slash makes a tree: Acme/Prod"), placeholder=T("none")),
            TextsField("tags", T("Tags"), placeholder=T("Words with commas between them")),
            EditableField(
                "region",
                T("Region"),
                REGIONS,
                T("For programs; where STS is called is the source's."),
                placeholder=str(catalog.settings.region),
            ),
            TextsField("aliases", T("Also known as"), placeholder=T("Other names to search by")),
            AreaField("note", T("Note")),
            CheckField("favorite", T("Favorite"), T("Show in the tray menu")),
            ChoiceField(
                "start", T("Start"), (("manual", T("By hand")), ("auto", T("When Rolecall starts"))), default="manual"
            ),
            PairsField("env", T("Variables"), T("Add a variable"), T("Go along with exports and exec.")),
            TextField("console.destination", T("Console page"), placeholder="console/home", code=True),
            TextField(
                "console.browser", T("Browser"), T("The program that opens the console."), placeholder=T("the system's")
            ),
            TextField("console.container", T("Container tab"), T("A Firefox container's name."), placeholder=T("none")),
        ]
        self.form = Form(draft, fields)
        shown = [*fields[:5], self.account, *fields[5:]]
        self.box.addLayout(grid_of(shown))
        self.box.addStretch(1)
        self.show_account(draft, catalog)

    def show_account(self, draft: Draft, catalog: Catalog) -> None:
        """Show the account that the chain ends in."""
        number = len(draft.hops)
        account = account_of(draft)
        name = account_name(catalog, account) if account in catalog.accounts else ""
        where = T("from hop {number}", number=number) if number and account else ""
        self.account.line.setText("  ".join(part for part in (account, name, where) if part))


class SourcePage(Page):
    """Which identity makes the first call."""

    new_source = Signal()
    edit_source = Signal(str)

    def __init__(self, draft: Draft, catalog: Catalog) -> None:
        """Show the draft."""
        super().__init__(T("Source"), T("The identity that makes the first call. Its secret stays in the keyring."))
        self._draft = draft
        self.group = QButtonGroup(self)
        self.list = card()
        self.box.addWidget(self.list)
        add = button(T("New source"), icon="plus", pressed=self.new_source.emit)
        self.edit = button("", "link", pressed=self._edit)
        self.box.addLayout(row(add, self.edit, None))
        self.without = label(T("Without a hop"), "section")
        self.box.addWidget(self.without)
        self.fields: list[Field] = [
            DurationField(
                "duration", T("Duration"), ("1 h", "4 h", "12 h", "36 h"), T("GetSessionToken: 15 min to 36 h.")
            ),
            CheckField("mfa", T("MFA"), T("Ask for a code")),
        ]
        self.center: list[Field] = [
            TextField("account_id", T("Account ID"), placeholder=T("12 digits"), code=True),
            TextField("role_name", T("Role"), T("A role that Identity Center gives you."), code=True),
        ]
        self.form = Form(draft, [*self.fields, *self.center])
        self.form.fields.append(_SourceChoice(self))
        self.box.addLayout(grid_of([*self.fields, *self.center]))
        self.box.addStretch(1)
        self.group.idToggled.connect(self._picked)
        self.choices: list[tuple[str, str]] = []
        self.show_catalog(catalog)

    def show_catalog(self, catalog: Catalog) -> None:
        """List sources and profiles to go on from."""
        self._catalog = catalog
        for one in self.group.buttons():
            self.group.removeButton(one)
        frame = card()
        lines = [self._source(name) for name in catalog.sources]
        bases = [name for name in catalog.profiles if name != self._draft.original_name]
        self.choices = [("source", name) for name in catalog.sources]
        self.base = EditableField("base", T("Another profile"), bases, T("Go on from another profile's session."))
        parts: list[QWidget] = []
        for number, (radio, icon, second) in enumerate(lines):
            self.group.addButton(radio, number)
            parts += [plain(row(radio, Glyph(icon), label(second, "second"), None, margins=(14, 8, 14, 8))), rule()]
        other = QRadioButton(T("Another profile"))
        other.setAccessibleName(T("Go on from another profile's session"))
        self.group.addButton(other, len(lines))
        self.base.editor.setMinimumWidth(220)
        parts.append(plain(row(other, Glyph("stack"), self.base.editor, None, margins=(14, 8, 14, 8))))
        frame.setLayout(column(*parts, spacing=0))
        self.box.replaceWidget(self.list, frame)
        self.list.hide()
        self.list.deleteLater()
        self.list = frame
        self.base.load(self._draft)
        self.base.changed.connect(self._base_typed)
        self.base.left.connect(self.form.left)
        self._show_choice()

    def _source(self, name: str) -> tuple[QRadioButton, str, str]:
        source = self._catalog.sources[name]
        radio = QRadioButton(source.title or name)
        second = source_line(source)
        radio.setAccessibleName(f"{source.title or name}, {second}")
        return radio, kind_icon(kind_of(source)), second

    def _show_choice(self) -> None:
        source, base = self._draft.text("source"), self._draft.text("base")
        chosen = (
            len(self.choices) if base else next((n for n, (_, name) in enumerate(self.choices) if name == source), -1)
        )
        found = self.group.button(chosen)
        if chosen >= 0 and not found.isChecked():
            self.group.blockSignals(True)
            found.setChecked(True)
            self.group.blockSignals(False)
        self.edit.setText(T("Edit {name}…", name=source) if source else "")
        self.edit.setVisible(bool(source))
        kind = self._catalog.sources.get(source)
        for field in self.center:
            field.set_shown(shown=isinstance(kind, IdentityCenter) or self._draft.get(field.key) is not None)
        none = not self._draft.hops
        self.without.setVisible(none)
        for field in self.fields:
            field.set_shown(shown=none or self._draft.get(field.key) is not None)

    def reload(self) -> None:
        """Show the draft again, after hops came or went."""
        self._show_choice()

    def _picked(self, number: int, on: object) -> None:
        if not on:
            return
        if number < len(self.choices):
            self._draft.set("source", self.choices[number][1])
            self._draft.set("base", None)
        else:
            self._draft.set("source", None)
            self.base.store(self._draft)
            self.base.editor.setFocus()
        self._show_choice()
        self.form.changed.emit()
        self.form.left.emit()

    def _base_typed(self) -> None:
        self.base.store(self._draft)
        self._draft.set("source", None)
        self._show_choice()
        self.form.changed.emit()

    def _edit(self) -> None:
        self.edit_source.emit(self._draft.text("source"))


class _SourceChoice(Field):
    """Stands for the list of sources among the page's fields."""

    def __init__(self, page: SourcePage) -> None:
        self._page = page
        self._words = label(role="error", wrap=True)
        self._words.hide()
        page.box.insertWidget(2, self._words)
        super().__init__("source", T("Source"), self._words)

    def claims(self, key: str) -> bool:
        return key in {"source", "base"}

    def show_problems(self, errors: Sequence[object], warnings: Sequence[object]) -> None:
        from app.texts import describe

        found = [*errors, *warnings]
        words = describe(found[0]) if found else None  # pyright: ignore[reportArgumentType]
        self._words.setText(f"{words.title}. {words.detail}" if words else "")
        self._words.setVisible(bool(words))

    def load(self, draft: Draft) -> None:
        """Nothing of its own is shown."""

    def store(self, draft: Draft) -> None:
        """Nothing of its own is written."""


class SafetyPage(Page):
    """Guards between a key press and production."""

    def __init__(self, draft: Draft, catalog: Catalog) -> None:
        """Show the draft."""
        super().__init__(T("Safety"), T("Guards that sit between a key press and production."))
        colors = [("", T("from group or account")), *((name, _color(name)) for name in LABELS)]
        confirm = (
            ("", T("default")),
            ("never", T("Never")),
            ("start", T("Before a start")),
            ("start-and-copy", T("Before a start and each copy")),
        )
        programs = (
            ("never", T("Never")),
            ("each-time", T("Each time")),
            ("once-1h", T("Once per program, 1 h")),
            ("until-lock", T("Once per program, until lock")),
        )
        arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        fields: list[Field] = [
            CheckField(
                "safety.production",
                T("Production"),
                T("This is production"),
                T("Color bar and mark everywhere, tray menu included. An account or a group can say so too."),
            ),
            TextField("safety.label", T("Mark"), placeholder="PROD"),
            ChoiceField("safety.color", T("Color"), colors),
            ChoiceField(
                "safety.confirm", T("Confirm"), confirm, T("Production asks before a start, unless it says never.")
            ),
            ChoiceField(
                "safety.approve_programs",
                T("Programs ask"),
                programs,
                T("For credential_process and the local endpoint."),
                default="never",
            ),
            CheckField(
                "safety.read_only",
                T("Read-only"),
                T("Narrow the session to reading"),
                T("Adds {arn} as session policy at the last hop.", arn=arn),
            ),
            DurationField(
                "safety.auto_stop",
                T("Stop after"),
                ("1 h", "4 h", "8 h", "12 h"),
                T("Counted from your start. The section is given back."),
                empty=T("never"),
            ),
        ]
        self.form = Form(draft, fields)
        self.box.addLayout(grid_of(fields))
        self.box.addStretch(1)
        self.show_inherited(draft, catalog)

    def show_inherited(self, draft: Draft, catalog: Catalog) -> None:
        """Say which account or group makes the profile production already."""
        account = catalog.accounts.get(account_of(draft))
        parts = draft.text("group").split("/")
        groups = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        found = [name for name in groups if name in catalog.groups and catalog.groups[name].production]
        if account is not None and account.production:
            found.insert(0, account.name or str(account.id))
        help_text = T("Color bar and mark everywhere, tray menu included. An account or a group can say so too.")
        said = T("Production already: {name} says so.", name=found[0]) if found else help_text
        self.form.fields[0].set_help(said)


def account_of(draft: Draft) -> str:
    """Return the account that the draft's chain ends in, as far as it can be read."""
    number = len(draft.hops)
    arn = draft.text(f"roles.{number}.role_arn") if number else ""
    return arn.split(":")[4] if arn.count(":") >= 5 else draft.text("account_id")


def _color(name: str) -> str:
    names = {
        "crimson": T("Crimson"),
        "orange": T("Orange"),
        "amber": T("Amber"),
        "green": T("Green"),
        "teal": T("Teal"),
        "blue": T("Blue"),
        "violet": T("Violet"),
        "slate": T("Slate"),
    }
    return names[name]
