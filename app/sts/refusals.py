"""The one place where AWS's error codes become problems.

STS does not say why it denies: a cause is stated as fact only where our own data or its answer proves it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.calls import MfaUse
from app.domain.durations import CHAINED_MAXIMUM, say
from app.domain.names import RoleArn
from app.domain.problem import Argument, Code, Problem, Verb
from app.domain.values import dataclass

SKEW = timedelta(minutes=4)
_TEXT_MAXIMUM = 400
_DEFAULT_DURATION = timedelta(hours=1)
_PERCENT = re.compile(r"(\d+)\s*(?:%|percent)")
_TOKENS = re.compile(r"[A-Za-z0-9/+=_-]{60,}")
_CALLER = re.compile(r"User: arn:[a-z0-9-]+:(?:iam|sts)::(\d{12}):")
_ACTION = re.compile(r"perform: sts:(\w+)")
_SIGNED_AT = re.compile(r"(\d{8}T\d{6}Z) is (?:now earlier|still later) than \d{8}T\d{6}Z \((\d{8}T\d{6}Z)")
_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "TooManyRequestsException",
        "SlowDown",
    }
)
_TEMPORARY = "ASIA"  # of IAM's unique prefixes: a key of STS
_CLOCK = frozenset({"RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"})
_CLOCK_WORDS = ("Signature expired", "Signature not yet current")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of AWS, as far as it explains a refusal.

    `code`: the MFA code that was sent, used up now; `code_before`: it was sent before. `external_id`: one was sent.
    """

    operation: str
    hop: int = 0
    role: RoleArn | None = None
    key_id: str = ""
    code: str | None = None
    code_before: bool = False
    mfa: MfaUse | None = None
    external_id: bool = False
    duration: timedelta | None = None
    signed_long_lived: bool = False
    region: str = ""
    host: str = "AWS"

    @property
    def role_name(self) -> str:
        """The role's name without its path."""
        return self.role.role_name if self.role else ""

    @property
    def place(self) -> dict[str, Argument]:
        """Hop and role, as far as there are any."""
        found: dict[str, Argument] = {"hop": self.hop} if self.hop else {}
        return found | ({"role": self.role_name} if self.role else {})

    def problem(self, code: Code, **arguments: Argument) -> Problem:
        """Return a problem about the hop, if there is one."""
        if not self.hop:
            return Problem.of(code, **arguments)
        return Problem.of(code, Verb.EDIT_HOP, str(self.hop), hop=self.hop, **arguments)


def refusal(response: Mapping[str, Any], asked: Asked, offset: timedelta | None) -> Problem:
    """Return the problem for an error answer, with the id of AWS's request.

    `offset`: our clock minus the server's, None if it was not measured.
    """
    found = _refusal(response, asked, offset)
    request = _plain(str(response.get("ResponseMetadata", {}).get("RequestId", "")))
    return replace(found, arguments={**found.arguments, "request_id": request}) if request else found


def _refusal(response: Mapping[str, Any], asked: Asked, offset: timedelta | None) -> Problem:
    error = response.get("Error", {})
    code, text = str(error.get("Code", "")), _plain(str(error.get("Message", "")))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    skew = _skew(code, text, offset)
    if skew is not None:
        return Problem.of(Code.CLOCK_SKEW, Verb.SET_CLOCK, seconds=round(skew.total_seconds()))
    if code in _THROTTLED or status == 429:
        return Problem.of(Code.THROTTLED, operation=asked.operation)
    if status >= 500 or code == "IDPCommunicationError":
        return Problem.of(Code.AWS_BROKEN, operation=asked.operation, status=status)
    made = _BY_CODE.get(code)
    if made is not None:
        return made(asked, text)
    if not code or code.isdigit():  # botocore found no error document and took the HTTP status
        return Problem.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=asked.host)
    return asked.problem(Code.AWS_REFUSED, operation=asked.operation, aws_code=code, aws=text)


def _skew(code: str, text: str, offset: timedelta | None) -> timedelta | None:
    """Return how far our clock is ahead, where AWS refused because of it and its own time proves it."""
    if code not in _CLOCK and not text.startswith(_CLOCK_WORDS):
        return None
    if offset is not None and abs(offset) > SKEW:
        return offset
    times = _SIGNED_AT.search(text)
    if times is None:
        return None
    signed, server = (datetime.strptime(one, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for one in times.groups())
    return signed - server


def _denied(asked: Asked, text: str) -> Problem:
    if text.startswith("MultiFactorAuthentication failed") and asked.code is not None and asked.mfa is not None:
        reused = asked.code_before and "invalid MFA" in text
        code = Code.MFA_REUSED if reused else Code.MFA_REFUSED
        return Problem.of(code, Verb.GIVE_MFA, code=asked.code, serial=asked.mfa.serial)
    if asked.operation == "GetSessionToken" and "with session credentials" in text:
        return Problem.of(Code.LONG_LIVED_ONLY, Verb.NONE)
    action = _ACTION.search(text)
    operation = action[1] if action else asked.operation
    if operation == "AssumeRole" and asked.role is not None and not _says_why(text):
        likely = _likely(asked, asked.role, text)
        if likely is not None:
            return asked.problem(likely, role=asked.role_name)
    if asked.role is None:
        return asked.problem(Code.ACCESS_DENIED, operation=operation, aws=text)
    return asked.problem(Code.ACCESS_DENIED, role=asked.role_name, operation=operation, aws=text)


def _says_why(text: str) -> bool:
    """Whether AWS's words rule a condition of the trust policy out: a deny, or no policy of the caller that allows."""
    return "explicit deny" in text or "identity-based policy" in text or "service control policy" in text


def _likely(asked: Asked, role: RoleArn, text: str) -> Code | None:
    """External ids are asked of callers from another account, MFA of people with long-lived keys."""
    caller = _CALLER.search(text)
    if not asked.external_id and caller is not None and caller[1] != role.account:
        return Code.ACCESS_DENIED_EXTERNAL_ID
    if asked.signed_long_lived and asked.code is None:
        return Code.ACCESS_DENIED_MFA
    return None


def _validation(asked: Asked, text: str) -> Problem:
    long = say(asked.duration or _DEFAULT_DURATION)
    if "role chaining" in text:
        return asked.problem(Code.CHAINING_LIMIT, asked=long, maximum=say(CHAINED_MAXIMUM))
    if "MaxSessionDuration" in text:
        return asked.problem(Code.ROLE_MAXIMUM, role=asked.role_name, asked=long)
    return asked.problem(Code.VALIDATION, operation=asked.operation, aws=text)


def _expired(asked: Asked, text: str) -> Problem:
    if asked.operation == "AssumeRoleWithWebIdentity":
        return Problem.of(Code.TOKEN_EXPIRED, aws=text)
    return Problem.of(Code.SESSION_EXPIRED)


def _unknown_key(asked: Asked, text: str) -> Problem:
    del text
    if asked.key_id.startswith(_TEMPORARY):  # of a machine's role or of the hop before: nobody can set another one
        return Problem.of(Code.KEY_UNKNOWN, Verb.TRY_AGAIN, key_id=asked.key_id, temporary="yes")
    return Problem.of(Code.KEY_UNKNOWN, Verb.REPLACE_KEY, key_id=asked.key_id)


def _signature(asked: Asked, text: str) -> Problem:
    del text
    return Problem.of(Code.SIGNATURE, Verb.SET_SECRET, key_id=asked.key_id)


def _malformed(asked: Asked, text: str) -> Problem:
    return asked.problem(Code.POLICY_MALFORMED, aws=text)


def _packed(asked: Asked, text: str) -> Problem:
    found = _PERCENT.search(text)
    percent: dict[str, Argument] = {"percent": int(found[1])} if found else {}
    return asked.problem(Code.POLICY_PACKED, **percent)


def _region(asked: Asked, text: str) -> Problem:
    del text
    return Problem.of(Code.REGION_DISABLED, region=asked.region)


def _token(asked: Asked, text: str) -> Problem:
    del asked
    return Problem.of(Code.IDENTITY_TOKEN, aws=text)


_BY_CODE: dict[str, Callable[[Asked, str], Problem]] = {
    "AccessDenied": _denied,
    "AccessDeniedException": _denied,
    "ValidationError": _validation,
    "ValidationException": _validation,
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


def _plain(text: str) -> str:
    """One line without anything that could be a token."""
    return _TOKENS.sub("…", " ".join(text.split()))[:_TEXT_MAXIMUM]
