"""What the machine's own role endpoints have in common: a record of what they answered, and credentials out of JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import Source

_KEY_ID = re.compile(r"\w{16,128}", re.ASCII)
_SECRET = re.compile(r"[\x21-\x7e]+")
_CODE = re.compile(r"[A-Za-z]{1,64}")
_REFUSED = frozenset({400, 401, 403, 404, 405})
_BUSY = frozenset({429, 503})


class HttpSession(Protocol):
    """botocore's sender, as far as it is used."""

    def send(self, request: Any) -> Any:  # noqa: ANN401  AWSPreparedRequest and AWSResponse, imported late
        """Send a request and return the answer."""
        ...


@dataclass(slots=True)
class Recorder:
    """Stands before botocore's sender and remembers what came: its fetchers say no more than that nothing came."""

    session: HttpSession
    statuses: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])  # method, path, status
    last: bytes = field(default=b"", repr=False)

    def send(self, request: Any) -> Any:  # noqa: ANN401  as above
        """Send a request and remember the answer."""
        answer = self.session.send(request)
        self.statuses.append((str(request.method), urlsplit(str(request.url)).path, int(answer.status_code)))
        self.last = bytes(answer.content)
        return answer

    def status(self, method: str = "GET") -> int | None:
        """Return the last status that a method was answered with; None where nothing answered it."""
        return next((status for way, _, status in reversed(self.statuses) if way == method), None)


def failed(source: Source, recorder: Recorder, host: str, operation: str) -> Problem:
    """Return why an endpoint gave nothing, by the statuses of its answers."""
    statuses = [status for _, _, status in recorder.statuses]
    if any(one in _BUSY for one in statuses):
        return Problem.of(Code.THROTTLED, operation=operation)
    if not statuses:
        return Problem.of(Code.METADATA_ABSENT, Verb.NONE, source=source.name, host=host)
    last = statuses[-1]
    if last >= 500:
        return Problem.of(Code.AWS_BROKEN, operation=operation, status=last)
    if last in _REFUSED:
        return Problem.of(Code.METADATA_REFUSED, Verb.NONE, source=source.name, host=host, status=last)
    return answered(source, recorder, host)


def answered(source: Source, recorder: Recorder, host: str) -> Problem:
    """Return what is wrong with the last answer: the error code that it states, else its shape."""
    reason = "metadata-fields"
    try:
        value: object = json.loads(recorder.last)
    except (ValueError, RecursionError):
        reason = "metadata-no-json"
    else:
        stated = cast("Mapping[str, object]", value).get("Code") if isinstance(value, dict) else None
        if isinstance(stated, str) and stated != "Success" and _CODE.fullmatch(stated):
            reason = f"{stated}."
    return Problem.of(Code.METADATA_ANSWER, Verb.NONE, source=source.name, host=host, reason=reason)


def credentials_of(source: Source, values: object, host: str) -> tuple[Credentials, str | None]:
    """Return credentials and account out of AWS's JSON; METADATA_ANSWER. The token and the expiry must be there."""
    if not isinstance(values, Mapping):
        raise _unfit(source, host)
    table = cast("Mapping[str, object]", values)
    key_id, secret, token = (str(table.get(name) or "") for name in ("AccessKeyId", "SecretAccessKey", "Token"))
    if not (_KEY_ID.fullmatch(key_id) and _SECRET.fullmatch(secret) and _SECRET.fullmatch(token)):
        raise _unfit(source, host)
    try:
        at = datetime.fromisoformat(str(table.get("Expiration") or ""))
        expires = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unfit(source, host) from None
    account = table.get("AccountId")
    account = account if isinstance(account, str) and re.fullmatch(r"[0-9]{12}", account) else None
    return Credentials(key_id, Secret(secret), Secret(token), expires), account


def _unfit(source: Source, host: str) -> AppError:
    return AppError.of(Code.METADATA_ANSWER, Verb.NONE, source=source.name, host=host, reason="metadata-fields")
