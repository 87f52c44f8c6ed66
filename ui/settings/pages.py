"""The pages of the settings: which fields each has."""

import sys
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from app.domain.profile import Settings
from app.domain.reading.settings import SHELLS
from app.domain.values import dataclass
from app.texts import T
from ui.editor.browsing import browsed
from ui.editor.choices import Option, SegmentField
from ui.editor.draft import Draft
from ui.editor.editable_field import EditableField
from ui.editor.fields import ChoiceField, Field, NumberField, TextField
from ui.editor.forms import Form, Page
from ui.editor.hint_field import HintField
from ui.editor.lines import SwitchField, line_of
from ui.editor.region_field import RegionField
from ui.present.names import shell_label
from ui.settings.keys import KeyField
from ui.style.fonts import grown
from ui.widgets.basics import icon_button, rule

LANGUAGES = (("de", "Deutsch"), ("en", "English"), ("es", "Español"))
NEWS = ("needs_you", "not_refreshed", "ended", "program_asks")
_WIDEST, _WIDE, _MIDDLE, _NARROW = 300, 240, 160, 120
_BESIDE = _WIDE + 36  # as wide as a path with its button

Made = tuple[str, Sequence[Field]]  # what stands below a page's title, and its fields


class SettingsPage(Page):
    """A page of lines, each with its own way back to the default."""

    def __init__(self, title: str, intro: str, draft: Draft, fields: Sequence[Field]) -> None:
        """Show the draft."""
        super().__init__(title, intro)
        self.form = Form(draft, fields)
        self.resets: dict[str, QPushButton] = {}
        for number, field in enumerate(fields):
            if number:
                self.box.addWidget(rule())
            self.resets[field.key] = made = _reset_button(field)
            made.clicked.connect(self._reset)
            self.box.addWidget(line_of(field, made))
        self.form.changed.connect(self.show_resets)
        self.show_resets()

    def add_line(self, *parts: QWidget) -> None:
        """Add what is no setting of the catalog, below the others."""
        for part in parts:
            self.box.addWidget(rule())
            self.box.addWidget(part)

    def show_resets(self) -> None:
        """Offer the way back where a value of its own is set."""
        for key, one in self.resets.items():
            value = self.form.draft.get(key)
            one.setVisible(value is not None and value != default_of(key))

    def _reset(self) -> None:
        pressed = self.sender()
        for field in self.form.fields:
            if self.resets[field.key] is pressed:
                field.focus()  # the button goes
                self.form.draft.set(field.key, None)
                field.load(self.form.draft)
                self.form.changed.emit()
                self.form.left.emit()


def default_of(key: str) -> object:
    """Return what counts where the catalog does not name a key."""
    found: object = Settings()
    for part in key.split("."):
        found = getattr(found, part)
    return False if key == "stop_on_lock" else found


def _reset_button(field: Field) -> QPushButton:
    made = icon_button("arrow-counter-clockwise", T("{setting}: back to the default", setting=field.title))
    policy = made.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    made.setSizePolicy(policy)
    return made


class LockField(ChoiceField):
    """What happens on screen lock: written as true, false or a word."""

    def _load(self, draft: Draft) -> None:
        found = draft.get(self.key)
        value = "stop" if found is True else str(found) if isinstance(found, str) else "nothing"
        self.box.setCurrentIndex(max(self.box.findData(value), 0))

    def store(self, draft: Draft) -> None:
        """Write true for a stop, the word for a lock, nothing for nothing."""
        draft.set(self.key, {"stop": True, "lock": "lock"}.get(self.value))


@dataclass(frozen=True, slots=True)
class Plan:
    """A page before it is there: what the list says of it, its keys; `make` builds its intro and its fields."""

    title: str
    glyph: str
    keys: tuple[str, ...]
    make: Callable[[], Made]

    def claims(self, key: str) -> bool:
        """Whether a finding's key belongs to one of the fields."""
        return any(key == one or key.startswith(f"{one}.") for one in self.keys)

    def page(self, draft: Draft) -> SettingsPage:
        """Return the page."""
        intro, fields = self.make()
        return SettingsPage(self.title, intro, draft, fields)


def plans(languages: Sequence[str], regions: Sequence[str]) -> tuple[Plan, ...]:
    """Return the plan of every page over the table, the guards last."""
    tray = () if sys.platform == "darwin" else ("tray_panel",)
    general = ("theme", *tray, "density", "language", "on_quit")
    news = tuple(f"notifications.{key}" for key in NEWS)
    return (
        Plan(T("General"), "gear-six", general, partial(_general, languages)),
        Plan(T("Keys and copies"), "lightning", ("shortcut", "switch", "shell", "clipboard_seconds"), _keys),
        Plan(T("Sessions"), "clock", ("region", "sts_region", "activity_days"), partial(_sessions, regions)),
        Plan(T("Notifications"), "bell", news, _notifications),
        Plan(T("Files"), "file-text", ("credentials_file", "config_file", "write"), _files),
        Plan(T("Network"), "globe", ("proxy", "ca_bundle", "endpoint_port"), _network),
        Plan(T("Security"), "shield-check", ("stop_on_lock",), _security),
    )


def _sized(width: int, *fields: Field) -> None:
    """Give controls a width; a list of choices that asks for more gets it."""
    for one in fields:
        asked = one.editor.sizeHint().width() if isinstance(one, ChoiceField) else 0
        one.editor.setFixedWidth(max(grown(width), min(asked, grown(_WIDEST))))


def _general(languages: Sequence[str]) -> Made:
    named = [(code, name) for code, name in LANGUAGES if code in (*languages, "en")]
    language = ChoiceField(
        "language",
        T("Language"),
        (("system", T("As the system")), *named),
        T("Takes effect at once. An editor with changes follows when it is closed."),
        default="system",
    )
    quits = ChoiceField(
        "on_quit",
        T("On quit"),
        (("keep", T("Keep sessions until they expire")), ("stop", T("Stop all sessions"))),
        T("What the question proposes while sessions are active."),
        default="keep",
    )
    _sized(_WIDE, language, quits)
    fields: list[Field] = [
        SegmentField(
            "theme",
            T("Theme"),
            (Option("system", T("System")), Option("light", T("Light")), Option("dark", T("Dark"))),
            T("High contrast and less motion are taken from the system."),
            default="system",
        ),
        *([] if sys.platform == "darwin" else [_tray_panel()]),
        SegmentField(
            "density",
            T("Rows of the list"),
            (Option("comfortable", T("Two lines")), Option("compact", T("One line"))),
            T("One line leaves out account, role and region."),
            default="comfortable",
        ),
        language,
        quits,
    ]
    return T("How Rolecall looks and answers."), fields


def _tray_panel() -> SegmentField:
    """A choice where the system does not draw the icon in its own ink, as macOS does."""
    return SegmentField(
        "tray_panel",
        T("Tray icon"),
        (Option("automatic", T("Automatic")), Option("light", T("Light panel")), Option("dark", T("Dark panel"))),
        T("For a panel that the system says nothing of, or something wrong."),
        default="automatic",
    )


def _keys() -> Made:
    key = KeyField("shortcut", T("Quick switch"), default=Settings().shortcut)
    enter = ChoiceField(
        "switch",
        T("Enter in the quick switch"),
        (("start", T("Starts the profile")), ("default", T("Starts it and makes it the default"))),
        T("An active profile is used: its exports are copied, or it is made the default."),
        default="start",
    )
    shell = ChoiceField(
        "shell",
        T("Copy as"),
        [(one, shell_label(one)) for one in SHELLS],
        T("Until another form is chosen at a copy."),
        default="bash",
    )
    seconds = NumberField(
        "clipboard_seconds",
        T("Clear the clipboard"),
        T("Seconds after a copy, if it still holds the copy."),
        placeholder="45",
    )
    _sized(_WIDE, enter, shell)
    _sized(_MIDDLE, key)
    _sized(_NARROW, seconds)
    return T("The key for the whole desktop, and what a copy is."), [key, enter, shell, seconds]


def _sessions(regions: Sequence[str]) -> Made:
    region = RegionField("region", T("Region"), T("For programs, where a profile names none."), placeholder="us-east-1")
    sts = EditableField(
        "sts_region", T("STS region"), regions, T("Where STS is called."), placeholder=T("by the environment")
    )
    days = NumberField(
        "activity_days", T("Keep activity"), T("Days; 0 keeps nothing, and forgets what there is."), placeholder="30"
    )
    _sized(_WIDE, region, sts)
    _sized(_NARROW, days)
    return T("Where calls go, and what is remembered."), [region, sts, days]


def _notifications() -> Made:
    words = {
        "needs_you": (T("A profile needs you"), T("An MFA code, a sign-in, or a section that is in the way.")),
        "not_refreshed": (T("A session was not refreshed"), T("It stays valid for now, and you can see until when.")),
        "ended": (T("A session ended"), T("It expired, and there is no other; or it is about to be stopped.")),
        "program_asks": (T("A program asks"), T("Without an answer within a minute it is denied.")),
    }
    fields = [SwitchField(f"notifications.{key}", *words[key], default=True) for key in NEWS]
    intro = T("What the desktop tells you while no window shows it. Several at once are told as one.")
    return intro, fields


def _files() -> Made:
    credentials = TextField("credentials_file", T("Credentials file"), placeholder="~/.aws/credentials", code=True)
    config = TextField(
        "config_file", T("Config file"), T("For regions and process lines."), placeholder="~/.aws/config", code=True
    )
    write = ChoiceField(
        "write",
        T("Writing"),
        (("replace", T("Replace the file, all at once")), ("in-place", T("In place, with a journal"))),
        T("In place is for files that cannot be replaced, as bind mounts."),
        default="replace",
    )
    moved = T("With another file, what runs is given back in the old one and written to the new one at once.")
    credentials.set_help(moved)
    _sized(_WIDE, credentials, config)
    _sized(_BESIDE, write)
    browsed(credentials, new=True)
    browsed(config, new=True)
    intro = T("Which files sessions are written to. They win over the environment.")
    return intro, [credentials, config, write]


def _network() -> Made:
    proxy = HintField("proxy", T("Proxy"), T("Counts from the next call on."), hint=T("by the environment"))
    bundle = HintField(
        "ca_bundle",
        T("CA bundle"),
        T("A file with the certificate of a proxy that opens TLS traffic, as some companies have one."),
        hint=T("the system's"),
    )
    about = T("Of the local endpoint. Empty: a free one is chosen once and kept.")
    port = NumberField("endpoint_port", T("Endpoint's port"), about, placeholder=T("automatic"))
    _sized(_WIDE, bundle)
    _sized(_BESIDE, proxy)
    browsed(bundle)
    _sized(_NARROW, port)
    return T("The way to AWS, and the local endpoint."), [proxy, bundle, port]


def _security() -> Made:
    lock = LockField(
        "stop_on_lock",
        T("Screen lock, sleep"),
        (
            ("nothing", T("Sessions go on")),
            ("stop", T("Stop all sessions")),
            ("lock", T("Stop all, and lock Rolecall")),
        ),
        T("What is ready in the files is given back before the machine sleeps."),
    )
    _sized(_WIDE, lock)
    intro = T("Who may use sessions, and where secrets are kept.")
    return intro, [lock]
