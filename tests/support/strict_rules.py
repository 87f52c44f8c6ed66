"""What STS asks of parameters: lengths, patterns, ranges, packed size; and one-time codes. In AWS's words."""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from tests.support.strict_answers import RefusalError

Form = Mapping[str, str]

# name: (minimum length, maximum length, pattern)
_RULES: dict[str, tuple[int, int, str]] = {
    "RoleArn": (20, 2048, r"[\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+"),
    "RoleSessionName": (2, 64, r"[\w+=,.@-]*"),
    "ExternalId": (2, 1224, r"[\w+=,.@:\/-]*"),
    "SerialNumber": (9, 256, r"[\w+=/:,.@-]*"),
    "TokenCode": (6, 6, r"[\d]*"),
    "SourceIdentity": (2, 64, r"[\w+=,.@-]*"),
    "Policy": (1, 2_000_000, r"[\t\n\r -\xff]+"),
    "WebIdentityToken": (4, 20000, r"[\s\S]*"),
    "ProviderId": (4, 2048, r"[\s\S]*"),
}
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_PACKED_LIMIT = 2048
STEP = 30


def form_of(body: bytes) -> dict[str, str]:
    """Return the fields of a query-protocol request."""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def check_fields(form: Form, required: tuple[str, ...], durations: tuple[int, int]) -> None:
    """Refuse fields out of AWS's limits, all in one ValidationError as AWS does."""
    wrong = [
        f"Value null at '{_camel(name)}' failed to satisfy constraint: Member must not be null"
        for name in required
        if name not in form
    ]
    for name, (minimum, maximum, pattern) in _RULES.items():
        if name in form:
            wrong += _check(name, form[name], minimum, maximum, pattern)
    if "DurationSeconds" in form:
        wrong += _check_duration(form["DurationSeconds"], *durations)
    if wrong:
        plural = "s" if len(wrong) > 1 else ""
        raise RefusalError("ValidationError", f"{len(wrong)} validation error{plural} detected: {'; '.join(wrong)}")


def _check(name: str, value: str, minimum: int, maximum: int, pattern: str) -> list[str]:
    start = f"Value '{value}' at '{_camel(name)}' failed to satisfy constraint: Member must"
    wrong: list[str] = []
    if len(value) < minimum:
        wrong.append(f"{start} have length greater than or equal to {minimum}")
    if len(value) > maximum:
        wrong.append(f"{start} have length less than or equal to {maximum}")
    if not re.fullmatch(pattern, value, re.ASCII if "\\w" in pattern or "\\d" in pattern else 0):
        wrong.append(f"{start} satisfy regular expression pattern: {pattern}")
    return wrong


def _check_duration(value: str, minimum: int, maximum: int) -> list[str]:
    if not re.fullmatch(r"-?\d+", value):
        return [f"Value '{value}' at 'durationSeconds' failed to satisfy constraint: Member must be a number"]
    start = f"Value '{value}' at 'durationSeconds' failed to satisfy constraint: Member must have value"
    if int(value) < minimum:
        return [f"{start} greater than or equal to {minimum}"]
    return [f"{start} less than or equal to {maximum}"] if int(value) > maximum else []


def members(form: Form, name: str) -> list[str]:
    """Return a list of plain members: `PolicyArns.member.1.arn` by "PolicyArns", `TransitiveTagKeys.member.1`."""
    pattern = re.compile(rf"{name}\.member\.(\d+)(\.arn)?")
    found = [(int(match[1]), value) for key, value in form.items() if (match := pattern.fullmatch(key))]
    return [value for _, value in sorted(found)]


def tags_of(form: Form) -> dict[str, str]:
    """Return the session tags; refuses what AWS refuses."""
    found: dict[str, str] = {}
    for number in range(1, 52):
        key = form.get(f"Tags.member.{number}.Key")
        if key is None:
            break
        value = form.get(f"Tags.member.{number}.Value", "")
        if not 1 <= len(key) <= 128 or len(value) > 256 or not _TAG.fullmatch(key) or not _TAG.fullmatch(value):
            raise RefusalError(
                "ValidationError",
                f"1 validation error detected: Value '{key}' at 'tags.{number}.member.key'"
                " failed to satisfy constraint: Member must satisfy regular expression pattern",
            )
        if key.lower() in {one.lower() for one in found}:
            raise RefusalError(
                "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
            )
        found[key] = value
    if len(found) > 50:
        raise RefusalError(
            "ValidationError",
            "1 validation error detected: Value at 'tags' failed to satisfy constraint:"
            " Member must have length less than or equal to 50",
        )
    return found


def packed_size(form: Form, tags: Mapping[str, str]) -> int | None:
    """Return the percent that policies and tags take; None without any. Refuses what is no policy, and over 100."""
    policy, arns = form.get("Policy"), members(form, "PolicyArns")
    if len(arns) > 10:
        raise RefusalError(
            "ValidationError",
            "1 validation error detected: Value at 'policyArns' failed to satisfy"
            " constraint: Member must have length less than or equal to 10",
        )
    if policy is None and not arns and not tags:
        return None
    size = sum(map(len, arns)) + sum(len(key) + len(value) for key, value in tags.items())
    if policy is not None:
        size += len(_compact(policy))
    percent = max(1, size * 100 // _PACKED_LIMIT)
    if percent > 100:
        words = f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        raise RefusalError("PackedPolicyTooLarge", words)
    return percent


def _compact(policy: str) -> str:
    try:
        value = json.loads(policy)
    except ValueError:
        raise RefusalError("MalformedPolicyDocument", "Syntax errors in policy.") from None
    if not isinstance(value, dict) or "Statement" not in value:
        raise RefusalError("MalformedPolicyDocument", "Missing required field Statement")
    return json.dumps(value, separators=(",", ":"))


def code_at(seed: str, step: int) -> str:
    """Return the six digits of a time step (RFC 6238: SHA-1, 30 seconds)."""
    key = base64.b32decode(seed.replace(" ", "").upper() + "=" * (-len(seed.replace(" ", "")) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def step_of(seed: str, code: str, now: float) -> int | None:
    """Return the time step that a code belongs to: this one, the one before or the one after."""
    current = int(now // STEP)
    fitting = (step for step in (current, current - 1, current + 1) if hmac.compare_digest(code_at(seed, step), code))
    return next(fitting, None)


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
