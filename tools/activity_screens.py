"""Screens of the window of what happened."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.activity import Event, What
from app.domain.files import FileDiff, JournalEntry, Touched, taken_back
from app.domain.problem import Code
from app.domain.session import Starter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.reading import fake_core
from ui.activity.event import EventWindow
from ui.activity.journal import Journal, Line, lines_of
from ui.activity.window import WRITES, ActivityWindow
from ui.activity.writes import Writes
from ui.present.names import production_label

_HOUR = timedelta(hours=1)
_AT = (("host", "acme.awsapps.com"),)
_PROD = "arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-prod-admin"


def _told() -> list[Event]:
    core, _ = fake_core()
    now, hour = core.clock.now(), _HOUR
    found = [
        Event(now - 22.2 * hour, What.STARTED, "billing-view", "", "window", now - 18 * hour),
        Event(now - 18 * hour, What.ENDED, "billing-view"),
        Event(now - 21.4 * hour, What.STARTED, "audit-viewer", "", "tray", now - 20.4 * hour),
        Event(now - 20.4 * hour, What.ENDED, "audit-viewer"),
        Event(now - 20.9 * hour, What.STARTED, "staging-admin", "", "palette", now - 19.9 * hour),
        *(Event(now - (20 - n) * hour, What.RENEWED, "staging-admin", until=now - (19 - n) * hour) for n in range(3)),
        Event(now - 17.6 * hour, What.STOPPED, "staging-admin"),
        *(Event(now - (7 - n) * hour, What.RENEWED, "dev-poweruser", until=now - (5.5 - n) * hour) for n in range(8)),
        Event(now - 4.7 * hour, What.STARTED, "data-lake-reader", "", "auto", now + 3.2 * hour),
        Event(now - 4.6 * hour, What.WRITTEN, "data-lake-reader", "~/.aws/credentials [data-lake-reader]"),
        Event(now - 4.3 * hour, What.STARTED, "prod-admin", _PROD, "window", now - 3.3 * hour),
        Event(now - 3.4 * hour, What.RENEWED, "prod-admin", until=now - 2.3 * hour),
        Event(now - 2.3 * hour, What.STOPPED, "prod-admin"),
        Event(now - 1.2 * hour, What.STARTED, "audit-viewer", "", "window", now - 0.1 * hour),
        Event(now - 0.52 * hour, What.STARTED, "prod-admin", _PROD, "window", now + 0.45 * hour),
        Event(now - 0.51 * hour, What.WRITTEN, "prod-admin", "~/.aws/credentials [prod-admin]"),
        Event(now - 0.5 * hour, What.COPIED, "prod-admin", "bash / zsh", "window"),
        Event(now - 0.3 * hour, What.PROBLEM, "audit-viewer", str(Code.SIGN_IN_ENDED), until=now, about=_AT),
        Event(now - 0.2 * hour, What.CONSOLE, "dev-poweruser", "", "tray"),
        Event(
            now - 0.04 * hour,
            What.PROBLEM,
            "prod-admin",
            str(Code.ACCESS_DENIED_EXTERNAL_ID),
            until=now + 0.5 * hour,
            request="0a1b2c3d",
            about=(("hop", 2),),
        ),
    ]
    return sorted(found, key=lambda one: one.at)


_DIFF = (
    "--- /home/mira/.aws/credentials",
    "+++ /home/mira/.aws/credentials",
    "@@ -14,3 +14,5 @@",
    " [prod-admin]",
    "-aws_access_key_id = AKIA…MPLE",
    "-aws_secret_access_key = •••••• (40)",
    "+# rolecall prod-admin 1a2b3c4d expires 2026-11-25T14:52:09Z",
    "+aws_access_key_id = ASIA…0001",
    "+aws_secret_access_key = •••••• (40)",
    "+aws_session_token = •••••• (864)",
)


def _entries() -> list[JournalEntry]:
    core, _ = fake_core()
    now = core.clock.now()
    path = "/home/mira/.aws/credentials"

    def entry(at: float, what: str, name: str, how: str, *, undoable: bool = False) -> JournalEntry:
        touched = (Touched(name, how),)
        return JournalEntry(f"{at}", now - at * _HOUR, path, what, (name,), _DIFF, undoable, touched)

    return [
        entry(0.04, "renew", "dev-poweruser", "changed"),
        entry(0.5, "adopt", "prod-admin", "changed", undoable=True),
        entry(1.2, "stop", "audit-viewer", "removed"),
        entry(4.6, "start", "data-lake-reader", "added"),
        entry(30, "import", "legacy", "changed", undoable=True),
    ]


def _writes(entries: Sequence[JournalEntry]) -> Writes:
    async def read() -> Sequence[JournalEntry]:
        return entries

    async def preview(entry: JournalEntry) -> Sequence[FileDiff]:
        return [FileDiff(entry.path, taken_back(entry.diff), 3, 0o600)]

    async def undo(_entry: JournalEntry) -> None:
        """Undo nothing."""

    def way(entry: JournalEntry) -> str:
        return "put-back" if entry.undoable else ("stop" if entry.what in ("start", "renew") else "")

    return Writes(read, way, lambda entry: entry.profiles, preview, undo)


def _activity(events: Sequence[Event] | None = None, *, written: bool = True, loading: bool = False) -> ActivityWindow:
    core, _ = fake_core()
    lines = lines_of(_told() if events is None else events)

    async def read() -> Sequence[Line]:
        return lines

    async def write(_path: Path, _events: Sequence[Event]) -> None:
        """Write nothing."""

    def mark(name: str) -> tuple[str, str]:
        profile = core.catalog.profiles.get(name)
        return (production_label(profile), profile.safety.color) if profile is not None else ("", "")

    bridge, now = Now(core.engine.store), core.clock.now
    writes = _writes(_entries() if written else ())
    window = ActivityWindow(Journal(read, write), bridge, now, writes=writes, mark=mark)
    if not loading:
        window.events.show_lines(lines)
    return window


def _picked() -> ActivityWindow:
    window = _activity()
    timeline = window.events.timeline
    timeline.setCurrentIndex(timeline.rows.index(0, 0))
    timeline.zoom(0.4, 0.8)
    return window


def _no_match() -> ActivityWindow:
    window = _activity()
    window.events.search.setText("prodigy")
    return window


def _many() -> ActivityWindow:
    core, _ = fake_core()
    now = core.clock.now()
    names = [f"{word}-{number}" for number in range(1, 8) for word in ("dev", "staging", "prod")]
    events = [Event(now - (1 + n % 9) * _HOUR, What.STARTED, name, "", str(Starter.AUTO), now - (n % 3 - 1) * _HOUR)
        for n, name in enumerate(names)]  # fmt: skip
    return _activity(sorted(events, key=lambda one: one.at))


def _written(row: int = 1, *, ask: bool = False, done: bool = False, written: bool = True) -> ActivityWindow:
    window = _activity(written=written)
    window.turn_to(WRITES)
    page = window.writes
    if page is not None and written:
        page.table.selectRow(row)
        if ask or done:
            page.ask()
        if done:
            page.undo()
    return window


def _event() -> QWidget:
    window = _activity()
    window.events.table.selectRow(0)
    shown = EventWindow(window.events, window.events.model.lines[0])
    shown.setParent(None)
    return shown


ACTIVITY_SCREENS: dict[str, Callable[[], QWidget]] = {
    "08-activity": _activity,
    "08-activity-picked": _picked,
    "08-activity-many": _many,
    "08-activity-no-match": _no_match,
    "08-activity-empty": partial(_activity, ()),
    "08-activity-loading": partial(_activity, loading=True),
    "08-activity-event": _event,
    "08-activity-writes": _written,
    "08-activity-writes-ask": partial(_written, ask=True),
    "08-activity-writes-done": partial(_written, done=True),
    "08-activity-writes-empty": partial(_written, written=False),
}
