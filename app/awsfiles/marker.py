"""The line that says whose section it is: the first one after the header."""

import re
from datetime import UTC, datetime

from app.domain.values import dataclass

ID_LENGTH = 8
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_UNKNOWN = "unknown"
_PATTERN = re.compile(r"#\s*rolecall (?P<profile>\S+) (?P<id>[0-9a-f]{8}) expires (?P<expires>\S+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marker:
    """`installation`: the first 8 characters of its id. `expires_at` None: AWS did not say."""

    profile: str
    installation: str
    expires_at: datetime | None

    def __str__(self) -> str:
        expires = self.expires_at.astimezone(UTC).strftime(_FORM) if self.expires_at else _UNKNOWN
        return f"# rolecall {self.profile} {self.installation} expires {expires}"


def read_marker(line: str) -> Marker | None:
    """Return the marker that a comment line holds, None if it holds none."""
    match = _PATTERN.fullmatch(line.strip())
    if match is None:
        return None
    return Marker(match["profile"], match["id"], _time(match["expires"]))


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _TIME.fullmatch(text) else None
    except ValueError:
        return None
