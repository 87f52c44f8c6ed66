"""What the catalog says of sources: each value that is taken, and each that is refused with its code."""

import tomllib
from datetime import timedelta
from typing import Any

import pytest

from app.domain.problem import Code, Verb
from app.domain.reading import parse_source
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
