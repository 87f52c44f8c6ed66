"""What the windows take of the program, on a real engine that serves: self-renewing exports."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.compose import World
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.session import Starter
from app.host import Host, HostKind
from tests.support.in_process import Office
from ui.tools import make_tools

DEV = ProfileName("dev")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as made:
        made.set_up()
        yield made


def world_of(office: Office) -> World:
    return World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)


def test_self_renewing_exports_lead_to_the_session(office: Office) -> None:
    office.edit('credentials_file = "dev"', "endpoint = true")

    async def scenario() -> None:
        core = await compose.open_core(world_of(office))
        host = Host(core, HostKind.REFRESH)
        await host.open(names=(), auto=False)
        try:
            renewing = make_tools(core).renewing
            assert renewing is not None
            profile = core.catalog.profiles[DEV]
            with pytest.raises(AppError) as caught:
                await renewing("bash", profile, core.catalog)
            assert caught.value.problem.code in (Code.NOT_ACTIVE, Code.SESSION_COMING)
            core.engine.start(DEV, by=Starter.WINDOW)
            await core.engine.started(DEV, timeout=30)
            issued = core.engine.credentials(DEV)
            for _ in range(100):
                if core.serving.port:
                    break
                await asyncio.sleep(0.05)
            where = json.loads(await renewing("json", profile, core.catalog))
            assert issued is not None
            assert issued.credentials.secret_access_key.reveal() not in json.dumps(where)
            key = await asyncio.to_thread(_ask, where)
            assert key == issued.credentials.access_key_id
        finally:
            await host.close()

    asyncio.run(scenario())


def test_with_a_process_line_they_name_the_profile(office: Office) -> None:
    office.edit('credentials_file = "dev"', "credential_process = true")

    async def scenario() -> None:
        async with compose.core(world_of(office)) as core:
            await core.reload()
            renewing = make_tools(core).renewing
            assert renewing is not None
            text = await renewing("bash", core.catalog.profiles[DEV], core.catalog)
        assert "export AWS_PROFILE=dev" in text.replace("'", "")
        assert "AWS_SECRET_ACCESS_KEY=" not in text

    asyncio.run(scenario())


def test_what_is_allowed_is_read_for_the_settings(office: Office) -> None:
    """Also while the disk with the AWS files does not answer: then without what they bring."""
    office.credentials.with_name("config").write_text("[profile legacy]\ncredential_process = /opt/bin/legacy\n")
    office.must("source", "add", "ci", "--kind", "web-identity-token", "--command", "/opt/bin/token")
    office.must("source", "add", "legacy", "--kind", "shared-profile", "--profile", "legacy")
    office.must("approve", "legacy")

    async def scenario() -> None:
        async with compose.core(world_of(office)) as core:
            await core.reload()
            allowed = make_tools(core).allowed
            assert allowed is not None
            found = [(one.shown, one.sources) for one in await allowed()]
            assert found == [("/opt/bin/legacy", ("legacy",)), ("/opt/bin/token", ("ci",))]
            offload, core.offload = core.offload, Stuck()  # type: ignore[assignment]
            found = [(one.shown, one.sources) for one in await allowed()]
            assert found == [("/opt/bin/legacy", ()), ("/opt/bin/token", ("ci",))]
            core.offload = offload

    asyncio.run(scenario())


class Stuck:
    """Threads of which none comes back in time."""

    async def call(self, pool: object, work: object, *, deadline: float | None = None) -> object:
        raise TimeoutError


def _ask(where: dict[str, str]) -> str:
    token = Path(where["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text()
    request = urllib.request.Request(where["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers={"Authorization": token})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["AccessKeyId"])
