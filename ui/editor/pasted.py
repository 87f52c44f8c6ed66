"""Finds in a pasted text what an editor has fields for. No Qt.

An access key (the console's CSV, export lines, JSON, a credentials section), a role (its ARN, the console's link to
switch to it), the seed of an MFA device (an otpauth:// link).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from urllib.parse import parse_qs, urlsplit

from app.domain.names import parse_role_arn
from app.domain.problem import AppError, Code, Verb
from app.domain.values import dataclass

_ID = re.compile(r"(?<![A-Za-z0-9])(AKIA[A-Z0-9]{12,124})(?![A-Za-z0-9])")
_SECRET = re.compile(r"(?<![A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An access key found in a text."""

    access_key_id: str
    secret: str = field(repr=False)


def find_key_pair(text: str) -> KeyPair | None:
    """Return the first access key id of an IAM user with its secret; None if there is no such pair."""
    if len(text) > 20_000:
        return None
    found = _ID.search(text)
    if found is None:
        return None
    rest = text[: found.start()] + " " * len(found[1]) + text[found.end() :]
    secret = next((one[1] for one in _SECRET.finditer(rest) if not one[1].isdigit()), None)
    return KeyPair(found[1], secret) if secret else None


_PARTITIONS = {"aws.amazon.com": "aws", "amazonaws-us-gov.com": "aws-us-gov", "amazonaws.cn": "aws-cn"}
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Role:
    """A role found in a text. `name`: what the link calls it, or the role's own name; `link`: it was a link."""

    arn: str
    name: str
    link: bool


def find_role(text: str, accounts: Mapping[str, str]) -> Role | None:
    """Return the role that a text is the ARN of, or the console's link to switch to.

    `accounts`: numbers by name, since a link may have an account's alias.
    """
    text = text.strip()
    if len(text) > _MOST:
        return None
    if text.startswith("arn:"):
        return _role(text, "", link=False)
    try:
        parts = urlsplit(text)
        given = {key.lower(): values[-1].strip() for key, values in parse_qs(parts.query).items()}
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    partition = next((name for end, name in _PARTITIONS.items() if host == end or host.endswith(f".{end}")), "")
    if parts.scheme != "https" or not partition or not parts.path.rstrip("/").endswith("/switchrole"):
        return None
    account = given.get("account", "").replace("-", "")
    account = account if account.isdigit() else accounts.get(given.get("account", ""), "")
    role = given.get("rolename", "").lstrip("/")
    return _role(f"arn:{partition}:iam::{account}:role/{role}", given.get("displayname", ""), link=True)


def _role(arn: str, name: str, *, link: bool) -> Role | None:
    try:
        read = parse_role_arn(arn)
    except AppError:
        return None
    return Role(arn, name or read.role_name, link)


def profile_name(text: str) -> str:
    """Return a name for a profile from what something is called elsewhere."""
    return re.sub(r"[^\w.@+-]+", "-", text.strip()).strip("-.")[:64]


def is_seed_link(text: str) -> bool:
    """Whether a text is a link with the seed of a device for codes."""
    text = text.strip()
    return len(text) <= _MOST and "\n" not in text and text.lower().startswith("otpauth://")


def seed_link(codes: Sequence[str], *, readable: bool = True) -> str:
    """Return the link with a device's seed out of the QR codes of a picture; QR_UNUSABLE says why there is none.

    `readable`: whether there was a picture at all. A code that is there twice counts once.
    """
    links = list(dict.fromkeys(one.strip() for one in codes if is_seed_link(one)))
    if len(links) == 1:
        return links[0]
    if not readable:
        rule = "qr-picture"
    elif links:
        rule = "qr-several"
    elif any(one.strip().lower().startswith("otpauth-migration://") for one in codes):
        rule = "qr-export"
    else:
        rule = "qr-other" if codes else "qr-none"
    raise AppError.of(Code.QR_UNUSABLE, Verb.SET_SECRET, rule=rule)
