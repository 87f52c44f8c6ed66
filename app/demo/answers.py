"""What is added to moto around STS: sessions that last seconds and really end, and MFA codes that count.

moto takes any signature, role and code. Here an ended session, an unknown role and a wrong code are refused in AWS's
words, so that the demo fails where AWS would.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from app.demo.cast import ACCESS_KEY_ID, MFA_SERIAL

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
_BODY_MAXIMUM = 1 << 20
_ASSUMING = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity"})
_TOKEN_SESSION = timedelta(hours=12)


@dataclass(slots=True)
class Lent:
    """A session that was given out. `signs_as`: the key that moto knows it by."""

    ends_at: datetime
    signs_as: str


@dataclass(slots=True)
class StsAnswers:
    """A WSGI application around moto's."""

    inner: WsgiApp
    lifetime: timedelta
    roles: frozenset[str]
    right_code: Callable[[str], bool]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lent: dict[str, Lent] = field(default_factory=dict[str, Lent])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        authorization = str(environ.get("HTTP_AUTHORIZATION", ""))
        match = _CREDENTIAL.search(authorization)
        lent = self._lent.get(match[1]) if match else None
        if match and match[1] != ACCESS_KEY_ID:
            if lent is None:
                return _refuse(
                    start_response, "InvalidClientTokenId", "The security token included in the request is invalid."
                )
            if lent.ends_at <= self.now():
                return _refuse(start_response, "ExpiredToken", "The security token included in the request is expired")
            environ["HTTP_AUTHORIZATION"] = authorization.replace(match[1], lent.signs_as, 1)
        form = _form(environ)
        refused = self._refusal(form, lent)
        if refused is not None:
            return _refuse(start_response, *refused)
        return self._pass_on(environ, start_response, form.get("Action", ""))

    def _refusal(self, form: Mapping[str, str], lent: Lent | None) -> tuple[str, str] | None:
        action, role = form.get("Action", ""), form.get("RoleArn", "")
        if action in _ASSUMING and role not in self.roles:
            return "AccessDenied", f"You are not authorized to perform: sts:{action} on resource: {role}"
        if action == "GetSessionToken" and lent is not None:
            return "AccessDenied", "Cannot call GetSessionToken with session credentials"
        sends_code = "TokenCode" in form or "SerialNumber" in form
        if sends_code and not (form.get("SerialNumber") == MFA_SERIAL and self.right_code(form.get("TokenCode", ""))):
            return "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "
        return None

    def _pass_on(self, environ: Environ, start_response: StartResponse, action: str) -> Iterable[bytes]:
        if action not in _ASSUMING and action != "GetSessionToken":
            return self.inner(environ, start_response)
        began: list[Any] = []
        answer: Any = self.inner(environ, lambda *started: began.extend(started))
        body = b"".join(answer)
        if hasattr(answer, "close"):  # what WSGI asks of whoever reads an answer
            answer.close()
        status, headers = str(began[0]), began[1]
        if status.startswith("200"):
            body = self._lend(body.decode(), action).encode()
        plain = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*plain, ("Content-Length", str(len(body)))])
        return [body]

    def _lend(self, body: str, action: str) -> str:
        """Give the answer's session its own end and, where moto gives the same to all, its own key."""
        of_user = action == "GetSessionToken"
        ends_at = self.now() + (_TOKEN_SESSION if of_user else self.lifetime)
        key_id = _text(body, "AccessKeyId")
        lent = Lent(ends_at.replace(microsecond=0), ACCESS_KEY_ID if of_user else key_id)
        if of_user:
            key_id = "ASIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
            body = _replaced(body, "AccessKeyId", key_id)
        with self._lock:
            now = self.now()
            self._lent = {key: one for key, one in self._lent.items() if one.ends_at > now - timedelta(minutes=5)}
            self._lent[key_id] = lent
        return _replaced(body, "Expiration", ends_at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _form(environ: Environ) -> Mapping[str, str]:
    """Return the fields of a query-protocol request, and leave the body to be read again."""
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded"):
        return {}
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _BODY_MAXIMUM)
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _text(body: str, name: str) -> str:
    match = re.search(rf"<{name}>([^<]*)</{name}>", body)
    return match[1] if match else ""


def _replaced(body: str, name: str, text: str) -> str:
    return re.sub(rf"<{name}>[^<]*</{name}>", f"<{name}>{text}</{name}>", body, count=1)


def _refuse(start_response: StartResponse, code: str, message: str) -> Iterable[bytes]:
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
    ).encode()
    start_response("403 Forbidden", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]
