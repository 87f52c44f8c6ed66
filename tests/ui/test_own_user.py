"""The window of access keys; what editors ask IAM: devices, an account's alias, a key's age."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.domain.calls import Identity
from app.domain.keys import REPLACING, UserKey
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.session import Question, QuestionKind
from app.keyflow import KeysState, Mark, Result
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW
from tests.ui.fakes.parts import FakeUser
from tests.ui.fakes.reading import fake_core
from ui.editor.draft import Draft, empty_source
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.keys.window import KeysWindow
from ui.platform.clipboard import SecretClipboard
from ui.present.words import clock
from ui.prompts.asker import Asker
from ui.prompts.mfa import MfaPrompt
from ui.widgets.screen import TallPage

OLD = UserKey("AKIAIOSFODNN7EXAMPLE", NOW - timedelta(days=412), active=True, used_at=NOW, kept=True)
SERIAL = "arn:aws:iam::111122223333:mfa/mira.lind"
NEW = UserKey("AKIAIOSFODNN7EXAMPL2", NOW, active=True, kept=True)
DENIED = AppError.of(Code.ACCESS_DENIED, operation="ListMFADevices", aws="not authorized")


class FakeFlow:
    """Records verbs; a test sets the state."""

    def __init__(self, changed: Callable[[KeysState], None]) -> None:
        self.changed, self.verbs = changed, list[str]()
        self.state = KeysState("mira.lind", OLD.key_id)

    def put(self, **values: object) -> None:
        self.state = replace(self.state, **values)  # type: ignore[arg-type]
        self.changed(self.state)

    async def look(self) -> None:
        self.verbs.append("look")

    async def replace(self) -> None:
        self.verbs.append("replace")

    async def switch_off(self) -> None:
        self.verbs.append("switch-off")

    async def switch_on(self) -> None:
        self.verbs.append("switch-on")

    async def delete(self) -> None:
        self.verbs.append("delete")

    async def go_back(self) -> None:
        self.verbs.append("go-back")


@pytest.fixture
def keys(qapp: QApplication) -> Iterator[tuple[KeysWindow, FakeFlow]]:
    core, _ = fake_core()
    made: list[FakeFlow] = []

    def begin(changed: Callable[[KeysState], None]) -> FakeFlow:
        made.append(FakeFlow(changed))
        return made[0]

    window = KeysWindow(begin, Now(core.engine.store).spawn, "mira.lind", lambda: "IAM user", lambda: NOW)
    window.show()
    yield window, made[0]
    window.close()
    window.deleteLater()


def shown(window: KeysWindow) -> set[str]:
    acts = {"rotate": window.rotate, "delete": window.delete, "off": window.off, "on": window.on}
    acts |= {"back": window.back, "again": window.again}
    return {name for name, one in acts.items() if one.isVisible()}


def test_buttons_follow_what_can_be_done(keys: tuple[KeysWindow, FakeFlow]) -> None:
    window, flow = keys
    assert shown(window) == {"again"}
    flow.put(busy=True)
    assert shown(window) == set()
    assert window.waiting.isVisible()
    flow.put(busy=False, keys=(OLD,))
    assert shown(window) == {"rotate"}
    window.rotate.click()
    flow.put(busy=True, steps=tuple((step, Mark.OPEN) for step in REPLACING))
    assert shown(window) == set()
    done = tuple((step, Mark.DONE) for step in REPLACING)
    off = replace(OLD, active=False)
    flow.put(busy=False, steps=done, own=NEW.key_id, keys=(NEW, off), result=Result.REPLACED)
    assert shown(window) == {"delete", "back"}
    assert NEW.key_id in window.said.text()
    window.back.click()
    window.delete.click()
    flow.put(keys=(NEW, replace(off, kept=False)))
    assert shown(window) == {"delete", "on"}
    flow.put(keys=(NEW, OLD))
    assert shown(window) == {"off", "back"}
    window.off.click()
    assert flow.verbs == ["replace", "go_back".replace("_", "-"), "delete", "switch-off"]


def test_it_is_as_high_as_what_it_says_and_all_of_it_in_sight(keys: tuple[KeysWindow, FakeFlow], qtbot: QtBot) -> None:
    window, flow = keys
    flow.put(busy=False, keys=(OLD,))
    area = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: not window.findChild(TallPage).verticalScrollBar().isVisible())
    low = window.height()
    window.move(window.x(), area.bottom() - window.frameGeometry().height())
    done = tuple((step, Mark.DONE) for step in REPLACING)
    flow.put(steps=done, own=NEW.key_id, keys=(NEW, replace(OLD, active=False)), result=Result.REPLACED)
    qtbot.waitUntil(lambda: window.height() > low + 100)
    qtbot.waitUntil(lambda: not window.findChild(TallPage).verticalScrollBar().isVisible())
    assert window.frameGeometry().bottom() <= area.bottom()
    high = window.height()
    flow.put(steps=(), keys=(NEW,), result=Result.DELETED)
    qtbot.waitUntil(lambda: window.height() < high - 60)


def test_what_the_source_is_follows_its_new_key(qapp: QApplication) -> None:
    core, _ = fake_core()
    said = ["key AKIA…MPLE"]
    made: list[FakeFlow] = []

    def begin(changed: Callable[[KeysState], None]) -> FakeFlow:
        made.append(FakeFlow(changed))
        return made[0]

    window = KeysWindow(begin, Now(core.engine.store).spawn, "mira.lind", lambda: said[0], lambda: NOW)
    assert window.about.text() == said[0]
    said[0] = "key AKIA…MPL2"
    made[0].put(own=NEW.key_id, keys=(NEW,))
    assert window.about.text() == "key AKIA…MPL2"
    window.close()
    window.deleteLater()


def test_a_failure_is_shown_with_what_is_in_use_and_what_is_left(keys: tuple[KeysWindow, FakeFlow]) -> None:
    window, flow = keys
    steps = tuple((step, Mark.FAILED if number == 1 else Mark.OPEN) for number, step in enumerate(REPLACING))
    problem = Problem.of(Code.VAULT_FAILED, entry="rolecall/access-key/x", reason="full")
    flow.put(keys=(OLD,), steps=steps, problem=problem, result=Result.TAKEN_BACK, left=(NEW.key_id,))
    assert window.problem.isVisible()
    assert OLD.key_id in window.said.text()
    assert NEW.key_id in window.said.text()
    assert shown(window) == {"rotate"}
    window.close()
    flow.put(busy=True)  # what goes on after the window is closed harms nothing


def test_the_window_is_as_high_as_what_it_shows(keys: tuple[KeysWindow, FakeFlow]) -> None:
    window, flow = keys
    flow.put(busy=False, keys=(OLD, replace(NEW, kept=False)))
    QApplication.processEvents()
    window.fit()
    layout = window.layout()
    assert layout is not None
    assert window.height() - layout.heightForWidth(window.width()) < window.fontMetrics().lineSpacing() * 2


def source_window(user: FakeUser, *, new: bool = False) -> SourceWindow:
    core, tools = fake_core()
    user.core = core
    tools = replace(tools, own_user=lambda: user)
    draft = empty_source() if new else Draft("mira.lind", core.catalogs.tables["sources"]["mira.lind"])
    return SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())


def test_a_machine_says_who_it_is_as_soon_as_its_kind_is_chosen(qapp: QApplication) -> None:
    user = FakeUser()
    user.caller = Identity("222233334444", "arn:aws:sts::222233334444:assumed-role/BuildServer/i-0abc", "AROA:i-0abc")
    user.until = NOW
    window = source_window(user, new=True)
    window.show()
    assert window.machine is None
    assert user.calls == []
    window.kind.choose("instance-metadata")
    assert user.calls == [("machine", "", "instance-metadata")]
    assert window.machine is not None
    field = window.machine.field
    assert field.body.isVisible()
    assert field.said.text() == "BuildServer, account 222233334444 (acme-dev)"
    assert clock(NOW) in field.note.text()
    user.caller = None
    QTest.mouseClick(field.again, Qt.MouseButton.LeftButton)
    assert field.said.text() == "169.254.169.254 does not answer."
    assert "EC2 instance" in field.note.text()
    window.kind.choose("container")
    assert user.calls[-1] == ("machine", "", "container")
    window.kind.choose("access-keys")
    assert window.machine is None
    window.draft.saved()
    window.close()
    window.deleteLater()


def test_find_fills_in_the_only_device_and_offers_several(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)  # the offscreen platform grabs no keyboard
    user = FakeUser()
    window = source_window(user, new=True)
    window.secret.put("s" * 40)
    assert window.device is not None
    window.device.find.click()
    assert window.draft.text("mfa_serial") == "arn:aws:iam::111122223333:mfa/mira.lind"
    assert user.calls == [("devices", "", Secret("s" * 40))]
    user.found = ("arn:aws:iam::111122223333:mfa/a", "arn:aws:iam::111122223333:mfa/b")
    window.device.find.click()
    assert window.device.menu is not None
    window.device.menu.actions()[1].trigger()
    assert window.draft.text("mfa_serial") == "arn:aws:iam::111122223333:mfa/b"
    window.undo()
    assert window.draft.text("mfa_serial") == "arn:aws:iam::111122223333:mfa/mira.lind"
    window.draft.saved()
    window.close()


def test_find_says_why_it_found_none(qapp: QApplication) -> None:
    user = FakeUser()
    user.found = DENIED
    window = source_window(user)
    before = window.draft.text("mfa_serial")
    assert window.device is not None
    window.device.find.click()
    field = window.form.field("mfa_serial")
    assert field is not None
    assert "ListMFADevices" in field.note.text()
    assert window.draft.text("mfa_serial") == before
    assert window.device.find.isEnabled()
    window.close()


def profile_window(user: FakeUser) -> ProfileWindow:
    core, tools = fake_core()
    user.core = core
    core.catalog = replace(core.catalog, accounts={})
    tools = replace(tools, own_user=lambda: user)
    return ProfileWindow(
        core, tools, Now(core.engine.store), Draft("prod-admin", core.catalogs.tables["profiles"]["prod-admin"])
    )


def test_the_account_gets_its_alias_and_a_refusal_is_said_once(qapp: QApplication) -> None:
    user = FakeUser()
    user.alias = "acme-prod"
    window = profile_window(user)
    assert user.calls == [("alias", "444455556666")]
    assert "acme-prod" in window.general.account.words.word.text()
    assert window.general.account.busy.isHidden()
    window.close()
    user = FakeUser()
    user.alias = DENIED
    window = profile_window(user)
    window.follow()
    assert user.calls == [("alias", "444455556666")]
    assert "AccessDenied" in window.general.account.note.text()
    assert "from hop 2" in window.general.account.words.word.text()
    window.close()


def test_a_keys_age_and_the_way_to_rotate_it(qapp: QApplication) -> None:
    user = FakeUser()
    window = profile_window(user)
    user.core.catalog = replace(user.core.catalog, key_times={OLD.key_id: OLD.made_at})
    asked: list[str] = []
    window.source.rotate_wanted.connect(asked.append)
    window.nav.setCurrentRow(1)
    assert "412" in window.source.what.text()
    window.source.rotate.click()
    assert asked == ["mira.lind"]
    window.close()


def question(refused: Problem | None = None, keep: timedelta | None = timedelta(hours=12)) -> Question:
    until = NOW + timedelta(minutes=5)
    return Question(
        "q1", QuestionKind.MFA, SERIAL, (ProfileName("prod-admin"),), NOW, until, refused=refused, keep=keep
    )


def test_an_mfa_session_is_kept_unless_the_person_says_else(qapp: QApplication) -> None:
    core, _ = fake_core()
    prompt = MfaPrompt(question(), core.catalog)
    answers: list[str] = []
    prompt.answered.connect(lambda _, code: answers.append(code))
    prompt.open_prompt(asked=True)
    assert "12 h" in prompt.keep.text()
    assert prompt.keep.isChecked()
    prompt.code.setText("123 456")
    prompt.show_question(question(Problem.of(Code.MFA_REUSED, code="123456", serial=SERIAL)))
    prompt.keep.click()
    prompt.code.setText("234567")
    assert answers == ["123456", "234567 once"]
    prompt.over()
    single = MfaPrompt(question(keep=None), core.catalog)  # a code for one call: nothing is kept anyway
    single.answered.connect(lambda _, code: answers.append(code))
    single.open_prompt(asked=True)
    assert single.keep.isHidden()
    single.code.setText("345678")
    assert answers[2:] == ["345678"]
    single.over()


def test_a_refused_code_offers_to_choose_the_device(qapp: QApplication) -> None:
    core, _ = fake_core()
    core.engine.store.questions = (question(),)
    asker = Asker(core)
    places: list[tuple[str, str, str]] = []
    asker.edit_wanted.connect(lambda *place: places.append(place))
    asker.look(asked=True)
    (prompt,) = asker.prompts.values()
    assert isinstance(prompt, MfaPrompt)
    assert prompt.device.isHidden()
    refused = Problem.of(Code.MFA_REFUSED, Verb.GIVE_MFA, code="118204", serial=SERIAL)
    core.engine.store.questions = (question(refused),)
    asker.look()
    prompt.device.click()
    assert places == [("sources", "mira.lind", "device")]
    asker.close()
