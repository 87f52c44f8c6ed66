"""The variables that carry a session, and those that would get in its way."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from app.domain.problem import AppError, Code
from app.domain.secret import Credentials

# what SDKs would read before, beside or instead of the session's own variables
CONFLICTING = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
)
SESSION = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def impossible(form: str, name: str) -> AppError:
    """Return the problem of a value that a format cannot carry. The value is not told."""
    return AppError.of(Code.FORMAT_IMPOSSIBLE, format=form, name=_told(name))


def _told(name: str) -> str:
    return name if _NAME.fullmatch(name) else "?"


def temporary(credentials: Credentials) -> tuple[str, str, str]:
    """Return key id, secret and token in clear; a long-lived key is never delivered and raises UNEXPECTED."""
    if credentials.session_token is None:
        raise AppError.of(Code.UNEXPECTED, kind="LongLivedKeyInDelivery")
    return credentials.access_key_id, credentials.secret_access_key.reveal(), credentials.session_token.reveal()


def say_expiry(at: datetime) -> str:
    """Return a time as AWS writes it, "2026-11-25T13:52:09Z"; parts of a second are cut off."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def variables(
    form: str,
    credentials: Credentials,
    *,
    region: str | None = None,
    env: Mapping[str, str] = NO_VARIABLES,
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Return name -> value in the order they are written: the session's, region, expiry, then the profile's `env`.

    `env` may set the region otherwise, never the session's own or a conflicting variable. A name that is no variable
    name, a NUL or text that is no Unicode raises FORMAT_IMPOSSIBLE for `form`.
    """
    found: dict[str, str] = dict(zip(SESSION, temporary(credentials), strict=True))
    if region:
        found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    expiry = expires_at or credentials.expires_at
    if expiry is not None:
        found["AWS_CREDENTIAL_EXPIRATION"] = say_expiry(expiry)
    found |= {name: value for name, value in env.items() if name not in SESSION and name not in CONFLICTING}
    for name, value in found.items():
        if not is_variable(name, value):
            raise impossible(form, name)
    return found


def is_variable(name: str, value: str) -> bool:
    """Whether a system takes the two for a variable of the environment."""
    return bool(_NAME.fullmatch(name)) and "\0" not in value and _is_unicode(value)


def conflicting(found: Mapping[str, str]) -> tuple[str, ...]:
    """Return the conflicting variables that the session does not set itself."""
    return tuple(name for name in CONFLICTING if name not in found)


def environment(
    environ: Mapping[str, str],
    credentials: Credentials,
    *,
    region: str | None = None,
    env: Mapping[str, str] = NO_VARIABLES,
    expires_at: datetime | None = None,
    windows: bool = os.name == "nt",
) -> dict[str, str]:
    """Return the environment of a child: the person's without conflicting AWS variables, and the session's."""
    ours = variables("environment", credentials, region=region, env=env, expires_at=expires_at)
    drop = {*CONFLICTING, *SESSION, *ours}

    def kept(name: str) -> bool:
        return (name.upper() if windows else name) not in drop

    return {name: value for name, value in environ.items() if kept(name)} | ours


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
