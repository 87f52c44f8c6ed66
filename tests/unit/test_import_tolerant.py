"""Reading broken AWS files, where the two differ, and what a person decides row by row."""

import os
from pathlib import Path

import pytest

from app.domain.problem import Code
from app.domain.profile import Catalog
from app.importing.differing import Difference, differences
from app.importing.found import Place, moving_keys
from app.importing.planner import plan_import
from app.importing.reading import AwsConfig
from app.importing.tolerant import FAULTS_MAXIMUM, read_what_can_be
from app.importing.values import ImportOptions, ProfileRow
from tests.support.import_world import ImportWorld, key_id, keys, role, secret


@pytest.fixture
def world(tmp_path: Path) -> ImportWorld:
    return ImportWorld(tmp_path)


def read(world: ImportWorld) -> AwsConfig:
    return read_what_can_be(world.config, world.credentials)


def faults(files: AwsConfig) -> list[tuple[object, object]]:
    return [(one.arguments["line"], one.arguments["rule"]) for one in files.faults]


@pytest.mark.parametrize(
    ("config", "left", "told"),
    [
        ("[profile a]\nregion = x\n[profile b]\nregion x\n[profile c]\nregion = y\n", {"a", "c"}, [(4, "no-equals")]),
        ("stray\n[profile a]\nregion = x\n", {"a"}, [(1, "stray-line")]),
        (
            "[profile a]\nregion = x\n[profile b]\nregion = y\n[profile a]\nregion = z\n",
            {"b"},
            [(5, "duplicate-section")],
        ),
        ("[profile a]\nregion = x\nRegion = y\n[profile b]\nregion = z\n", {"b"}, [(3, "duplicate-key")]),
        ("[profile a]\ns3 =\n  stray\n[profile b]\nregion = z\n", {"b"}, [(2, "no-equals")]),
        ("[profile a]\nx\n[profile b]\ny\n[profile c]\nregion = z\n", {"c"}, [(2, "no-equals"), (4, "no-equals")]),
        ("\ufeff[profile a]\nregion = x\n", {"a"}, [(1, "bom")]),
        ("[profile a]\rregion x\r[profile b]\rregion = y\r", {"b"}, [(2, "no-equals")]),
    ],
)
def test_the_sound_sections_of_a_broken_file_are_read(
    world: ImportWorld, config: str, left: set[str], told: list[tuple[int, str]]
) -> None:
    world.write(config, f"[k]\n{keys(1)}")
    files = read(world)
    assert set(files.config) == left
    assert set(files.credentials) == {"k"}
    assert faults(files) == told
    assert files.sick == {world.config}


def test_bytes_that_are_no_text_cost_their_section(world: ImportWorld) -> None:
    world.config.write_bytes(b"[profile a]\nregion = \xff\n[profile b]\nregion = y\n")
    files = read(world)
    assert set(files.config) == {"b"}
    assert faults(files) == [(2, "not-utf-8")]


def test_a_file_with_too_many_faults_is_left_out_whole(world: ImportWorld) -> None:
    world.write("".join(f"[profile p{n}]\na = 1\na = 2\n" for n in range(FAULTS_MAXIMUM + 2)) + "[profile z]\n", "")
    files = read(world)
    assert not files.config
    assert len(files.faults) == FAULTS_MAXIMUM


@pytest.mark.parametrize("what", ["fifo", "folder", "mode"])
def test_what_is_no_file_stops_only_itself(world: ImportWorld, what: str) -> None:
    world.write("", f"[k]\n{keys(1)}")
    world.config.unlink()
    if what == "fifo":
        os.mkfifo(world.config)
    elif what == "folder":
        world.config.mkdir()
    else:
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        world.config.write_text("")
        world.config.chmod(0)
    files = read(world)
    assert set(files.credentials) == {"k"}
    assert [one.code for one in files.faults] == [Code.FILE_UNREADABLE if what == "mode" else Code.FILE_UNSAFE]


def test_nothing_leaves_a_broken_file(world: ImportWorld) -> None:
    world.write(f"[profile c]\n{keys(2)}", f"[k]\n{keys(1)}[broken]\nx\n")
    plan = plan_import(read(world), Catalog())
    rows = {row.origin: row for row in plan.profiles}
    assert rows["k"].takes == ()
    assert [one.code for one in rows["k"].findings] == [Code.IMPORT_KEY_STAYS]
    assert rows["c"].takes
    assert rows["c"].takes[0].in_config


# where the files differ


def planned(world: ImportWorld, *pairs: tuple[str, str]) -> ProfileRow:
    plan = plan_import(read(world), Catalog(), ImportOptions(from_config=frozenset(pairs)))
    return next(row for row in plan.profiles if row.origin == "p")


def test_a_person_takes_the_config_files_region(world: ImportWorld) -> None:
    world.write(f"[profile p]\nregion = eu-central-1\n{role('acme')}", f"[acme]\n{keys(1)}[p]\nregion = us-east-1\n")
    assert differences("p", read(world)) == (Difference("region", "eu-central-1", "us-east-1"),)
    assert planned(world).values["region"] == "us-east-1"
    assert planned(world, ("p", "region")).values["region"] == "eu-central-1"
    assert planned(world, ("p", "output"), ("acme", "region"), ("nobody", "region")).values["region"] == "us-east-1"


def test_a_person_takes_the_config_files_key(world: ImportWorld) -> None:
    world.write(f"[profile p]\n{keys(1)}", f"[p]\n{keys(2)}")
    assert differences("p", read(world)) == (Difference("aws_access_key_id", key_id(1), key_id(2)),)
    plan = plan_import(read(world), Catalog(), ImportOptions(from_config=frozenset({("p", "aws_access_key_id")})))
    source = plan.sources["p"]
    assert source.access_key_id == key_id(1)
    assert source.secret is not None
    assert source.secret.reveal() == secret(1)
    assert {take.in_config for take in plan.profiles[0].takes} == {True, False}


def test_a_key_id_alone_is_no_choice(world: ImportWorld) -> None:
    world.write(f"[profile p]\naws_access_key_id = {key_id(1)}\n", f"[p]\n{keys(2)}")
    assert differences("p", read(world)) == ()


# keys that leave or stay


def test_a_key_stays_where_a_person_says_so(world: ImportWorld) -> None:
    world.write("", f"[a]\n{keys(1)}[b]\n{keys(2)}")
    plan = plan_import(read(world), Catalog(), ImportOptions(keep=frozenset({"a"})))
    rows = {row.origin: row for row in plan.profiles}
    assert rows["a"].takes == ()
    assert rows["a"].findings == ()
    assert rows["b"].takes


def test_keys_that_others_stand_on_leave_when_their_names_are_served(world: ImportWorld) -> None:
    world.write(f"[profile p]\n{role('acme')}", f"[acme]\n{keys(1)}[solo]\n{keys(2)}")
    files = read(world)
    options = moving_keys(plan_import(files, Catalog()), files)
    assert options.take_over == {"acme"}
    rows = {row.origin: row for row in plan_import(files, Catalog(), options).profiles}
    assert rows["acme"].serves
    assert rows["acme"].takes
    assert rows["solo"].takes


# files elsewhere


def test_files_elsewhere_stay_as_they_are(world: ImportWorld, tmp_path: Path) -> None:
    world.write("", f"[acme]\n{keys(3)}")
    other = tmp_path / "stick"
    other.mkdir()
    (other / "credentials").write_text(f"[acme]\n{keys(1)}[tmp]\n{keys(2)}aws_session_token = t\n")
    place = Place.of_folder(other)
    assert place.config is not None
    assert place.credentials is not None
    files = read_what_can_be(place.config, place.credentials, elsewhere=True)
    plan = plan_import(files, Catalog(), ImportOptions(), read(world))
    (row,) = plan.profiles
    assert row.takes == ()
    assert row.values["delivery"] == {"credentials_file": "acme-session"}, "the name is in use in the own files"
    assert [(one.name, one.why.code) for one in plan.skipped] == [("tmp", Code.IMPORT_KIND_LATER)]


@pytest.mark.parametrize(("name", "as_config"), [("credentials.bak", False), ("my-config", True), ("aws.txt", True)])
def test_a_file_alone_is_the_one_its_name_says(tmp_path: Path, name: str, *, as_config: bool) -> None:
    place = Place.of_file(tmp_path / name)
    assert (place.config == tmp_path / name) is as_config
    assert (place.credentials == tmp_path / name) is not as_config
