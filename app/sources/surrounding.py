"""Source "environment": AWS_ACCESS_KEY_ID and its companions."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import Environment


def environment_credentials(source: Environment, environ: Mapping[str, str]) -> Credentials:
    """Return what the environment holds; SOURCE_EMPTY names the first variable that is missing."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not environ.get(name):
            raise AppError.of(Code.SOURCE_EMPTY, Verb.EDIT_SOURCE, source.name, source=source.name, missing=name)
    token = environ.get("AWS_SESSION_TOKEN") or environ.get("AWS_SECURITY_TOKEN")  # its name in older tools
    return Credentials(
        environ["AWS_ACCESS_KEY_ID"],
        Secret(environ["AWS_SECRET_ACCESS_KEY"]),
        Secret(token) if token else None,
        _expiration(environ.get("AWS_CREDENTIAL_EXPIRATION")) if token else None,
    )


def _expiration(text: str | None) -> datetime | None:
    """Return AWS_CREDENTIAL_EXPIRATION; one that is no time is passed over: the session is then asked for again."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
