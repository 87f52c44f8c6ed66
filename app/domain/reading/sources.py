"""A source out of the values of `[sources.NAME]`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

from app.domain.durations import ASSUME_ROLE_MINIMUM, SESSION_TOKEN_MAXIMUM
from app.domain.names import (
    parse_access_key_id,
    parse_mfa_serial,
    parse_region,
    parse_source_name,
)
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Finding
from app.domain.reading import parameters, plain
from app.domain.reading.table import Table, place_of
from app.domain.source import (
    ACCOUNT_ACCESS,
    DEFAULT_MFA_SESSION,
    KINDS,
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    Mfa,
    MfaMode,
    Oidc,
    Process,
    SharedProfile,
    SignInFlow,
    Source,
    UnknownSource,
    WebIdentityToken,
)

RESERVED_KINDS = frozenset({"saml", "roles-anywhere", "console-login"})
ARGUMENTS_MAXIMUM = 100
_COMMON = frozenset({"kind", "title", "sts_region", "endpoint_url", "proxy", "ca_bundle"})
_MFA = frozenset({"mfa_serial", "mfa", "mfa_command", "mfa_unattended", "mfa_session"})
SOURCE_KEYS: Mapping[str, frozenset[str]] = {
    "access-keys": _COMMON | _MFA | {"access_key_id"},
    "environment": _COMMON | _MFA,
    "shared-profile": _COMMON | _MFA | {"profile"},
    "process": _COMMON | _MFA | {"command"},
    "web-identity-token": _COMMON | {"token_file", "token_command", "provider_id"},
    "oidc": _COMMON
    | {"issuer", "client_id", "scopes", "flow", "token", "provider_id", "client_secret", "redirect_port"},
    "identity-center": _COMMON | {"start_url", "region", "flow", "scopes"},
    "instance-metadata": _COMMON,
    "container": _COMMON | {"full_uri", "relative_uri", "token", "token_file"},
}
_EVERY_KEY = frozenset[str]().union(*SOURCE_KEYS.values())


def parse_source(name: str, values: object) -> tuple[Source | None, tuple[Finding, ...]]:
    """Return the source, None if a finding is an error, and everything that is wrong or odd with it."""
    place = place_of("sources", name)
    if not isinstance(values, Mapping):
        table = Table(place, {})
        table.wrong(Code.VALUE_TYPE, "name", expected="table")
        return None, tuple(table.findings)
    table = Table(place, cast(Mapping[str, object], values))
    try:
        parse_source_name(name, "name")
    except AppError as error:
        table.add(error.problem)
    source = _of_kind(name, table)
    return (None if table.failed else source), tuple(table.findings)


def _of_kind(name: str, table: Table) -> Source | None:
    kind = table.required("kind", plain.line)
    if kind is None:
        return None
    common: dict[str, Any] = {
        "name": name,
        "title": table.text("title", plain.line_of(0, 200), ""),
        "sts_region": table.text("sts_region", parse_region, None),
        "endpoint_url": table.text("endpoint_url", plain.url, None),
        "proxy": table.text("proxy", plain.proxy, None),
        "ca_bundle": table.text("ca_bundle", plain.path, None),
    }
    if kind not in KINDS:
        newer = Problem.of(Code.SOURCE_KIND_UNKNOWN, Verb.UPDATE, source=name, kind=kind, key="kind")
        table.add(newer, warning=True)
        return UnknownSource(kind=kind, **common)
    known = SOURCE_KEYS[kind]
    for key in sorted((table.values.keys() & _EVERY_KEY) - known):
        table.wrong(Code.VALUE_NOT_HERE, key, warning=True, reason="not-this-kind")
    table.unknown(_EVERY_KEY)
    return _READERS[kind](table, common)


def _mfa(table: Table) -> Mfa:
    mode = table.member("mfa", MfaMode.PROMPT)
    serial = table.text("mfa_serial", parse_mfa_serial, None)
    if mode is MfaMode.TOTP and not table.has("mfa_serial"):
        table.wrong(Code.VALUE_MISSING, "mfa_serial")
    if mode is MfaMode.COMMAND and not table.has("mfa_command"):
        table.wrong(Code.VALUE_MISSING, "mfa_command")
    if mode is not MfaMode.COMMAND:
        for key in ("mfa_command", "mfa_unattended"):
            if table.has(key):
                table.wrong(Code.VALUE_NOT_HERE, key, warning=True, reason="not-a-command")
    command = _command(table, "mfa_command")
    return Mfa(serial, mode, command, table.flag("mfa_unattended", False), _mfa_session(table))


def _mfa_session(table: Table) -> timedelta | None:
    if not table.has("mfa_session"):
        return DEFAULT_MFA_SESSION
    if table.values["mfa_session"] is False:
        return None
    return table.duration("mfa_session", ASSUME_ROLE_MINIMUM, SESSION_TOKEN_MAXIMUM)


def _command(table: Table, key: str) -> tuple[str, ...]:
    if not table.has(key):
        return ()
    before = len(table.findings)
    command = table.texts(key, plain.argument, ARGUMENTS_MAXIMUM, unique=False)
    if len(table.findings) == before and (not command or not command[0].strip()):
        table.wrong(Code.COMMAND_EMPTY, key)
    return command


def _access_keys(table: Table, common: dict[str, Any]) -> Source | None:
    key_id = table.required("access_key_id", parse_access_key_id)
    mfa = _mfa(table)
    return AccessKeys(**common, mfa=mfa, access_key_id=key_id) if key_id else None


def _environment(table: Table, common: dict[str, Any]) -> Source | None:
    return Environment(**common, mfa=_mfa(table))


def _shared_profile(table: Table, common: dict[str, Any]) -> Source | None:
    profile = table.required("profile", plain.line)
    mfa = _mfa(table)
    return SharedProfile(**common, mfa=mfa, profile=profile) if profile else None


def _process(table: Table, common: dict[str, Any]) -> Source | None:
    if not table.has("command"):
        table.wrong(Code.VALUE_MISSING, "command")
    return Process(**common, command=_command(table, "command"), mfa=_mfa(table))


def _web_identity(table: Table, common: dict[str, Any]) -> Source | None:
    if table.has("token_file") and table.has("token_command"):
        table.wrong(Code.VALUE_EXCLUSIVE, "token_file", other="token_command")
    return WebIdentityToken(
        **common,
        token_file=table.text("token_file", plain.path, None),
        token_command=_command(table, "token_command"),
        provider_id=table.text("provider_id", parameters.provider_id, None),
    )


def _oidc(table: Table, common: dict[str, Any]) -> Source | None:
    issuer = table.required("issuer", plain.secure_url)
    client_id = table.required("client_id", plain.line)
    sent = table.choice("token", "id", ("id", "access"))
    provider = table.text("provider_id", parameters.provider_id, None)
    if sent == "access" and not table.has("provider_id"):
        table.wrong(Code.VALUE_MISSING, "provider_id")
    if sent == "id" and table.has("provider_id"):
        table.wrong(Code.VALUE_NOT_HERE, "provider_id", reason="access-token")
    scopes = table.texts("scopes", _scope, 50) if table.has("scopes") else ("openid",)
    if sent == "id" and "openid" not in scopes:
        table.wrong(Code.VALUE_PATTERN, "scopes", rule="scope-openid")
    source = Oidc(
        **common,
        issuer=issuer or "",
        client_id=client_id or "",
        scopes=scopes,
        flow=table.member("flow", SignInFlow.BROWSER),
        token=sent,
        provider_id=provider,
        client_secret=table.flag("client_secret", False),
        redirect_port=table.integer("redirect_port", 0, 0, 65535),
    )
    return source if issuer and client_id else None


def _scope(text: str, key: str) -> str:
    plain.line(text, key)
    if not text.isascii() or any(one in text for one in ' "\\'):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="scope")
    return text


def _identity_center(table: Table, common: dict[str, Any]) -> Source | None:
    start_url = table.required("start_url", plain.secure_url)
    region = table.required("region", parse_region)
    flow = table.member("flow", SignInFlow.BROWSER)
    scopes = table.texts("scopes", _scope, 50) if table.has("scopes") else (ACCOUNT_ACCESS,)
    if not (start_url and region):
        return None
    return IdentityCenter(**common, start_url=start_url, region=region, flow=flow, scopes=scopes or (ACCOUNT_ACCESS,))


def _instance_metadata(table: Table, common: dict[str, Any]) -> Source | None:
    del table  # nothing of its own
    return InstanceMetadata(**common)


def _container(table: Table, common: dict[str, Any]) -> Source | None:
    for key, other in (("full_uri", "relative_uri"), ("token", "token_file")):
        if table.has(key) and table.has(other):
            table.wrong(Code.VALUE_EXCLUSIVE, key, other=other)
    return Container(
        **common,
        full_uri=table.text("full_uri", plain.container_url, None),
        relative_uri=table.text("relative_uri", plain.absolute_uri_path, None),
        token=table.text("token", plain.line_of(1, 4096), None),
        token_file=table.text("token_file", plain.path, None),
    )


_READERS: Mapping[str, Callable[[Table, dict[str, Any]], Source | None]] = {
    "access-keys": _access_keys,
    "environment": _environment,
    "shared-profile": _shared_profile,
    "process": _process,
    "web-identity-token": _web_identity,
    "oidc": _oidc,
    "identity-center": _identity_center,
    "instance-metadata": _instance_metadata,
    "container": _container,
}
