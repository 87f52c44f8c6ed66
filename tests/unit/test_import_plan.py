"""What the AWS files mean to an import: chains, sections, keys that may leave, names, and what cannot be taken over."""

import time
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.importing.names import Taken, clean_name, is_name
from app.importing.planner import plan_import
from app.importing.reading import SIZE_MAXIMUM, AwsConfig, read_aws_files
from app.importing.values import SectionChoice
from tests.support.import_world import ROLE, SECRET, ImportWorld, key_id, keys, role

SSO = "sso_account_id = 123456789012\nsso_role_name = Dev\n"
START = "sso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n"


@pytest.fixture
def world(tmp_path: Path) -> ImportWorld:
    return ImportWorld(tmp_path)


def codes(world: ImportWorld) -> dict[str, Code]:
    return {name: why.code for name, why in world.skipped().items()}


def test_a_chain_is_written_out_hop_by_hop(world: ImportWorld) -> None:
    world.write(
        f"[profile hub]\n{role('acme', 'hub', external_id='ext-1', mfa_serial='GAHT12345678')}region = eu-west-1\n"
        f"[profile prod]\n{role('hub', 'prod', duration_seconds=1800, role_session_name='ana')}",
        f"[acme]\n{keys(1)}",
    )
    plan = world.plan()
    assert plan.sources["acme"].values == {
        "kind": "access-keys", "access_key_id": key_id(1), "mfa_serial": "GAHT12345678",
    }  # fmt: skip
    prod = world.row("prod")
    assert prod.values == {
        "source": "acme",
        "roles": [
            {"role_arn": ROLE.format("hub"), "external_id": "ext-1", "mfa": True},
            {"role_arn": ROLE.format("prod"), "session_name": "ana", "duration": "30m"},
        ],
        "delivery": {"credentials_file": "prod-session"},
    }
    assert world.row("hub").values["region"] == "eu-west-1"
    assert [row.origin for row in plan.profiles] == ["hub", "prod", "acme"]


def test_a_device_that_not_all_chains_share_stays_with_its_hop(world: ImportWorld) -> None:
    world.write(
        f"[profile a]\n{role('acme', mfa_serial='GAHT12345678')}[profile b]\n{role('acme', mfa_serial='GAHT99999999')}",
        f"[acme]\n{keys(1)}",
    )
    assert "mfa_serial" not in world.plan().sources["acme"].values
    assert world.row("a").values["roles"] == [{"role_arn": ROLE.format("r"), "mfa": True, "mfa_serial": "GAHT12345678"}]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Environment", "environment"), ("Ec2InstanceMetadata", "instance-metadata"), ("EcsContainer", "container")],
)
def test_places_that_give_credentials(world: ImportWorld, word: str, kind: str) -> None:
    world.write(f"[profile x]\nrole_arn = {ROLE.format('x')}\ncredential_source = {word}\n")
    assert world.plan().sources[kind].values == {"kind": kind}
    assert world.row("x").values["source"] == kind


def test_identity_center_by_session_and_in_the_old_way_is_one_source(world: ImportWorld) -> None:
    world.write(
        f"[sso-session my]\n{START}[profile new]\nsso_session = my\n{SSO}[profile old]\n{START}{SSO}"
        f"[profile behind]\n{role('new', 'next')}"
    )
    plan = world.plan()
    assert list(plan.sources) == ["my"]
    assert world.row("new").values["account_id"] == "123456789012"
    assert world.row("old").values["source"] == "my"
    assert world.row("behind").values["roles"] == [{"role_arn": ROLE.format("next")}]
    assert world.row("behind").values["role_name"] == "Dev"


def test_scopes_of_an_sso_session_come_along_and_an_unknown_start_url_is_not_ticked(world: ImportWorld) -> None:
    scopes = "sso_registration_scopes = sso:account:access, codewhisperer:completions\n"
    elsewhere = "sso_start_url = https://awsapps.com.example.com/start\nsso_region = eu-west-1\n"
    world.write(
        f"[sso-session my]\n{START}{scopes}[profile new]\nsso_session = my\n{SSO}[profile odd]\n{elsewhere}{SSO}"
    )
    assert world.plan().sources["my"].values["scopes"] == ["sso:account:access", "codewhisperer:completions"]
    assert world.row("new").preselected
    assert not world.row("odd").preselected


def test_commands_come_in_unticked_and_are_called_out(world: ImportWorld) -> None:
    world.write('[profile x]\ncredential_process = /bin/x --secret "a b"\n')
    row = world.row("x")
    assert not row.preselected
    assert world.plan().sources["x"].values == {"kind": "process", "command": ["/bin/x", "--secret", "a b"]}
    assert [(one.code, one.arguments["value"]) for one in row.findings] == [(Code.IMPORT_DANGEROUS, "/bin/x")]


@pytest.mark.parametrize(
    ("url", "ticked"),
    [
        ("https://sts.eu-west-1.amazonaws.com", True),
        ("http://localhost:4566", True),
        ("https://sts.example.com", False),
        ("https://amazonaws.com.example.com", False),
        ("https://evilamazonaws.com", False),
    ],
)
def test_an_address_that_is_not_awss_is_called_out(world: ImportWorld, url: str, ticked: bool) -> None:
    world.write(f"[profile x]\n{role('acme')}endpoint_url = {url}\n", f"[acme]\n{keys(1)}")
    row = world.row("x")
    assert row.preselected is ticked
    assert Code.IMPORT_DANGEROUS in {one.code for one in row.findings}
    assert world.plan().sources[row.source].values["endpoint_url"] == url
    assert "endpoint_url" not in world.plan().sources["acme"].values


def test_sections_of_services_and_the_switch_that_turns_them_off(world: ImportWorld) -> None:
    world.write(
        "[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\n"
        f"[profile x]\n{role('acme')}services = local\nendpoint_url = http://127.0.0.1:2\n"
        f"[profile y]\n{role('acme')}services = local\nignore_configured_endpoint_urls = TRUE\n"
        f"[profile z]\n{role('acme')}services = gone\n",
        f"[acme]\n{keys(1)}",
    )
    sources = world.plan().sources
    assert sources[world.row("x").source].values["endpoint_url"] == "http://127.0.0.1:1"
    assert world.row("y").source == "acme"
    assert codes(world) == {"z": Code.IMPORT_NAMES_NOTHING}


@pytest.mark.parametrize(
    ("config", "credentials", "code"),
    [
        (f"[profile x]\n{role('y')}[profile y]\n{role('x')}", "", Code.IMPORT_LOOP),
        (f"[profile x]\n{role('x')}", "", Code.IMPORT_LOOP),
        (f"[profile x]\n{role('y')}{keys(1)}[profile y]\n{role('x')}", "", Code.IMPORT_LOOP),
        (f"[profile x]\n{role('gone')}", "", Code.IMPORT_NAMES_NOTHING),
        (f"[profile x]\n{role('y')}credential_source = Environment\n[profile y]\n{keys(1)}", "", Code.VALUE_EXCLUSIVE),
        (f"[profile x]\nrole_arn = {ROLE.format('x')}\n", "", Code.VALUE_EXCLUSIVE),
        (f"[profile x]\nrole_arn = {ROLE.format('x')}\ncredential_source = ec2\n", "", Code.VALUE_CHOICE),
        ("", f"[x]\naws_access_key_id = {key_id(1)}\n", Code.IMPORT_HALF_KEY),
        (f"[profile x]\naws_access_key_id = {key_id(1)}\n", f"[x]\naws_secret_access_key = {SECRET}\n",
         Code.IMPORT_HALF_KEY),
        ("", f"[x]\naws_secret_access_key = {SECRET}\n", Code.IMPORT_HALF_KEY),
        ("[profile x]\nregion = eu-west-1\n", "", Code.IMPORT_NO_CREDENTIALS),
        (f"[profile x]\n{role('y')}[profile y]\nregion = eu-west-1\n", "", Code.IMPORT_NO_CREDENTIALS),
        ("[profile x]\nlogin_session = y\n", "", Code.IMPORT_KIND_LATER),
        (f"[profile x]\nsso_session = gone\n{SSO}", "", Code.IMPORT_NAMES_NOTHING),
        (f"[sso-session s]\n{START}[profile x]\nsso_session = s\nsso_region = eu-west-2\n{SSO}", "",
         Code.IMPORT_SSO_DIFFERS),
        (f"[profile x]\n{SSO}", "", Code.VALUE_MISSING),
        (f"[profile x]\n{role('y')}sso_session = gone\n[profile y]\n{keys(1)}", "", Code.IMPORT_NAMES_NOTHING),
        ("[profile x]\nweb_identity_token_file = /t\n", "", Code.VALUE_MISSING),
        ("[profile x]\ncredential_process = /bin/x 'a\n", "", Code.VALUE_PATTERN),
        ("[profile x]\ncredential_process =\n", "", Code.COMMAND_EMPTY),
        (f"[profile x]\ncredential_process = {'a' * 9000}\n", "", Code.VALUE_LENGTH),
        (f"[profile x]\n{role('y')}duration_seconds = 60\n[profile y]\n{keys(1)}", "", Code.VALUE_RANGE),
        (f"[profile x]\n{role('y')}external_id = ext ä\n[profile y]\n{keys(1)}", "", Code.VALUE_PATTERN),
        ("[profile x]\nrole_arn =\n  a = b\nsource_profile = y\n" + f"[profile y]\n{keys(1)}", "", Code.VALUE_TYPE),
        ("", f"[x]\naws_access_key_id = {key_id(1)}\naws_secret_access_key = a b\n", Code.SECRET_INVALID),
        ((f"[sso-session s]\n{START}[profile y]\nsso_session = s\n{SSO}"
         f"[profile x]\n{role('y', mfa_serial='GAHT12345678')}"), "", Code.VALUE_NOT_HERE),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_says_why(world: ImportWorld, config: str, credentials: str, code: Code) -> None:
    world.write(config, credentials)
    assert codes(world)["x"] is code
    assert "x" not in {row.origin for row in world.plan().profiles}


def test_keys_of_a_source_win_over_its_role_and_a_profile_may_name_itself(world: ImportWorld) -> None:
    world.write(f"[profile own]\n{role('own', 'own')}{keys(1)}[profile top]\n{role('own', 'top')}")
    assert world.row("own").values["roles"] == [{"role_arn": ROLE.format("own")}]
    assert world.row("top").values["roles"] == [{"role_arn": ROLE.format("top")}]


def test_keys_of_another_tools_session_are_read_by_name_and_stay(world: ImportWorld) -> None:
    world.write(f"[profile x]\n{role('tool')}", f"[tool]\n{keys(1)}aws_session_token = t\n")
    assert world.plan().sources["tool"].values == {"kind": "shared-profile", "profile": "tool"}
    row = world.row("tool")
    assert (row.preselected, row.takes, row.values) == (False, (), {"source": "tool"})
    assert world.row("x").preselected


# sections, and what leaves


def test_a_key_that_nobody_names_leaves_for_a_session_of_the_same_name(world: ImportWorld) -> None:
    world.write("[profile acme]\nregion = eu-west-1\n", f"[acme]\n{keys(1)}")
    row = world.row("acme")
    assert row.values["delivery"] == {"credentials_file": "acme"}
    assert [(one.section, one.in_config) for one in row.takes] == [("acme", False)]
    kept = world.row("acme", keep_keys=True)
    assert kept.takes == ()
    assert kept.values["delivery"] == {"credentials_file": "acme-session"}


def test_a_key_that_is_named_stays_until_its_name_is_served(world: ImportWorld) -> None:
    world.write(f"[profile prod]\n{role('acme')}", f"[acme]\n{keys(1)}")
    row = world.row("acme")
    assert row.takes == ()
    assert row.choices == (SectionChoice.OTHER_SECTION, SectionChoice.TAKE_OVER)
    assert row.values["delivery"] == {"credentials_file": "acme-session"}
    (finding,) = row.findings
    assert (finding.code, finding.arguments["profiles"]) == (Code.IMPORT_KEY_STAYS, "prod")
    served = world.row("acme", "acme")
    assert served.serves
    assert served.values["delivery"] == {"credential_process": True}
    assert [one.section for one in served.takes] == ["acme"]
    both = world.row("acme", "acme", "prod")
    assert both.values["delivery"] == {"credentials_file": "acme"}, "nobody names it any more"


def test_a_key_in_both_files_leaves_both(world: ImportWorld) -> None:
    world.write(f"[profile acme]\n{keys(1)}", f"[acme]\n{keys(1)}")
    assert {one.in_config for one in world.row("acme").takes} == {True, False}


def test_role_lines_stay_unless_the_name_is_taken_over(world: ImportWorld) -> None:
    world.write(f"[profile prod]\n{role('acme')}region = eu-west-1\n", f"[acme]\n{keys(1)}")
    assert world.row("prod").takes == ()
    row = world.row("prod", "prod")
    assert row.values["delivery"] == {"credentials_file": "prod"}
    (take,) = row.takes
    assert take.in_config
    assert take.keys == ("role_arn", "source_profile")


def test_keys_that_leak_out_of_default_cannot_leave(world: ImportWorld) -> None:
    world.write("", f"[DEFAULT]\n{keys(1)}[acme]\nregion = x\n")
    row = world.row("acme")
    assert row.takes == ()
    assert row.values["delivery"] == {"credentials_file": "acme-session"}


def test_another_section_is_one_that_nobody_has(world: ImportWorld) -> None:
    world.write(f"[profile prod]\n{role('acme')}[profile prod-session]\n{role('acme')}", f"[acme]\n{keys(1)}")
    sections = [row.values["delivery"] for row in world.plan().profiles]
    names = [one["credentials_file"] for one in sections]
    assert len(set(names)) == len(names)
    assert "prod-session" not in names


# names


def test_names_that_are_none_get_a_clean_one_with_the_reason(world: ImportWorld) -> None:
    world.write("", f"[a b]\n{keys(1)}[a-b]\n{keys(2)}[Default]\n{keys(3)}[-x]\n{keys(4)}[日本]\n{keys(5)}")
    rows = {row.origin: row for row in world.plan().profiles}
    assert {origin: row.name for origin, row in rows.items()} == {
        "a b": "a-b-2", "a-b": "a-b", "Default": "Default-profile", "-x": "x", "日本": "profile",
    }  # fmt: skip
    assert [one.code for one in rows["a b"].findings] == [Code.IMPORT_RENAMED, Code.IMPORT_KEY_STAYS]
    assert rows["a b"].takes == (), "Rolecall cannot serve this name"


def test_clean_names_are_names() -> None:
    for text in ("a b", "", "---", ".x", "DEFAULT", "x" * 500, "'\"", "ﬁ", "a/b@c"):
        assert is_name(clean_name(text, "profile"))
    taken = Taken({"a"})
    assert [taken.free("a") for _ in range(3)] == ["a-2", "a-3", "a-4"]


def test_two_files_that_differ_are_shown(world: ImportWorld) -> None:
    world.write(f"[profile x]\n{keys(1)}region = eu-west-1\n", f"[x]\n{keys(2)}region = eu-west-2\n")
    row = world.row("x")
    assert {one.arguments["key"] for one in row.findings if one.code is Code.IMPORT_FILES_DIFFER} == {
        "aws_access_key_id", "aws_secret_access_key", "region",
    }  # fmt: skip
    assert row.values["region"] == "eu-west-2", "the credentials file wins"
    assert world.plan().sources["x"].access_key_id == key_id(2)


def test_two_secrets_for_one_key_are_not_guessed(world: ImportWorld) -> None:
    world.write("", f"[a]\n{keys(1)}[b]\naws_access_key_id = {key_id(1)}\naws_secret_access_key = other{SECRET}\n")
    assert codes(world) == {"b": Code.IMPORT_SECRETS_DIFFER}


def test_sections_that_no_tool_reads_are_named(world: ImportWorld) -> None:
    world.write(f"[prod]\n{role('acme')}[profile a b]\n{role('acme')}[plugins]\nx = y\n[profile it's]\n{role('acme')}")
    assert codes(world) == dict.fromkeys(["prod", "profile a b", "profile it's"], Code.IMPORT_NO_PROFILE)


def test_no_secret_can_be_seen_in_the_plan(world: ImportWorld) -> None:
    world.write(f"[profile y]\n{keys(2)}", f"[x]\n{keys(1)}[t]\n{keys(3)}aws_session_token = tokentoken\n")
    files = read_aws_files(world.config, world.credentials)
    plan = plan_import(files, Catalog())
    assert SECRET[:-2] not in repr(plan) + repr(files) + repr(plan.sources["x"])
    assert "tokentoken" not in repr(plan) + repr(files)


# files that are broken, odd or hostile


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        (b"\xef\xbb\xbf[x]\n", 1, "bom"),
        (b"[x]\na = b\n[x]\n", 3, "duplicate-section"),
        (b"[x]\na = b\nA = c\n", 3, "duplicate-key"),
        (b"stray\n[x]\n", 1, "stray-line"),
        (b"[x]\n\nstray\n", 3, "no-equals"),
        (b"[x]\ns3 =\n  stray\n", 2, "no-equals"),
        (b"[x]\n\xff\n", 2, "not-utf-8"),
    ],
)
def test_a_broken_file_is_a_problem_with_line_and_rule(
    world: ImportWorld, content: bytes, line: int, rule: str
) -> None:
    world.write("", f"[x]\n{keys(1)}")
    world.config.write_bytes(content)
    with pytest.raises(AppError) as caught:
        read_aws_files(world.config, world.credentials)
    problem = caught.value.problem
    assert (problem.code, problem.arguments["line"], problem.arguments["rule"]) == (Code.FILE_BROKEN, line, rule)
    assert world.config.read_bytes() == content


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(SIZE_MAXIMUM + 1)
    for name in ("fifo", "folder", "loop", "large"):
        with pytest.raises(AppError) as caught:
            read_aws_files(tmp_path / name, tmp_path / "none")
        assert caught.value.problem.code in {Code.FILE_UNSAFE, Code.FILE_UNREADABLE}
    assert read_aws_files(tmp_path / "none", tmp_path / "none").merged == {}


def _seconds(world: ImportWorld, config: str, credentials: str = "") -> tuple[float, AwsConfig]:
    world.write(config, credentials)
    began = time.process_time()
    files = read_aws_files(world.config, world.credentials)
    plan_import(files, Catalog())
    return time.process_time() - began, files


def test_deep_chains_and_large_loops_end(world: ImportWorld) -> None:
    def chain(count: int, last: str) -> str:
        sections = (f"[profile p{at}]\n{role(f'p{at + 1}')}" for at in range(count - 1))
        return "".join(sections) + f"[profile p{count - 1}]\n{last}"

    _seconds(world, chain(10_000, keys(1)))
    plan = world.plan(catalog=Catalog())
    assert len(plan.profiles) == 51
    assert {one.why.code for one in plan.skipped} == {Code.VALUE_RANGE}
    _seconds(world, chain(10_000, role("p0")))
    assert {one.why.code for one in world.plan(catalog=Catalog()).skipped} == {Code.IMPORT_LOOP}


def test_time_grows_with_the_size_alone(world: ImportWorld) -> None:
    def many(count: int) -> str:
        return "".join(f"[profile p{at}]\n{role(f'k{at % 10}')}" for at in range(count))

    credentials = "".join(f"[k{at}]\n{keys(at)}" for at in range(10))
    small, _ = _seconds(world, many(500), credentials)
    large, files = _seconds(world, many(5000), credentials)
    assert len(files.merged) == 5010
    assert large < 40 * small + 0.5


def test_a_header_of_megabytes_is_passed_over(world: ImportWorld) -> None:
    seconds, _ = _seconds(world, '[profile "' + "a " * 2_000_000 + '"]\n' + role("x"))
    assert seconds < 10
