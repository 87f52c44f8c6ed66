"""What a secret must look like before it goes into the vault. A problem names the rule, never the secret."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret

_KEY_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,16}", re.ASCII)
_BASE32 = re.compile(r"[A-Z2-7]+", re.ASCII)
_SEED_MINIMUM = 10  # bytes; AWS's own have 40
# AWS takes codes of this kind alone; a link need not say so
_TOTP = MappingProxyType({"algorithm": "SHA1", "digits": "6", "period": "30"})


def invalid(what: str, rule: str) -> AppError:
    """Return the problem of a secret that breaks a rule (a key of texts.py)."""
    return AppError.of(Code.SECRET_INVALID, Verb.SET_SECRET, what=what, rule=rule)


def parse_secret_access_key(text: str) -> Secret:
    """Return an IAM user's secret access key: ASCII without spaces, and not the key's id."""
    _one_line("secret-access-key", text)
    if re.search(r"\s", text):
        raise invalid("secret-access-key", "whitespace")
    if not text.isascii():
        raise invalid("secret-access-key", "not-ascii")
    if _KEY_ID.fullmatch(text):
        raise invalid("secret-access-key", "access-key-id-instead")
    return Secret(text)


def parse_client_secret(text: str) -> Secret:
    """Return an OIDC client's secret: one line, no space at its ends."""
    _one_line("client-secret", text)
    if text != text.strip():
        raise invalid("client-secret", "whitespace")
    return Secret(text)


def parse_totp_seed(text: str) -> Secret:
    """Return an MFA seed as bare base32 in capitals, from base32 as people copy it or from an otpauth:// link.

    Spaces, hyphens, small letters and padding of base32 are taken; a link for other codes than AWS's is refused.
    """
    _one_line("totp-seed", text)
    text = text.strip()
    if re.match(r"otpauth:", text, re.IGNORECASE):
        text = _secret_of_link(text)
    seed = re.sub(r"[\s-]", "", text).rstrip("=").upper()
    if not _BASE32.fullmatch(seed):
        raise invalid("totp-seed", "base32")
    try:
        raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except (binascii.Error, ValueError):  # a length that base32 never has
        raise invalid("totp-seed", "base32") from None
    if len(raw) < _SEED_MINIMUM:
        raise invalid("totp-seed", "short")
    return Secret(seed)


def _secret_of_link(link: str) -> str:
    try:
        parts = urlsplit(link)
        given = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise invalid("totp-seed", "base32") from None
    if parts.netloc.lower() != "totp":
        raise invalid("totp-seed", "otpauth-type")
    if any(given.get(name, value).upper() != value for name, value in _TOTP.items()):
        raise invalid("totp-seed", "otpauth-parameters")
    if not given.get("secret"):
        raise invalid("totp-seed", "otpauth-secret")
    return given["secret"]


def _one_line(what: str, text: str) -> None:
    if not text or not text.strip():
        raise invalid(what, "empty")
    if re.search(r"[\r\n\x0b\x0c\x85\u2028\u2029]", text):
        raise invalid(what, "newline")
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text):
        raise invalid(what, "control")


PARSERS: Mapping[str, Callable[[str], Secret]] = MappingProxyType(
    {
        "secret-access-key": parse_secret_access_key,
        "client-secret": parse_client_secret,
        "totp-seed": parse_totp_seed,
    }
)


def parse_secret(what: str, text: str) -> Secret:
    """Return the checked secret of a VaultEntry's kind; raises SECRET_INVALID(what, rule)."""
    return PARSERS[what](text)
