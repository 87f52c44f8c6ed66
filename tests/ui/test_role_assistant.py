"""The role assistant's window: what a state shows, and what a person's hand sends to the flow."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.assistant.ec2 import Found, Wish, addition, plan
from app.assistant.form import Form
from app.assistant.role import FoundBase
from app.assistant.values import Permissions, Place, Recipe, RoleWish
from app.domain.names import AccountId
from app.domain.problem import Code, Problem
from app.roleflow import FlowState, Offer, Offered, Page
from app.rolemaking import Prepared
from ui.assistant.choose import ChooseDialog
from ui.assistant.window import AssistantWindow

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
PLACE = Place(AccountId("123456789012"), "aws", "eu-west-1", "arn:aws:iam::123456789012:user/ana")


class FakeFlow:
    """Records verbs; the test puts states."""

    def __init__(self, changed: Callable[[FlowState], None]) -> None:
        self.state = FlowState()
        self.changed = changed
        self.verbs: list[str] = []

    def edit(self, form: Form) -> None:
        self.put(replace(self.state, form=form))

    def put(self, state: FlowState) -> None:
        self.state = state
        self.changed(state)

    def back(self) -> None:
        self.verbs.append("back")

    async def look(self, key: str) -> None:
        self.verbs.append(f"look {key}")

    async def prepare(self) -> None:
        self.verbs.append("prepare")

    async def make(self) -> None:
        self.verbs.append("make")

    async def undo(self) -> None:
        self.verbs.append("undo")


def run(work: Coroutine[Any, Any, None], what: str) -> None:
    del what
    asyncio.run(work)


@pytest.fixture
def window(qtbot: QtBot) -> AssistantWindow:
    made = AssistantWindow(FakeFlow, run, ("admin", "prod"), ("acme",), lambda: NOW)
    qtbot.addWidget(made)
    made.show()
    return made


def flow(window: AssistantWindow) -> FakeFlow:
    assert isinstance(window.flow, FakeFlow)
    return window.flow


def typed(window: AssistantWindow, key: str, value: object) -> None:
    widget = next(one.widget for one in window._fields if one.view.key == key)
    if isinstance(widget, QComboBox):
        widget.setCurrentIndex(widget.findData(value))
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(value))
    else:
        assert isinstance(widget, QLineEdit)
        widget.setText(str(value))
        widget.textEdited.emit(str(value))


def test_preview_waits_for_what_is_needed(window: AssistantWindow) -> None:
    assert not window.go.isEnabled()
    for key, value in {"signer": "admin", "name": "auditor", "principal": "999988887777", "source": "acme"}.items():
        typed(window, key, value)
    assert flow(window).state.form.principal == "999988887777"
    assert window.go.isEnabled()
    window.go.click()
    assert flow(window).verbs == ["prepare"]


def test_another_recipe_keeps_what_was_typed(window: AssistantWindow) -> None:
    typed(window, "name", "web")
    window.recipe.setCurrentIndex(window.recipe.findData(Recipe.EC2))
    assert flow(window).state.form.recipe is Recipe.EC2
    assert [one.value for one in window._fields if one.view.key == "name"] == ["web"]
    assert "instance" in {one.view.key for one in window._fields}


def test_the_preview_shows_every_call_and_what_is_widened(window: AssistantWindow) -> None:
    wish = Wish(RoleWish("web"))
    prepared = Prepared(wish, PLACE, plan(wish, PLACE, Found(FoundBase())), addition("web", PLACE))
    wide = Problem.of(Code.TRUST_WIDE, reason="whole-account")
    flow(window).put(FlowState(page=Page.PREVIEW, prepared=prepared, warnings=(wide,)))
    shown = window.preview.toPlainText()
    assert "iam:CreateRole" in shown
    assert "ec2.amazonaws.com" in shown
    assert shown.startswith("! The role would trust more")
    window.go.click()
    window.back.click()
    assert flow(window).verbs == ["make", "back"]


def test_a_role_that_may_do_everything_is_asked_about_twice(window: AssistantWindow) -> None:
    wish = Wish(RoleWish("web", permissions=Permissions(("arn:aws:iam::aws:policy/AdministratorAccess",))))
    prepared = Prepared(wish, PLACE, plan(wish, PLACE, Found(FoundBase())), addition("web", PLACE))
    flow(window).put(FlowState(page=Page.PREVIEW, prepared=prepared))
    window.go.click()
    assert flow(window).verbs == []
    assert "everything" in window.go.text()
    window.go.click()
    assert flow(window).verbs == ["make"]


def test_a_problem_is_said_where_one_looks(window: AssistantWindow) -> None:
    flow(window).put(FlowState(problem=Problem.of(Code.ROLE_DIFFERS, role="web", reason="role-trust")))
    assert "another" in window.said.text()
    assert window.pages.currentIndex() == 0
    flow(window).put(FlowState(busy=True))
    assert window.said.text() == "Asking AWS…"
    assert not window.go.isEnabled()


def test_the_result_offers_to_take_back_only_what_was_made(window: AssistantWindow) -> None:
    flow(window).put(FlowState(page=Page.RESULT, elsewhere=True, form=Form(name="web")))
    assert window.undo.isHidden()
    assert "web is in the catalog" in window.outcome.text()


POLICIES = Offered(
    "policies",
    (
        Offer("ReadOnlyAccess", "ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        Offer("SecurityAudit", "SecurityAudit", "arn:aws:iam::aws:policy/SecurityAudit"),
        Offer("arn:aws:iam::123456789012:policy/mine", "mine", "arn:aws:iam::123456789012:policy/mine"),
    ),
)
INSTANCES = Offered("instance", (Offer("i-1", "build", "i-1  running"), Offer("i-2", "web", "i-2  stopped  other")))


def chooser(window: AssistantWindow) -> ChooseDialog:
    assert window.chooser is not None
    return window.chooser


def field(window: AssistantWindow, key: str) -> object:
    return next(one.value for one in window._fields if one.view.key == key)


def test_policies_are_picked_by_keys_beside_those_that_were_typed(window: AssistantWindow) -> None:
    assert not window.pickers["policies"].isEnabled()
    typed(window, "signer", "admin")
    typed(window, "policies", "Other SecurityAudit")
    window.pickers["policies"].click()
    assert flow(window).verbs == ["look policies"]
    flow(window).put(replace(flow(window).state, offered=POLICIES))
    dialog = chooser(window)
    assert dialog.picked == ("SecurityAudit",)
    QTest.keyClicks(dialog.search, "mine")
    assert dialog.shown.rowCount() == 1
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.count.text() == "2 picked"
    dialog.take.click()
    assert field(window, "policies") == "SecurityAudit arn:aws:iam::123456789012:policy/mine Other"
    assert flow(window).state.form.policies[-1] == "Other"
    assert window.chooser is None


def test_an_instance_is_picked_and_escape_takes_none(window: AssistantWindow) -> None:
    window.recipe.setCurrentIndex(window.recipe.findData(Recipe.EC2))
    typed(window, "signer", "admin")
    flow(window).put(replace(flow(window).state, offered=INSTANCES))
    QTest.keyClick(chooser(window), Qt.Key.Key_Escape)
    assert field(window, "instance") == ""
    flow(window).put(replace(flow(window).state, offered=None))
    flow(window).put(replace(flow(window).state, offered=INSTANCES))
    dialog = chooser(window)
    QTest.keyClicks(dialog.search, "stopped")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert field(window, "instance") == "i-2"


def test_an_account_without_instances_says_so(window: AssistantWindow) -> None:
    window.recipe.setCurrentIndex(window.recipe.findData(Recipe.EC2))
    flow(window).put(replace(flow(window).state, offered=Offered("instance", ())))
    assert not chooser(window).nothing.isHidden()
    assert not chooser(window).take.isEnabled()
