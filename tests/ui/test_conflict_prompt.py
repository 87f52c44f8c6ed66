"""A section that is someone else's: where it is told, the prompt with both versions, and its three answers."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from app.domain.conflict import Conflict, Reading, Reads
from app.domain.files import Outcome, SectionRemove
from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Attention, DeliveryStatus, Starter, Status, lease_of
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.parts import conflict_of
from ui.application import Application
from ui.present.conflict import conflict_view, reading_words
from ui.present.menu import Do, Entry
from ui.present.remedies import Do as Remedy
from ui.present.remedies import card_of
from ui.present.tray import TrayInput, menu_of
from ui.prompts.conflict import ConflictPrompt

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
NAME = "prod-admin"
FOREIGN = Problem.of(Code.SECTION_FOREIGN, Verb.ADOPT, NAME, path="/home/x/.aws/credentials", section=NAME)
CHANGED = Problem.of(
    Code.SECTION_CHANGED, Verb.ADOPT, NAME, path="/home/x/.aws/credentials", section=NAME, key_id="AKIAEXAMPLE7QXM"
)


def stuck(problem: Problem = FOREIGN, *, by: Starter = Starter.WINDOW, written: datetime | None = None) -> Status:
    """Return the status of a session that could not be delivered."""
    lease = lease_of(active(NAME).state)
    state = Attention(AttentionKind.CONFLICT, problem, NOW, lease, renews=True)
    deliveries = (DeliveryStatus("credentials-file", NAME, written, problem),)
    return replace(active(NAME, state=state, deliveries=deliveries), started_by=by, started_at=NOW)


async def settle() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


async def shown(application: Application, core: FakeCore, *conflicts: Conflict) -> ConflictPrompt:
    """Show the prompt as the tray's line does, and wait until its buttons react."""
    core.standing = list(conflicts or (conflict_of(),))
    core.engine.store.put(stuck())
    application.tray.chosen.emit(Entry("problem", "x", Do.CONFLICT, NAME))
    await settle()
    prompt = application.conflicts.prompt
    assert prompt is not None
    assert prompt.isVisible()
    prompt._settle()
    return prompt


def texts(prompt: ConflictPrompt) -> str:
    found = [one.text() for kind in (QLabel, QPushButton, QLineEdit) for one in prompt.findChildren(kind)]
    return "\n".join([*found, *(one.toPlainText() for one in prompt.findChildren(QPlainTextEdit))])


async def test_both_versions_and_what_follows_are_shown(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    said = texts(prompt)
    for words in (
        "[prod-admin] in the credentials file is someone else's",
        "\u2212  aws_access_key_id = AKIA…7QXM",
        "+  aws_access_key_id = ASIA…0001",
        "   region = eu-central-1",
        "A key without an end, AKIA…7QXM",
        "comes back when the session is stopped. Its secret access key goes into the keyring.",
        "11 other sections, byte for byte",
    ):
        assert words in said
    assert prompt.windowTitle().endswith(", production")
    assert not prompt.bar.isHidden()
    assert prompt.focusWidget() is prompt.leave
    assert not prompt.isModal()


async def test_leaving_it_changes_nothing(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    before = dict(core.catalogs.tables["profiles"])
    QTest.keyClick(prompt, Qt.Key.Key_Return)
    QTest.keyClick(prompt, Qt.Key.Key_Escape)
    assert not prompt.isVisible()
    assert (core.adopted, core.engine.verbs, core.catalogs.tables["profiles"]) == ([], [], before)


async def test_nothing_that_writes_reacts_at_first(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    prompt._begin_calm()
    for one in (prompt.take, prompt.use):
        QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    QTest.keyClick(prompt.name, Qt.Key.Key_Return)
    await settle()
    assert core.adopted == []
    assert core.catalog.profiles[NAME].delivery.credentials_file == (NAME,)


async def test_taking_over_takes_what_was_seen(application: Application, core: FakeCore) -> None:
    wanted = conflict_of()
    prompt = await shown(application, core, wanted)
    prompt.take.click()
    await settle()
    assert core.adopted == [wanted]
    assert application.conflicts.prompt is None


async def test_what_changed_meanwhile_is_shown_again_and_not_written(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    core.standing = [conflict_of(theirs=("[prod-admin]", "region = us-west-2"), seen="another")]
    prompt.take.click()
    await settle()
    assert core.adopted == []
    assert "It has changed meanwhile. Look again." in texts(prompt)
    assert "us-west-2" in texts(prompt)
    assert not prompt.take.isEnabled(), "it is to be read first"
    prompt._settle()
    prompt.take.click()
    await settle()
    assert [one.seen for one in core.adopted] == ["another"]


async def test_two_places_are_asked_one_after_the_other(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core, conflict_of(), conflict_of("legacy"))
    prompt.take.click()
    await settle()
    assert [one.section for one in core.adopted] == [NAME]
    assert "[legacy]" in prompt.windowTitle()


async def test_another_section_is_one_save_that_is_undone(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    assert prompt.name.text() == "prod-admin-rolecall"
    for wrong in ("", "legacy", "dev-poweruser", "-x", "a b"):
        prompt.name.setText(wrong)
        assert not prompt.use.isEnabled(), wrong
        assert prompt.name.accessibleDescription()
    prompt.name.setText("prod-admin-2")
    QTest.keyClick(prompt.name, Qt.Key.Key_Return)
    await settle()
    assert core.catalog.profiles[NAME].delivery.credentials_file == ("prod-admin-2",)
    assert core.catalog.profiles[NAME].delivery.endpoint, "the rest of the delivery stays"
    assert core.adopted == []
    application.verbs.edits.undo()
    await settle()
    assert core.catalog.profiles[NAME].delivery.credentials_file == (NAME,)


async def test_a_conflict_that_goes_takes_its_prompt_along(application: Application, core: FakeCore) -> None:
    prompt = await shown(application, core)
    core.engine.store.put(active(NAME))
    assert not prompt.isVisible()
    assert core.engine.verbs == []


async def test_it_comes_by_itself_only_after_a_start_from_the_tray(application: Application, core: FakeCore) -> None:
    core.standing = [conflict_of()]
    for by in (Starter.AUTO, Starter.COMMAND_LINE, Starter.WINDOW):
        core.engine.store.put(stuck(by=by))
        await settle()
        assert application.conflicts.prompt is None
    core.engine.store.put(replace(stuck(by=Starter.TRAY), started_at=NOW - timedelta(hours=1)))
    await settle()
    assert application.conflicts.prompt is None
    core.engine.store.put(stuck(by=Starter.TRAY))
    await settle()
    prompt = application.conflicts.prompt
    assert prompt is not None
    prompt.reject()
    core.engine.store.put(stuck(by=Starter.TRAY))
    await settle()
    assert not prompt.isVisible(), "who left it is not asked again"


async def test_someone_elses_default(application: Application, core: FakeCore) -> None:
    problem = replace(FOREIGN, arguments={"path": "x", "section": "default"})
    core.engine.outcomes = (Outcome(SectionRemove("default", NAME), None, problem),)
    core.standing = [conflict_of("default")]
    application.verbs.make_default("dev-poweruser", Starter.WINDOW)
    await settle()
    prompt = application.conflicts.prompt
    assert prompt is not None
    assert prompt.elsewhere.isHidden(), "[default] has one place"
    core.engine.outcomes = ()
    prompt._settle()
    prompt.take.click()
    await settle()
    assert core.catalog.settings.default == "dev-poweruser"


def test_the_card_and_the_tray_lead_there(core: FakeCore) -> None:
    card = card_of(stuck(CHANGED, written=NOW - timedelta(minutes=32)), NOW, UTC)
    assert card is not None
    assert card.title == "/home/x/.aws/credentials was changed by another program"
    assert card.detail.startswith("[prod-admin] differs from what Rolecall wrote at 13:52. It is left as it is")
    assert [(one.text, one.do) for one in card.buttons] == [
        ("Compare…", Remedy.COMPARE),
        ("Write mine", Remedy.ADOPT),
    ]
    card = card_of(stuck(), NOW, UTC)
    assert card is not None
    assert card.buttons[0].do is Remedy.COMPARE
    of = TrayInput(core.catalog, {ProfileName(NAME): stuck()}, NOW)
    (line,) = [one for one in menu_of(of) if one.key == "problem"]
    assert (line.text, line.do, line.subject) == ("prod-admin: conflict in an AWS file…", Do.CONFLICT, NAME)


async def write_mine(application: Application, core: FakeCore, name: str) -> ConflictPrompt:
    """Press "Write mine" on a profile's card."""
    core.standing = [conflict_of(name, changed=True)]
    core.engine.store.put(replace(stuck(CHANGED), profile=ProfileName(name)))
    application.show_profile(name)
    await settle()
    card = application.window.detail.problem
    (button,) = [one for one in card.findChildren(QPushButton) if one.text() == "Write mine"]
    button.click()
    await settle()
    prompt = application.conflicts.prompt
    assert prompt is not None
    return prompt


async def test_write_mine_shows_what_it_replaces_before_it_writes(application: Application, core: FakeCore) -> None:
    prompt = await write_mine(application, core, "dev-poweruser")
    assert isinstance(prompt.focusWidget(), QPlainTextEdit), "a second Enter or Space meets nothing"
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(prompt.focusWidget(), key)
    await settle()
    assert core.adopted == []
    assert prompt.isVisible()
    prompt._settle()
    assert prompt.focusWidget() is prompt.take
    QTest.keyClick(prompt.take, Qt.Key.Key_Space)
    await settle()
    assert [one.section for one in core.adopted] == ["dev-poweruser"]
    assert not [verb for verb in core.engine.verbs if verb[0] == "start"], "nothing starts anew to write unseen"


async def test_write_mine_of_production_waits_at_leave_it(application: Application, core: FakeCore) -> None:
    prompt = await write_mine(application, core, NAME)
    prompt._settle()
    assert prompt.focusWidget() is prompt.leave
    QTest.keyClick(prompt.leave, Qt.Key.Key_Space)
    await settle()
    assert core.adopted == []


async def test_write_mine_leaves_the_focus_where_a_person_went(application: Application, core: FakeCore) -> None:
    prompt = await write_mine(application, core, "dev-poweruser")
    prompt.name.setFocus()
    prompt._settle()
    assert prompt.focusWidget() is prompt.name
    core.standing = [conflict_of("dev-poweruser", changed=True, seen="another")]
    prompt.take.click()
    await settle()
    assert isinstance(prompt.focusWidget(), QPlainTextEdit), "what changed meanwhile is read first"
    assert core.adopted == []


async def test_the_cards_button_opens_it(application: Application, core: FakeCore) -> None:
    core.standing = [conflict_of()]
    core.engine.store.put(stuck(CHANGED))
    application.show_profile(NAME)
    await settle()
    button = application.window.detail.problem.first_button()
    assert button is not None
    button.click()
    await settle()
    assert application.conflicts.prompt is not None


def test_where_writing_would_not_help_it_is_not_offered(core: FakeCore, qapp: QApplication) -> None:
    shadowed = Problem.of(Code.SECTION_SHADOWED, Verb.RENAME_SECTION, NAME, path="c", section=NAME, key="role_arn")
    conflict = conflict_of(refused=shadowed, reading=Reading(Reads.ROLE, "arn:aws:iam::1:role/x/Admin"))
    profile = core.catalog.profiles[NAME]
    view = conflict_view(conflict, profile, stuck(), home="", used={"prod-admin-rolecall"})
    assert view.suggestion == "prod-admin-2"
    assert reading_words(conflict.reading) == "The role Admin, which a program takes by itself"
    prompt = ConflictPrompt(conflict, view, lambda _conflict, _name: "")
    prompt._settle()
    assert not prompt.take.isEnabled()
    assert prompt.use.isEnabled()
    prompt.deleteLater()
