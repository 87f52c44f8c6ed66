"""Checks a Signature Version 4 from what is on the wire and the secret that AWS has."""

import calendar
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from tests.support.strict_answers import RefusalError

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/, ]+)/(?P<date>\d{8})/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)"
    r"/aws4_request *, *SignedHeaders=(?P<signed>[a-z0-9;-]+) *, *Signature=(?P<signature>[0-9a-f]{64})"
)
WINDOW = 15 * 60
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it came in. Names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What the Authorization header says."""

    key_id: str
    date: str
    region: str
    service: str
    signed: tuple[str, ...]
    signature: str


def claim_of(request: Request) -> Claim:
    """Return what the request claims to be signed with; refuses what is not signed or not well-formed."""
    header = request.headers.get("authorization")
    if not header:
        raise RefusalError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    match = _HEADER.fullmatch(header.strip())
    if not match:
        raise RefusalError("IncompleteSignature", "Authorization header is not a Signature Version 4.", 400)
    signed = tuple(match["signed"].split(";"))
    return Claim(match["key"], match["date"], match["region"], match["service"], signed, match["signature"])


def check_time(request: Request, now: float) -> None:
    """Refuse a request that was signed more than 15 minutes away from `now`, in AWS's words."""
    stamp = request.headers.get("x-amz-date", "")
    try:
        signed_at = calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise RefusalError("IncompleteSignature", "Date must be in ISO-8601 'basic format'.", 400) from None
    if signed_at < now - WINDOW:
        words = f"{stamp} is now earlier than {_basic(now - WINDOW)} ({_basic(now)} - 15 min.)"
        raise RefusalError("SignatureDoesNotMatch", f"Signature expired: {words}", 403)
    if signed_at > now + WINDOW:
        words = f"{stamp} is still later than {_basic(now + WINDOW)} ({_basic(now)} + 15 min.)"
        raise RefusalError("SignatureDoesNotMatch", f"Signature not yet current: {words}", 403)


def check_signature(request: Request, claim: Claim, secret: str) -> None:
    """Refuse a request whose signature is not that of the secret."""
    must = {"host", "x-amz-date"} | ({"x-amz-security-token"} & request.headers.keys())
    if claim.service != "sts" or not request.headers.get("x-amz-date", "").startswith(claim.date):
        raise RefusalError("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'.", 403)
    if not must <= set(claim.signed):
        raise RefusalError("SignatureDoesNotMatch", "'Host' and 'X-Amz-*' headers must be signed.", 403)
    if not hmac.compare_digest(_signature(request, claim, secret), claim.signature):
        raise RefusalError("SignatureDoesNotMatch", _MISMATCH, 403)


def _signature(request: Request, claim: Claim, secret: str) -> str:
    query = "&".join(
        f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}"
        for key, value in sorted(parse_qsl(request.query, keep_blank_values=True))
    )
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in claim.signed)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join([request.method, request.path or "/", query, headers, ";".join(claim.signed), payload])
    scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest])
    key = f"AWS4{secret}".encode()
    for part in (claim.date, claim.region, claim.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()


def _basic(at: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
