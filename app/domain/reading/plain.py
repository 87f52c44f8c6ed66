"""Values that are not AWS's: free texts, paths, addresses, commands. Each parser takes the text and its key."""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from app.domain.problem import AppError, Code

COLORS = ("crimson", "orange", "amber", "green", "teal", "blue", "violet", "slate")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\]|[0-9A-Fa-f:.]+", re.ASCII)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1|\[::1\]", re.ASCII)
_CONTAINER_HOSTS = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
_OWN_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    }
)


def line(text: str, key: str, *, minimum: int = 1, maximum: int = 200) -> str:
    """Return a text on one line, without control characters."""
    if not minimum <= len(text) <= maximum:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=minimum, maximum=maximum)
    if _CONTROL.search(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="control-characters")
    return text


@cache
def line_of(minimum: int, maximum: int) -> Callable[[str, str], str]:
    """Return `line` with other limits."""
    return lambda text, key: line(text, key, minimum=minimum, maximum=maximum)


def lines(text: str, key: str) -> str:
    """Return a text of any number of lines, up to 20,000 characters."""
    if len(text) > 20_000:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=0, maximum=20_000)
    if _CONTROL_BUT_LINES.search(text):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="control-characters")
    return text


def path(text: str, key: str) -> str:
    """Return a path as written; whether it is there is not asked."""
    return line(text, key, maximum=4096)


def argument(text: str, key: str) -> str:
    """Return one argument of a command; it may be empty, and may hold anything but a NUL."""
    if "\x00" in text:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="control-characters")
    if len(text) > 32_768:
        raise AppError.of(Code.VALUE_LENGTH, key=key, length=len(text), minimum=0, maximum=32_768)
    return text


def url(text: str, key: str) -> str:
    """Return an http or https address with a host and no user name or password: the catalog holds no secret."""
    _split(text, key, "url")
    return text


def proxy(text: str, key: str) -> str:
    """Return the address of a proxy: as `url`."""
    _split(text, key, "proxy")
    return text


def secure_url(text: str, key: str) -> str:
    """Return an https address; http only for this machine."""
    scheme, host = _split(text, key, "url-loopback")
    if scheme != "https" and not _LOOPBACK.fullmatch(host):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="url-loopback")
    return text


def container_url(text: str, key: str) -> str:
    """Return the address of a container endpoint: https, or http to the hosts that SDKs allow."""
    scheme, host = _split(text, key, "url-loopback")
    if scheme != "https" and not _LOOPBACK.fullmatch(host) and host not in _CONTAINER_HOSTS:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="url-loopback")
    return text


def _split(text: str, key: str, rule: str) -> tuple[str, str]:
    line(text, key, maximum=2048)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule=rule) from None
    if parts.username is not None or parts.password is not None:
        raise AppError.of(Code.VALUE_NOT_HERE, key=key, reason="secret")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or " " in text:
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule=rule)
    return parts.scheme, host


def absolute_uri_path(text: str, key: str) -> str:
    """Return the path part of an address, beginning with a slash."""
    line(text, key, maximum=2048)
    if not text.startswith("/"):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="uri-path")
    return text


def color(text: str, key: str) -> str:
    """Return one of the eight labels."""
    if text not in COLORS:
        raise AppError.of(Code.VALUE_CHOICE, key=key, value=text[:60], choices=", ".join(COLORS))
    return text


def group(text: str, key: str) -> str:
    """Return a group's path: names with slashes between, none of them empty."""
    line(text, key)
    if any(not part.strip() or part != part.strip() for part in text.split("/")):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="group")
    return text


def variable(name: str, key: str) -> str:
    """Return the name of an environment variable that is not one of those Rolecall sets."""
    if not _VARIABLE.fullmatch(name):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="variable-name")
    if name.upper() in _OWN_VARIABLES:
        raise AppError.of(Code.VALUE_NOT_HERE, key=key, reason="own-variable")
    return name
