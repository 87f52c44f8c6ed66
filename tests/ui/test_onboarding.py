"""First run in the application: it comes once, is reachable later, and leads to a first profile."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.names import parse_role_arn
from tests.support.import_world import role
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.importing import FakeFlow, keys, write
from tests.ui.fakes.reading import fake_core
from ui.application import Application
from ui.core import Tools
from ui.editor.fields import TextField
from ui.editor.places import CHAIN
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.onboarding.window import ImportWindow
from ui.present.menu import Do
from ui.present.tray import TrayInput, menu_of

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def flow(tmp_path: Path) -> FakeFlow:
    return FakeFlow(write(tmp_path / ".aws"))


@pytest.fixture
def made(flow: FakeFlow) -> tuple[FakeCore, Tools]:
    """An empty catalog."""
    core, tools = fake_core("schema = 1", running=False)
    return core, replace(tools, importing=lambda: flow, home=flow.folder.parent)  # type: ignore[arg-type, return-value]


@pytest.fixture
def app(application: Application) -> Application:
    """The application with a bridge that runs at once."""
    bridge = Now(application.core.engine.store)
    bridge.failed.connect(application.fail)
    application.bridge = bridge
    return application


def opened(app: Application) -> ImportWindow:
    assert app.onboarding.window is not None
    return app.onboarding.window


def editors(kind: type) -> list[object]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


async def test_it_comes_by_itself_once(app: Application, flow: FakeFlow) -> None:
    write(flow.folder, f"[profile a]\n{role('mira')}", f"[mira]\n{keys(1)}")
    assert app.onboarding.first()
    window = opened(app)
    assert window.isVisible()
    assert len(window.lines) == 2
    window.page.later.click()
    assert app.onboarding.window is None
    assert app.window.isVisible(), "what comes next is the main window"
    assert not app.onboarding.first()
    assert [verb[0] for verb in flow.verbs] == ["look"], "nothing was touched"


async def test_it_does_not_come_where_something_is_in_the_catalog(app: Application, core: FakeCore) -> None:
    await core.put("sources", "acme", {"kind": "environment"})
    assert not app.onboarding.first()
    assert app.onboarding.window is None


async def test_the_tray_and_the_empty_list_lead_to_it(app: Application) -> None:
    app.onboarding.first()
    opened(app).close()
    now = app.tools.clock.now()
    entry = next(one for one in menu_of(TrayInput(app.core.catalog, {}, now)) if one.do is Do.SETUP)
    app.tray.chosen.emit(entry)
    window = opened(app)
    app.tray.chosen.emit(entry)
    assert opened(app) is window, "one window"
    window.close()
    empty = app.window.list.empty
    assert empty.files.isVisible()
    empty.files.click()
    assert opened(app).isVisible()


async def test_what_is_imported_is_shown(app: Application, core: FakeCore, flow: FakeFlow) -> None:
    write(flow.folder, f"[profile a]\n{role('mira')}", f"[mira]\n{keys(1)}")
    app.onboarding.open()
    await core.put_all({("sources", "mira"): {"kind": "environment"}, ("profiles", "a"): {"source": "mira"}})
    opened(app).go_on()
    assert app.window.model.place("a").isValid()
    assert opened(app).isVisible(), "until Done is pressed"


async def test_a_first_source_leads_to_a_first_profile(app: Application, core: FakeCore) -> None:
    app.onboarding.first()
    window = opened(app)
    assert window.shows_starts
    window.starts.buttons["instance-metadata"].click()
    (source,) = editors(SourceWindow)
    assert isinstance(source, SourceWindow)
    assert source.draft.text("kind") == "instance-metadata"
    source.name.line.setText("machine")
    source.name.changed.emit()
    source.save_button.click()
    assert "machine" in core.catalog.sources
    (profile,) = editors(ProfileWindow)
    assert isinstance(profile, ProfileWindow)
    assert profile.draft.text("source") == "machine"
    assert profile.draft.name == "machine"
    assert window.isVisible()
    profile.save_button.click()
    assert "machine" in core.catalog.profiles
    assert app.onboarding.window is None, "there is a profile now"
    assert app.window.isVisible()


@pytest.mark.parametrize("kind", ["oidc", "web-identity-token"])
async def test_the_first_profile_of_a_sign_in_begins_at_the_role_that_it_needs(
    app: Application, core: FakeCore, kind: str
) -> None:
    app.new_source(kind)
    (source,) = editors(SourceWindow)
    assert isinstance(source, SourceWindow)
    for key, text in (("name", "corp"), ("issuer", "https://id.example.com"), ("client_id", "desktop")):
        field = source.form.field(key)
        if isinstance(field, TextField):
            field.line.setText(text)
            field.changed.emit()
    source.save_button.click()
    (profile,) = editors(ProfileWindow)
    assert isinstance(profile, ProfileWindow)
    (card,) = profile.chain.cards
    assert (profile.nav.currentRow(), card.is_open) == (CHAIN, True)
    arn = card.body.form.fields[0]
    assert profile.focusWidget() is arn.editor
    assert arn.editor.property("state") in ("", None), "nothing is red before anybody was there"
    QTest.keyClicks(arn.editor, "arn:aws:iam::444455556666:role/Dev")
    profile.save_button.click()
    assert core.catalog.profiles["corp"].roles[0].role_arn == parse_role_arn("arn:aws:iam::444455556666:role/Dev")


async def test_a_later_source_leads_nowhere(app: Application, core: FakeCore) -> None:
    await core.put_all({("sources", "x"): {"kind": "environment"}, ("profiles", "a"): {"source": "x"}})
    app.new_source("container")
    (source,) = editors(SourceWindow)
    assert isinstance(source, SourceWindow)
    source.name.line.setText("other")
    source.name.changed.emit()
    source.save_button.click()
    assert "other" in core.catalog.sources
    assert editors(ProfileWindow) == []
