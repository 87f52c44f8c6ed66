"""Pages of the profile editor that are not built yet miss nothing: values, problems, answers, previews, the focus."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore, Step
from tests.ui.fakes.editing import FULL, Open, profile_editors, type_into, whole
from tests.ui.fakes.sample import DENIED
from tools.editor_screens import assume_call
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.fields import TextField
from ui.editor.hop_body import READ_ONLY
from ui.editor.places import CHAIN, DELIVERY, GENERAL, KEYS, SAFETY, SOURCE, place_of
from ui.editor.profile_window import ProfileWindow
from ui.editor.tables import PairsField


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


def there(window: ProfileWindow) -> list[int]:
    return [number for number in range(window.nav.count()) if window.has(number)]


def test_opening_builds_the_page_that_is_shown(edit: Open) -> None:
    window = edit()
    assert there(window) == [GENERAL]
    window.nav.setCurrentRow(SAFETY)
    assert there(window) == [GENERAL, SAFETY]
    assert window.stack.currentWidget() is window.safety


@pytest.mark.parametrize(
    ("place", "page"),
    [("", GENERAL), ("nowhere", GENERAL), ("delivery", DELIVERY), ("source", SOURCE), ("hop 2", CHAIN)],
)
def test_opening_at_a_place_builds_that_page_alone(
    core: FakeCore, tools: Tools, bridge: Now, qtbot: object, place: str, page: int
) -> None:
    draft = Draft("prod-admin", core.catalogs.tables["profiles"]["prod-admin"])
    window = ProfileWindow(core, tools, bridge, draft, place)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    assert (there(window), window.nav.currentRow()) == ([page], page)
    wanted = window.general.name.line if page == GENERAL else window.nav
    assert QApplication.focusWidget() is wanted
    if page == CHAIN:
        assert [one.is_open for one in window.chain.cards] == [False, True]
    window.close()
    window.deleteLater()


def test_the_table_of_keys_is_that_of_the_fields(edit: Open) -> None:
    window = edit("full", dict(FULL))
    fields = {number: {field.key for field in whole(window.page(number).form)} for number in KEYS}
    fields[SOURCE].add("base")  # goes with the choice of a source
    fields[CHAIN] = {"roles"}  # its cards have the fields
    assert fields == {number: set(keys) for number, keys in KEYS.items()}
    assert place_of("roles.2.role_arn") == CHAIN
    assert place_of("env.NAME") == GENERAL
    assert place_of("hooks") is None
    assert place_of("delivery") is None


def test_problems_are_marked_at_once_and_stand_on_the_page_when_it_comes(edit: Open) -> None:
    window = edit()
    type_into(window.general.form.field("region"), "nowhere at all")
    window.draft.set("safety.auto_stop", "soon")
    window.validate()
    assert there(window) == [GENERAL]
    assert [number for number in range(5) if window.nav.wrong(number)] == [GENERAL, SAFETY]
    assert window.summary.text() == "2 problems: Region"
    window.nav.setCurrentRow(SAFETY)
    assert window.safety.stop.sign.isVisible()
    window.draft.set("roles.2.duration", "an age")
    window.validate()
    assert [number for number in range(5) if window.nav.wrong(number)] == [GENERAL, CHAIN, SAFETY]
    assert "1 problem" in window.chain.cards[1].head.accessibleName()
    window.draft.set("safety.auto_stop", "2h")
    window.draft.set("roles.2.duration", None)
    window.reload()
    window.validate()
    assert [number for number in range(5) if window.nav.wrong(number)] == [GENERAL]
    assert not window.safety.stop.sign.isVisibleTo(window.safety)


def test_the_first_problem_is_called_by_its_name_wherever_it_is(edit: Open) -> None:
    window = edit()
    window.draft.set("safety.auto_stop", "soon")
    window.validate()
    assert window.summary.text() == "1 problem: Stop after"
    window.summary_pressed()
    assert QApplication.focusWidget() is window.safety.stop.box


def test_a_page_shows_what_was_undone_and_taken_from_elsewhere_before_it_was_built(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.draft.set("safety.label", "MINE")
    window.validate()
    window.undo()
    assert window.draft.get("safety.label") is None
    core.catalogs.tables["profiles"]["prod-admin"]["safety"] = {"label": "THEIRS"}
    window.catalog_changed()
    assert there(window) == [GENERAL]
    window.nav.setCurrentRow(SAFETY)
    assert window.safety.mark.line.text() == "THEIRS"


def test_a_page_follows_what_was_typed_before_it_was_built(edit: Open) -> None:
    window = edit("billing-view")
    type_into(window.general.name, "paid")
    assert window.safety.row.row.name == "paid"
    type_into(window.general.name, "spent")
    assert window.safety.row.row.name == "spent"


def test_a_test_from_another_page_answers_at_the_hops(edit: Open, core: FakeCore) -> None:
    window = edit()
    core.engine.steps = [
        Step(1, 3, assume_call(1), done=True, seconds=0.1),
        Step(2, 3, assume_call(2), done=True, seconds=0.1, problem=DENIED),
    ]
    window.test()
    assert [one.refused for one in window.chain.cards] == [False, True]
    assert window.nav.wrong(CHAIN)


def test_the_preview_is_there_when_its_page_comes(edit: Open) -> None:
    window = edit()
    type_into(window.general.form.field("note"), "Ask first")
    window.validate()
    assert not window.has(DELIVERY)
    window.open_preview()
    added, _, files = window.delivery.preview.counts()
    assert added
    assert files == 2


@pytest.mark.parametrize("page", [SOURCE, CHAIN, DELIVERY, SAFETY])
def test_tab_goes_through_a_page_that_came_later_and_then_below_it(edit: Open, page: int) -> None:
    window = edit()
    window.nav.setCurrentRow(page)
    window.nav.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        found = QApplication.focusWidget()
        if found is window.nav:
            break
        seen.append(found)
    inside = [window.page(page).isAncestorOf(one) for one in seen]
    assert inside[0]
    assert not inside[-1]
    assert inside == sorted(inside, reverse=True)
    assert seen.index(window.strip.test) < seen.index(window.cancel)


def test_a_hop_that_is_added_comes_before_what_is_below_the_page(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.chain.add_hop()
    last = window.chain.cards[-1]
    last.body.gone.setFocus()
    QTest.keyClick(last.body.gone, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.strip.test


# the hops of the chain


def built(window: ProfileWindow) -> list[bool]:
    return [one.built for one in window.chain.cards]


def test_a_closed_hop_has_no_fields_until_it_is_opened(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    assert built(window) == [False, False]
    QTest.mouseClick(window.chain.cards[1].head, Qt.MouseButton.LeftButton)
    assert built(window) == [False, True]
    assert window.chain.cards[1].body.form.fields[0].editor.isVisible()
    QTest.mouseClick(window.chain.cards[1].head, Qt.MouseButton.LeftButton)
    assert not window.chain.cards[1].is_open


def test_a_problem_of_a_closed_hop_counts_in_its_line_and_stands_at_its_field_once_it_is_open(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.draft.set("roles.2.external_id", "x")
    window.draft.set("roles.2.source_identity", "no spaces here")
    window.validate()
    assert window.chain.cards[1].head.accessibleName().endswith("2 problems")
    assert not window.chain.cards[0].built
    window.chain.open(2)
    body = window.chain.cards[1].body
    field = body.form.field("roles.2.external_id")
    assert field is not None
    assert field.sign.isVisible()
    assert field.editor.accessibleDescription() == field.note.text() != ""
    assert body.advanced.is_open, "what is rarely used opens for a problem in it"


def test_the_summary_leads_into_a_closed_hop(edit: Open) -> None:
    window = edit()
    window.draft.set("roles.2.policy_arns", ["nothing like an ARN"])
    window.validate()
    assert window.summary.text() == "1 problem: Hop 2, Policy ARNs"
    window.summary_pressed()
    assert [one.is_open for one in window.chain.cards] == [False, True]
    assert QApplication.focusWidget() is window.chain.cards[1].body.policies.lines[0][1]


def test_a_hop_shows_what_was_undone_and_typed_elsewhere_before_its_fields_came(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.draft.set("roles.2.external_id", "mine-1")
    window.validate()
    window.undo()
    window.safety.read_only.check.click()
    window.chain.open(2)
    body = window.chain.cards[1].body
    assert body.external.line.text() == ""
    assert "managed polic" in body.advanced.line.text()
    body.advanced.head.click()
    assert READ_ONLY in " ".join(one.text() for one in body.policies.body.findChildren(QLabel))
    window.undo()
    assert READ_ONLY not in window.draft.texts("roles.2.policy_arns")


def test_a_hop_that_opens_after_a_test_shows_what_aws_said(edit: Open, core: FakeCore) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    core.engine.steps = [
        Step(1, 3, assume_call(1), done=True, seconds=0.1, packed=31),
        Step(2, 3, assume_call(2), done=True, seconds=0.1, problem=DENIED),
    ]
    window.test()
    assert built(window) == [False, False]
    window.chain.open(1)
    body = window.chain.cards[0].body
    body.advanced.head.click()
    assert body.packed.bar.value() == 31
    window.chain.open(2)
    assert "None was sent" in window.chain.cards[1].body.external.note.text()


def test_tab_goes_through_the_fields_of_an_open_hop_and_then_to_the_next(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    first, second = window.chain.cards
    second.head.click()
    first.head.click()  # whose fields come last of all
    first.body.advanced.head.click()
    first.head.setFocus()
    seen: list[QWidget] = []
    while not seen or seen[-1] is not second.head:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert len(seen) < 40
        seen.append(QApplication.focusWidget())
    order = [
        first.body.form.fields[0].editor,
        first.body.advanced.head,
        first.body.policies.add,
        first.body.gone,
        second.head,
    ]
    assert [one for one in seen if one in order] == order
    assert all(first.body.isAncestorOf(one) for one in seen[:-1])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert not first.isAncestorOf(QApplication.focusWidget())


def test_a_line_that_is_added_comes_where_it_stands(edit: Open) -> None:
    window = edit()
    window.open_place("hop 1")
    body = window.chain.cards[0].body
    body.advanced.head.click()
    tags = body.form.field("roles.1.session_tags")
    assert isinstance(tags, PairsField)
    QApplication.processEvents()
    for _ in range(2):
        body.policies.add.click()
        tags.add.click()
    QApplication.processEvents()
    wanted: list[QWidget] = [one for _, line, remove in body.policies.lines for one in (line, remove)]
    wanted += [body.policies.add, *(one for pair in tags.rows for one in pair if one is not None), tags.add]
    wanted[0].setFocus()
    seen = [QApplication.focusWidget()]
    for _ in wanted[1:]:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == wanted


def test_a_hop_that_is_put_back_comes_before_what_stands_below_the_chain(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(CHAIN)
    window.chain.remove(1)
    QTest.mouseClick(window.chain.undo, Qt.MouseButton.LeftButton)
    QApplication.processEvents()  # the layout shows the new cards
    window.chain.change.setFocus()
    QTest.keyClick(window.chain.change, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.chain.cards[0].head


# what is rarely used


def test_what_is_rarely_used_is_built_when_it_is_opened_set_or_gone_to(edit: Open) -> None:
    window = edit("ci-debug")
    assert not window.general.more.built
    window.general.more.head.click()
    assert window.general.more.built
    window.general.more.head.setFocus()
    QTest.keyClick(window.general.more.head, Qt.Key.Key_Tab)
    assert window.general.more.isAncestorOf(QApplication.focusWidget())
    full = edit("full", dict(FULL))
    assert full.general.more.line.text().startswith("Title, Start, Variables")
    other = edit("billing-view")
    assert not other.general.more.built
    other.go_to("console.browser")
    assert QApplication.focusWidget() is other.general.form.fields[-2].editor


def test_undo_reaches_what_is_rarely_used_before_it_is_built(edit: Open) -> None:
    window = edit("ci-debug")
    window.draft.set("console.browser", "firefox")
    window.validate()
    window.undo()
    window.general.more.head.click()
    field = window.general.form.field("console.browser")
    assert isinstance(field, TextField)
    assert field.line.text() == ""
    window.redo()
    assert field.line.text() == "firefox"
