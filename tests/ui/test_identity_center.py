"""Identity Center in the editors: signing in lists the roles, ticked ones become profiles, one role is chosen."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem

from app.domain.assignments import AccountRoles, Assigned
from app.domain.catalogcopy import Addition
from app.domain.names import AccountId
from app.domain.problem import Code, Problem, Verb
from app.domain.sign_in import TokenView
from app.domain.source import IdentityCenter
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from ui.core import Tools
from ui.editor.draft import Draft, empty_source
from ui.editor.profile_window import ProfileWindow
from ui.editor.roles_list import RolesList
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard
from ui.present.remedies import Do, buttons

DEV, PROD = AccountId("111122223333"), AccountId("444455556666")
ACCOUNTS = (
    AccountRoles(DEV, "acme-dev", "dev@acme.example", ("Admin", "Read")),
    AccountRoles(PROD, "acme-prod", "", ("Admin", "Billing")),
)
GONE = Problem.of(Code.CENTER_ROLE, Verb.CHOOSE_ROLE, "pay", source="acme-sso", profile="pay", role="B", account="a")
Open = Callable[[Draft], SourceWindow]


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    opened: list[SourceWindow] = []

    def open_one(draft: Draft) -> SourceWindow:
        core.engine.assigned = ACCOUNTS
        window = SourceWindow(core, tools, bridge, draft, SecretClipboard())
        window.show()
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.draft.saved()
        if window.center is not None:
            window.center.field.roles.show_accounts((), {})
        window.close()
        window.deleteLater()


def known(core: FakeCore) -> Draft:
    return Draft("acme-sso", core.catalogs.tables["sources"]["acme-sso"])


def roles_of(window: SourceWindow) -> RolesList:
    assert window.center is not None
    return window.center.field.roles


def item(roles: RolesList, account: int, role: int | None = None) -> QTreeWidgetItem:
    top = roles.tree.topLevelItem(account)
    assert top is not None
    found = top if role is None else top.child(role)
    assert found is not None
    return found


def tick(roles: RolesList, account: int, role: int | None = None) -> None:
    """With the keyboard, as a person does."""
    roles.tree.setCurrentItem(item(roles, account, role))
    QTest.keyClick(roles.tree, Qt.Key.Key_Space)


def test_ticked_roles_become_profiles_with_the_save(edit: Open, core: FakeCore) -> None:
    window = edit(known(core))
    wanted: list[Addition] = []
    window.profiles_wanted.connect(wanted.append)
    window.strip.test.click()
    assert window.strip.steps.text().endswith("Signed in: 4 roles in 2 accounts")
    source = core.engine.verbs[-1][1]
    assert isinstance(source, IdentityCenter)
    assert (source.start_url, source.region) == ("https://acme.awsapps.com/start", "eu-central-1")
    assert not window.save_button.isEnabled()
    roles = roles_of(window)
    tick(roles, 0, 1)
    tick(roles, 1)  # the whole account
    assert [item(roles, 1, 0).text(1), item(roles, 0, 1).text(1)] == ["acme-prod-Admin", "acme-dev-Read"]
    assert roles.count.text() == "4 roles, 3 profiles will be made"
    assert window.summary.text() == "Save makes 3 profiles"
    window.save()
    (addition,) = wanted
    assert addition.count("profiles") == 3
    assert addition.new["profiles", "acme-dev-Read"] == {
        "source": "acme-sso", "account_id": DEV, "role_name": "Read", "delivery": {"credentials_file": "acme-dev-Read"},
    }  # fmt: skip
    assert not window.isVisible()


def test_a_new_source_signs_in_before_it_is_saved(edit: Open, core: FakeCore) -> None:
    window = edit(empty_source("identity-center"))
    assert window.center is not None
    assert not window.center.field.list_button.isEnabled()
    assert not window.strip.test.isEnabled()
    for key, text in (("name", "corp"), ("start_url", "https://corp.awsapps.com/start"), ("region", "eu-west-1")):
        field = window.form.field(key)
        assert field is not None
        if key == "name":
            window.draft.name = text
        else:
            window.draft.set(key, text)
        field.load(window.draft)
    window.field_edited()
    window.center.field.list_button.click()
    tick(roles_of(window), 0, 0)
    wanted: list[Addition] = []
    window.profiles_wanted.connect(wanted.append)
    window.save()
    assert core.catalogs.tables["sources"]["corp"]["start_url"] == "https://corp.awsapps.com/start"
    assert wanted[0].new["profiles", "acme-dev-Admin"]["source"] == "corp"


def test_what_has_a_profile_is_not_offered_again_and_a_search_counts_for_ticks(edit: Open, core: FakeCore) -> None:
    window = edit(known(core))
    roles = roles_of(window)
    assert window.center is not None
    window.center.show(ACCOUNTS)
    roles.show_accounts(ACCOUNTS, {Assigned(DEV, "Admin"): "mine"})
    assert item(roles, 0, 0).text(1) == "mine"
    assert item(roles, 0, 0).data(0, Qt.ItemDataRole.CheckStateRole) is None
    QTest.keyClicks(roles.search, "prod bill")
    assert item(roles, 0).isHidden()
    assert item(roles, 1, 0).isHidden()
    assert roles.count.text() == "1 role"
    tick(roles, 1)
    assert roles.ticked == [Assigned(PROD, "Billing")]  # what is not shown is not ticked
    QTest.keyClick(roles.search, Qt.Key.Key_Escape)
    assert not item(roles, 0).isHidden()
    assert window.isVisible()
    QTest.keyClicks(roles.search, "nothing")
    assert roles.count.text() == "No role matches, 1 profile will be made"


def test_a_failed_sign_in_is_said_where_the_test_is(edit: Open, core: FakeCore) -> None:
    window = edit(known(core))
    host = "acme.awsapps.com"
    core.engine.refused = Problem.of(Code.SIGN_IN_CANCELED, Verb.SIGN_IN, source="acme-sso", host=host)
    window.strip.test.click()
    assert "You have not finished signing in to acme.awsapps.com" in window.strip.result.text()
    assert roles_of(window).isHidden()


def test_the_sign_in_is_shown_and_ended(edit: Open, core: FakeCore) -> None:
    core.signs.token = TokenView("", "", "", None, kept=True)
    window = edit(known(core))
    assert window.center is not None
    assert window.center.field.state.text() == "Signed in"
    window.center.field.sign_out.click()
    assert core.signs.calls[-1][0] == "sign-out"
    assert window.center.field.sign_out.isHidden()


def test_a_profile_takes_its_role_from_the_list(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> None:
    core.engine.assigned = ACCOUNTS
    draft = Draft("pay", {"source": "acme-sso", "account_id": DEV, "role_name": "Admin"}, new=True)
    window = ProfileWindow(core, tools, bridge, draft)
    window.open_place("source")
    window.show()
    page = window.source
    page.list_roles.click()
    assert page.roles.tree.currentItem().text(0) == "Admin"
    QTest.keyClicks(page.roles.search, "billing")
    QTest.keyClick(page.roles.search, Qt.Key.Key_Down)
    QTest.keyClick(page.roles.tree, Qt.Key.Key_Return)
    assert (draft.get("account_id"), draft.get("role_name")) == (PROD, "Billing")
    assert page.form.field("role_name").editor.text() == "Billing"  # type: ignore[union-attr]
    assert all(not one.body.isVisibleTo(window) for one in page.fields)  # neither duration nor MFA is its own
    core.engine.refused = Problem.of(Code.THROTTLED, operation="ListAccounts")
    page.list_roles.click()
    assert "AWS asks to slow down" in page.roles_state.text()
    draft.saved()
    window.close()
    window.deleteLater()


def test_a_role_that_is_gone_leads_to_the_list() -> None:
    first = buttons(GONE)[0]
    assert (first.text, first.do, first.subject) == ("Choose another role", Do.CHOOSE_ROLE, "pay")
