"""Names and identifiers, parsed once: what has one of these types has been checked.

Patterns and limits are those of the STS model (botocore `sts/2011-06-15`) and of the SDKs' shared profile-name rule.
Each parser takes the key it is about, so that an error names it, and raises AppError with a VALUE_* code.
"""

import re
from sys import intern
from typing import NewType

from app.domain.problem import AppError, Code, Verb
from app.domain.values import dataclass

ProfileName = NewType("ProfileName", str)
SourceName = NewType("SourceName", str)
SectionName = NewType("SectionName", str)
AccountId = NewType("AccountId", str)
Region = NewType("Region", str)
MfaSerial = NewType("MfaSerial", str)
AccessKeyId = NewType("AccessKeyId", str)

NAME = re.compile(r"[A-Za-z0-9_./%@:+-]+", re.ASCII)
NAME_MAXIMUM = 200
_ARN = re.compile(r"arn:(aws[a-z0-9-]*):iam::(\d{12}):role/((?:[\x21-\x7e]{1,510}/)?[\w+=,.@-]{1,64})", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)
_SERIAL = re.compile(r"[\w+=/:,.@-]*", re.ASCII)
_KEY_ID = re.compile(r"\w*", re.ASCII)
_SESSION_NAME_BAD = re.compile(r"[^\w+=,.@-]", re.ASCII)
SESSION_NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)


def matched(key: str, text: str, pattern: re.Pattern[str], rule: str, minimum: int, maximum: int) -> str:
    """Return text if its length and every character fit; `rule` names the pattern in texts.py."""
    if not minimum <= len(text) <= maximum:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=minimum, maximum=maximum)
    if not pattern.fullmatch(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule=rule)
    return text


def parse_name(key: str, text: str) -> str:
    """Check a name of a source, profile or section: the characters that every SDK reads in a section header."""
    matched(key, text, NAME, "name", 1, NAME_MAXIMUM)
    if text[0] in "-.":
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="name-start")
    if text.lower() == "default" and text != "default":
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="name-default")
    return text


def parse_profile_name(text: str, key: str = "profile") -> ProfileName:
    """Return the checked name of a profile."""
    return ProfileName(parse_name(key, text))


def parse_source_name(text: str, key: str = "source") -> SourceName:
    """Return the checked name of a source."""
    return SourceName(parse_name(key, text))


def parse_section_name(text: str, key: str = "credentials_file") -> SectionName:
    """Return the checked name of a section of the credentials file."""
    return SectionName(parse_name(key, text))


def parse_account_id(text: str, key: str = "account_id") -> AccountId:
    """Return twelve digits."""
    if not _ACCOUNT.fullmatch(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="account-id")
    return AccountId(text)


def parse_region(text: str, key: str = "region") -> Region:
    """Return a region's name; whether AWS knows it is not asked, so that new ones work."""
    if len(text) > 64 or not _REGION.fullmatch(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="region")
    return Region(text)


def parse_mfa_serial(text: str, key: str = "mfa_serial") -> MfaSerial:
    """Return the serial number of an MFA device: an ARN, or that of a hardware device (9 to 256 characters)."""
    return MfaSerial(matched(key, text, _SERIAL, "mfa-serial", 9, 256))


def parse_access_key_id(text: str, key: str = "access_key_id") -> AccessKeyId:
    """Return an access key id (16 to 128 word characters)."""
    return AccessKeyId(matched(key, text, _KEY_ID, "access-key-id", 16, 128))


@dataclass(frozen=True, slots=True)
class RoleArn:
    """An IAM role's ARN in any partition that botocore knows."""

    text: str
    partition: str
    account: AccountId
    path: str  # all behind "role/", path included

    @property
    def role_name(self) -> str:
        """The role's name without its path."""
        return self.path.rsplit("/", 1)[-1]

    def __str__(self) -> str:
        return self.text


def parse_role_arn(text: str, key: str = "role_arn") -> RoleArn:
    """Return the parts of a role's ARN (20 to 2,048 characters)."""
    if not 20 <= len(text) <= 2048:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=20, maximum=2048)
    match = _ARN.fullmatch(text)
    if not match:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="role-arn")
    return RoleArn(text, intern(match[1]), AccountId(intern(match[2])), match[3])


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What a session belongs to. `narrowing` names a session policy variant; empty: the profile's own session."""

    profile: ProfileName
    narrowing: str = ""


def session_name(template: str, names: dict[str, str]) -> str:
    """Fill `{user}`, `{host}`, `{profile}`, `{source}` and fit the result to AWS's pattern: 2 to 64 characters.

    Unknown braces are cleaned away like any other character that AWS does not take.
    """
    filled = re.sub(r"\{(\w+)\}", lambda m: names.get(m[1], m[0]), template)
    cleaned = _SESSION_NAME_BAD.sub("-", filled)[:64]
    return cleaned if len(cleaned) >= 2 else (cleaned + "--")[:2]


def federated_name(text: str) -> str:
    """Fit a text to what AWS takes as the name of a federated user: 2 to 32 characters."""
    return session_name(text, {})[:32]


def require_session_name(text: str, key: str = "session_name") -> str:
    """Check a session-name template as a person typed it: what is outside the braces must be what AWS takes.

    What the braces stand for may make it too long; the result is cut then.
    """
    bare = re.sub(r"\{(user|host|profile|source)\}", "", text)
    if not SESSION_NAME.fullmatch(bare):
        raise AppError.of(Code.VALUE_PATTERN, Verb.NONE, key=key, rule="session-name")
    if len(bare) > 64 or (bare == text and len(text) < 2):
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(bare), minimum=2, maximum=64)
    return text
