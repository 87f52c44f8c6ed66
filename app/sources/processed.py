"""The credential_process contract: JSON with Version 1 on standard output."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from app.domain.problem import AppError, Code
from app.domain.secret import Credentials, Secret


def parse_process_output(source: str, output: bytes) -> tuple[Credentials, str | None]:
    """Return credentials and account id; COMMAND_OUTPUT says what is wrong without quoting the output."""
    try:
        value: object = json.loads(output.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _wrong(source, "It printed no JSON.") from None
    if not isinstance(value, dict):
        raise _wrong(source, "It printed no JSON object.")
    table = cast(Mapping[str, object], value)
    if table.get("Version") != 1:
        raise _wrong(source, "Version is not 1.")
    key_id = _text(source, table, "AccessKeyId")
    secret = _text(source, table, "SecretAccessKey")
    token = table.get("SessionToken")
    credentials = Credentials(
        key_id,
        Secret(secret),
        Secret(token) if isinstance(token, str) and token else None,
        _expiration(source, table.get("Expiration")),
    )
    account = table.get("AccountId")
    return credentials, account if isinstance(account, str) else None


def _text(source: str, table: Mapping[str, object], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(source, f"{name} is missing.")
    return value


def _expiration(source: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise _wrong(source, "Expiration is no ISO 8601 time.") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _wrong(source: str, reason: str) -> AppError:
    return AppError.of(Code.COMMAND_OUTPUT, source=source, reason=reason)
