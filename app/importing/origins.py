"""Where a profile of the AWS files gets its first credentials from, in botocore's order."""

import shlex
import sys
from collections.abc import Mapping
from typing import Any

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.secrets_rules import parse_secret_access_key
from app.domain.source import ACCOUNT_ACCESS
from app.domain.values import dataclass
from app.importing.reading import AwsConfig, Section

KEY_ID, SECRET_KEY = "aws_access_key_id", "aws_secret_access_key"
KEYS = (KEY_ID, SECRET_KEY, "aws_session_token", "aws_security_token")
_TOKENS = ("aws_security_token", "aws_session_token")  # botocore's order: the older one wins
_SSO = ("sso_role_name", "sso_account_id")
_SSO_ALL = ("sso_role_name", "sso_account_id", "sso_start_url", "sso_region")
COMMAND_MAXIMUM = 8192  # characters; taking a command apart is quadratic in its length
CREDENTIAL_SOURCES: Mapping[str, str] = {
    "Environment": "environment",
    "Ec2InstanceMetadata": "instance-metadata",
    "EcsContainer": "container",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """First credentials: `values` are the source's in the catalog's terms, `section` names where they are from.

    `first` are the values that belong to the profile itself (account_id, role_name). `hop`: the section's own role
    comes next, by web identity. `secret`: of access keys. `ours`: a profile of the catalog serves the section.
    """

    section: str
    values: tuple[tuple[str, Any], ...]
    first: tuple[tuple[str, str], ...] = ()
    hop: bool = False
    secret: Secret | None = None
    ours: str = ""

    @property
    def kind(self) -> str:
        """The source's kind; empty for a section that Rolecall serves."""
        return str(dict(self.values).get("kind", ""))


def text_of(section: Section, key: str) -> str | None:
    """Return a value that has to be text, None if it is not given; VALUE_TYPE for an indented block."""
    value = section.get(key)
    if value is None or isinstance(value, str):
        return value
    raise AppError.of(Code.VALUE_TYPE, key=key, expected="string")


def has_role(section: Section) -> bool:
    """Whether botocore assumes the section's role from a source (and not by web identity)."""
    return "role_arn" in section and "web_identity_token_file" not in section


def has_keys(section: Section) -> bool:
    """Whether half a key pair at least stands there: that wins over a role where the section is a source."""
    return KEY_ID in section or SECRET_KEY in section


def is_temporary(section: Section) -> bool:
    """Whether the keys of one file's section are a session's."""
    return bool(next((section[key] for key in _TOKENS if key in section), ""))


def origin_of(name: str, files: AwsConfig) -> Origin:
    """Return the first credentials that a profile has by itself; raises why there are none."""
    section = files.merged[name]
    if text_of(section, "web_identity_token_file"):
        return _web_identity(name, section)
    if any(key in section for key in _SSO):
        return _identity_center(name, section, files)
    in_credentials, in_config = (one.get(name, {}) for one in (files.credentials, files.config))
    if KEY_ID in in_credentials:
        return _keys(name, in_credentials)
    if "login_session" in section:
        raise AppError.of(Code.IMPORT_KIND_LATER, profile=name, key="login_session")
    if "credential_process" in section:
        return _process(name, section)
    if KEY_ID in in_config:
        return _keys(name, in_config)
    if has_keys(section):
        raise AppError.of(Code.IMPORT_HALF_KEY, profile=name, key=KEY_ID)
    raise AppError.of(Code.IMPORT_NO_CREDENTIALS, profile=name)


def credential_source(name: str, section: Section) -> Origin:
    """Return what a role's `credential_source` names."""
    word = text_of(section, "credential_source") or ""
    kind = CREDENTIAL_SOURCES.get(word)
    if kind is None:
        choices = ", ".join(CREDENTIAL_SOURCES)
        raise AppError.of(Code.VALUE_CHOICE, key="credential_source", value=word[:60], choices=choices)
    return Origin(name, (("kind", kind),))


def _web_identity(name: str, section: Section) -> Origin:
    if not text_of(section, "role_arn"):
        raise AppError.of(Code.VALUE_MISSING, key="role_arn")
    values = (("kind", "web-identity-token"), ("token_file", text_of(section, "web_identity_token_file")))
    return Origin(name, values, hop=True)


def _identity_center(name: str, section: Section, files: AwsConfig) -> Origin:
    found = dict(section)
    session = text_of(section, "sso_session")
    if session is not None:
        if session not in files.sso_sessions:
            raise AppError.of(Code.IMPORT_NAMES_NOTHING, profile=name, key="sso_session", other=session)
        for key, value in files.sso_sessions[session].items():
            if found.get(key, value) != value:
                raise AppError.of(Code.IMPORT_SSO_DIFFERS, profile=name, key=key, other=session)
            found[key] = value
    for key in _SSO_ALL:
        if key not in found:
            raise AppError.of(Code.VALUE_MISSING, key=key)
    start_url, region = (text_of(found, key) for key in ("sso_start_url", "sso_region"))
    account, role = (text_of(found, key) or "" for key in ("sso_account_id", "sso_role_name"))
    values: tuple[tuple[str, Any], ...] = (("kind", "identity-center"), ("start_url", start_url), ("region", region))
    scopes = [one.strip() for one in (text_of(found, "sso_registration_scopes") or ACCOUNT_ACCESS).split(",")]
    if scopes != [ACCOUNT_ACCESS]:
        values = (*values, ("scopes", scopes))
    return Origin(session or name, values, first=(("account_id", account), ("role_name", role)))


def _process(name: str, section: Section) -> Origin:
    text = text_of(section, "credential_process") or ""
    if len(text) > COMMAND_MAXIMUM:
        raise AppError.of(
            Code.VALUE_LENGTH, key="credential_process", length=len(text), minimum=1, maximum=COMMAND_MAXIMUM
        )
    try:
        words = _split(text)
    except ValueError:
        raise AppError.of(Code.VALUE_PATTERN, key="credential_process", rule="command-quotes") from None
    if not words:
        raise AppError.of(Code.COMMAND_EMPTY, key="credential_process")
    return Origin(name, (("kind", "process"), ("command", tuple(words))))


def _split(text: str) -> list[str]:
    """Return the words of a command line as botocore splits it; its own way is loaded only where it has one."""
    if sys.platform != "win32":
        return shlex.split(text)
    from botocore.compat import compat_shell_split  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    return list(compat_shell_split(text))


def _keys(name: str, section: Section) -> Origin:
    """Keys of one file's section: botocore takes both halves out of the same file."""
    key_id, secret = text_of(section, KEY_ID) or "", text_of(section, SECRET_KEY)
    if secret is None:
        raise AppError.of(Code.IMPORT_HALF_KEY, profile=name, key=SECRET_KEY)
    if is_temporary(section):
        return Origin(name, (("kind", "shared-profile"), ("profile", name)))
    if not key_id:
        raise AppError.of(Code.IMPORT_HALF_KEY, profile=name, key=KEY_ID)
    values = (("kind", "access-keys"), ("access_key_id", key_id))
    try:
        return Origin(name, values, secret=parse_secret_access_key(secret))
    except AppError as error:
        raise AppError.of(Code.SECRET_INVALID, Verb.NONE, **error.problem.arguments) from None
