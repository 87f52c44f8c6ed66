"""Parameters of the STS calls with AWS's limits. Each parser takes the text and its key and raises VALUE_* problems."""

import json
import re
from typing import cast

from app.domain.names import matched
from app.domain.parsing import json_fault
from app.domain.problem import AppError, Code

POLICY_MAXIMUM = 2048
POLICY_ARNS_MAXIMUM = 10
TAGS_MAXIMUM = 50
PROVIDERS = ("www.amazon.com", "graph.facebook.com")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]*", re.ASCII)
_SOURCE_IDENTITY = re.compile(r"[\w+=,.@-]*", re.ASCII)
_POLICY_ARN = re.compile(r"arn:(aws[a-z0-9-]*):iam::(aws|\d{12}):policy/[\x21-\x7e]+", re.ASCII)
_POLICY = re.compile(r"[\t\n\r\x20-\xff]+")
_TAG_ASCII = re.compile(r"[A-Za-z0-9 _.:/=+@-]*", re.ASCII)


def external_id(text: str, key: str) -> str:
    """Return an external id (2 to 1,224 characters)."""
    return matched(key, text, _EXTERNAL_ID, "external-id", 2, 1224)


def source_identity(text: str, key: str) -> str:
    """Return a source identity (2 to 64 characters, not beginning with "aws:")."""
    if text.lower().startswith("aws:"):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="source-identity-aws")
    return matched(key, text, _SOURCE_IDENTITY, "source-identity", 2, 64)


def policy_arn(text: str, key: str) -> str:
    """Return the ARN of a managed policy (20 to 2,048 characters)."""
    return matched(key, text, _POLICY_ARN, "policy-arn", 20, 2048)


def arn_partition(text: str) -> str:
    """Return the partition of an ARN, "" if the text is none (as the serial of a hardware device)."""
    parts = text.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "arn" else ""


def arn_account(text: str) -> str:
    """Return the account field of an ARN, "" if the text is none."""
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" else ""


def tag_key(text: str, key: str) -> str:
    """Return a session tag's key (1 to 128 characters)."""
    return _tag(text, key, 1, 128)


def tag_value(text: str, key: str) -> str:
    """Return a session tag's value (up to 256 characters)."""
    return _tag(text, key, 0, 256)


def _tag(text: str, key: str, minimum: int, maximum: int) -> str:
    if not minimum <= len(text) <= maximum:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=minimum, maximum=maximum)
    if not _TAG_ASCII.fullmatch(text) and not all(_of_a_tag(one) for one in text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="tag")
    return text


def _of_a_tag(character: str) -> bool:
    import unicodedata  # a library of its own, and hardly a tag needs it

    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LZN"


def policy(text: str, key: str) -> str:
    """Return an inline session policy: a JSON object of the characters that STS takes."""
    if not text:
        raise AppError.of(Code.VALUE_MISSING, key=key)
    if not _POLICY.fullmatch(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="policy-characters")
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise AppError.of(Code.POLICY_JSON, key=key, **json_fault(error).arguments()) from None
    except RecursionError:
        raise AppError.of(Code.POLICY_JSON, key=key, line=1, reason="policy-deep") from None
    if not isinstance(value, dict):
        raise AppError.of(Code.POLICY_JSON, key=key, line=1, reason="policy-object")
    return text


def only_denies(text: str) -> bool:
    """Whether a policy allows nothing, so that beside others it takes away and adds nothing."""
    value = cast("dict[str, object]", json.loads(text))
    found = value.get("Statement")
    statements = cast("list[object]", found) if isinstance(found, list) else [found]
    return bool(statements) and all(
        isinstance(one, dict) and cast("dict[str, object]", one).get("Effect") == "Deny" for one in statements
    )


def provider_id(text: str, key: str) -> str:
    """Return one of the two OAuth 2.0 providers that STS knows."""
    if text not in PROVIDERS:
        raise AppError.of(Code.VALUE_CHOICE, key=key, value=text[:60], choices=", ".join(PROVIDERS))
    return text
