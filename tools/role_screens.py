"""The role assistant's pages, from fixed sample data."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from app.assistant.ec2 import Found, Wish, addition, plan
from app.assistant.form import Form
from app.assistant.role import FoundBase
from app.assistant.values import Permissions, Place, Recipe, RoleWish
from app.domain.names import AccountId
from app.roleflow import FlowState, Offer, Offered, Page
from app.rolemaking import Prepared
from ui.assistant.choose import ChooseDialog
from ui.assistant.window import AssistantWindow

_NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
_PLACE = Place(AccountId("111122223333"), "aws", "eu-central-1", "arn:aws:iam::111122223333:user/mira.lind")
_AWS = "arn:aws:iam::aws:policy/"
_FORM = Form(recipe=Recipe.EC2, name="build-agent", signer="sandbox", policies=("AmazonS3ReadOnlyAccess",))
_POLICIES = Offered(
    "policies",
    tuple(
        Offer(name, name, _AWS + name)
        for name in (
            "AmazonS3FullAccess",
            "AmazonS3ReadOnlyAccess",
            "CloudWatchAgentServerPolicy",
            "ReadOnlyAccess",
            "SecurityAudit",
        )
    ),
)


class _Still:
    """A flow that stays in one state."""

    def __init__(self, state: FlowState) -> None:
        self.state = state

    def edit(self, form: Form) -> None: ...
    def back(self) -> None: ...
    async def look(self, key: str) -> None: ...
    async def prepare(self) -> None: ...
    async def make(self) -> None: ...
    async def undo(self) -> None: ...


def _nothing(work: Coroutine[Any, Any, None], what: str) -> None:
    del what
    work.close()


def _window(state: FlowState) -> AssistantWindow:
    still = _Still(state)
    return AssistantWindow(lambda _: still, _nothing, ("sandbox", "prod-admin"), ("mira.lind",), lambda: _NOW)


def _form() -> QWidget:
    return _window(FlowState(form=_FORM))


def _preview() -> QWidget:
    wish = Wish(RoleWish("build-agent", permissions=Permissions((f"{_AWS}AmazonS3ReadOnlyAccess",))))
    prepared = Prepared(wish, _PLACE, plan(wish, _PLACE, Found(FoundBase())), addition("build-agent", _PLACE))
    return _window(FlowState(page=Page.PREVIEW, form=_FORM, prepared=prepared))


def _result() -> QWidget:
    said = ("✓ Make the role build-agent", "✓ Attach AmazonS3ReadOnlyAccess", "✓ Make the instance profile build-agent")
    return _window(replace(FlowState(page=Page.RESULT, form=_FORM), said=said, elsewhere=True))


def _choose() -> QWidget:
    return ChooseDialog(None, _POLICIES, ("AmazonS3ReadOnlyAccess",))


ROLE_SCREENS: dict[str, Callable[[], QWidget]] = {
    "10-role-form": _form,
    "10-role-choose": _choose,
    "10-role-preview": _preview,
    "10-role-result": _result,
}
