"""Finds an access key in a pasted text: the console's CSV, export lines, JSON, a credentials section. No Qt."""

import re
from dataclasses import dataclass, field

_ID = re.compile(r"(?<![A-Za-z0-9])(AKIA[A-Z0-9]{12,124})(?![A-Za-z0-9])")
_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])")


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
