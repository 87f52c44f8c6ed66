"""What a JSON Web Token says of itself. Looked into to explain and to know its end; nothing of it is trusted."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from app.domain.problem import Argument, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass

TOKEN_MAXIMUM = 20_000  # characters; STS takes no more
_CLAIM_MAXIMUM = 200
_KEPT = ("hop", "aws", "request_id")  # of a refusal, whatever the token explains of it


@dataclass(frozen=True, slots=True)
class JwtView:
    """The claims that STS and trust policies go by, as the token states them; empty or None where it does not.

    `access`: it states that it is an access token.
    """

    issuer: str = ""
    audiences: tuple[str, ...] = ()
    subject: str = ""
    expires_at: datetime | None = None
    access: bool = False

    @property
    def audience(self) -> str:
        """The audiences in one line."""
        return ", ".join(self.audiences)

    def ended(self, now: datetime) -> bool:
        """Whether its own end has come by `now`."""
        return self.expires_at is not None and self.expires_at <= now


def look_into(token: Secret) -> JwtView | None:
    """Return what a token says; None for what is no signed JWT at all. The signature is not checked."""
    parts = token.reveal().split(".")
    if len(parts) != 3 or not all(parts):
        return None
    header, claims = _object(parts[0]), _object(parts[1])
    if header is None or claims is None or "alg" not in header:
        return None
    return JwtView(
        _text(claims.get("iss")),
        _texts(claims.get("aud")),
        _text(claims.get("sub")),
        _time(claims.get("exp")),
        _says_access(header, claims),
    )


def explained(problem: Problem, view: JwtView | None, source: str, account: str, role: str) -> Problem:
    """Return a refusal of AssumeRoleWithWebIdentity with what the token explains of it; other problems as they are.

    Which hop it was, AWS's own words and the id of its request go along.
    """
    said = str(problem.arguments.get("aws", "")).lower()
    seen = view or JwtView()
    kept: dict[str, Argument] = {key: problem.arguments[key] for key in _KEPT if key in problem.arguments}
    about: dict[str, Argument] = {**kept, "source": source, "issuer": seen.issuer}
    to_source = (Verb.EDIT_SOURCE, source)
    if problem.code is Code.TOKEN_EXPIRED:
        return Problem.of(Code.TOKEN_EXPIRED, **about, expired=_clock(seen.expires_at))
    if problem.code is Code.ACCESS_DENIED and view is not None:
        hop = problem.arguments.get("hop", 1)
        given: dict[str, Argument] = {"subject": seen.subject, "audience": seen.audience, "role": role, "hop": hop}
        return Problem.of(Code.TOKEN_UNTRUSTED, Verb.EDIT_HOP, str(hop), **{**about, **given})
    if problem.code is not Code.IDENTITY_TOKEN:
        return problem
    if seen.access:
        return Problem.of(Code.TOKEN_ACCESS, *to_source, **about)
    if view is None or "not a valid jwt" in said:
        return Problem.of(Code.TOKEN_FORMAT, *to_source, **kept, source=source, reason="token-no-jwt")
    if "provider found" in said:
        return Problem.of(Code.TOKEN_PROVIDER, **about, account=account)
    if "audience" in said:
        return Problem.of(Code.TOKEN_AUDIENCE, **about, audience=seen.audience)
    return problem


def expired(view: JwtView, source: str) -> Problem:
    """Return the problem of a token whose end has come."""
    return Problem.of(Code.TOKEN_EXPIRED, source=source, issuer=view.issuer, expired=_clock(view.expires_at))


def _clock(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at is not None else ""


def _object(part: str) -> Mapping[str, object] | None:
    try:
        value: object = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value[:_CLAIM_MAXIMUM] if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(text for one in values[:10] if (text := _text(one)))


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _says_access(header: Mapping[str, object], claims: Mapping[str, object]) -> bool:
    """RFC 9068 names the type in the header; Cognito and Keycloak have claims of their own for it."""
    kind = _text(header.get("typ")).lower().removeprefix("application/")
    return kind == "at+jwt" or claims.get("token_use") == "access" or claims.get("typ") == "Bearer"
