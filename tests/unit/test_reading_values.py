"""Names, hops and profiles: each value that is taken, and each that is refused with its code."""

import tomllib
from typing import Any

import pytest

from app.domain.problem import Code, Verb
from app.domain.profile import Settings
from app.domain.reading import parse_account, parse_group, parse_profile, parse_settings, parse_source

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = {"kind": "access-keys", "access_key_id": "AKIAEXAMPLE0000001"}
OIDC = {"kind": "oidc", "issuer": "https://id.example.com", "client_id": "rolecall"}
SSO = {"kind": "identity-center", "start_url": "https://acme.awsapps.com/start", "region": "eu-west-1"}


def toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def hop(**values: object) -> dict[str, object]:
    return {"source": "s", "roles": [{"role_arn": ROLE, **values}]}


NAMES_GOOD = ["a", "prod-admin", "A_b.c/d%e@f:g+h-9", "default", "x" * 200]
NAMES_BAD = ["", "-a", ".a", "a b", "Default", "DEFAULT", "dEFAULT", "ü", "a]", "a\n", "x" * 201, "a#b"]


@pytest.mark.parametrize("name", NAMES_GOOD)
def test_names_accepted(name: str) -> None:
    assert parse_profile(name, {"source": name})[0]
    assert parse_source(name, KEYS)[0]


@pytest.mark.parametrize("name", NAMES_BAD)
def test_names_refused(name: str) -> None:
    for parsed, findings in (parse_profile(name, {"source": "s"}), parse_source(name, KEYS)):
        assert parsed is None
        assert findings[0].key == "name"
    for values, key in (
        ({"source": name}, "source"),
        ({"base": name}, "base"),
        ({"source": "s", "aliases": [name]}, "aliases.1"),
        ({"source": "s", "delivery": {"credentials_file": name}}, "delivery.credentials_file"),
        ({"source": "s", "delivery": {"credentials_file": ["ok", name]}}, "delivery.credentials_file.2"),
    ):
        parsed, findings = parse_profile("p", values)
        assert parsed is None
        assert [one.key for one in findings] == [key]


GOOD_HOPS: list[dict[str, object]] = [
    {},
    {"role_arn": "arn:aws-cn:iam::123456789012:role/path/to/R+=,.@-_1"},
    {"role_arn": "arn:aws-iso-b:iam::123456789012:role/x"},
    {"role_arn": f"arn:aws:iam::123456789012:role/{'p' * 500}/{'r' * 64}"},
    {"session_name": "ab"},
    {"session_name": "a" * 64},
    {"session_name": "{user}"},
    {"session_name": "{user}-{host}@{profile},{source}"},
    {"duration": "15m"},
    {"duration": "12h"},
    {"duration": 900},
    {"duration": "43200"},
    {"duration": "1h30m"},
    {"external_id": "ab"},
    {"external_id": "x" * 1224},
    {"external_id": "A9_+=,.@:/-"},
    {"mfa": True, "mfa_serial": "arn:aws:iam::123456789012:mfa/ana"},
    {"source_identity": "ana@example.com"},
    {"policy": '{"Version":"2012-10-17","Statement":[]}'},
    {"policy": '{\n\t"Statement": "é"\r\n}'},
    {"policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::123456789012:policy/p/own"]},
    {"policy_arns": [f"arn:aws:iam::aws:policy/P{n}" for n in range(10)]},
    {"session_tags": {"team": "data", "Ünit x": ""}, "transitive_tags": ["Team"]},
    {"session_tags": {f"k{n}": "v" * 256 for n in range(50)}},
    {"session_tags": {"k" * 128: "_.:/=+-@ ９"}},
]


@pytest.mark.parametrize("values", GOOD_HOPS, ids=range(len(GOOD_HOPS)))
def test_hops_accepted(values: dict[str, object]) -> None:
    profile, findings = parse_profile("p", hop(**values))
    assert findings == ()
    assert profile is not None
    assert len(profile.roles) == 1


BAD_HOPS: list[tuple[dict[str, object], str, Code]] = [
    ({"role_arn": 1}, "role_arn", Code.VALUE_TYPE),
    ({"role_arn": "x"}, "role_arn", Code.VALUE_LENGTH),
    ({"role_arn": "arn:aws:iam::123456789012:user/ana"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:iam::12345678901:role/ana"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:sts::123456789012:assumed-role/a/b"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:iam::123456789012:role/"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:iam::123456789012:role/a/"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": f"arn:aws:iam::123456789012:role/{'r' * 65}"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:iam::123456789012:role/a b"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": "arn:aws:iam::１２３４５６７８９０１２:role/a"}, "role_arn", Code.VALUE_PATTERN),
    ({"role_arn": ROLE + "\n"}, "role_arn", Code.VALUE_PATTERN),
    ({"session_name": "a"}, "session_name", Code.VALUE_LENGTH),
    ({"session_name": ""}, "session_name", Code.VALUE_LENGTH),
    ({"session_name": "a" * 65}, "session_name", Code.VALUE_LENGTH),
    ({"session_name": "{user}" + "a" * 65}, "session_name", Code.VALUE_LENGTH),
    ({"session_name": "a b"}, "session_name", Code.VALUE_PATTERN),
    ({"session_name": "{users}"}, "session_name", Code.VALUE_PATTERN),
    ({"session_name": "aé"}, "session_name", Code.VALUE_PATTERN),
    ({"duration": "14m"}, "duration", Code.VALUE_RANGE),
    ({"duration": 899}, "duration", Code.VALUE_RANGE),
    ({"duration": "12h1s"}, "duration", Code.VALUE_RANGE),
    ({"duration": 43201}, "duration", Code.VALUE_RANGE),
    ({"duration": -1}, "duration", Code.VALUE_PATTERN),
    ({"duration": "1 hour"}, "duration", Code.VALUE_PATTERN),
    ({"duration": ""}, "duration", Code.VALUE_PATTERN),
    ({"duration": 3600.0}, "duration", Code.VALUE_TYPE),
    ({"duration": True}, "duration", Code.VALUE_TYPE),
    ({"external_id": "a"}, "external_id", Code.VALUE_LENGTH),
    ({"external_id": "x" * 1225}, "external_id", Code.VALUE_LENGTH),
    ({"external_id": "a b"}, "external_id", Code.VALUE_PATTERN),
    ({"external_id": "aé"}, "external_id", Code.VALUE_PATTERN),
    ({"mfa": "true"}, "mfa", Code.VALUE_TYPE),
    ({"mfa": 1}, "mfa", Code.VALUE_TYPE),
    ({"mfa_serial": "x" * 257}, "mfa_serial", Code.VALUE_LENGTH),
    ({"source_identity": "a"}, "source_identity", Code.VALUE_LENGTH),
    ({"source_identity": "a" * 65}, "source_identity", Code.VALUE_LENGTH),
    ({"source_identity": "a:b"}, "source_identity", Code.VALUE_PATTERN),
    ({"source_identity": "AWS:b"}, "source_identity", Code.VALUE_PATTERN),
    ({"policy": ""}, "policy", Code.VALUE_MISSING),
    ({"policy": "{"}, "policy", Code.POLICY_JSON),
    ({"policy": "[]"}, "policy", Code.POLICY_JSON),
    ({"policy": "[" * 100_000}, "policy", Code.POLICY_JSON),
    ({"policy": '{"a": "€"}'}, "policy", Code.VALUE_PATTERN),
    ({"policy": {"Statement": []}}, "policy", Code.VALUE_TYPE),
    ({"policy_arns": "arn:aws:iam::aws:policy/A"}, "policy_arns", Code.VALUE_TYPE),
    ({"policy_arns": ["arn:aws:iam::aws:role/AAAAA"]}, "policy_arns.1", Code.VALUE_PATTERN),
    ({"policy_arns": ["short"]}, "policy_arns.1", Code.VALUE_LENGTH),
    ({"policy_arns": [f"arn:aws:iam::aws:policy/P{n}" for n in range(11)]}, "policy_arns", Code.VALUE_RANGE),
    ({"policy_arns": ["arn:aws:iam::aws:policy/A"] * 2}, "policy_arns.2", Code.VALUE_DUPLICATE),
    ({"session_tags": ["team"]}, "session_tags", Code.VALUE_TYPE),
    ({"session_tags": {"team": 1}}, "session_tags.team", Code.VALUE_TYPE),
    ({"session_tags": {"": "x"}}, "session_tags.", Code.VALUE_LENGTH),
    ({"session_tags": {"k" * 129: "x"}}, "session_tags." + "k" * 129, Code.VALUE_LENGTH),
    ({"session_tags": {"k": "x" * 257}}, "session_tags.k", Code.VALUE_LENGTH),
    ({"session_tags": {"k": "a*b"}}, "session_tags.k", Code.VALUE_PATTERN),
    ({"session_tags": {"k": "a\nb"}}, "session_tags.k", Code.VALUE_PATTERN),
    ({"session_tags": {"Team": "a", "team": "b"}}, "session_tags.team", Code.VALUE_DUPLICATE),
    ({"session_tags": {f"k{n}": "v" for n in range(51)}}, "session_tags", Code.VALUE_RANGE),
    ({"session_tags": {"a": "b"}, "transitive_tags": ["c"]}, "transitive_tags.1", Code.VALUE_CHOICE),
    ({"transitive_tags": ["c"]}, "transitive_tags.1", Code.VALUE_CHOICE),
    ({"session_tags": {"a": "b"}, "transitive_tags": ["a", "A"]}, "transitive_tags.2", Code.VALUE_DUPLICATE),
]


@pytest.mark.parametrize(("values", "key", "code"), BAD_HOPS, ids=range(len(BAD_HOPS)))
def test_hops_refused(values: dict[str, object], key: str, code: Code) -> None:
    profile, findings = parse_profile("p", hop(**values))
    assert profile is None
    assert (f"roles.1.{key}", code) in [(one.key, one.problem.code) for one in findings]
    assert {(one.problem.remedy.verb, one.problem.remedy.subject) for one in findings} == {(Verb.EDIT_HOP, "1")}


GOOD_PROFILES: list[dict[str, object]] = [
    {"source": "s"},
    {"base": "b"},
    {"source": "s", "region": "eusc-de-east-1", "group": "Acme/Prod EU", "tags": ["a", "b c"], "note": "a\nb\tc"},
    {"source": "s", "group": "", "aliases": [], "title": "T", "favorite": True, "start": "auto"},
    {"source": "s", "duration": "36h", "mfa": True},
    {"source": "s", "account_id": "012345678901", "role_name": "Admin"},
    {"source": "s", "env": {"A_1": "x\ny", "http_proxy": ""}},
    {"source": "s", "delivery": {"credentials_file": "a", "endpoint": True, "config_region": True}},
    {"source": "s", "delivery": {"credentials_file": ["a", "b"], "credential_process": True}},
    {"source": "s", "console": {"destination": "ec2/home?region=eu-west-1", "browser": "firefox", "container": "x"}},
    {"source": "s", "console": {"destination": "https://eu-west-1.console.aws.amazon.com/s3"}},
    {"source": "s", "safety": {"production": True, "label": "LIVE", "color": "teal", "confirm": "start-and-copy"}},
    {"source": "s", "safety": {"approve_programs": "until-lock", "read_only": True, "auto_stop": "8h"}},
    {"source": "s", "safety": {"stop_on_lock": True}},
]


@pytest.mark.parametrize("values", GOOD_PROFILES, ids=range(len(GOOD_PROFILES)))
def test_profiles_accepted(values: dict[str, object]) -> None:
    profile, findings = parse_profile("p", values)
    assert findings == ()
    assert profile is not None


BAD_PROFILES: list[tuple[dict[str, object], str, Code]] = [
    ({}, "source", Code.VALUE_EXCLUSIVE),
    ({"source": "s", "base": "b"}, "source", Code.VALUE_EXCLUSIVE),
    ({"source": 1}, "source", Code.VALUE_TYPE),
    ({"source": "s", "roles": {}}, "roles", Code.VALUE_TYPE),
    ({"source": "s", "roles": ["x"]}, "roles.1", Code.VALUE_TYPE),
    ({"source": "s", "roles": [{}]}, "roles.1.role_arn", Code.VALUE_MISSING),
    ({"source": "s", "roles": [{"role_arn": ROLE}] * 51}, "roles", Code.VALUE_RANGE),
    ({"source": "s", "region": "eu west"}, "region", Code.VALUE_PATTERN),
    ({"source": "s", "group": "a//b"}, "group", Code.VALUE_PATTERN),
    ({"source": "s", "group": "/a"}, "group", Code.VALUE_PATTERN),
    ({"source": "s", "group": "a / b"}, "group", Code.VALUE_PATTERN),
    ({"source": "s", "tags": ["a", "a"]}, "tags.2", Code.VALUE_DUPLICATE),
    ({"source": "s", "tags": [""]}, "tags.1", Code.VALUE_LENGTH),
    ({"source": "s", "tags": "a"}, "tags", Code.VALUE_TYPE),
    ({"source": "s", "note": "a\x1b[0m"}, "note", Code.VALUE_PATTERN),
    ({"source": "s", "favorite": "yes"}, "favorite", Code.VALUE_TYPE),
    ({"source": "s", "start": "always"}, "start", Code.VALUE_CHOICE),
    ({"source": "s", "duration": "36h1s"}, "duration", Code.VALUE_RANGE),
    ({"source": "s", "account_id": "12345"}, "account_id", Code.VALUE_PATTERN),
    ({"source": "s", "account_id": 123456789012}, "account_id", Code.VALUE_TYPE),
    ({"source": "s", "env": {"1A": "x"}}, "env.1A", Code.VALUE_PATTERN),
    ({"source": "s", "env": {"A": 1}}, "env.A", Code.VALUE_TYPE),
    ({"source": "s", "env": {"A": "\0"}}, "env.A", Code.VALUE_PATTERN),
    ({"source": "s", "env": {"AWS_SECRET_ACCESS_KEY": "x"}}, "env.AWS_SECRET_ACCESS_KEY", Code.VALUE_NOT_HERE),
    ({"source": "s", "env": {"aws_profile": "x"}}, "env.aws_profile", Code.VALUE_NOT_HERE),
    ({"source": "s", "delivery": "file"}, "delivery", Code.VALUE_TYPE),
    ({"source": "s", "delivery": {"credentials_file": True}}, "delivery.credentials_file", Code.VALUE_TYPE),
    (
        {"source": "s", "delivery": {"credentials_file": ["a", "a"]}},
        "delivery.credentials_file.2",
        Code.VALUE_DUPLICATE,
    ),
    ({"source": "s", "delivery": {"endpoint": "on"}}, "delivery.endpoint", Code.VALUE_TYPE),
    ({"source": "s", "console": {"destination": "http://evil.example"}}, "console.destination", Code.VALUE_PATTERN),
    ({"source": "s", "console": {"destination": ""}}, "console.destination", Code.VALUE_LENGTH),
    ({"source": "s", "safety": {"label": "x" * 25}}, "safety.label", Code.VALUE_LENGTH),
    ({"source": "s", "safety": {"color": "red"}}, "safety.color", Code.VALUE_CHOICE),
    ({"source": "s", "safety": {"confirm": "always"}}, "safety.confirm", Code.VALUE_CHOICE),
    ({"source": "s", "safety": {"approve_programs": True}}, "safety.approve_programs", Code.VALUE_TYPE),
    ({"source": "s", "safety": {"auto_stop": "30s"}}, "safety.auto_stop", Code.VALUE_RANGE),
    ({"source": "s", "safety": {"read_only": 1}}, "safety.read_only", Code.VALUE_TYPE),
]


@pytest.mark.parametrize(("values", "key", "code"), BAD_PROFILES, ids=range(len(BAD_PROFILES)))
def test_profiles_refused(values: dict[str, object], key: str, code: Code) -> None:
    profile, findings = parse_profile("p", values)
    assert profile is None
    assert (key, code) in [(one.key, one.problem.code) for one in findings if not one.warning]


def test_every_problem_is_found_at_once() -> None:
    values = {
        "roles": [{"role_arn": ROLE, "external_id": "a"}, {"role_arn": "x", "duration": "1s", "typo": 1}],
        "delivery": {"credentials_file": "a b", "x": 1},
        "safety": {"color": "red"},
    }
    _, findings = parse_profile("p", values)
    assert {one.key for one in findings} == {
        "source",
        "roles.1.external_id",
        "roles.2.role_arn",
        "roles.2.duration",
        "roles.2.typo",
        "delivery.credentials_file",
        "delivery.x",
        "safety.color",
    }


@pytest.mark.parametrize("values", [1, "x", [], None, True])
def test_what_is_no_table(values: object) -> None:
    for parse in (parse_profile, parse_source, parse_group):
        parsed, findings = parse("p", values)
        assert parsed is None
        assert findings[0].problem.code is Code.VALUE_TYPE
    assert parse_account("123456789012", values)[0] is None
    assert parse_settings(values)[0] == Settings()
