"""The window of an import: what a person sees and does in it, by keys and by mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.files import FileDiff
from app.domain.problem import Code, Problem, Verb
from app.importing.executor import Step
from tests.ui.fakes.import_window import Made, press, shown, text
from ui.models.importing import CHECK, FOUND, PROFILE, WHAT, State
from ui.onboarding.delegate import preview_box
from ui.onboarding.preview import PreviewDialog
from ui.present.importing import Kind
from ui.present.remedies import Do


@pytest.fixture
def made(tmp_path: Path, qtbot: QtBot) -> Made:
    return Made(tmp_path, qtbot)


def test_what_was_found_is_told_with_all_that_is_safe_chosen(made: Made) -> None:
    window = made.sample()
    assert window.page.title.text() == "22 profiles found in ~/.aws"
    assert window.page.go.text() == "Import 20 profiles"
    assert window.page.chips[Kind.MOVE].text().split() == ["Move", "key", "2"]
    assert window.page.table.all.checkState() == Qt.CheckState.PartiallyChecked
    assert window.page.said.text() == "Backups: ~/.local/state/rolecall/backups, mode 0600"
    assert window.page.table.hasFocus()
    assert window.page.table.current() == 0
    assert made.imported == []


def test_space_chooses_enter_opens_and_ctrl_a_takes_all_shown(made: Made) -> None:
    window = made.sample()
    model, table = window.page.model, window.page.table
    press(window, Qt.Key.Key_Space)
    assert "mira" not in model.checked
    assert text(window, "mira") == "Leave alone"
    press(window, Qt.Key.Key_Return)
    assert "mira" in model.opened
    press(window, Qt.Key.Key_Return)
    assert "mira" not in model.opened
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "vault-dev" in model.checked
    assert table.all.checkState() == Qt.CheckState.Checked
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert model.checked == set()
    assert not window.page.go.isEnabled()


def test_a_conflict_is_open_and_its_other_value_can_be_chosen_by_keys(made: Made) -> None:
    window = made.sample()
    model = window.page.model
    assert model.opened == {"prod-admin"}
    window.page.table.go_to(model.row_of("prod-admin"))
    press(window, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space)
    assert text(window, "prod-admin") == "Conflict: import with eu-central-1"
    entry = model.entries[window.page.table.current()]
    assert entry.variant is not None
    assert (entry.variant.text, entry.variant.chosen) == ("region = eu-central-1", True), (
        "the row stays the current one"
    )
    window.go_on()
    plan = made.imported[0][2]
    assert next(row for row in plan.profiles if row.origin == "prod-admin").values["region"] == "eu-central-1"


def test_only_what_is_under_an_opened_row_is_lower(made: Made) -> None:
    window = made.sample()
    model, table = window.page.model, window.page.table

    def check() -> None:
        high = table.rowHeight(0)
        low = [row for row in range(len(model.entries)) if table.rowHeight(row) < high]
        assert low == [row for row, one in enumerate(model.entries) if not one.is_head]

    check()
    for step in (lambda: model.open_or_close(0), lambda: model.show(None, "prod"), lambda: model.show(None, "")):
        step()
        check()
    for name in ("prod-admin", "mira"):
        model.open_or_close(model.row_of(name))
        check()


def test_filters_show_what_they_say_and_choose_only_that(made: Made) -> None:
    window = made.sample()
    window.page.chips[Kind.CONFLICT].click()
    assert shown(window) == ["prod-admin"]
    QTest.keyClick(window.page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "prod-admin" not in window.page.model.checked
    assert "mira" in window.page.model.checked
    window.page.chips[None].click()
    QTest.keyClicks(window.page.search, "team al")
    assert shown(window) == ["team-alpha"]
    window.reject()
    assert len(shown(window)) == 22
    assert window.isVisible()


def test_only_what_is_chosen_is_imported(made: Made) -> None:
    window = made.sample()
    press(window, Qt.Key.Key_Space)  # mira, whose key others stand on
    told = QSignalSpy(window.imported)
    window.page.go.click()
    _, chosen, plan = made.imported[0]
    assert "mira" not in chosen
    assert len(chosen) == 19
    assert plan.take_over == frozenset(), "a name that is not chosen is not taken over"
    assert told.count() == 1
    assert window.page.title.text() == "19 imported, 3 left alone"
    assert text(window, "legacy-ci") == "Imported"


def test_the_end_offers_backups_and_undo(made: Made) -> None:
    window = made.sample()
    window.go_on()
    assert window.page.backups.isVisible()
    window.page.undo.click()
    assert made.flow.verbs[-1] == ("undo",)
    assert "as they were before" in window.page.detail.text()
    assert not window.page.undo.isVisible()
    gone = QSignalSpy(window.closed)
    assert window.page.go.text() == "Done"
    window.page.go.click()
    assert gone.count() == 1


def test_there_is_nothing_to_check_once_it_is_done(made: Made) -> None:
    window = made.sample()
    model, table = window.page.model, window.page.table
    role = Qt.ItemDataRole.CheckStateRole
    assert table.all.isVisible()
    assert model.index(0, 0).data(role) is not None
    window.go_on()
    assert not table.all.isVisible()
    assert {model.index(row, 0).data(role) for row in range(model.rowCount())} == {None}


def test_undo_that_fails_says_why(made: Made) -> None:
    made.flow.writes_files = False
    window = made.sample()
    window.go_on()
    window.undo()
    assert window.page.card.isVisible()
    assert window.page.undo.isVisible()


def test_a_row_that_fails_stays_with_its_reason_and_its_remedy(made: Made) -> None:
    made.flow.fails = {"legacy-ci": Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING, name="GNOME Keyring")}
    window = made.sample()
    window.go_on()
    assert window.page.title.text() == "19 imported, 1 failed, 2 left alone"
    assert text(window, "legacy-ci") == "The keyring is locked"
    assert shown(window)[:2] == ["legacy-ci", "mira"], "what failed needs a look"
    table = window.page.table
    assert {table.rowHeight(row) for row in range(22)} == {table.rowHeight(0)}, "nothing is open any more"
    where = window.page.model.index(0, WHAT)
    for role_of_it in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert "The keyring is locked: Until it is open no secret can be read or stored." in where.data(role_of_it)
    assert window.page.card.accessibleName() == "The keyring is locked"
    made.flow.fails = {}
    button = window.page.card.first_button()
    assert button is not None
    button.click()  # Unlock: tries again, which asks the keyring
    assert made.imported[-1][1] == {"legacy-ci"}


def test_files_that_changed_meanwhile_are_looked_at_again(made: Made) -> None:
    made.flow.changed = Problem.of(Code.IMPORT_CHANGED)
    window = made.sample()
    press(window, Qt.Key.Key_Space)
    window.go_on()
    assert window.page.card.accessibleName() == "The AWS files or the catalog changed meanwhile"
    assert window.page.model.states == {}
    assert "mira" not in window.page.model.checked, "what was chosen stays chosen"
    window.go_on()
    assert window.page.title.text() == "19 imported, 3 left alone"


def test_a_long_preview_is_cut(made: Made) -> None:
    window = made.sample()
    lines = tuple(f"+line {number}" for number in range(2500))
    dialog = PreviewDialog(window, "Preview", (FileDiff("/x", lines, 0, 0o600),))
    shown = dialog.findChild(QPlainTextEdit)
    assert shown is not None
    assert shown.toPlainText().splitlines()[-1].split() == ["…", "500", "more", "lines"]


def test_a_vault_that_is_missing_offers_another_place(made: Made) -> None:
    made.flow.fails = {"mira": Problem.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-backend")}
    window = made.sample()
    wanted = QSignalSpy(window.vault_wanted)
    window.go_on()
    buttons = {one.do: one for one in window.page.card._card.buttons}  # type: ignore[union-attr]
    window.page.card.pressed.emit(buttons[Do.KEEP_IN_FILE])
    assert wanted.at(0)[0] is Do.KEEP_IN_FILE


def test_progress_is_shown_row_by_row(made: Made) -> None:
    window = made.sample()
    window.page.begin(20)
    assert text(window, "mira") == "Waiting"
    assert not window.page.later.isEnabled()
    window.page.tell({"mira": State(Step.KEYRING, "Its key goes into the keyring"), "legacy-ci": State(Step.DONE, "x")})
    assert text(window, "mira") == "Its key goes into the keyring"
    assert window.page.said.text() == "1 of 20"
    press(window, Qt.Key.Key_Space)
    assert "mira" in window.page.model.checked, "nothing changes while it runs"


def test_not_now_leaves_everything_as_it_is(made: Made) -> None:
    window = made.sample()
    gone = QSignalSpy(window.closed)
    window.page.later.click()
    assert gone.count() == 1
    assert [verb[0] for verb in made.flow.verbs] == ["look"]


def test_preview_of_one_row_by_mouse_and_of_all_by_keys(made: Made) -> None:
    window = made.sample()
    table, model = window.page.table, window.page.model
    link = preview_box(table.visualRect(model.index(model.row_of("mira"), WHAT)))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=link.center())
    assert made.flow.verbs[-1] == ("preview", {"mira"})
    assert window.preview is not None
    words = " ".join(one.text() for one in window.preview.findChildren(QLabel))
    assert "Secrets are not shown" in words
    window.preview.close()
    window._preview_all()
    assert made.flow.verbs[-1][1] == model.checked


def test_the_mouse_checks_and_opens(made: Made) -> None:
    window = made.sample()
    table, model = window.page.table, window.page.model
    box = table.visualRect(model.index(0, 0))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 30, box.center().y()))
    assert "mira" not in model.checked
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(model.index(1, PROFILE)).center()
    )
    assert "legacy-ci" in model.opened
    QTest.mouseClick(table.all, Qt.MouseButton.LeftButton)
    assert table.all.checkState() == Qt.CheckState.Checked


def test_focus_goes_filters_search_table_not_now_import(made: Made) -> None:
    window = made.sample()
    page = window.page
    order = [page.chips[Kind.LEAVE], page.search, page.more, page.table, page.later, page.go]
    window.activateWindow()
    order[0].setFocus()
    for wanted in order[1:]:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is wanted
    assert page.table.accessibleName()
    assert page.search.accessibleName()
    assert page.chips[Kind.LEAVE].accessibleName() == "Leave alone, 2"


def test_a_screen_reader_hears_a_row_and_can_check_it(made: Made) -> None:
    window = made.sample()
    model = window.page.model
    row = model.row_of("prod-readonly")
    cells = [model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(model.columnCount())]
    assert cells == [
        "prod-readonly",
        "prod-readonly, checked, Import, 1 hop after mira",
        model.entries[row].line.found,
        "Import, 1 hop after mira",
    ]
    assert len(set(cells)) == 4, "a reader that goes from cell to cell hears no row four times"
    window.page.table.go_to(row)
    assert window.page.table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == cells[1]
    where = model.index(row, CHECK)
    assert model.setData(where, Qt.CheckState.Unchecked, int(Qt.ItemDataRole.CheckStateRole))
    assert "prod-readonly" not in model.checked
    choice = model.index(model.row_of("prod-admin") + 1, PROFILE)
    said = choice.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "region = us-east-1, from ~/.aws/credentials, changed 14 Feb, chosen"
    own = [choice.siblingAtColumn(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in (CHECK, FOUND, WHAT)]
    assert own == ["region = us-east-1", "", ""]
