"""An import with a real core: plan, preview, progress, every byte back, and what stands in the way."""

from pathlib import Path
from typing import Any

import pytest

from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.importflow import ImportFlow
from app.importing.executor import Done, Step
from app.importing.found import Place, moving_keys
from app.importing.values import ImportOptions
from tests.support.import_world import ImportWorld, key_id, keys, role, secret

CONFIG = f"# mine\n[profile acme]\nregion = eu-west-1\n\n[profile prod]\n{role('acme', 'prod')}"
CREDENTIALS = f"[acme]\n{keys(1)}\n# between\n[solo]\n{keys(2)}"


@pytest.fixture
def world(tmp_path: Path) -> ImportWorld:
    one = ImportWorld(tmp_path)
    one.write(CONFIG, CREDENTIALS)
    return one


def contents(world: ImportWorld) -> tuple[bytes, bytes]:
    return world.config.read_bytes(), world.credentials.read_bytes()


def test_keys_move_and_every_byte_comes_back(world: ImportWorld) -> None:
    before = contents(world)
    told: list[tuple[str, Step]] = []

    async def work(core: Any) -> Done:
        flow = ImportFlow(core)
        found = await flow.look(Place())
        options = moving_keys(await flow.plan(found, ImportOptions()), found.files)
        plan = await flow.plan(found, options)
        chosen = {row.origin for row in plan.profiles}
        diffs = await flow.preview(plan, chosen)
        assert contents(world) == before
        text = "\n".join(line for one in diffs for line in one.lines)
        assert secret(1) not in text
        assert secret(2) not in text
        assert {Path(one.path).name for one in diffs} == {"config", "credentials"}
        done = await flow.carry_out(plan, chosen, lambda name, step: told.append((name, step)))
        assert set(core.catalog.profiles) == {"acme", "prod", "solo"}, "the catalog is in use"
        assert secret(1) not in world.credentials.read_text()
        assert "credential_process" in world.config.read_text()
        assert await flow.undo() == 2
        assert contents(world) == before
        with pytest.raises(AppError) as caught:
            await flow.undo()
        assert caught.value.problem.code is Code.NOTHING_TO_UNDO
        return done

    done = world.run(work)
    assert done.problems == ()
    assert (world.stored(1), world.stored(2)) == (secret(1), secret(2))
    assert [step for name, step in told if name == "acme"] == [
        Step.KEYRING, Step.CATALOG, Step.FILES, Step.DONE,
    ]  # fmt: skip
    assert [step for name, step in told if name == "prod"] == [Step.KEYRING, Step.CATALOG, Step.DONE]


def test_a_row_that_fails_says_so_and_the_others_go_on(world: ImportWorld) -> None:
    world.vault._secrets[access_key_entry(key_id(1)).service] = Secret("another")
    told: dict[str, Step] = {}

    async def work(core: Any) -> Done:
        flow = ImportFlow(core)
        plan = await flow.plan(await flow.look(Place()), ImportOptions())
        return await flow.carry_out(plan, {row.origin for row in plan.profiles}, told.__setitem__)

    done = world.run(work)
    assert done.profiles == ("solo",)
    assert told == {"acme": Step.FAILED, "prod": Step.FAILED, "solo": Step.DONE}
    assert secret(1) in world.credentials.read_text()


def test_undo_takes_back_its_own_writes_alone(world: ImportWorld) -> None:
    async def work(core: Any) -> None:
        first, second = ImportFlow(core), ImportFlow(core)
        plan = await first.plan(await first.look(Place()), ImportOptions())
        await first.carry_out(plan, {"solo"}, lambda *_: None)
        after = contents(world)
        plan = await second.plan(await second.look(Place()), ImportOptions())
        await second.carry_out(plan, {"prod"}, lambda *_: None)
        with pytest.raises(AppError):
            await second.undo()
        assert contents(world) == after
        await first.undo()

    world.run(work)
    assert world.credentials.read_text() == CREDENTIALS


def test_files_elsewhere_are_read_and_stay(world: ImportWorld, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "config").write_text(f"[profile far]\n{role('key')}")
    (folder / "credentials").write_text(f"[key]\n{keys(7)}")
    before = contents(world)

    async def work(core: Any) -> Done:
        flow = ImportFlow(core)
        found = await flow.look(Place.of_folder(folder))
        assert found.there
        plan = await flow.plan(found, moving_keys(await flow.plan(found, ImportOptions()), found.files))
        return await flow.carry_out(plan, {row.origin for row in plan.profiles}, lambda *_: None)

    done = world.run(work)
    assert set(done.profiles) == {"far", "key"}
    assert done.taken == ()
    assert world.stored(7) == secret(7)
    assert contents(world) == before
    assert (folder / "credentials").read_text() == f"[key]\n{keys(7)}"


def test_what_was_found_says_when_it_changed_and_who_may_read_it(world: ImportWorld) -> None:
    world.credentials.chmod(0o644)

    async def work(core: Any) -> None:
        found = await ImportFlow(core).look(Place())
        assert found.modes[str(world.credentials)] == 0o644
        assert set(found.changed) == {str(world.config), str(world.credentials)}

    world.run(work)


def test_no_files_are_not_there(world: ImportWorld) -> None:
    world.config.unlink()
    world.credentials.unlink()

    async def work(core: Any) -> None:
        found = await ImportFlow(core).look(Place())
        assert not found.there
        assert not found.files.faults

    world.run(work)


def test_a_key_that_was_rotated_meanwhile_stays(world: ImportWorld) -> None:
    rotated = CREDENTIALS.replace(secret(2), secret(9))

    async def work(core: Any) -> None:
        flow = ImportFlow(core)
        plan = await flow.plan(await flow.look(Place()), ImportOptions())
        world.credentials.write_text(rotated)
        with pytest.raises(AppError) as caught:
            await flow.carry_out(plan, {"solo"}, lambda *_: None)
        assert caught.value.problem.code is Code.IMPORT_CHANGED

    world.run(work)
    assert world.credentials.read_text() == rotated
    assert world.stored(2) is None
    assert not world.profiles.exists()


def test_a_profile_that_was_made_meanwhile_stays(world: ImportWorld) -> None:
    async def work(core: Any) -> None:
        flow = ImportFlow(core)
        plan = await flow.plan(await flow.look(Place()), ImportOptions())
        await core.put_all({("sources", "x"): {"kind": "environment"}, ("profiles", "solo"): {"source": "x"}})
        with pytest.raises(AppError):
            await flow.carry_out(plan, {"solo"}, lambda *_: None)
        assert core.catalog.profiles["solo"].source == "x"

    world.run(work)
