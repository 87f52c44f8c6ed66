"""The pages of the settings: which fields each has."""

from app.domain.reading.settings import SHELLS
from app.texts import T
from ui.editor.draft import Draft
from ui.editor.fields import CheckField, ChoiceField, EditableField, Field, NumberField, TextField
from ui.editor.forms import Form, Page, grid_of
from ui.present.names import shell_label

LANGUAGES = (("de", "Deutsch"), ("en", "English"), ("es", "Español"))


class SettingsPage(Page):
    """A page with one form."""

    def __init__(self, title: str, intro: str, draft: Draft, fields: list[Field]) -> None:
        """Show the draft."""
        super().__init__(title, intro)
        self.form = Form(draft, fields)
        self.box.addLayout(grid_of(fields))


class LockField(ChoiceField):
    """What happens on screen lock: written as true, false or a word."""

    def _load(self, draft: Draft) -> None:
        found = draft.get(self.key)
        value = "stop" if found is True else str(found) if isinstance(found, str) else "nothing"
        self.box.setCurrentIndex(max(self.box.findData(value), 0))

    def store(self, draft: Draft) -> None:
        """Write true for a stop, the word for a lock, nothing for nothing."""
        draft.set(self.key, {"stop": True, "lock": "lock"}.get(self.value))


def pages(draft: Draft, languages: tuple[str, ...], regions: tuple[str, ...]) -> tuple[SettingsPage, ...]:
    """Return every page over one draft of the table."""
    return (
        _general(draft, languages), _refreshing(draft, regions), _files(draft), _network(draft), _security(draft)
    )  # fmt: skip


def _general(draft: Draft, languages: tuple[str, ...]) -> SettingsPage:
    named = [(code, name) for code, name in LANGUAGES if code in (*languages, "en")]
    fields: list[Field] = [
        ChoiceField(
            "theme",
            T("Theme"),
            (("system", T("As the system")), ("light", T("Light")), ("dark", T("Dark"))),
            default="system",
        ),
        ChoiceField(
            "density",
            T("Rows of the list"),
            (("comfortable", T("Two lines")), ("compact", T("One line"))),
            default="comfortable",
        ),
        ChoiceField(
            "language",
            T("Language"),
            (("system", T("As the system")), *named),
            T("Takes effect at once. An editor with changes follows when it is closed."),
            default="system",
        ),
        TextField("shortcut", T("Quick switch"), T("A key for the whole desktop, on X11."), placeholder="Ctrl+Alt+R"),
        ChoiceField(
            "switch",
            T("Enter there"),
            (("start", T("Starts the profile")), ("default", T("Starts it and makes it the default"))),
            default="start",
        ),
        ChoiceField("shell", T("Copy as"), [(one, shell_label(one)) for one in SHELLS], default="bash"),
        NumberField(
            "clipboard_seconds",
            T("Clear the clipboard"),
            T("Seconds after a copy, if it still holds the copy."),
            placeholder="45",
        ),
        ChoiceField(
            "on_quit",
            T("On quit"),
            (("keep", T("Keep sessions until they expire")), ("stop", T("Stop all sessions"))),
            default="keep",
        ),
    ]
    return SettingsPage(T("General"), T("How Rolecall looks and answers."), draft, fields)


def _refreshing(draft: Draft, regions: tuple[str, ...]) -> SettingsPage:
    news = (
        ("needs_you", T("A profile needs you")),
        ("not_refreshed", T("A session was not refreshed")),
        ("ended", T("A session ended")),
        ("program_asks", T("A program asks")),
    )
    fields: list[Field] = [
        EditableField(
            "region", T("Region"), regions, T("For programs, where a profile names none."), placeholder="us-east-1"
        ),
        EditableField(
            "sts_region", T("STS region"), regions, T("Where STS is called."), placeholder=T("by the environment")
        ),
        *(
            CheckField(f"notifications.{key}", T("Notify") if not number else "", text, default=True)
            for number, (key, text) in enumerate(news)
        ),
        NumberField("activity_days", T("Keep activity"), T("Days; 0 keeps nothing."), placeholder="30"),
    ]
    return SettingsPage(T("Sessions"), T("Where calls go, and what you are told."), draft, fields)


def _files(draft: Draft) -> SettingsPage:
    fields: list[Field] = [
        TextField("credentials_file", T("Credentials file"), placeholder="~/.aws/credentials", code=True),
        TextField("config_file", T("Config file"), placeholder="~/.aws/config", code=True),
        ChoiceField(
            "write",
            T("Writing"),
            (("replace", T("Replace the file, all at once")), ("in-place", T("In place, with a journal"))),
            T("In place is for files that cannot be replaced, as bind mounts."),
            default="replace",
        ),
    ]
    intro = T("Which files sessions are written to. They win over the environment.")
    return SettingsPage(T("Files"), intro, draft, fields)


def _network(draft: Draft) -> SettingsPage:
    fields: list[Field] = [
        TextField("proxy", T("Proxy"), placeholder=T("by the environment"), code=True),
        TextField(
            "ca_bundle",
            T("CA bundle"),
            T("A file with the certificates of who reads this traffic, as a company's proxy."),
            placeholder=T("the system's"),
            code=True,
        ),
        NumberField(
            "endpoint_port",
            T("Endpoint's port"),
            T("Of the local endpoint; empty: drawn once and kept."),
            placeholder="0",
        ),
    ]
    return SettingsPage(T("Network"), T("The way to AWS, and the local endpoint."), draft, fields)


def _security(draft: Draft) -> SettingsPage:
    fields: list[Field] = [
        LockField(
            "stop_on_lock",
            T("Screen lock, sleep"),
            (
                ("nothing", T("Sessions go on")),
                ("stop", T("Stop all sessions")),
                ("lock", T("Stop all, and lock Rolecall")),
            ),
            T("What is ready in the files is given back before the machine sleeps."),
        ),
    ]
    return SettingsPage(T("Security"), T("Who may use sessions, and where secrets are kept."), draft, fields)
