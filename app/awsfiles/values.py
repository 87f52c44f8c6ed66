"""What may be written into an AWS file. Nothing here says a value: it can be a secret."""

import re

from app.domain.files import LinePut, SectionPut
from app.domain.names import parse_access_key_id, parse_name
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret

_SECRET = re.compile(r"[\x21-\x7e]+")
_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_VALUE = re.compile(r"[\x20-\x7e]+")
SECRET_KEY, TOKEN = "secret-access-key", "session-token"


def require_section(put: SectionPut) -> None:
    """Raise VALUE_* or SECRET_INVALID unless every SDK reads back exactly what would be written."""
    parse_name("section", put.section)
    parse_name("profile", put.profile)
    parse_access_key_id(put.credentials.access_key_id)
    _require_secret(put.credentials.secret_access_key, SECRET_KEY)
    # a session without its token is a long-lived key, and those are never delivered
    _require_secret(put.credentials.session_token or Secret(""), TOKEN)


def _require_secret(secret: Secret, what: str) -> None:
    text = secret.reveal()
    if _SECRET.fullmatch(text):
        return
    if not text:
        rule = "empty"
    elif "\n" in text or "\r" in text:
        rule = "newline"
    elif not text.isascii():
        rule = "not-ascii"
    else:
        rule = "whitespace" if " " in text else "control"
    raise AppError.of(Code.SECRET_INVALID, Verb.SET_SECRET, what=what, rule=rule)


def require_line(put: LinePut) -> None:
    """Raise VALUE_* unless the line is read back by every SDK as what it says.

    Not allowed: characters outside printable ASCII, blanks at either end, and ` #` or ` ;`, which botocore reads as a
    part of the value and the other SDKs as a comment.
    """
    parse_name("section", put.section)
    if not _KEY.fullmatch(put.key):
        raise AppError.of(Code.VALUE_PATTERN, key="key", rule="name")
    fits = _VALUE.fullmatch(put.value) and put.value == put.value.strip()
    behind = f" {put.value}"  # a blank stands before the value
    if not fits or " #" in behind or " ;" in behind:
        raise AppError.of(Code.VALUE_PATTERN, key=put.key, rule="control-characters")
