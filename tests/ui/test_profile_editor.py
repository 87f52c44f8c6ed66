"""The profile editor: every field there and back, validation as typed, save, guard, test, preview."""

import tomllib
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox

from app.domain.calls import Identity
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, Step, active
from tests.ui.fakes.sample import DENIED
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.fields import AreaField, CheckField, ChoiceField, EditableField, Field, TextField
from ui.editor.profile_window import ProfileWindow
from ui.editor.tables import PairsField

Open = Callable[..., ProfileWindow]

FULL = tomllib.loads(
    """
title = "Break glass"
source = "mira.lind"
region = "us-east-1"
group = "Acme/Prod"
tags = ["billing", "on-call"]
aliases = ["root"]
note = "two\\nlines"
favorite = true
start = "auto"
env = { NAME = "value", OTHER = "x y" }
console = { destination = "s3/home", browser = "firefox", container = "Work" }
hooks = { kept = "from a newer version" }
[[roles]]
role_arn = "arn:aws:iam::111122223333:role/OrgAccess"
session_name = "{user}-a"
duration = "1h"
external_id = "ext-1"
mfa = true
mfa_serial = "arn:aws:iam::111122223333:mfa/other"
source_identity = "ana"
policy = '{"Version":"2012-10-17","Statement":[]}'
policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/PowerUserAccess"]
session_tags = { team = "data", cost = "1" }
transitive_tags = ["team"]
[[roles]]
role_arn = "arn:aws:iam::444455556666:role/AdminRole"
duration = "30m"
[delivery]
credentials_file = ["full", "full-2"]
endpoint = true
config_region = true
[safety]
production = true
label = "LIVE"
color = "orange"
confirm = "start-and-copy"
approve_programs = "once-1h"
read_only = true
auto_stop = "8h"
"""
)


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    opened: list[ProfileWindow] = []

    def open_one(
        name: str = "prod-admin", values: dict[str, object] | None = None, *, new: bool = False
    ) -> ProfileWindow:
        if values is not None and not new:
            core.catalogs.tables["profiles"][name] = values
            core.catalog = core.catalogs._read(core.catalogs.tables)
        draft = Draft(name, values or ({} if new else core.catalogs.tables["profiles"][name]), new=new)
        window = ProfileWindow(core, tools, bridge, draft)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.draft.saved()
        window.close()
        window.deleteLater()


def fields_of(window: ProfileWindow) -> dict[str, Field]:
    fields = {field.key: field for form in window.forms for field in form.fields}
    fields |= {field.key: field for card in window.chain.cards for field in card.fields}
    return fields


def type_into(field: Field, text: str) -> None:
    """Type as a person does."""
    if isinstance(field, TextField):
        field.line.setFocus()
        field.line.selectAll()
        QTest.keyClicks(field.line, text) if text else QTest.keyClick(field.line, Qt.Key.Key_Delete)
    elif isinstance(field, AreaField):
        field.area.setPlainText(text)
    elif isinstance(field, EditableField):
        line = field.box.lineEdit()
        line.selectAll()
        QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)


def test_opening_and_storing_every_field_changes_nothing(edit: Open) -> None:
    window = edit("full", dict(FULL))
    assert [one.problem.code for one in window.errors] == []
    for field in fields_of(window).values():
        if not isinstance(field.editor, type(window.source._draft)):
            field.store(window.draft)
    assert window.draft.values == FULL
    assert not window.dirty


def test_every_key_of_a_profile_has_a_field(edit: Open) -> None:
    window = edit("full", dict(FULL))
    keys = set(fields_of(window))
    hops = {
        f"roles.1.{key}"
        for key in ("role_arn", "session_name", "duration", "external_id", "mfa", "mfa_serial", "source_identity")
    } | {f"roles.1.{key}" for key in ("policy", "policy_arns", "session_tags")}
    others = {
        *("name", "title", "region", "group", "tags", "aliases", "note", "favorite", "start", "env"),
        *("duration", "mfa", "account_id", "role_name", "source"),
        *("console.destination", "console.browser", "console.container"),
        *("delivery.credentials_file", "delivery.credential_process", "delivery.endpoint", "delivery.config_region"),
        *("safety.production", "safety.label", "safety.color", "safety.confirm", "safety.approve_programs"),
        *("safety.read_only", "safety.auto_stop"),
    }
    assert hops | others <= keys


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("title", "Words", "Words"),
        ("region", "eu-west-3", "eu-west-3"),
        ("group", "Other/Place", "Other/Place"),
        ("tags", "a, b ,, c", ["a", "b", "c"]),
        ("aliases", "other", ["other"]),
        ("note", "x\ny", "x\ny"),
        ("console.destination", "ec2/home", "ec2/home"),
        ("roles.2.role_arn", "arn:aws:iam::111122223333:role/path/Other", "arn:aws:iam::111122223333:role/path/Other"),
        ("roles.2.session_name", "{user}", "{user}"),
        ("roles.2.duration", "45 min", "45m"),
        ("roles.2.duration", "1 h", "1h"),
        ("roles.2.duration", "3600", "1h"),
        ("roles.2.external_id", "ext-22", "ext-22"),
        ("roles.2.mfa_serial", "arn:aws:iam::111122223333:mfa/b", "arn:aws:iam::111122223333:mfa/b"),
        ("roles.1.source_identity", "ana2", "ana2"),
        ("roles.1.policy", '{"Version":"2012-10-17"}', '{"Version":"2012-10-17"}'),
        ("roles.1.policy_arns", "arn:aws:iam::aws:policy/A\n\n", ["arn:aws:iam::aws:policy/A"]),
        ("delivery.credentials_file", "one", "one"),
        ("delivery.credentials_file", "one, two", ["one", "two"]),
        ("delivery.credentials_file", "", None),
        ("safety.label", "", None),
        ("safety.auto_stop", "4 h", "4h"),
    ],
)
def test_what_is_typed_is_written(edit: Open, key: str, text: str, value: object) -> None:
    window = edit("full", dict(FULL))
    type_into(fields_of(window)[key], text)
    assert window.draft.get(key) == value
    assert window.dirty


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("start", None),
        ("safety.color", "teal"),
        ("safety.confirm", "never"),
        ("safety.approve_programs", None),
    ],
)
def test_choices(edit: Open, key: str, value: object) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)[key]
    assert isinstance(field, ChoiceField)
    wanted = value or {"start": "manual", "safety.approve_programs": "never"}[key]
    field.box.setCurrentIndex(field.box.findData(wanted))
    assert window.draft.get(key) == value


@pytest.mark.parametrize(
    "key", ["favorite", "roles.2.mfa", "delivery.endpoint", "delivery.config_region", "safety.read_only"]
)
def test_checks(edit: Open, key: str) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)[key]
    assert isinstance(field, CheckField)
    before = window.draft.flag(key)
    field.check.toggle()
    assert window.draft.flag(key) is not before


def test_tags_and_their_transitive_marks(edit: Open) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)["roles.1.session_tags"]
    assert isinstance(field, PairsField)
    field.add.click()
    name, value, mark, _ = field.rows[-1]
    QTest.keyClicks(name, "env")
    QTest.keyClicks(value, "dev")
    assert mark is not None
    mark.click()
    assert window.draft.get("roles.1.session_tags") == {"team": "data", "cost": "1", "env": "dev"}
    assert window.draft.get("roles.1.transitive_tags") == ["team", "env"]
    field.rows[0][3].click()
    assert window.draft.get("roles.1.session_tags") == {"cost": "1", "env": "dev"}
    assert window.draft.get("roles.1.transitive_tags") == ["env"]


def test_hops_are_added_moved_removed_and_put_back(edit: Open) -> None:
    window = edit("full", dict(FULL))
    chain = window.chain
    chain.add.click()
    type_into(chain.cards[2].fields[0], "arn:aws:iam::444455556666:role/Third")
    chain.move_hop(3, -1)
    arns = [str(hop["role_arn"]).rpartition("/")[2] for hop in window.draft.hops]
    assert arns == ["OrgAccess", "Third", "AdminRole"]
    chain.remove(2)
    assert len(window.draft.hops) == 2
    chain.undo.click()
    assert [str(hop["role_arn"]).rpartition("/")[2] for hop in window.draft.hops] == arns
    assert chain.cards[1].is_open
    assert not chain.cards[0].is_open


def test_validation_waits_for_still_keys_and_comes_at_once_when_the_field_is_left(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(2)
    window.chain.open(2)
    field = window.chain.cards[1].fields[0]
    type_into(field, "arn:aws:iam::12:role/x")
    assert field.note.text() == ""
    field.left.emit()
    assert "Role ARN is not valid" in field.note.text()
    assert "arn:aws:iam::123456789012:role/NAME" in field.editor.accessibleDescription()
    assert window.summary.text() == "1 problem"
    assert window.chain.cards[1].wrong.isVisible()
    type_into(field, "arn:aws:iam::444455556666:role/Fine")
    QTest.qWait(800)
    assert window.errors == []
    assert window.summary.text().startswith("Save writes [profiles.prod-admin]")


def test_save_goes_to_the_first_problem_instead(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["roles.1.external_id"], "x")
    window.nav.setCurrentRow(0)
    window.save()
    assert core.catalogs.tables["profiles"]["prod-admin"]["roles"][0].get("external_id") is None
    assert window.nav.currentRow() == 2
    assert window.chain.cards[0].is_open
    assert QApplication.focusWidget() is fields_of(window)["roles.1.external_id"].editor


def test_save_writes_and_closes(edit: Open, core: FakeCore) -> None:
    window = edit()
    saved = QSignalSpy(window.saved)
    type_into(fields_of(window)["title"], "Words")
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert core.catalog.profiles["prod-admin"].title == "Words"
    assert saved.at(0) == ["prod-admin"]
    assert not window.isVisible()


def test_rename_takes_references_along(edit: Open, core: FakeCore) -> None:
    core.catalogs.tables["profiles"]["child"] = {
        "base": "prod-admin",
        "roles": [{"role_arn": "arn:aws:iam::444455556666:role/C"}],
    }
    window = edit()
    type_into(fields_of(window)["name"], "prod-root")
    window.save()
    assert "prod-admin" not in core.catalog.profiles
    assert core.catalog.profiles["child"].base == "prod-root"


def test_a_name_that_is_taken_blocks(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["name"], "ci-debug")
    window.save()
    assert window.isVisible()
    assert fields_of(window)["name"].editor.property("state") == "error"
    assert "prod-admin" in core.catalog.profiles


def test_a_new_profile_from_nothing(edit: Open, core: FakeCore) -> None:
    window = edit("", new=True)
    assert window.summary.text() == "No changes"
    assert not window.strip.test.isEnabled()
    type_into(fields_of(window)["name"], "fresh")
    window.source.group.button(0).click()
    assert window.draft.get("source") == "mira.lind"
    assert window.strip.test.isEnabled()
    window.chain.add_hop()
    type_into(window.chain.cards[0].fields[0], "arn:aws:iam::222233334444:role/PowerUser")
    type_into(fields_of(window)["delivery.credentials_file"], "fresh")
    window.save()
    assert core.catalogs.tables["profiles"]["fresh"] == {
        "source": "mira.lind",
        "roles": [{"role_arn": "arn:aws:iam::222233334444:role/PowerUser"}],
        "delivery": {"credentials_file": "fresh"},
    }


def test_going_on_from_another_profile(edit: Open) -> None:
    window = edit("ci-debug")
    window.source.group.buttons()[-1].click()
    box = window.source.base.editor
    assert isinstance(box, QComboBox)
    QTest.keyClicks(box.lineEdit(), "dev-poweruser")
    assert (window.draft.get("source"), window.draft.get("base")) == (None, "dev-poweruser")
    window.source.group.button(0).click()
    assert (window.draft.get("source"), window.draft.get("base")) == ("mira.lind", None)


def test_closing_asks_only_when_something_would_be_lost(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.reject()
    assert not window.isVisible()
    window = edit()
    type_into(fields_of(window)["title"], "Words")
    window.close()
    assert window.isVisible()
    guard = window._guard
    assert guard is not None
    assert guard.isVisible()
    QTest.qWaitForWindowActive(guard)
    assert QApplication.focusWidget() is guard.cancel
    guard.buttons["discard"].click()
    assert not window.isVisible()
    assert core.catalog.profiles["prod-admin"].title == ""


def test_the_guard_saves(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Words")
    window.reject()
    guard = window._guard
    assert guard is not None
    guard.buttons["save"].click()
    assert core.catalog.profiles["prod-admin"].title == "Words"
    assert not window.isVisible()


def test_the_test_strip(edit: Open, core: FakeCore) -> None:
    arn = "arn:aws:sts::444455556666:assumed-role/AdminRole/x"
    core.engine.steps = [
        Step(1, 1, None, done=False),
        Step(1, 1, None, done=True, seconds=0.142, identity=Identity("1", arn, "u")),
    ]
    window = edit()
    window.strip.test.click()
    assert core.engine.verbs[-1][0] == "test"
    assert window.strip.steps.text() == "GetCallerIdentity 142 ms"
    assert window.strip.result.text() == arn
    type_into(fields_of(window)["title"], "Words")
    assert "Not tested since the last change" in window.strip.steps.text()
    core.engine.steps = [Step(1, 2, None, done=True, seconds=0.1, problem=DENIED)]
    window.test()
    assert "AccessDenied at hop 2" in window.strip.result.text()
    assert window.strip.test.isEnabled()


def test_the_preview_shows_what_is_written(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.nav.setCurrentRow(3)
    assert "examples" not in core.files.previewed[-1][0].section  # type: ignore[union-attr]
    assert window.delivery.preview.counts() == (5, 0, 1)
    type_into(fields_of(window)["delivery.credentials_file"], "")
    window.validate()
    assert window.delivery.preview.counts() == (0, 0, 0)


def test_a_running_profile_is_said_to_be_refreshed(edit: Open, core: FakeCore) -> None:
    core.engine.store.put(active("ci-debug"))
    window = edit("ci-debug")
    type_into(fields_of(window)["title"], "Words")
    assert window.summary.text().endswith("the running session is refreshed")


def test_an_edit_outside_is_taken_over_or_said(edit: Open, core: FakeCore) -> None:
    window = edit()
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Theirs"
    window.catalog_changed()
    assert window.draft.get("title") == "Theirs"
    assert not window.dirty
    type_into(fields_of(window)["title"], "Mine")
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Theirs again"
    window.catalog_changed()
    assert window.draft.get("title") == "Mine"
    assert window.problem.isVisible()
    button = window.problem.first_button()
    assert button is not None
    button.click()
    assert window.draft.get("title") == "Theirs again"


def test_deleted_elsewhere_becomes_a_new_one(edit: Open, core: FakeCore) -> None:
    window = edit()
    del core.catalogs.tables["profiles"]["prod-admin"]
    core.catalog = core.catalogs._read(core.catalogs.tables)
    window.catalog_changed()
    assert window.save_button.text() == "Save as new"
    window.save()
    assert "prod-admin" in core.catalog.profiles


def test_the_session_name_is_shown_as_aws_will_see_it(edit: Open) -> None:
    window = edit()
    assert window.chain.cards[1].name.note.text() == "CloudTrail shows mira.lind-prod-admin"
    assert window.chain.cards[0].name.note.text() == "CloudTrail shows mira.lind-mira.lind"


def test_places(edit: Open) -> None:
    window = edit()
    window.open_place("hop 2")
    assert window.nav.currentRow() == 2
    assert window.chain.cards[1].is_open
    window.open_place("delivery")
    assert window.nav.currentRow() == 3


def test_credential_process_beside_its_own_section_is_refused(edit: Open) -> None:
    window = edit()
    field = fields_of(window)["delivery.credential_process"]
    assert isinstance(field, CheckField)
    assert not field.check.isEnabled()
    assert "would never ask" in field.note.text()
    window.draft.set("delivery.credential_process", True)
    window.validate()
    assert window.errors
