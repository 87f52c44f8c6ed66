"""Durations as people write them: "1h30m", "90m", or seconds."""

import re
from datetime import timedelta

from app.domain.problem import AppError, Code

_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)

ASSUME_ROLE_MINIMUM = timedelta(minutes=15)
ASSUME_ROLE_MAXIMUM = timedelta(hours=12)
SESSION_TOKEN_MAXIMUM = timedelta(hours=36)
CHAINED_MAXIMUM = timedelta(hours=1)


def parse_duration(text: str | int, key: str = "duration") -> timedelta:
    """Return the duration; raises VALUE_PATTERN for anything else than "1h30m", "90m", "45s" or whole seconds."""
    if isinstance(text, bool):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="duration")
    if isinstance(text, int) or (text.isascii() and text.isdigit() and len(text) < 10):
        seconds = int(text)
        if not 0 <= seconds < 10**9:
            raise AppError.of(Code.VALUE_PATTERN, key=key, rule="duration")
        return timedelta(seconds=seconds)
    match = _DURATION.fullmatch(text.replace(" ", ""))
    if not match or not any(match.groups()):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="duration")
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def parse_duration_within(text: str | int, key: str, minimum: timedelta, maximum: timedelta) -> timedelta:
    """Return the duration if it lies within the limits, else raise VALUE_RANGE that names both."""
    value = parse_duration(text, key)
    if not minimum <= value <= maximum:
        raise AppError.of(Code.VALUE_RANGE, key=key, value=say(value), minimum=say(minimum), maximum=say(maximum))
    return value


def say(value: timedelta) -> str:
    """Write a duration for people: "12 h", "1 h 30 min", "45 s"."""
    return _compose(value, (" h", " min", " s"), " ")


def write(value: timedelta) -> str:
    """Write a duration for the catalog: "12h", "1h30m", "45s"."""
    return _compose(value, ("h", "m", "s"), "")


def _compose(value: timedelta, units: tuple[str, str, str], gap: str) -> str:
    total = int(value.total_seconds())
    hours, rest = divmod(total, 3600)
    parts = zip((hours, *divmod(rest, 60)), units, strict=True)
    return gap.join(f"{number}{unit}" for number, unit in parts if number) or f"0{units[2]}"
