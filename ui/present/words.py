"""Times and counts as people read them. Whole minutes wherever something is read aloud or in a menu."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from app.texts import N, T, say_time_left, say_time_left_aloud

NO_BREAK = "\u00a0"
_QUANTITY = re.compile(r"(?<=\d) (?=(?:h|min|s|ms|%|kB|KB|MB|GB)(?!\w))")
_COMPOUND = re.compile(rf"(?<=\d{NO_BREAK}h) (?=\d+{NO_BREAK}min(?!\w))|(?<=\d{NO_BREAK}min) (?=\d+{NO_BREAK}s(?!\w))")


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its unit, nor within a duration: "1 h 30 min"."""
    return _COMPOUND.sub(NO_BREAK, _QUANTITY.sub(NO_BREAK, text))


def left_exact(left: timedelta) -> str:
    """Write the time left as rows show it: "27:41" under an hour, "3 h 14 min" above."""
    return say_time_left(left)


def left_short(left: timedelta) -> str:
    """Write the time left in whole minutes: "27 min", "3 h 14 min", "under 1 min"."""
    return say_time_left(left, minutes=True)


def left_spoken(left: timedelta) -> str:
    """Write the time left for accessible names: "27 minutes left"; never seconds."""
    return say_time_left_aloud(left)


def clock(at: datetime, zone: tzinfo | None = None, *, seconds: bool = False) -> str:
    """Write a moment as the time of day in `zone` (None: the system's)."""
    return at.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def short_path(path: str) -> str:
    """Return a path with the home folder as ~."""
    home = str(Path.home())
    return path.replace(home, "~", 1) if path.startswith((f"{home}/", f"{home}\\")) else path


def day(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Write when something was: the time today, "yesterday", a weekday within six days, else day and month."""
    then, today = at.astimezone(zone), now.astimezone(zone)
    days = (today.date() - then.date()).days
    if days <= 0:
        return clock(at, zone)
    if days == 1:
        return T("yesterday")
    if days < 7:
        return _weekdays()[then.weekday()]
    return T("{day} {month}", day=then.day, month=_months()[then.month - 1])


def weekday(at: datetime, zone: tzinfo | None = None) -> str:
    """Write the day of the week of a moment, short."""
    return _weekdays()[at.astimezone(zone).weekday()]


def until(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Write which day a moment falls on, as an addition to its time: "today", "tomorrow", or its day."""
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return T("today")
    if days == 1:
        return T("tomorrow")
    then = at.astimezone(zone)
    return T("{day} {month}", day=then.day, month=_months()[then.month - 1])


def _weekdays() -> tuple[str, ...]:
    return T("Mon"), T("Tue"), T("Wed"), T("Thu"), T("Fri"), T("Sat"), T("Sun")


def _months() -> tuple[str, ...]:
    return (
        *(T("Jan"), T("Feb"), T("Mar"), T("Apr"), T("May"), T("Jun")),
        *(T("Jul"), T("Aug"), T("Sep"), T("Oct"), T("Nov"), T("Dec")),
    )


def sessions(count: int) -> str:
    """Write a number of sessions."""
    return N("{n} session", "{n} sessions", count)


def short_key(text: str) -> str:
    """Shorten an access key id to its first and last four characters."""
    return f"{text[:4]}…{text[-4:]}" if len(text) > 9 else text


def shorter_arns(arn: str) -> tuple[str, ...]:
    """Return what is shown of an ARN where there is ever less room: without its head, the account, the role."""
    head, _, rest = arn.rpartition(":")
    tail = rest.split("/")
    if len(tail) < 3:
        return ()
    last = f"…/{'/'.join(tail[-2:])}"
    return short_arn(arn), f"…:{head.rpartition(':')[2]}:{last}", last, f"…/{tail[-1]}"


def short_arn(arn: str) -> str:
    """Shorten a long ARN: the account and the last two parts stay."""
    if len(arn) <= 48:
        return arn
    head, _, tail = arn.rpartition(":")
    parts = tail.split("/")
    return arn if len(parts) < 3 else f"{head}:…/{'/'.join(parts[-2:])}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    return T("{first} and {last}", first=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)


def some(names: Sequence[str], most: int = 3) -> str:
    """Return names as a sentence lists them; of more than `most` the first, and how many there are besides."""
    if len(names) <= most:
        return listed(names)
    more = len(names) - most
    return N("{names} and {n} more", "{names} and {n} more", more, names=", ".join(names[:most]))


def since(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Write since when something is: as `day`, and of another year its date."""
    then = at.astimezone(zone)
    return day(at, now, zone) if then.year == now.astimezone(zone).year else f"{then:%Y-%m-%d}"
