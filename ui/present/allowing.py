"""Commands that a person allowed, in words: a row of the list, and the line below a command in its editor."""

from datetime import datetime, tzinfo
from enum import StrEnum

from app.domain.approvals import Allowed, Approval
from app.domain.values import dataclass
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


class Act(StrEnum):
    """What a person can do about a command in its editor."""

    REVOKE = "revoke"
    ALLOW = "allow"
    UNDO = "undo"  # of a revocation


@dataclass(frozen=True, slots=True)
class Standing:
    """How a command in its editor stands. `saved`: it stands so in the catalog; `typed`: a person typed it there.

    `pasted`: it came in by paste or drop; `revoked`: it was taken back here a moment ago.
    """

    approval: Approval | None
    saved: bool
    typed: bool
    pasted: bool = False
    revoked: bool = False

    @property
    def allows(self) -> bool:
        """Whether a save allows the command: what a person typed here, and nothing that came from elsewhere."""
        return self.approval is None and self.typed and not self.saved


@dataclass(frozen=True, slots=True)
class TrustLine:
    """The line below a command: its tone is a role (ok, second, warn)."""

    words: str
    tone: str
    act: Act | None = None


def trust_line(of: Standing, now: datetime, zone: tzinfo | None = None) -> TrustLine:
    """Say whether a command may run, what a save does about that, and what can be done."""
    if of.approval is not None:
        return TrustLine(allowed_since(of.approval, now, zone), "ok", Act.REVOKE)
    if of.allows:
        return TrustLine(T("Saving allows exactly this to run on this machine."), "second")
    if of.revoked:
        return TrustLine(T("Revoked: Rolecall asks before it runs again."), "warn", Act.UNDO)
    if of.pasted and not of.saved:
        return TrustLine(T("Pasted, so saving does not allow it: Rolecall asks before it runs."), "warn", Act.ALLOW)
    return TrustLine(T("Not allowed yet: Rolecall asks before it runs."), "warn", Act.ALLOW)
