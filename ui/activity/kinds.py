"""Kinds of events for the table: in which group, and who is behind them. Pure; no Qt."""

from app.domain.activity import Event, What
from app.domain.session import Starter
from app.texts import T

_SESSIONS = frozenset(
    {What.STARTED, What.RENEWED, What.STOPPED, What.ENDED, What.LOCKED, What.UNLOCKED, What.NEEDED},
)
FAILURES = frozenset({What.PROBLEM, What.NOT_WRITTEN})
_PERSONS = frozenset({What.ALLOWED, What.REVOKED, What.PROGRAM_REVOKED})  # nobody else decides these
GROUPS = ("", "sessions", "access", "failures")


def group_words(group: str) -> str:
    """Return what a group of kinds is called."""
    return {"": T("All"), "sessions": T("Sessions"), "access": T("Access"), "failures": T("Failures")}[group]


def kinds_of(group: str) -> frozenset[What]:
    """Return the kinds of a group; an empty group has all."""
    every = frozenset(What)
    return {"": every, "sessions": _SESSIONS, "failures": FAILURES}.get(group, every - _SESSIONS - FAILURES)


def by_words(event: Event) -> str:
    """Return who is behind an event: the person and where, Rolecall itself, or a program as it was named."""
    return T("You") if not event.by and event.what in _PERSONS else starter_words().get(event.by, event.by)


def starter_words() -> dict[str, str]:
    """Return the words for who began something, by the name that the journal has."""
    return {
        Starter.WINDOW: T("You, in the window"),
        Starter.TRAY: T("You, in the tray"),
        Starter.PALETTE: T("You, in quick switch"),
        Starter.COMMAND_LINE: T("You, on the command line"),
        Starter.AUTO: T("Rolecall"),
        Starter.PROGRAM: T("A program"),
        "": T("Rolecall"),
    }
