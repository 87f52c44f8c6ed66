"""IAM's limits, checked before anything is called (patterns and ranges of botocore's `iam/2010-05-08`, quotas of IAM).

Each check takes the key it is about, so that an error names it.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from app.assistant.policies import (
    MANAGED_MAXIMUM,
    ROLE_INLINE_MAXIMUM,
    TRUST_MAXIMUM,
    fit,
    size,
)
from app.assistant.values import Document, Permissions, Place, RoleWish
from app.domain.durations import say
from app.domain.names import matched
from app.domain.problem import AppError, Code

_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_PATH = re.compile(r"/|/[\x21-\x7e]+/", re.ASCII)
_DESCRIPTION = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]*")
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
_POLICY_ARN = re.compile(r"arn:(aws[a-z0-9-]*):iam::(aws|\d{12}):policy/[\x21-\x7e]+", re.ASCII)
_INSTANCE = re.compile(r"i-[0-9a-f]{8,32}", re.ASCII)
_THUMBPRINT = re.compile(r"[0-9a-fA-F]{40}", re.ASCII)
TAGS_MAXIMUM = 50
MANAGED_ATTACHED_MAXIMUM = 20  # the quota's highest value; 10 unless it was raised
SHORTEST, LONGEST = timedelta(hours=1), timedelta(hours=12)


def check_role(wish: RoleWish, place: Place, trust: Document) -> None:
    """Check everything of the role that IAM would refuse; VALUE_*, PARTITION_DIFFERS."""
    matched("role name", wish.name, _NAME, "iam-name", 1, 64)
    matched("path", wish.path, _PATH, "iam-path", 1, 512)
    matched("description", wish.description, _DESCRIPTION, "iam-description", 0, 1000)
    if not SHORTEST <= wish.max_duration <= LONGEST:
        raise AppError.of(
            Code.VALUE_RANGE,
            key="maximum session duration",
            value=say(wish.max_duration),
            minimum=say(SHORTEST),
            maximum=say(LONGEST),
        )
    if wish.boundary is not None:
        policy_arn("permissions boundary", wish.boundary, place)
    check_tags(wish.tags)
    fit("trust policy", trust, TRUST_MAXIMUM)
    check_permissions(wish.permissions, place)


def check_permissions(wanted: Permissions, place: Place) -> None:
    """Check names, ARNs and sizes of what a role may do."""
    for arn in wanted.managed:
        policy_arn("policy", arn, place)
    if len(set(wanted.managed)) != len(wanted.managed):
        twice = next(one for one in wanted.managed if wanted.managed.count(one) > 1)
        raise AppError.of(Code.VALUE_DUPLICATE, key="policy", value=twice)
    if len(wanted.managed) + len(wanted.own) > MANAGED_ATTACHED_MAXIMUM:
        count = len(wanted.managed) + len(wanted.own)
        raise AppError.of(
            Code.VALUE_RANGE,
            key="managed policies",
            value=str(count),
            minimum="0",
            maximum=str(MANAGED_ATTACHED_MAXIMUM),
        )
    for name, one in wanted.own.items():
        policy_name(name)
        fit(name, one, MANAGED_MAXIMUM)
    for name in wanted.inline:
        policy_name(name)
    total = sum(size(one) for one in wanted.inline.values())
    if total > ROLE_INLINE_MAXIMUM:
        raise AppError.of(
            Code.VALUE_LENGTH, key="inline policies", length=total, minimum=1, maximum=ROLE_INLINE_MAXIMUM
        )


def check_tags(tags: Mapping[str, str]) -> None:
    """Check tags: 50 at most, keys of 1 to 128 characters, unique without regard to case, values up to 256."""
    if len(tags) > TAGS_MAXIMUM:
        raise AppError.of(Code.VALUE_RANGE, key="tags", value=str(len(tags)), minimum="0", maximum=str(TAGS_MAXIMUM))
    seen: set[str] = set()
    for key, value in tags.items():
        matched("tag key", key, _TAG, "tag", 1, 128)
        matched(f"tag {key}", value, _TAG, "tag", 0, 256)
        if key.lower().startswith("aws:"):
            raise AppError.of(Code.VALUE_PATTERN, key=f"tag {key}", rule="tag-aws")
        if key.lower() in seen:
            raise AppError.of(Code.VALUE_DUPLICATE, key="tags", value=key)
        seen.add(key.lower())


def policy_name(name: str) -> str:
    """Return a checked name of a policy."""
    return matched("policy name", name, _NAME, "iam-name", 1, 128)


def policy_arn(key: str, arn: str, place: Place) -> str:
    """Return a managed policy's ARN of this partition, of AWS's own or of this account."""
    found = _POLICY_ARN.fullmatch(matched(key, arn, re.compile(r"[\x20-\x7e]+"), "policy-arn", 20, 2048))
    if not found:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="policy-arn")
    same_partition(key, found[1], place)
    if found[2] not in ("aws", place.account):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="policy-account")
    return arn


def same_partition(key: str, partition: str, place: Place) -> None:
    """PARTITION_DIFFERS where an ARN belongs to another partition than the account."""
    if partition != place.partition:
        raise AppError.of(Code.PARTITION_DIFFERS, key=key, partition=partition, expected=place.partition)


def instance_id(text: str) -> str:
    """Return a checked id of an EC2 instance."""
    return matched("instance", text, _INSTANCE, "instance-id", 10, 34)


def thumbprint(text: str) -> str:
    """Return a certificate's SHA-1 as IAM wants it: 40 hexadecimal digits, without colons."""
    bare = text.replace(":", "").replace(" ", "")
    return matched("thumbprint", bare, _THUMBPRINT, "thumbprint", 40, 40).lower()
