"""The main window in its states."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from app.domain.activity import Event, What
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.domain.session import Active, DeliveryStatus, Starting, Status, Waiting
from app.texts import T
from tests.ui.fakes.bridge import Idle
from tests.ui.fakes.core import NOW, FakeCore
from tests.ui.fakes.core import Change as Changed
from tests.ui.fakes.reading import fake_core
from ui.core import Tools
from ui.main_window.loading import LoadingWindow
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.present.arrange import View, ViewKind
from ui.present.questions import Act
from ui.present.recent import recent_lines
from ui.verbs import Verbs


def window_of(core: FakeCore, tools: Tools) -> MainWindow:
    """Return a main window on a fake core."""
    memory = Memory(core.state)
    return MainWindow(core, tools, Verbs(core, tools, Idle(core.engine.store), SecretClipboard(), memory), memory)


def _main(picked: str = "prod-admin") -> MainWindow:
    core, tools = fake_core()
    core.serving.port = 53811
    name = ProfileName("prod-admin")
    asked = DeliveryStatus(
        "endpoint", "127.0.0.1:53811", NOW - timedelta(minutes=12, seconds=54), None, "terraform", 4121
    )
    status = core.engine.store.statuses[name]
    core.engine.store.statuses[name] = replace(status, deliveries=(*status.deliveries, asked))
    window = window_of(core, tools)
    window.resize(1180, 760)
    window.list.pick(picked)
    window.detail.recent.show_lines(recent_lines(_told(), picked, NOW))
    return window


def _told() -> list[Event]:
    minute = timedelta(minutes=1)
    return [
        Event(NOW - 2 * minute, What.PROBLEM, "prod-admin", str(Code.ACCESS_DENIED_EXTERNAL_ID), about=(("hop", 2),)),
        Event(NOW - 13 * minute, What.PROGRAM, "prod-admin", "terraform: hour"),
        Event(NOW - 32 * minute, What.WRITTEN, "prod-admin", "prod-admin"),
        Event(NOW - 32 * minute, What.STARTED, "prod-admin", "", "tray", NOW + 28 * minute),
    ]


def _confirm() -> MainWindow:
    window = _main("prod-readonly")
    window.start()
    return window


def _console() -> MainWindow:
    window = _main("prod-readonly")
    window.ask(Act.CONSOLE)
    return window


def _no_match() -> MainWindow:
    window = _main()
    window.list.search.setText("prodx")
    return window


def _trouble() -> MainWindow:
    window = _main("dev-poweruser")
    window.fail(Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING))
    return window


def _offline() -> MainWindow:
    core, tools = fake_core()
    down = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="sts.eu-central-1.amazonaws.com", reason="no-such-name")
    for number, (name, status) in enumerate(core.engine.store.statuses.items()):
        if isinstance(status.state, Active):
            at = NOW + timedelta(seconds=20 + number)
            core.engine.store.statuses[name] = replace(status, state=Waiting(status.state.lease, down, at))
    window = window_of(core, tools)
    window.resize(1180, 760)
    window.list.pick("dev-poweruser")
    return window


def _small() -> MainWindow:
    window = _main("prod-admin")
    window.resize(window.minimumSize())
    return window


def _nothing_yet() -> MainWindow:
    core, tools = fake_core("schema = 1", running=False)
    window = window_of(core, tools)
    window.resize(1180, 760)
    return window


def _copied() -> MainWindow:
    window = _main("dev-poweruser")
    said = T("{format} exports of {name} copied", format="bash / zsh", name="dev-poweruser")
    window.say(f"{said}, {T('cleared from the clipboard in {seconds} s', seconds=45)}", 45)
    return window


def _search() -> MainWindow:
    window = _main()
    window.list.search.setText("admin prod")
    return window


def _several() -> MainWindow:
    window = _main()
    window.list.view.select(("network-ops", "dev-poweruser", "billing-view"))
    window.list.bar.show_count(4)
    return window


def _delete_several() -> QWidget:
    window = _several()
    window.selection.delete()
    prompt = window.selection.prompt
    if prompt is None:
        raise LookupError("several are deleted after a question")
    return prompt


def _starting() -> MainWindow:
    core, tools = fake_core()
    window = window_of(core, tools)
    window.resize(1180, 760)
    name, since = ProfileName("prod-admin"), NOW - timedelta(seconds=1)
    for step, at in ((0, since), (1, since + timedelta(milliseconds=12))):
        core.clock.at = at
        core.engine.store.put(Status(name, Starting(since, step, 3)))
        window.take(Changed(frozenset({name})))
    core.clock.at = NOW
    window.list.pick(name)
    return window


def _empty_group() -> MainWindow:
    core, tools = fake_core()
    core.catalogs.tables["groups"]["Acme/Archive"] = {"color": "slate"}
    core.catalog = core.catalogs._read(core.catalogs.tables)  # noqa: SLF001  the sample's own reading
    window = window_of(core, tools)
    window.resize(1180, 760)
    window.sidebar.pick(View(ViewKind.GROUP, "Acme/Archive"))
    return window


def _compact() -> MainWindow:
    core, tools = fake_core()
    core.catalogs.tables["settings"]["density"] = "compact"
    core.catalog = core.catalogs._read(core.catalogs.tables)  # noqa: SLF001  the sample's own reading
    window = window_of(core, tools)
    window.resize(1180, 760)
    window.list.pick("prod-admin")
    return window


def _dropping() -> MainWindow:
    window = _several()
    window.sidebar.list.target = View(ViewKind.GROUP, "Acme/Dev")
    window.sidebar.sources.setChecked(True)
    window.reload()
    return window


def _sources() -> MainWindow:
    core, tools = fake_core()
    core.catalog = replace(core.catalog, key_times={"AKIAIOSFODNN7EXAMPLE": NOW - timedelta(days=412)})
    window = window_of(core, tools)
    window.resize(1180, 760)
    window.sidebar.sources.setChecked(True)
    window.reload()
    window.list.pick("prod-admin")
    return window


def _loading() -> QWidget:
    window = LoadingWindow()
    window.resize(1180, 760)
    return window


MAIN_SCREENS: dict[str, Callable[[], QWidget]] = {
    "01-main": _main,
    "01-main-idle": _confirm,
    "01-main-console": _console,
    "01-main-no-match": _no_match,
    "01-main-copied": _copied,
    "01-main-small": _small,
    "01-main-trouble": _trouble,
    "01-main-offline": _offline,
    "01-main-nothing-yet": _nothing_yet,
    "01-main-search": _search,
    "01-main-several": _several,
    "01-main-delete-several": _delete_several,
    "01-main-starting": _starting,
    "01-main-empty-group": _empty_group,
    "01-main-compact": _compact,
    "01-main-dropping": _dropping,
    "01-main-sources": _sources,
    "01-main-loading": _loading,
}
