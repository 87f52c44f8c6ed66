"""The plan of an import against botocore: profile by profile, the same first credentials and the same calls."""

from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ConfigParseError
from botocore.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.chain import Surroundings
from app.domain.plan import plan_of
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.domain.reading import read_catalog
from app.importing.planner import plan_import
from app.importing.reading import read_aws_files
from app.texts import describe
from tests.support.aws_profiles import profiles_of_all_kinds
from tests.support.awsfiles import EXAMPLES, odd_files
from tests.support.botocore_chains import Botocore, no_world
from tests.support.planned_chains import alike, planned

_SHORTENED = Code.IMPORT_SHORTENED


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_profiles_of_all_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    made = profiles_of_all_kinds(tmp_path, seed, 200)
    files = read_aws_files(made.config_path, made.credentials_path)
    plan = plan_import(files, Catalog())
    botocore = Botocore(made.config_path, made.credentials_path)
    compared, refused = 0, 0
    with no_world(monkeypatch):
        for row in plan.profiles:
            theirs = botocore.resolve(row.origin)
            ours = planned(row, plan, made.tokens, made.sessions)
            shortened = any(one.code is _SHORTENED for one in row.findings)
            assert alike(ours, theirs, shortened=shortened), f"{row.origin}: {ours} / {theirs}"
            compared += 1
        for one in plan.skipped:
            assert botocore.resolve(one.name).error, f"{one.name}: {one.why.code}"
            refused += 1
    assert compared + refused == len({*made.config, *made.credentials}) >= 200
    assert refused >= 10
    assert {row.values["kind"] for row in plan.sources.values()} == {
        "access-keys", "shared-profile", "process", "identity-center", "web-identity-token", "environment",
        "instance-metadata", "container",
    }  # fmt: skip
    _the_catalog_takes_it(plan)


_EVERY_KEY = {
    "aws_access_key_id", "aws_session_token", "credential_process", "sso_session", "sso_start_url", "role_arn",
    "source_profile", "credential_source", "web_identity_token_file", "role_session_name", "external_id", "mfa_serial",
    "duration_seconds", "endpoint_url", "services", "region",
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_the_two_hundred_have_every_key_that_makes_a_chain(tmp_path: Path, seed: int) -> None:
    made = profiles_of_all_kinds(tmp_path, seed, 200)
    tables = [*made.config.values(), *made.credentials.values()]
    assert {key for one in tables for key in one} >= _EVERY_KEY
    sources = {one["credential_source"] for one in tables if "credential_source" in one}
    assert sources >= {"Environment", "Ec2InstanceMetadata", "EcsContainer"}
    named = [one["source_profile"] for one in tables if "source_profile" in one]
    assert any("role_arn" in made.config.get(name, {}) for name in named), "roles behind roles"


# what people and editors do to a file; botocore reads none of them
_DAMAGES = {
    "bom": lambda text: b"\xef\xbb\xbf" + text,
    "duplicate-section": lambda text: text + text[: text.index(b"\n\n") + 2],
    "duplicate-key": lambda text: text.replace(b"\n\n", b"\nregion = eu-west-1\nregion = eu-west-2\n\n", 1),
    "stray-line": lambda text: b"what is this\n" + text,
    "open-header": lambda text: text.replace(b"]\n", b"\n", 1),
    "no-value": lambda text: text.replace(b"\n\n", b"\nexternal_id\n\n", 1),
    "not-utf-8": lambda text: text + b"# \xe9\n",
}


@pytest.mark.parametrize("damage", _DAMAGES)
@pytest.mark.parametrize("which", ["config", "credentials"])
def test_two_hundred_profiles_in_a_damaged_file(tmp_path: Path, damage: str, which: str) -> None:
    made = profiles_of_all_kinds(tmp_path, 3, 200)
    path = tmp_path / which
    path.write_bytes(_DAMAGES[damage](path.read_bytes()))
    before = path.read_bytes()
    session = Session(
        session_vars={
            "config_file": (None, None, str(made.config_path), None),
            "credentials_file": (None, None, str(made.credentials_path), None),
        }
    )
    with pytest.raises(ConfigParseError):
        assert session.full_config
    with pytest.raises(AppError) as caught:
        read_aws_files(made.config_path, made.credentials_path)
    problem = caught.value.problem
    assert (problem.code, problem.arguments["path"]) == (Code.FILE_BROKEN, str(path))
    words = describe(problem)
    assert words.title
    assert words.remedy
    assert "…" not in words.title + words.detail
    assert path.read_bytes() == before


def _the_catalog_takes_it(plan) -> None:  # noqa: ANN001
    catalog = read_catalog(
        {
            "sources": {name: dict(row.values) for name, row in plan.sources.items()},
            "profiles": {row.name: dict(row.values) for row in plan.profiles},
        }
    ).catalog
    assert catalog.broken == {}
    for profile in catalog.profiles.values():
        plan_of(profile, catalog, Surroundings("ana", "host"))


_NAMES = ["a", "b", "c"]
_ARN = "arn:aws:iam::123456789012:role/{}"
_KEYS = {
    "role_arn": st.sampled_from([_ARN.format("x"), _ARN.format("y"), ""]),
    "source_profile": st.sampled_from([*_NAMES, "none", ""]),
    "credential_source": st.sampled_from(["Environment", "EcsContainer", "environment", "X"]),
    "web_identity_token_file": st.sampled_from(["TOKEN", ""]),
    "aws_access_key_id": st.sampled_from(["AKIAEXAMPLE000000001", "AKIAEXAMPLE000000002"]),
    "aws_secret_access_key": st.just("abcdefghijabcdefghijabcdefghijabcdefghij"),
    "aws_session_token": st.sampled_from(["", "token"]),
    "aws_security_token": st.sampled_from(["", "token"]),
    "credential_process": st.sampled_from(["/bin/x y", '/bin/x "a b"', "'", ""]),
    "sso_account_id": st.just("123456789012"),
    "sso_role_name": st.just("Dev"),
    "sso_start_url": st.just("https://a.awsapps.com/start"),
    "sso_region": st.sampled_from(["eu-west-1", "eu-west-2"]),
    "sso_session": st.sampled_from(["s", "t"]),
    "external_id": st.sampled_from(["ext-1", "x"]),
    "mfa_serial": st.just("GAHT12345678"),
    "duration_seconds": st.sampled_from(["900", "7200", "10", "soon"]),
    "services": st.sampled_from(["local", "gone"]),
    "endpoint_url": st.just("https://sts.example.com"),
    "ignore_configured_endpoint_urls": st.sampled_from(["true", "no"]),
}
_SECTIONS = st.dictionaries(
    st.sampled_from(_NAMES),
    st.lists(st.sampled_from(list(_KEYS)), max_size=7, unique=True).flatmap(
        lambda keys: st.fixed_dictionaries({key: _KEYS[key] for key in keys})
    ),
)
_FIXED = (
    "[sso-session s]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n"
    "[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\n"
)
# why Rolecall takes over less than botocore tries: AWS would refuse it, or it could not be told from another thing
_OURS_ALONE = {
    Code.VALUE_RANGE, Code.VALUE_LENGTH, Code.VALUE_NOT_HERE, Code.VALUE_PATTERN, Code.IMPORT_KIND_LATER,
    Code.IMPORT_SECRETS_DIFFER, Code.COMMAND_EMPTY, Code.VALUE_MISSING,
}  # fmt: skip


def _text(sections: dict[str, dict[str, str]], form: str, token: Path) -> str:
    return "".join(
        f"[{form.format(name)}]\n"
        + "".join(f"{key} = {value.replace('TOKEN', str(token))}\n" for key, value in one.items())
        for name, one in sections.items()
    )


@settings(max_examples=EXAMPLES // 2, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(config=_SECTIONS, credentials=_SECTIONS)
def test_any_mixture_of_keys_is_what_botocore_makes_of_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    config: dict[str, dict[str, str]],
    credentials: dict[str, dict[str, str]],
) -> None:
    token = tmp_path / "token"
    token.write_text("token")
    paths = tmp_path / "config", tmp_path / "credentials"
    paths[0].write_text(_text(config, "profile {}", token) + _FIXED)
    paths[1].write_text(_text(credentials, "{}", token))
    files = read_aws_files(*paths)
    plan = plan_import(files, Catalog())
    sessions = {name: files.merged[name].get("aws_access_key_id", "") for name in files.merged}
    with no_world(monkeypatch):
        for row in plan.profiles:
            theirs = Botocore(*paths).resolve(row.origin)
            ours = planned(row, plan, {str(token): "token"}, sessions)
            shortened = any(one.code is _SHORTENED for one in row.findings)
            assert alike(ours, theirs, shortened=shortened), f"{row.origin}: {ours} / {theirs}"
        for one in plan.skipped:
            theirs = Botocore(*paths).resolve(one.name)
            useless = theirs.error or no_client(*paths, one.name)
            assert useless or one.why.code in _OURS_ALONE, f"{one.name}: {one.why.code} / {theirs}"


def no_client(config: Path, credentials: Path, profile: str) -> bool:
    """Whether botocore finds keys with a profile, and then makes no client of any service with them."""
    session = Session(profile=profile)
    session.set_config_variable("config_file", str(config))
    session.set_config_variable("credentials_file", str(credentials))
    try:
        session.create_client("sts", "us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="x")
    except BotoCoreError:
        return True
    return False


def test_keys_beside_services_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = tmp_path / "config", tmp_path / "credentials"
    keys = f"aws_access_key_id = AKIA{'A' * 16}\naws_secret_access_key = {'x' * 40}\n"
    paths[0].write_text(f"[profile a]\n{keys}services = gone\n[profile b]\n{keys}services = local\n" + _FIXED)
    paths[1].write_text("")
    with no_world(monkeypatch):
        assert no_client(*paths, "a")
        assert not no_client(*paths, "b")
    plan = plan_import(read_aws_files(*paths), Catalog())
    assert [(one.name, one.why.code) for one in plan.skipped] == [("a", Code.IMPORT_NAMES_NOTHING)]


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(config=odd_files(), credentials=odd_files())
def test_the_files_are_read_as_botocore_reads_them(tmp_path: Path, config: bytes, credentials: bytes) -> None:
    paths = tmp_path / "config", tmp_path / "credentials"
    for path, content in zip(paths, (config, credentials), strict=True):
        path.write_bytes(content)
    session = Session(
        session_vars={
            "config_file": (None, None, str(paths[0]), None),
            "credentials_file": (None, None, str(paths[1]), None),
        }
    )
    try:
        theirs = session.full_config
    except Exception:  # noqa: BLE001  ConfigParseError, and what its nested blocks raise
        theirs = None
    if theirs is None:
        with pytest.raises(AppError) as caught:
            read_aws_files(*paths)
        assert caught.value.problem.code is Code.FILE_BROKEN
        return
    ours = read_aws_files(*paths)
    assert ours.merged == theirs["profiles"]
    assert ours.services == theirs.get("services", {})
    assert ours.sso_sessions == theirs.get("sso_sessions", {})
