"""Every key of the catalog: what is accepted, and what is refused with which problem at which key."""
# ruff: noqa: E501  one case on one line

import tomllib
from datetime import timedelta
from typing import Any

import pytest

from app.domain.problem import Code, Verb
from app.domain.profile import ApprovePrograms, Confirm, OnLock, Settings, WriteMode
from app.domain.reading import parse_account, parse_group, parse_profile, parse_settings, parse_source, read_catalog
from app.domain.source import (
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    MfaMode,
    Oidc,
    Process,
    SharedProfile,
    SignInFlow,
    UnknownSource,
    WebIdentityToken,
)

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = {"kind": "access-keys", "access_key_id": "AKIAEXAMPLE0000001"}
OIDC = {"kind": "oidc", "issuer": "https://id.example.com", "client_id": "rolecall"}
SSO = {"kind": "identity-center", "start_url": "https://acme.awsapps.com/start", "region": "eu-west-1"}


def toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def hop(**values: object) -> dict[str, object]:
    return {"source": "s", "roles": [{"role_arn": ROLE, **values}]}


GOOD_SOURCES = [
    (KEYS, AccessKeys),
    (KEYS | {"mfa_serial": "GAHT12345678", "mfa": "totp", "mfa_session": "36h", "title": ""}, AccessKeys),
    (KEYS | {"mfa": "command", "mfa_command": ["ykman", ""], "mfa_unattended": True, "mfa_session": False}, AccessKeys),
    (KEYS | {"mfa_session": 900, "sts_region": "eu-west-1", "ca_bundle": "~/ca.pem"}, AccessKeys),
    (KEYS | {"endpoint_url": "http://127.0.0.1:5000", "proxy": "http://proxy:3128"}, AccessKeys),
    ({"kind": "environment"}, Environment),
    ({"kind": "shared-profile", "profile": "a b"}, SharedProfile),
    ({"kind": "process", "command": ["/x", "--json"]}, Process),
    ({"kind": "web-identity-token"}, WebIdentityToken),
    ({"kind": "web-identity-token", "token_file": "/t", "provider_id": "graph.facebook.com"}, WebIdentityToken),
    ({"kind": "web-identity-token", "token_command": ["t"]}, WebIdentityToken),
    (OIDC, Oidc),
    (OIDC | {"scopes": ["openid", "offline_access"], "flow": "device", "client_secret": True}, Oidc),
    (OIDC | {"token": "access", "provider_id": "www.amazon.com", "redirect_port": 65535, "scopes": ["x"]}, Oidc),
    (OIDC | {"issuer": "http://127.0.0.1:8080/realm"}, Oidc),
    (SSO, IdentityCenter),
    ({"kind": "instance-metadata"}, InstanceMetadata),
    ({"kind": "container"}, Container),
    ({"kind": "container", "full_uri": "http://169.254.170.23/v1", "token_file": "/t"}, Container),
    ({"kind": "container", "full_uri": "http://[fd00:ec2::23]/v1", "token": "t"}, Container),
    ({"kind": "container", "relative_uri": "/v2/x"}, Container),
    ({"kind": "saml", "anything": 1}, UnknownSource),
]


@pytest.mark.parametrize(("values", "kind"), GOOD_SOURCES, ids=range(len(GOOD_SOURCES)))
def test_sources_accepted(values: dict[str, object], kind: type) -> None:
    source, findings = parse_source("s", values)
    assert type(source) is kind
    assert all(one.warning for one in findings)
    assert [one.problem.code for one in findings] == ([Code.SOURCE_KIND_UNKNOWN] if kind is UnknownSource else [])


BAD_SOURCES: list[tuple[dict[str, object], str, Code]] = [
    ({}, "kind", Code.VALUE_MISSING),
    ({"kind": 1}, "kind", Code.VALUE_TYPE),
    ({"kind": "access-keys"}, "access_key_id", Code.VALUE_MISSING),
    (KEYS | {"access_key_id": "AKIA"}, "access_key_id", Code.VALUE_LENGTH),
    (KEYS | {"access_key_id": "A" * 129}, "access_key_id", Code.VALUE_LENGTH),
    (KEYS | {"access_key_id": "AKIAEXAMPLE00000-1"}, "access_key_id", Code.VALUE_PATTERN),
    (KEYS | {"access_key_id": "ÄKIAEXAMPLE0000001"}, "access_key_id", Code.VALUE_PATTERN),
    (KEYS | {"mfa_serial": "12345678"}, "mfa_serial", Code.VALUE_LENGTH),
    (KEYS | {"mfa_serial": "1234 56789"}, "mfa_serial", Code.VALUE_PATTERN),
    (KEYS | {"mfa": "sms"}, "mfa", Code.VALUE_CHOICE),
    (KEYS | {"mfa": True}, "mfa", Code.VALUE_TYPE),
    (KEYS | {"mfa": "totp"}, "mfa_serial", Code.VALUE_MISSING),
    (KEYS | {"mfa": "command"}, "mfa_command", Code.VALUE_MISSING),
    (KEYS | {"mfa": "command", "mfa_command": "ykman"}, "mfa_command", Code.VALUE_TYPE),
    (KEYS | {"mfa": "command", "mfa_command": [" "]}, "mfa_command", Code.COMMAND_EMPTY),
    (KEYS | {"mfa": "command", "mfa_command": ["a\0"]}, "mfa_command.1", Code.VALUE_PATTERN),
    (KEYS | {"mfa": "command", "mfa_command": ["a"], "mfa_unattended": 1}, "mfa_unattended", Code.VALUE_TYPE),
    (KEYS | {"mfa_session": True}, "mfa_session", Code.VALUE_TYPE),
    (KEYS | {"mfa_session": "10m"}, "mfa_session", Code.VALUE_RANGE),
    (KEYS | {"mfa_session": "37h"}, "mfa_session", Code.VALUE_RANGE),
    (KEYS | {"mfa_session": "soon"}, "mfa_session", Code.VALUE_PATTERN),
    (KEYS | {"sts_region": "Ireland"}, "sts_region", Code.VALUE_PATTERN),
    (KEYS | {"endpoint_url": "sts.local"}, "endpoint_url", Code.VALUE_PATTERN),
    (KEYS | {"endpoint_url": "https://"}, "endpoint_url", Code.VALUE_PATTERN),
    (KEYS | {"endpoint_url": "https://h:99999"}, "endpoint_url", Code.VALUE_PATTERN),
    (KEYS | {"endpoint_url": "ftp://h"}, "endpoint_url", Code.VALUE_PATTERN),
    (KEYS | {"proxy": "http://me:secret@proxy"}, "proxy", Code.VALUE_NOT_HERE),
    (KEYS | {"title": "a\nb"}, "title", Code.VALUE_PATTERN),
    (KEYS | {"title": "x" * 201}, "title", Code.VALUE_LENGTH),
    (KEYS | {"secret_access_key": "x"}, "secret_access_key", Code.VALUE_NOT_HERE),
    ({"kind": "shared-profile"}, "profile", Code.VALUE_MISSING),
    ({"kind": "shared-profile", "profile": ""}, "profile", Code.VALUE_LENGTH),
    ({"kind": "process"}, "command", Code.VALUE_MISSING),
    ({"kind": "process", "command": []}, "command", Code.COMMAND_EMPTY),
    ({"kind": "process", "command": ["a", 1]}, "command.2", Code.VALUE_TYPE),
    ({"kind": "web-identity-token", "token_file": "/t", "token_command": ["t"]}, "token_file", Code.VALUE_EXCLUSIVE),
    ({"kind": "web-identity-token", "provider_id": "accounts.google.com"}, "provider_id", Code.VALUE_CHOICE),
    ({"kind": "oidc", "client_id": "x"}, "issuer", Code.VALUE_MISSING),
    ({"kind": "oidc", "issuer": "https://x.example"}, "client_id", Code.VALUE_MISSING),
    (OIDC | {"issuer": "http://id.example.com"}, "issuer", Code.VALUE_PATTERN),
    (OIDC | {"scopes": ["email"]}, "scopes", Code.VALUE_PATTERN),
    (OIDC | {"scopes": ["openid", "a b"]}, "scopes.2", Code.VALUE_PATTERN),
    (OIDC | {"scopes": ["openid", "openid"]}, "scopes.2", Code.VALUE_DUPLICATE),
    (OIDC | {"flow": "popup"}, "flow", Code.VALUE_CHOICE),
    (OIDC | {"token": "access"}, "provider_id", Code.VALUE_MISSING),
    (OIDC | {"provider_id": "www.amazon.com"}, "provider_id", Code.VALUE_NOT_HERE),
    (OIDC | {"client_secret": "hunter2"}, "client_secret", Code.VALUE_TYPE),
    (OIDC | {"redirect_port": 65536}, "redirect_port", Code.VALUE_RANGE),
    (SSO | {"start_url": "http://acme.awsapps.com"}, "start_url", Code.VALUE_PATTERN),
    ({"kind": "identity-center", "start_url": "https://a.example"}, "region", Code.VALUE_MISSING),
    ({"kind": "container", "full_uri": "http://example.com/x"}, "full_uri", Code.VALUE_PATTERN),
    ({"kind": "container", "relative_uri": "v2"}, "relative_uri", Code.VALUE_PATTERN),
    ({"kind": "container", "full_uri": "https://a.example", "relative_uri": "/v"}, "full_uri", Code.VALUE_EXCLUSIVE),
    ({"kind": "container", "token": "t", "token_file": "/t"}, "token", Code.VALUE_EXCLUSIVE),
    ({"kind": "container", "token": "a\r\nb"}, "token", Code.VALUE_PATTERN),
]


@pytest.mark.parametrize(("values", "key", "code"), BAD_SOURCES, ids=range(len(BAD_SOURCES)))
def test_sources_refused(values: dict[str, object], key: str, code: Code) -> None:
    source, findings = parse_source("s", values)
    assert source is None
    assert (key, code) in [(one.key, one.problem.code) for one in findings if not one.warning]
    assert all(one.table == "sources.s" for one in findings)
    assert findings[0].problem.remedy.verb is Verb.EDIT_SOURCE
    assert "secret@" not in repr(findings)
    assert "hunter2" not in repr(findings)


@pytest.mark.parametrize(
    ("values", "key", "nearest"),
    [
        (KEYS | {"acess_key": "x"}, "acess_key", "access_key_id"),
        (KEYS | {"colour": "x"}, "colour", ""),
        (KEYS | {"include": "x"}, "include", ""),
        (KEYS | {"id": "x"}, "id", ""),
    ],
)
def test_unknown_keys_are_warnings_with_the_nearest(values: dict[str, object], key: str, nearest: str) -> None:
    source, (found,) = parse_source("s", values)
    assert source is not None
    assert (found.key, found.warning, found.problem.code) == (key, True, Code.VALUE_UNKNOWN_KEY)
    assert found.problem.arguments["nearest"] == nearest


def test_keys_of_other_kinds_are_warnings() -> None:
    source, (found,) = parse_source("s", {"kind": "environment", "start_url": "https://x"})
    assert source is not None
    assert (found.key, found.problem.arguments["reason"], found.warning) == ("start_url", "not-this-kind", True)
    source, (found,) = parse_source("s", KEYS | {"mfa_command": ["x"]})
    assert (found.key, found.warning) == ("mfa_command", True)


def test_defaults_of_sources() -> None:
    keys, _ = parse_source("s", KEYS)
    assert isinstance(keys, AccessKeys)
    assert (keys.mfa.mode, keys.mfa.session) == (MfaMode.PROMPT, timedelta(hours=12))
    keys, _ = parse_source("s", KEYS | {"mfa_session": False})
    assert isinstance(keys, AccessKeys)
    assert keys.mfa.session is None
    oidc, _ = parse_source("s", OIDC)
    assert isinstance(oidc, Oidc)
    assert (oidc.scopes, oidc.flow, oidc.token) == (("openid",), SignInFlow.BROWSER, "id")


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


def test_settings_and_their_defaults() -> None:
    assert parse_settings({}) == (Settings(), ())
    values: dict[str, object] = {
        "region": "cn-north-1", "sts_region": "eu-west-1", "credentials_file": "~/c", "config_file": "/d", "write": "in-place",
        "default": "d", "switch": "default", "on_quit": "stop", "clipboard_seconds": 10, "shell": "fish",
        "endpoint_port": 9911, "theme": "dark", "density": "compact", "language": "pt_BR", "shortcut": "",
        "stop_on_lock": True, "activity_days": 0, "proxy": "https://p:1", "ca_bundle": "/ca",
        "notifications": {"needs_you": False, "not_refreshed": False, "ended": False, "program_asks": False},
    }  # fmt: skip
    settings, findings = parse_settings(values)
    assert findings == ()
    assert settings.write is WriteMode.IN_PLACE
    defaults = Settings()
    assert all(getattr(settings, key) != getattr(defaults, key) for key in values)


BAD_SETTINGS: list[tuple[dict[str, object], str, Code]] = [
    ({"region": "x"}, "region", Code.VALUE_PATTERN),
    ({"write": "append"}, "write", Code.VALUE_CHOICE),
    ({"default": "a b"}, "default", Code.VALUE_PATTERN),
    ({"switch": 1}, "switch", Code.VALUE_TYPE),
    ({"clipboard_seconds": 0}, "clipboard_seconds", Code.VALUE_RANGE),
    ({"clipboard_seconds": True}, "clipboard_seconds", Code.VALUE_TYPE),
    ({"shell": "tcsh"}, "shell", Code.VALUE_CHOICE),
    ({"endpoint_port": 80}, "endpoint_port", Code.VALUE_RANGE),
    ({"endpoint_port": 65536}, "endpoint_port", Code.VALUE_RANGE),
    ({"endpoint_port": False}, "endpoint_port", Code.VALUE_TYPE),
    ({"theme": "blue"}, "theme", Code.VALUE_CHOICE),
    ({"language": "../x"}, "language", Code.VALUE_PATTERN),
    ({"shortcut": "Ctrl+"}, "shortcut", Code.VALUE_PATTERN),
    ({"shortcut": "X+R"}, "shortcut", Code.VALUE_PATTERN),
    ({"proxy": "http://u:p@h"}, "proxy", Code.VALUE_NOT_HERE),
    ({"notifications": {"ended": 1}}, "notifications.ended", Code.VALUE_TYPE),
    ({"notifications": []}, "notifications", Code.VALUE_TYPE),
]


@pytest.mark.parametrize(("values", "key", "code"), BAD_SETTINGS, ids=range(len(BAD_SETTINGS)))
def test_a_wrong_setting_gives_the_default(values: dict[str, object], key: str, code: Code) -> None:
    settings, findings = parse_settings(values | {"stop_on_lock": True})
    assert settings == Settings(stop_on_lock=OnLock.STOP)
    assert [(one.key, one.problem.code) for one in findings] == [(key, code)]


@pytest.mark.parametrize(
    ("value", "wanted", "wrong"),
    [
        (False, OnLock.NOTHING, None),
        (True, OnLock.STOP, None),
        ("stop", OnLock.STOP, None),
        ("lock", OnLock.LOCK, None),
        ("never", OnLock.STOP, Code.VALUE_CHOICE),  # whoever wrote a word wanted something: the safe side
        (1, OnLock.NOTHING, Code.VALUE_TYPE),
    ],
)
def test_stop_on_lock_is_true_false_or_a_word(value: object, wanted: OnLock, wrong: Code | None) -> None:
    settings, findings = parse_settings({"stop_on_lock": value})
    assert settings.stop_on_lock is wanted
    assert bool(settings.stop_on_lock) is (wanted is not OnLock.NOTHING)
    assert [one.problem.code for one in findings] == ([] if wrong is None else [wrong])


def test_accounts_and_groups() -> None:
    account, findings = parse_account("123456789012", {"name": "acme", "production": True, "color": "amber", "x": 1})
    assert account is not None
    assert (account.production, account.color) == (True, "amber")
    assert [one.warning for one in findings] == [True]
    for values in ({"production": 1}, {"color": "red"}, {"name": "a\nb"}):
        assert parse_account("123456789012", values)[0] is None
        assert parse_group("a", values)[0] is None or "name" in values
    assert parse_account("1234", {})[0] is None
    assert parse_group("a/", {})[0] is None


INHERITANCE = """
[accounts."123456789012"]
production = true
color = "slate"
[groups.Acme]
color = "teal"
label = "ACME"
[groups."Acme/Prod"]
color = "amber"
[groups.Live]
production = true
[sources.s]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
mfa_serial = "arn:aws:iam::123456789012:mfa/ana"
[sources.e]
kind = "environment"
[profiles.account]
source = "e"
roles = [{ role_arn = "arn:aws:iam::123456789012:role/r" }]
[profiles.behind]
base = "account"
[profiles.user]
source = "s"
[profiles.deep]
source = "e"
group = "Acme/Prod/EU"
[profiles.both]
base = "account"
group = "Acme"
[profiles.live]
source = "e"
group = "Live"
safety = { confirm = "never", label = "HOT", color = "blue" }
[profiles.other]
source = "e"
group = "Acmes"
[profiles.own]
source = "e"
safety = { production = true, confirm = "start-and-copy" }
"""


@pytest.mark.parametrize(
    ("name", "production", "label", "color", "confirm"),
    [
        ("account", True, "PROD", "slate", Confirm.START),
        ("behind", True, "PROD", "slate", Confirm.START),
        ("user", True, "PROD", "slate", Confirm.START),
        ("deep", False, "ACME", "amber", Confirm.NEVER),
        ("both", True, "ACME", "teal", Confirm.START),
        ("live", True, "HOT", "blue", Confirm.NEVER),
        ("other", False, "", "", Confirm.NEVER),
        ("own", True, "PROD", "crimson", Confirm.START_AND_COPY),
    ],
)
def test_what_profiles_take_over(name: str, production: bool, label: str, color: str, confirm: Confirm) -> None:
    catalog = read_catalog(toml(INHERITANCE)).catalog
    assert catalog.findings == ()
    safety = catalog.profiles[name].safety
    assert (safety.production, safety.label, safety.color, safety.confirm) == (production, label, color, confirm)
    assert safety.approve_programs is ApprovePrograms.NEVER
