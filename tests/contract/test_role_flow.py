"""The role assistant as the windows use it, against moto over HTTP: form, preview, made, taken back."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.assistant.form import Form
from app.assistant.values import Recipe
from app.compose import World, core
from app.domain.problem import Code
from app.roleflow import FlowState, Page, RoleFlow
from tests.support.moto_office import MotoOffice
from tests.support.moto_server import MotoServer

FORM = Form(
    recipe=Recipe.CROSS_ACCOUNT,
    name="auditor",
    signer="admin",
    principal="arn:aws:iam::999988887777:user/bob",
    source="acme",
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoOffice]:
    with MotoServer(tmp_path / "log") as moto:
        monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
        made = MotoOffice(tmp_path, moto)
        made.set_up()
        yield made


def test_from_the_form_to_a_session_and_back(office: MotoOffice) -> None:
    before, seen = office.state(), list[FlowState]()

    async def scenario() -> None:
        world = World(office.environ, office.folder, "ana", "host", vault=office._vault, keeper=office._keeper)
        async with core(world) as one:
            async with asyncio.timeout(60):
                await one.engine.open(names=(), auto=False)
                flow = RoleFlow(one, seen.append)
                assert not flow.state.can_go_on
                flow.edit(replace(FORM, principal="*"))
                await flow.prepare()
                assert flow.state.page is Page.FORM
                assert flow.state.problem is not None
                assert flow.state.problem.code is Code.VALUE_PATTERN
                flow.edit(FORM)
                await flow.prepare()
                assert flow.state.page is Page.PREVIEW, flow.state.problem
                assert office.state() == before
                flow.back()
                assert flow.state.page is Page.FORM
                await flow.prepare()
                await flow.make()
                assert flow.state.page is Page.RESULT
                assert flow.state.problem is None
                assert flow.state.status is not None
                assert flow.state.status.valid(world.clock.now())
                assert "[auditor]" in office.credentials.read_text()
                assert flow.state.can_undo
                await flow.undo()
                assert flow.state.problem is None
                assert not flow.state.can_undo
            await one.engine.close(grace=1)

    asyncio.run(scenario())
    assert office.state() == before
    assert "auditor" not in office.catalog.read_text()
    assert "[auditor]" not in office.credentials.read_text()
    assert any(state.busy for state in seen)


def test_a_role_for_another_machine_is_not_called_a_failure(office: MotoOffice) -> None:
    async def scenario() -> None:
        world = World(office.environ, office.folder, "ana", "host", vault=office._vault, keeper=office._keeper)
        async with core(world) as one:
            async with asyncio.timeout(60):
                await one.engine.open(names=(), auto=False)
                flow = RoleFlow(one, lambda _state: None)
                flow.edit(Form(recipe=Recipe.ECS, name="task", signer="admin"))
                await flow.prepare()
                await flow.make()
                assert flow.state.problem is None
                assert flow.state.elsewhere
            await one.engine.close(grace=1)

    asyncio.run(scenario())
    assert "[profiles.task]" in office.catalog.read_text()
