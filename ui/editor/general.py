"""The page of names: how a profile is found, and what goes along with it."""

from collections.abc import Sequence

from app.domain.profile import Catalog, Finding
from app.domain.session import Status
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.editable_field import EditableField
from ui.editor.fields import AreaField, CheckField, ChoiceField, Field, TextField, TextsField
from ui.editor.forms import Disclosure, grid_of
from ui.editor.pills import PillsField
from ui.editor.region_field import RegionField
from ui.editor.safety import account_of
from ui.editor.tables import PairsField
from ui.editor.trailing import Trailing
from ui.present.names import account_title
from ui.style.fonts import font
from ui.widgets.basics import row
from ui.widgets.busy import Busy

RARE = ("title", "start", "env", "console.destination", "console.browser", "console.container")


class GeneralPage(DraftPage):
    """How a profile is found and named, and what goes along with it."""

    def __init__(self, draft: Draft, catalog: Catalog) -> None:
        """Show the draft."""
        super().__init__(draft, T("General"), T("How this profile is found and named."))
        groups = sorted({one.group for one in catalog.profiles.values() if one.group} | set(catalog.groups))
        self.account = AccountField()
        self.name = TextField("name", T("Name"), T("Used with AWS_PROFILE and --profile."), code=True, ticks=True)
        usual: list[Field] = [
            self.name,
            EditableField("group", T("Group"), groups, placeholder=T("none; a slash makes a tree: Acme/Prod")),
            PillsField("tags", T("Tags"), placeholder=T("Add tag")),
            RegionField("region", T("Region"), placeholder=str(catalog.settings.region)),
            TextsField("aliases", T("Also known as"), placeholder=T("Other names to search by")),
            AreaField("note", T("Note")),
            CheckField("favorite", T("Favorite"), T("Show in the tray menu and at the top of quick switch")),
        ]
        for field in usual:
            self.form.take(field)
        self.more = Disclosure(T("More"), RARE, _rare)
        self.form.take_later(self.more)
        self.box.addLayout(grid_of([*usual[:4], self.account, *usual[4:]]))
        self.box.addWidget(self.more)
        self.box.addStretch(1)

    def follow(self, catalog: Catalog, status: Status | None) -> None:
        """Show the account that the chain ends in, and what is set among the rest."""
        del status
        number, account = len(self._draft.hops), account_of(self._draft)
        name = account_title(catalog, account)
        where = T("from hop {number}", number=number) if number and account else ""
        self.account.show_account(account, ", ".join(part for part in (name, where) if part))
        self.more.show_set(self._draft)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings at their fields, and the rest of the fields where one is among them."""
        super().show_findings(findings)
        self.more.show_wrong(findings)

    def go_to(self, key: str) -> None:
        """Go to the field of a key, among the rest too."""
        if self.more.claims(key):
            self.more.set_open(opened=True)
        super().go_to(key)


def _rare() -> list[Field]:
    return [
        TextField("title", T("Title"), T("Free text beside the name."), placeholder=T("none")),
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


class AccountField(TextField):
    """Read only: the number, and quietly beside it what the account is called and where that comes from."""

    def __init__(self) -> None:
        """Show none yet."""
        super().__init__("", T("Account"), account_note(), code=True)
        self.line.setReadOnly(True)
        self.words = Trailing(self.line, beside=True)
        self.busy = Busy()
        self.busy.setAccessibleName(T("Asking for the account's alias"))
        self.line.setLayout(row(None, self.busy, margins=(0, 0, 12, 0)))
        self.busy.hide()

    def show_account(self, number: str, words: str) -> None:
        """Show an account's number, and words about it."""
        self.line.setFont(font("code"))
        self.line.setText(number)
        self.words.say(words)
        self.line.setAccessibleDescription(f"{words}. {self.note.text()}" if words else "")


def account_note() -> str:
    """Return where number and alias come from."""
    return T("Follows the last hop. Aliases come from iam:ListAccountAliases where allowed.")
