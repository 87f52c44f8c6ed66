"""Deleting, exporting and copying several profiles from the list: one question, one save, one way back."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.catalogcopy import Addition
from app.domain.problem import AppError, Code, Problem
from app.domain.session import Starter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.test_main_window_selection import choose, select
from ui.bridge import Bridge
from ui.core import Tools
from ui.exchange import Exchange
from ui.main_window.window import MainWindow
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.prompts.questions import ChoicePrompt
from ui.verbs import Verbs

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform cannot
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def focused(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def asked(window: MainWindow) -> ChoicePrompt:
    prompt = window.selection.prompt
    assert isinstance(prompt, ChoicePrompt)
    assert prompt.isVisible()
    return prompt


def test_the_key_deletes_all_after_one_question_and_ctrl_z_brings_them_back(window: MainWindow, core: FakeCore) -> None:
    before = json.dumps(core.catalogs.tables)
    select(window, "staging-admin", "dev-poweruser")
    QTest.keyClick(window.list.view, Qt.Key.Key_Delete)
    prompt = asked(window)
    assert not prompt.typed.isVisible(), "no production among them"
    assert prompt.focusWidget() is prompt.cancel
    prompt.reject()
    assert "dev-poweruser" in core.catalog.profiles
    QTest.keyClick(window.list.view, Qt.Key.Key_Delete)
    asked(window).buttons["delete"].click()
    assert not {"staging-admin", "dev-poweruser"} & set(core.catalog.profiles)
    assert core.catalogs.saves == 1
    assert core.engine.verbs == [("stop", "dev-poweruser")], "what does not run is not stopped"
    assert "2 profiles deleted" in window.status_bar.message.text()
    window.activateWindow()
    QTest.keyClick(window.list.view, Qt.Key.Key_Z, CTRL)
    assert json.dumps(core.catalogs.tables) == before, "their place in the file too"
    assert "dev-poweruser" in core.catalog.profiles


def test_production_among_them_wants_their_number(window: MainWindow, core: FakeCore) -> None:
    select(window, "staging-admin", "prod-readonly")
    choose(window, "Delete")
    prompt = asked(window)
    assert prompt.focusWidget() is prompt.typed
    assert not prompt.buttons["delete"].isEnabled()
    QTest.keyClick(prompt.typed, Qt.Key.Key_Return, CTRL)
    prompt.buttons["delete"].click()
    assert "prod-readonly" in core.catalog.profiles
    QTest.keyClicks(prompt.typed, "2")
    prompt.buttons["delete"].click()
    assert not {"staging-admin", "prod-readonly"} & set(core.catalog.profiles)


def test_one_deleted_comes_back_too(verbs: Verbs, core: FakeCore) -> None:
    verbs.edits.delete(["fjord-sandbox"])
    assert "fjord-sandbox" not in core.catalog.profiles
    verbs.edits.undo()
    assert "fjord-sandbox" in core.catalog.profiles
    verbs.edits.undo()
    assert "fjord-sandbox" in core.catalog.profiles, "there is nothing more to undo"


def test_what_was_changed_since_a_deletion_stays(verbs: Verbs, core: FakeCore) -> None:
    verbs.edits.delete(["dev-poweruser", "network-ops"])
    core.catalogs.tables["profiles"]["audit-viewer"]["note"] = "written since"
    core.catalogs.tables["profiles"]["network-ops"] = {"source": "mira.lind", "note": "made anew"}
    core.catalogs.tables["settings"].pop("default")
    verbs.edits.undo()
    profiles = core.catalogs.tables["profiles"]
    assert profiles["dev-poweruser"]["region"] == "eu-west-1"
    assert profiles["audit-viewer"]["note"] == "written since"
    assert profiles["network-ops"]["note"] == "made anew"
    assert core.catalogs.tables["settings"] == {"region": "us-east-1", "default": "dev-poweruser"}


def test_a_base_of_one_that_stays_is_not_deleted_and_nothing_is_stopped(
    verbs: Verbs, core: FakeCore, bridge: Now
) -> None:
    core.catalogs.tables["profiles"]["further"] = {"base": "dev-poweruser"}
    core.catalog = core.catalogs._read(core.catalogs.tables)
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)
    verbs.edits.delete(["dev-poweruser", "network-ops"])
    assert [one.code for one in problems] == [Code.BASE_IN_USE]
    assert core.engine.verbs == []
    verbs.edits.delete(["dev-poweruser", "further"])
    assert "further" not in core.catalog.profiles


def test_several_steps_are_taken_back_in_order(verbs: Verbs, core: FakeCore) -> None:
    names = ["network-ops", "audit-viewer"]
    verbs.edits.set_favorite(names, on=True)
    verbs.edits.add_tag(names, "new")
    verbs.edits.put_in_group(names, "Acme/Tools")
    assert core.catalogs.saves == 3
    assert core.catalog.profiles["network-ops"].tags == ("pci", "new")
    verbs.edits.undo()
    assert core.catalog.profiles["network-ops"].group == ""
    verbs.edits.undo()
    verbs.edits.undo()
    assert "favorite" not in core.catalogs.tables["profiles"]["network-ops"]
    assert core.catalog.profiles["network-ops"].tags == ("pci",)


def test_the_favorite_key_counts_for_all_selected(window: MainWindow, core: FakeCore) -> None:
    select(window, "network-ops", "audit-viewer")
    QTest.keyClick(window.list.view, Qt.Key.Key_B, CTRL)
    assert all(core.catalog.profiles[name].favorite for name in ("network-ops", "audit-viewer"))
    QTest.keyClick(window.list.view, Qt.Key.Key_B, CTRL)
    assert not core.catalog.profiles["audit-viewer"].favorite


def test_several_sessions_are_one_json_object(window: MainWindow, core: FakeCore) -> None:
    object.__setattr__(window.tools, "export", lambda style, issued, profile, catalog: f'{{"KEY": "{profile.name}"}}')
    select(window, "dev-poweruser", "staging-admin")
    choose(window, "Copy as JSON")
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied == {name: {"KEY": name} for name in ("dev-poweruser", "staging-admin")}
    assert next(verb[1] for verb in core.engine.verbs if verb[0] == "start") == "staging-admin"
    assert "cleared from the clipboard in 45 s" in window.status_bar.message.text()


def test_copying_production_that_does_not_run_asks_once(window: MainWindow, core: FakeCore) -> None:
    QGuiApplication.clipboard().clear()
    select(window, "dev-poweruser", "prod-readonly")
    choose(window, "Copy as credentials")
    assert not QGuiApplication.clipboard().text()
    asked(window).buttons["copy"].click()
    assert QGuiApplication.clipboard().text().splitlines() == [
        "ini dev-poweruser ASIAEXAMPLE00000001",
        "",
        "ini prod-readonly ASIAEXAMPLE00000001",
    ]
    assert ("start", "prod-readonly", Starter.WINDOW, False) in core.engine.verbs


class Files:
    """A file that holds one profile more, and what was written."""

    def __init__(self, addition: Addition) -> None:
        self.addition = addition
        self.written: list[tuple[Path, list[str]]] = []

    async def write(self, path: Path, names: Sequence[str]) -> int:
        if path.name == "full.toml":
            raise AppError.of(Code.FILE_FULL, path=str(path))
        self.written.append((path, list(names)))
        return len(names)

    async def read(self, _path: Path) -> Addition:
        return self.addition


def with_files(window: MainWindow, addition: Addition) -> Files:
    files = Files(addition)
    window.tools = replace(window.tools, exchange=Exchange(files.write, files.read))
    return files


def test_profiles_are_written_to_a_file(window: MainWindow, bridge: Now) -> None:
    files = with_files(window, Addition({}))
    problems: list[Problem] = []
    bridge.failed.connect(problems.append)
    select(window, "dev-poweruser", "network-ops")
    choose(window, "Export profiles")
    dialog = window.transfer.dialog
    assert dialog is not None
    dialog.fileSelected.emit("/x/part.toml")
    dialog.close()
    assert [(path.name, set(names)) for path, names in files.written] == [
        ("part.toml", {"dev-poweruser", "network-ops"})
    ]
    assert "2 profiles written to /x/part.toml" in window.status_bar.message.text()
    window.transfer.export_to(["dev-poweruser"], "/x/full.toml")
    assert [one.code for one in problems] == [Code.FILE_FULL]


def test_profiles_are_added_from_a_file_after_a_question_and_taken_back(window: MainWindow, core: FakeCore) -> None:
    new = {("sources", "bob"): {"kind": "environment"}, ("profiles", "bobs"): {"source": "bob"}}
    with_files(window, Addition(new, ("dev-poweruser",)))
    window.transfer.add_from("/x/part.toml")
    prompt = window.transfer.prompt
    assert prompt is not None
    assert "bobs" not in core.catalog.profiles
    prompt.buttons["add"].click()
    assert "bobs" in core.catalog.profiles
    window.verbs.edits.undo()
    assert "bobs" not in core.catalog.profiles
    assert "bob" not in core.catalog.sources


def test_a_file_with_nothing_new_says_so(window: MainWindow) -> None:
    with_files(window, Addition({}))
    window.transfer.add_from("/x/part.toml")
    prompt = window.transfer.prompt
    assert prompt is not None
    assert prompt.windowTitle() == "Nothing to add"
    assert not prompt.buttons
    prompt.close()


async def test_an_undo_waits_for_the_change_that_is_being_saved(
    core: FakeCore, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = core.catalogs.put_all

    async def put_all(tables: Any) -> Any:
        await asyncio.sleep(0.02)
        return await slow(tables)

    monkeypatch.setattr(core.catalogs, "put_all", put_all)
    bridge = Bridge(core.engine.store)
    verbs = Verbs(core, tools, bridge, SecretClipboard(), Memory(core.state))
    verbs.edits.delete(["network-ops"])
    verbs.edits.undo()
    await asyncio.sleep(0.2)
    assert core.catalogs.saves == 2
    assert "network-ops" in core.catalog.profiles
    await bridge.close()
