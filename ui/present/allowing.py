"""Commands that a person allowed, in words: a row of the list, and the line below a command in its editor."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.domain.approvals import Allowed, Approval
from app.texts import T
from ui.present.words import since, some


@dataclass(frozen=True, slots=True)
class AllowedRow:
    """One row: the command line, who wants it and since when, and all of that for the pointer."""

    command: str
    about: str
    whole: str


def allowed_row(one: Allowed, now: datetime, zone: tzinfo | None = None) -> AllowedRow:
    """Return the row of an allowed command."""
    words = allowed_since(one.approval, now, zone)
    about = T("{first}. {second}", first=_who(one, most=3), second=words)
    at = one.approval.at
    exact = f" ({at.astimezone(zone):%Y-%m-%d %H:%M})" if at is not None else ""
    return AllowedRow(one.shown, about, f"{one.shown}\n{_who(one, most=100)}. {words}{exact}")


def allowed_since(approval: Approval, now: datetime, zone: tzinfo | None = None) -> str:
    """Return since when a command is allowed."""
    if approval.at is None:
        return T("Allowed, since when is not known")
    return T("Allowed since {when}", when=since(approval.at, now, zone))


def _who(one: Allowed, *, most: int) -> str:
    if not one.sources:
        return T("No source names it now")
    sources = T("For source {names}", names=some(one.sources, most))
    return T("{first}, used by {names}", first=sources, names=some(one.profiles, most)) if one.profiles else sources
