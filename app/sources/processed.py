"""The credential_process contract: JSON with Version 1 on standard output."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from app.domain.problem import AppError, Code
from app.domain.secret import Credentials, Secret

_KEY_ID = re.compile(r"\w{16,128}", re.ASCII)
_SECRET = re.compile(r"[\x21-\x7e]+")  # printable ASCII without spaces: it goes into headers and ini files


def parse_process_output(source: str, output: bytes) -> tuple[Credentials, str | None]:
    """Return credentials and account id; COMMAND_OUTPUT says what is wrong without quoting the output."""
    try:
        value: object = json.loads(output.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _wrong(source, "no-json") from None
    if not isinstance(value, dict):
        raise _wrong(source, "no-json")
    table = cast(Mapping[str, object], value)
    version = table.get("Version")
    if version != 1 or isinstance(version, bool):
        raise _wrong(source, "not-version-1")
    key_id = _text(source, table, "AccessKeyId", _KEY_ID)
    secret = _text(source, table, "SecretAccessKey", _SECRET)
    token = None if table.get("SessionToken") in (None, "") else _text(source, table, "SessionToken", _SECRET)
    expires_at = _expiration(source, table.get("Expiration"))
    account = table.get("AccountId")
    credentials = Credentials(key_id, Secret(secret), None if token is None else Secret(token), expires_at)
    return credentials, account if isinstance(account, str) and account else None


def _text(source: str, table: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _wrong(source, _UNFIT[name])
    return value


def _expiration(source: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(source, "expiration-no-time") from None


_UNFIT = {
    "AccessKeyId": "unfit-access-key-id",
    "SecretAccessKey": "unfit-secret-access-key",
    "SessionToken": "unfit-session-token",
}


def _wrong(source: str, reason: str) -> AppError:
    return AppError.of(Code.COMMAND_OUTPUT, source=source, reason=reason)
