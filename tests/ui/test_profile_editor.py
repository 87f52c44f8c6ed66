"""The profile editor: every field there and back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import FULL, Open, fields_of, profile_editors, type_into
from ui.core import Tools
from ui.editor.fields import CheckField, ChoiceField
from ui.editor.hop_parts import CodesField
from ui.editor.list_field import ListField
from ui.editor.pills import PillsField
from ui.editor.tables import PairsField


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


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
        *("safety.read_only", "safety.auto_stop", "safety.stop_on_lock"),
    }
    assert hops | others <= keys


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("title", "Words", "Words"),
        ("region", "eu-west-3", "eu-west-3"),
        ("group", "Other/Place", "Other/Place"),
        ("tags", "a, b ,, c", ["billing", "on-call", "a", "b", "c"]),
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


@pytest.mark.parametrize("key", ["favorite", "delivery.endpoint", "delivery.config_region", "safety.read_only"])
def test_checks(edit: Open, key: str) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)[key]
    assert isinstance(field, CheckField)
    before = window.draft.flag(key)
    field.check.toggle()
    assert window.draft.flag(key) is not before


def test_words_are_pills_that_can_be_removed(edit: Open) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)["tags"]
    assert isinstance(field, PillsField)
    assert field.words == ["billing", "on-call"]
    field.drop("billing")
    assert window.draft.get("tags") == ["on-call"]
    QTest.keyClicks(field.line, "pci")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.words == ["on-call", "pci"]
    assert field.line.text() == ""
    QTest.keyClick(field.line, Qt.Key.Key_Backspace)
    QTest.keyClick(field.line, Qt.Key.Key_Backspace)
    assert window.draft.get("tags") is None
    window.undo()
    assert window.draft.get("tags") is not None


def test_managed_policies_are_lines(edit: Open) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)["roles.1.policy_arns"]
    assert isinstance(field, ListField)
    assert field.count.text() == "2 of 10"
    field.lines[0][2].click()
    field.add.click()
    QTest.keyClicks(field.lines[-1][1], "arn:aws:iam::aws:policy/A")
    wanted = ["arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::aws:policy/A"]
    assert window.draft.get("roles.1.policy_arns") == wanted
    for number in range(8):
        field.add_line(f"arn:aws:iam::aws:policy/{number}")
    assert not field.add.isEnabled()


def test_codes_at_a_hop(edit: Open) -> None:
    window = edit("full", dict(FULL))
    field = fields_of(window)["roles.2.mfa"]
    assert isinstance(field, CodesField)
    assert field.note.text() == "Asked at hop 1."
    assert fields_of(window)["roles.2.mfa_serial"].body.isHidden()
    field.box.setCurrentIndex(1)
    assert window.draft.get("roles.2.mfa") is True
    assert not fields_of(window)["roles.2.mfa_serial"].body.isHidden()
    field.box.setCurrentIndex(0)
    assert window.draft.get("roles.2.mfa") is None


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
    type_into(chain.cards[2].body.form.fields[0], "arn:aws:iam::444455556666:role/Third")
    chain.move_hop(3, -1)
    arns = [str(hop["role_arn"]).rpartition("/")[2] for hop in window.draft.hops]
    assert arns == ["OrgAccess", "Third", "AdminRole"]
    chain.remove(2)
    assert len(window.draft.hops) == 2
    chain.undo.click()
    assert [str(hop["role_arn"]).rpartition("/")[2] for hop in window.draft.hops] == arns
    assert chain.cards[1].is_open
    assert not chain.cards[0].is_open
