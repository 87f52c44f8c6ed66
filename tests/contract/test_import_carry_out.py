"""Imports carried out on the real catalog, the real AWS files and a keyring in memory."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.cli.context import Cli
from app.cli.root import run
from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from tests.support.aws_profiles import profiles_of_all_kinds
from tests.support.awsfiles import read
from tests.support.import_world import ROLE, ImportWorld, key_id, keys, role, secret

SSO = (
    "sso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 123456789012\n"
    "sso_role_name = Dev\n"
)
CONFIG = f"# mine\n[profile acme]\nregion = eu-west-1\n\n[profile prod]\n{role('acme', 'prod')}output = json\n"
CREDENTIALS = f"[acme]\n{keys(1)}\n; solo\n[solo]\n{keys(2)}"


@pytest.fixture
def world(tmp_path: Path) -> ImportWorld:
    return ImportWorld(tmp_path)


def state(world: ImportWorld) -> tuple[bytes, ...]:
    paths = (world.profiles, world.config, world.credentials)
    return tuple(path.read_bytes() if path.exists() else b"" for path in paths)


def command(world: ImportWorld, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["import", *arguments], given=Cli(world.world))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_keys_go_into_the_keyring_and_leave_where_nobody_names_them(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    done = world.carry_out(world.plan())
    assert done.problems == ()
    assert set(done.profiles) == {"acme", "prod", "solo"}
    assert (world.stored(1), world.stored(2)) == (secret(1), secret(2))
    now = read(world.credentials.read_bytes()) or {}
    assert now["solo"] == {}
    assert now["acme"]["aws_secret_access_key"] == secret(1), "prod names it"
    assert world.config.read_text() == CONFIG
    assert secret(2) not in world.credentials.read_text() + world.profiles.read_text()


def test_twice_changes_nothing(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.carry_out(world.plan())
    before = state(world)
    plan = world.plan()
    assert plan.profiles == ()
    assert dict(plan.sources) == {}
    assert plan.skipped == ()
    assert set(plan.present) == {"acme", "prod", "solo"}
    world.carry_out(plan)
    assert state(world) == before


def test_undo_is_byte_exact(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.carry_out(world.plan("prod", "acme"), "prod", "acme", "solo")
    assert world.config.read_text() != CONFIG
    world.undo()
    assert world.credentials.read_text() == CREDENTIALS
    world.undo()
    assert world.config.read_text() == CONFIG
    assert world.run(lambda one: one.files.journal())
    with pytest.raises(AppError) as caught:
        world.undo()
    assert caught.value.problem.code is Code.NOTHING_TO_UNDO


def test_a_name_that_others_stand_on_is_served_by_a_line(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    done = world.carry_out(world.plan("acme"), "acme")
    assert done.problems == ()
    now = read(world.config.read_bytes()) or {}
    assert now["profile acme"] == {"region": "eu-west-1", "credential_process": "/stub credentials acme"}
    assert (read(world.credentials.read_bytes()) or {})["acme"] == {}
    later = world.row("prod")
    assert later.values["base"] == "acme", "what stood on the key stands on the profile now"
    assert world.carry_out(world.plan(), "prod").problems == ()
    assert world.plan().present == ("acme", "prod")


def test_lines_of_a_role_become_comments(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    assert world.carry_out(world.plan("prod"), "prod").problems == ()
    text = world.config.read_text()
    assert f"#rolecall# role_arn = {ROLE.format('prod')}\n#rolecall# source_profile = acme\noutput = json\n" in text
    assert "prod" in world.plan().present
    # nobody names acme any more: its key may leave now
    assert [one.section for one in world.row("acme").takes] == ["acme"]


def test_without_a_choice_of_what_is_taken_over_nothing_is_done(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    before = state(world)
    with pytest.raises(ValueError, match="taken over"):
        world.carry_out(world.plan("prod"), "acme")
    assert state(world) == before


def test_a_keyring_with_another_secret_is_not_overwritten(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.vault._secrets[access_key_entry(key_id(1)).service] = Secret("another")
    done = world.carry_out(world.plan())
    assert {name: problem.code for name, problem in done.problems} == dict.fromkeys(
        ["acme", "prod"], Code.IMPORT_SECRETS_DIFFER
    )
    assert world.stored(1) == "another"
    assert done.profiles == ("solo",)
    assert secret(1) in world.credentials.read_text()


def test_a_keyring_that_fails_keeps_every_key_where_it_is(world: ImportWorld) -> None:
    async def locked(*_: object) -> None:
        raise AppError.of(Code.VAULT_LOCKED)

    world.write(CONFIG, CREDENTIALS)
    world.vault.write = locked  # type: ignore[method-assign]
    done = world.carry_out(world.plan())
    assert {problem.code for _, problem in done.problems} == {Code.VAULT_LOCKED}
    assert world.credentials.read_text() == CREDENTIALS
    assert not world.profiles.exists()


def test_a_file_that_cannot_be_written_keeps_its_keys(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.credentials.chmod(0o400)
    done = world.carry_out(world.plan())
    assert {name: problem.code for name, problem in done.problems} == {"solo": Code.FILE_READ_ONLY}
    assert done.taken == ()
    assert world.credentials.read_text() == CREDENTIALS
    assert world.stored(2) == secret(2)


def test_a_profile_of_the_same_name_stays(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.profiles.parent.mkdir(parents=True)
    text = f'[sources.x]\nkind = "access-keys"\naccess_key_id = "{key_id(9)}"\n[profiles.prod]\nsource = "x"\n'
    world.profiles.write_text(text)
    assert {one.name: one.why.code for one in world.plan().skipped} == {"prod": Code.IMPORT_TAKEN}
    world.carry_out(world.plan())
    assert '[profiles.prod]\nsource = "x"\n' in world.profiles.read_text()


def test_a_source_that_is_there_is_used(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    world.profiles.parent.mkdir(parents=True)
    world.profiles.write_text(f'[sources.mine]\nkind = "access-keys"\naccess_key_id = "{key_id(1)}"\n')
    plan = world.plan()
    assert list(plan.sources) == ["solo"]
    assert world.row("prod").source == "mine"


def test_an_import_of_two_hundred_profiles_twice(tmp_path: Path) -> None:
    world = ImportWorld(tmp_path)
    made = profiles_of_all_kinds(tmp_path / ".aws", 3, 200)
    before = world.credentials.read_bytes()
    plan = world.plan()
    done = world.carry_out(plan, *(row.origin for row in plan.profiles))
    assert done.problems == ()
    catalog = world.run(_catalog_of)
    assert catalog.broken == {}
    assert len(catalog.profiles) == len(plan.profiles) >= 170
    again = world.plan()
    assert again.profiles == ()
    assert {one.name for one in again.skipped} == {one.name for one in plan.skipped}
    world.undo()
    world.undo()
    assert world.credentials.read_bytes() == before
    assert made.config


async def _catalog_of(one: Any) -> Any:
    return one.catalog


def test_a_row_that_the_catalog_refuses_stops_no_other(world: ImportWorld) -> None:
    world.write(CONFIG, CREDENTIALS)
    plan = world.plan()
    bad = [replace(row, values={"source": "nowhere"}) if row.origin == "prod" else row for row in plan.profiles]
    done = world.carry_out(replace(plan, profiles=tuple(bad)))
    assert {name: problem.code for name, problem in done.problems} == {"prod": Code.SOURCE_UNKNOWN}
    assert set(done.profiles) == {"acme", "solo"}
    assert "[profiles.solo]" in world.profiles.read_text()


def test_several_tables_are_saved_at_once_or_not_at_all(world: ImportWorld) -> None:
    world.profiles.parent.mkdir(parents=True)
    text = '# mine\n[sources.x] # here\nkind = "environment"\nlater = 1\n\n[profiles.a]\nsource = "x"\n'
    world.profiles.write_text(text)
    good = {("sources", "y"): {"kind": "container"}, ("profiles", "b"): {"source": "y"}}
    world.run(lambda one: one.catalogs.put_all({**good, ("sources", "x"): {"kind": "environment"}}))
    after = world.profiles.read_text()
    assert after.replace('[sources.y]\nkind = "container"\n\n', "").startswith(text)
    assert '[profiles.b]\nsource = "y"\n' in after
    with pytest.raises(AppError) as caught:
        world.run(
            lambda one: one.catalogs.put_all({("profiles", "c"): {"source": "y"}, ("profiles", "d"): {"source": "z"}})
        )
    assert caught.value.problem.code is Code.SOURCE_UNKNOWN
    assert world.profiles.read_text() == after


# the command


def test_dry_run_prints_the_plan_and_changes_nothing(world: ImportWorld, capsys: pytest.CaptureFixture[str]) -> None:
    more = f"[profile cmd]\ncredential_process = /bin/x\n[profile sso]\n{SSO}[profile bad]\n{role('bad')}"
    world.write(CONFIG + more, CREDENTIALS)
    before = state(world)
    code, out, _ = command(world, capsys, "--dry-run", "--json")
    plan = json.loads(out)
    assert code == 0
    assert state(world) == before
    assert plan["sources"]["acme"] == {"kind": "access-keys", "access_key_id": key_id(1)}
    assert plan["profiles"]["prod"]["roles"] == [{"role_arn": ROLE.format("prod")}]
    assert [one["name"] for one in plan["skipped"]] == ["bad"]
    assert "circle" in plan["skipped"][0]["why"]
    assert "cmd" in plan["profiles"]
    assert sorted(plan["selected"]) == ["acme", "prod", "solo", "sso"]
    code, out, _ = command(world, capsys, "--dry-run")
    assert code == 0
    assert "+[profiles.prod]" in out
    assert "+#rolecall# aws_secret_access_key" in out
    assert state(world) == before
    assert secret(1) not in out
    assert secret(2) not in out


def test_names_all_and_keep_keys(world: ImportWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.write(CONFIG + "[profile cmd]\ncredential_process = /bin/x\n", CREDENTIALS)
    code, out, _ = command(world, capsys, "--json", "--keep-keys", "solo")
    assert code == 0
    assert list(json.loads(out)["profiles"]) == ["solo"]
    assert world.credentials.read_text() == CREDENTIALS
    assert command(world, capsys, "nothere")[0] == 3
    code, _, err = command(world, capsys)
    assert code == 0
    assert "cmd" in err
    assert "[profiles.cmd]" not in world.profiles.read_text()
    code, out, _ = command(world, capsys, "--all")
    assert "[profiles.cmd]" in world.profiles.read_text()
    assert not (world.home / ".local/state/rolecall/approvals.json").exists(), "nothing is approved by an import"


def test_take_over_names_the_row_too(world: ImportWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.write(CONFIG, CREDENTIALS)
    code, out, _ = command(world, capsys, "--take-over", "acme")
    assert code == 0
    assert "credential_process [acme]" in out
    line = (read(world.config.read_bytes()) or {})["profile acme"]["credential_process"]
    stub = world.home / ".local/state/rolecall/credentials.py"
    assert str(stub) in line
    assert stub.exists()
    before = state(world)
    code, _, err = command(world, capsys, "--take-over", "acme")
    assert code == 0
    assert "acme" in err
    assert state(world) == before


def test_one_key_stays_and_one_value_is_the_config_files(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.write("[profile solo]\nregion = eu-central-1\n", f"[solo]\n{keys(2)}region = us-east-1\n[other]\n{keys(3)}")
    code, out, _ = command(world, capsys, "--keep-key", "solo", "--from-config", "solo", "--json")
    assert code == 0
    assert json.loads(out)["profiles"]["solo"]["region"] == "eu-central-1"
    now = world.credentials.read_text()
    assert secret(2) in now
    assert secret(3) not in now


def test_a_broken_file_ends_with_nine_and_is_left_alone(world: ImportWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.write("[profile a]\nregion = x\n[profile a]\n", CREDENTIALS)
    before = state(world)
    code, _, err = command(world, capsys)
    assert code == 9
    assert "line 3" in err
    assert state(world) == before


def test_no_files_is_nothing_new(world: ImportWorld, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(world, capsys)
    assert code == 0
    assert "Nothing new" in out
