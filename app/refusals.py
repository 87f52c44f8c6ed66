"""The one place where AWS's error codes, and botocore's own errors, become problems.

STS does not say why it denies: a cause is stated as fact only where our own data or its answer proves it.
Codes and texts: the STS model of botocore, and what STS answers on the wire (see docs/architecture.md).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.calls import MfaUse
from app.domain.durations import CHAINED_MAXIMUM, say
from app.domain.names import RoleArn
from app.domain.problem import Code, Problem, Verb

SKEW = timedelta(minutes=4)
_TEXT_MAXIMUM = 400
_PERCENT = re.compile(r"(\d+)\s*(?:%|percent)")
_TOKENS = re.compile(r"[A-Za-z0-9/+=_-]{60,}")
_ROLE_MAXIMUM = "MaxSessionDuration"
_CHAINING = "role chaining"
_MFA_WRONG = ("MultiFactorAuthentication failed", "one time pass code", "invalid MFA")
_CLOCK_CODES = frozenset(
    {"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of STS, as far as it explains a refusal. `code`: the MFA code that was sent, now used up."""

    operation: str
    hop: int = 0
    role: RoleArn | None = None
    key_id: str = ""
    code: str | None = None
    mfa: MfaUse | None = None
    external_id: bool = False
    duration: timedelta | None = None
    signed_long_lived: bool = False

    @property
    def role_name(self) -> str:
        """The role's name without its path."""
        return self.role.role_name if self.role else ""

    @property
    def hop_text(self) -> str:
        """The hop as a remedy names it."""
        return str(self.hop) if self.hop else ""


def refusal(response: Mapping[str, Any], asked: Asked, offset: timedelta | None) -> Problem:
    """Return the problem for an error answer. `offset`: our clock minus the server's, None if it was not measured."""
    error = response.get("Error", {})
    code = str(error.get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    text = _plain(str(error.get("Message", "")))
    if code in _CLOCK_CODES and offset is not None and abs(offset) > SKEW:
        return Problem.of(Code.CLOCK_SKEW, Verb.SET_CLOCK, seconds=int(offset.total_seconds()))
    if code in ("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"):
        return Problem.of(Code.THROTTLED, operation=asked.operation)
    if status == 429:
        return Problem.of(Code.THROTTLED, operation=asked.operation)
    if status >= 500 or code == "IDPCommunicationError":
        return Problem.of(Code.AWS_BROKEN, operation=asked.operation, status=status)
    made = _BY_CODE.get(code)
    if made is not None:
        return made(asked, text)
    if status and not code.isidentifier():
        return Problem.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host="STS")
    return Problem.of(
        Code.AWS_REFUSED,
        _edit(asked),
        asked.hop_text,
        operation=asked.operation,
        hop=asked.hop,
        aws_code=code,
        aws=text,
    )


def _denied(asked: Asked, text: str) -> Problem:
    if asked.code is not None and asked.mfa is not None and any(part in text for part in _MFA_WRONG):
        return Problem.of(Code.MFA_REFUSED, Verb.GIVE_MFA, asked.mfa.serial, code=asked.code, serial=asked.mfa.serial)
    return _hinted(Code.ACCESS_DENIED, asked, text)


def _hinted(code: Code, asked: Asked, text: str) -> Problem:
    return Problem.of(
        code,
        _edit(asked),
        asked.hop_text,
        hop=asked.hop,
        role=asked.role_name,
        operation=asked.operation,
        aws=text,
    )


def _edit(asked: Asked) -> Verb:
    return Verb.EDIT_HOP if asked.hop else Verb.NONE


def _validation(asked: Asked, text: str) -> Problem:
    long = say(asked.duration) if asked.duration else ""
    if _CHAINING in text:
        return Problem.of(
            Code.CHAINING_LIMIT, Verb.SHORTEN, asked.hop_text, hop=asked.hop, asked=long, maximum=say(CHAINED_MAXIMUM)
        )
    if _ROLE_MAXIMUM in text:
        return Problem.of(
            Code.ROLE_MAXIMUM, Verb.SHORTEN, asked.hop_text, hop=asked.hop, role=asked.role_name, asked=long
        )
    return Problem.of(Code.VALIDATION, _edit(asked), asked.hop_text, operation=asked.operation, hop=asked.hop, aws=text)


def _expired(asked: Asked, text: str) -> Problem:
    del text
    return Problem.of(Code.SESSION_EXPIRED, Verb.TRY_AGAIN, source=asked.key_id)


def _unknown_key(asked: Asked, text: str) -> Problem:
    del text
    return Problem.of(Code.KEY_UNKNOWN, Verb.REPLACE_KEY, key_id=asked.key_id)


def _signature(asked: Asked, text: str) -> Problem:
    del text
    return Problem.of(Code.SIGNATURE, Verb.SET_SECRET, key_id=asked.key_id, source=asked.key_id)


def _malformed(asked: Asked, text: str) -> Problem:
    return Problem.of(Code.POLICY_MALFORMED, Verb.EDIT_HOP, asked.hop_text, hop=asked.hop, aws=text)


def _packed(asked: Asked, text: str) -> Problem:
    found = _PERCENT.search(text)
    percent = int(found[1]) if found else 0
    return Problem.of(Code.POLICY_PACKED, Verb.EDIT_HOP, asked.hop_text, hop=asked.hop, percent=percent)


def _region(asked: Asked, text: str) -> Problem:
    del asked
    found = re.search(r"[a-z]{2,}(?:-[a-z]+)+-\d", text)
    return Problem.of(Code.REGION_DISABLED, Verb.EDIT_SOURCE, region=found[0] if found else "")


def _token(asked: Asked, text: str) -> Problem:
    del asked
    return Problem.of(Code.IDENTITY_TOKEN, Verb.EDIT_SOURCE, aws=text)


_BY_CODE: dict[str, Callable[[Asked, str], Problem]] = {
    "AccessDenied": _denied,
    "AccessDeniedException": _denied,
    "ValidationError": _validation,
    "ExpiredToken": _expired,
    "ExpiredTokenException": _expired,
    "InvalidClientTokenId": _unknown_key,
    "UnrecognizedClientException": _unknown_key,
    "SignatureDoesNotMatch": _signature,
    "InvalidSignatureException": _signature,
    "MalformedPolicyDocument": _malformed,
    "PackedPolicyTooLarge": _packed,
    "RegionDisabledException": _region,
    "InvalidIdentityToken": _token,
    "IDPRejectedClaim": _token,
}


def network_problem(error: Exception, host: str) -> Problem:
    """Return the problem for a call that got no answer of AWS."""
    from botocore import exceptions, parsers

    reason = _plain(str(error.__cause__ or error))
    if isinstance(error, exceptions.ProxyConnectionError):
        return Problem.of(Code.NETWORK_PROXY, Verb.CHECK_PROXY, host=host, reason=reason)
    if isinstance(error, exceptions.SSLError):
        return Problem.of(Code.NETWORK_TLS, Verb.CHECK_NETWORK, host=host, reason=reason)
    if isinstance(error, exceptions.ConnectTimeoutError | exceptions.ReadTimeoutError):
        seconds = 5 if isinstance(error, exceptions.ConnectTimeoutError) else 10
        return Problem.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds)
    if isinstance(error, parsers.ResponseParserError):
        return Problem.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=host)
    if isinstance(error, exceptions.HTTPClientError | OSError):
        return Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host=host, reason=reason)
    return Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__)


def _plain(text: str) -> str:
    """One line without anything that could be a token."""
    return _TOKENS.sub("…", " ".join(text.split()))[:_TEXT_MAXIMUM]
