"""A screen that is locked stops the sessions of profiles that ask for it, and leaves the others."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compose import World, open_core
from app.domain.names import ProfileName
from app.domain.session import Starter, Stopped
from tests.support.in_process import Office

DEV, GUARDED = ProfileName("dev"), ProfileName("watched")
MORE = """
[profiles.watched]
source = "acme"
roles = [{ role_arn = "arn:aws:iam::210987654321:role/dev" }]
delivery = { credentials_file = "watched" }
safety = { stop_on_lock = true }
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up(MORE)
        yield one


async def lived(office: Office) -> None:
    core = await open_core(
        World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    )
    await core.engine.open(names=(), auto=False)
    try:
        assert await core.stop_guarded() == (), "nothing runs"
        for name in (DEV, GUARDED):
            core.engine.start(name, by=Starter.WINDOW)
            await core.engine.started(name, timeout=20)
        credentials = office.folder / ".aws" / "credentials"
        assert "[watched]" in credentials.read_text()
        assert await core.stop_guarded() == (GUARDED,)
        assert isinstance(core.engine.store.status(GUARDED).state, Stopped)
        assert not isinstance(core.engine.store.status(DEV).state, Stopped)
        assert "[watched]" not in credentials.read_text()
        assert await core.stop_guarded() == ()
    finally:
        await core.close()


def test_profiles_that_ask_for_it_stop_and_their_sections_are_given_back(office: Office) -> None:
    asyncio.run(lived(office))
