"""The list's model."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from app.domain.names import ProfileName
from tests.ui.fakes.core import FakeCore, active, stopped
from ui.models.profiles import NAME, ROW, ProfileList
from ui.present.arrange import View, ViewKind
from ui.present.rows import Row


@pytest.fixture
def model(core: FakeCore) -> Iterator[ProfileList]:
    made = ProfileList(core.clock)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.use(core.catalog, core.engine.store.statuses)
    yield made
    del tester


def shown(model: ProfileList) -> list[str]:
    return [name for row in range(model.rowCount()) if (name := model.name_at(model.index(row)))]


def test_rows_and_sections(model: ProfileList) -> None:
    assert model.rowCount() == 11
    assert model.count == 9
    assert model.data(model.index(0), Qt.ItemDataRole.DisplayRole) == "Active"
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == "Active, 7 profiles"
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    row = model.data(model.place("prod-admin"), ROW)
    assert isinstance(row, Row)
    assert row.production == "PROD"
    assert model.data(model.place("prod-admin"), NAME) == "prod-admin"
    assert model.data(QModelIndex(), ROW) is None


def test_a_change_without_a_move_repaints_one_row(model: ProfileList, core: FakeCore) -> None:
    changed, reset, removed = QSignalSpy(model.dataChanged), QSignalSpy(model.modelReset), QSignalSpy(model.rowsRemoved)
    name = ProfileName("dev-poweruser")
    core.engine.store.statuses[name] = active("dev-poweruser", minutes=60)
    model.update_statuses([name], core.engine.store.statuses)
    assert (changed.count(), reset.count(), removed.count()) == (1, 0, 0)
    assert changed.at(0)[0].row() == model.place("dev-poweruser").row()


def test_starting_and_stopping_move_rows_without_a_reset(model: ProfileList, core: FakeCore) -> None:
    reset = QSignalSpy(model.modelReset)
    store = core.engine.store
    store.statuses[ProfileName("staging-admin")] = active("staging-admin", minutes=1)
    model.update_statuses([ProfileName("staging-admin")], store.statuses)
    assert shown(model).index("staging-admin") < shown(model).index("prod-readonly")
    store.statuses[ProfileName("prod-admin")] = stopped("prod-admin")
    model.update_statuses([ProfileName("prod-admin")], store.statuses)
    assert shown(model)[-1] == "prod-readonly"
    assert shown(model)[-2] == "prod-admin"
    assert reset.count() == 0


def test_only_running_rows_are_repainted_each_second(model: ProfileList) -> None:
    changed = QSignalSpy(model.dataChanged)
    model.tick()
    assert changed.count() == 7


def test_view_and_search(model: ProfileList) -> None:
    model.show(view=View(ViewKind.GROUP, "Acme/Prod"))
    assert set(shown(model)) == {"prod-admin", "prod-readonly"}
    model.show(query="readonly")
    assert shown(model) == ["prod-readonly"]
    assert not model.place("prod-admin").isValid()


def test_unknown_names_are_ignored(model: ProfileList, core: FakeCore) -> None:
    model.update_statuses([ProfileName("gone")], {ProfileName("gone"): active("gone")})
    assert "gone" not in shown(model)
