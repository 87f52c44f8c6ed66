"""What a person should hear of, in words for a notification: one profile or many. Never an ARN, a key or a path."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from app.domain.notice import Choice, Notice
from app.domain.problem import AttentionKind, Code, Problem
from app.domain.profile import Catalog, Notifications, Profile
from app.domain.session import (
    Attention,
    Expired,
    Question,
    Starter,
    Starting,
    Status,
    Waiting,
    lease_of,
    next_attempt_of,
    problem_of,
)
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.present.asking import title_of
from ui.present.conflict import conflicting
from ui.present.glyphs import start_problem
from ui.present.names import plain_name
from ui.present.remedies import Button, Do, buttons
from ui.present.words import clock, left_spoken

ACT, SHOW, DENY = "act", "show", "deny"  # the buttons' keys
_NAMED = 3  # profiles that a notification of many names
_SECRETIVE = re.compile(r"arn:|\bA(?:KIA|SIA|IDA|ROA)|\b\d{12}\b")
_PRIVATE = re.compile(rf"{_SECRETIVE.pattern}|[/\\]")
_START = timedelta(minutes=2)  # that a start takes at most, with an MFA code that a person types
_OWN_NO = (Code.CANCELED, Code.DENIED, Code.SIGN_IN_CANCELED)  # a person has just said so
_ASKS = {AttentionKind.MFA, AttentionKind.SIGN_IN, AttentionKind.APPROVAL}


class Kind(StrEnum):
    """One notification for each, however many profiles it is about."""

    NEEDS_YOU = "needs-you"
    NOT_REFRESHED = "not-refreshed"
    ENDED = "ended"
    NOT_STARTED = "not-started"
    STOPS = "stops"
    PROGRAM = "program"


SAID, PROBLEM = "said", "problem"  # the keys of what belongs to no profile
AWAY = "while-away"  # the key of what is told when a person comes back to the screen


@dataclass(frozen=True, slots=True)
class Item:
    """One profile's news. `together`: those of the same are settled by one answer, so that one button serves all."""

    kind: Kind
    profile: str
    shown: str
    title: str
    body: str
    button: Button | None = None
    together: str = ""


def item_of(catalog: Catalog, name: str, status: Status, now: datetime, zone: tzinfo | None = None) -> Item | None:
    """Return what there is to tell about a profile as it is now; None: nothing, or nothing that is wanted."""
    profile = catalog.profiles.get(name)
    shown = plain_name(profile) if profile is not None else name
    wanted, state = catalog.settings.notifications, status.state
    problem = problem_of(state)
    if problem is not None and problem.code in _OWN_NO:
        return None
    if by_hand(status) and start_problem(status) is not None and _just_started(status):
        rest = T("It is tried again by itself.") if next_attempt_of(state) is not None else ""
        body = _joined(_cause(problem), rest) if rest else _why(problem)
        return Item(Kind.NOT_STARTED, name, shown, T("{name} was not started", name=shown), body, _remedy(problem))
    if isinstance(state, Attention) and (state.kind in _ASKS or state.renews):
        return _needs(shown, status, now, zone) if wanted.needs_you else None
    if isinstance(state, Expired) or (isinstance(state, Attention) and not status.valid(now)):
        if not wanted.ended or (isinstance(state, Attention) and state.lease is None and status.started_at is None):
            return None
        title = T("{name} has no valid session", name=shown)
        return Item(Kind.ENDED, name, shown, title, _why(problem), _remedy(problem))
    if isinstance(state, Attention | Waiting) and wanted.not_refreshed:
        title = T("{name} was not refreshed", name=shown)
        body = _joined(_cause(problem), _stays(status, now, zone))
        return Item(Kind.NOT_REFRESHED, name, shown, title, body, _remedy(problem))
    return None


def by_hand(status: Status) -> bool:
    """Whether a person started it from a window or the tray, which are to answer for it in any case."""
    return status.started_by in (Starter.WINDOW, Starter.TRAY, Starter.PALETTE)


def _just_started(status: Status) -> bool:
    """Whether its start came to nothing, and not a session that it had since."""
    state = status.state
    if isinstance(state, Attention) and status.started_at is not None:
        return state.since - status.started_at < _START
    return isinstance(state, Starting)


def _needs(shown: str, status: Status, now: datetime, zone: tzinfo | None) -> Item:
    state, problem = status.state, problem_of(status.state)
    kind = state.kind if isinstance(state, Attention) else AttentionKind.CONFLICT
    words: dict[AttentionKind, tuple[str, Button]] = {
        AttentionKind.MFA: (T("It waits for an MFA code."), Button(T("Enter code"), Do.RENEW)),
        AttentionKind.SIGN_IN: (T("It waits for a sign-in."), Button(T("Sign in"), Do.RENEW)),
        AttentionKind.APPROVAL: (T("It waits for a command to be allowed."), Button(T("Review…"), Do.RENEW)),
    }
    conflict = T("A section of another program is in its way."), Button(T("Compare…"), Do.COMPARE)
    undelivered = conflict if conflicting(status) is not None else (_why(problem), _remedy(problem))
    what, button = words.get(kind, undelivered)
    subject = next((str(problem.arguments[key]) for key in ("serial", "source") if key in problem.arguments), "") \
        if problem is not None else ""  # fmt: skip
    together = f"{kind} {subject}" if subject and kind in words else ""
    title = T("{name} needs you", name=shown)
    return Item(Kind.NEEDS_YOU, status.profile, shown, title, f"{what} {_stays(status, now, zone)}", button, together)


def _stays(status: Status, now: datetime, zone: tzinfo | None) -> str:
    lease = lease_of(status.state)
    if lease is None or not lease.valid(now):
        return T("There is no valid session.")
    if lease.expires_at is None:
        return T("The current session stays valid for now.")
    return T("The current session stays valid until {time}.", time=clock(lease.expires_at, zone))


def _cause(problem: Problem | None) -> str:
    """Return why, as far as that can be said where others may look on."""
    title = describe(problem).title if problem is not None else ""
    return "" if _PRIVATE.search(title) else title


def _why(problem: Problem | None) -> str:
    cause = _cause(problem)
    return T("{cause}.", cause=cause) if cause else T("Open Rolecall to see why.")


def _joined(cause: str, rest: str) -> str:
    return T("{cause}. {rest}", cause=cause, rest=rest) if cause else rest


def _remedy(problem: Problem | None) -> Button | None:
    """Return the first button of the problem's card; none that would write over what a person has not seen."""
    found = buttons(problem)[0] if problem is not None else Button(T("Try again"), Do.RENEW)
    return None if found.do is Do.ADOPT else found


def problem_notice(problem: Problem) -> Notice:
    """Return what is said of a problem that belongs to no session, while no window is open. Of a catalog its place."""
    words = describe(problem)
    where = words.detail if problem.code is Code.CATALOG_UNREADABLE else ""  # names the line
    text = where or words.remedy or words.detail
    if _SECRETIVE.search(f"{words.title} {text}"):
        return Notice(PROBLEM, T("Something needs a look"), T("Open Rolecall to see why."))
    return Notice(PROBLEM, words.title, text)


def stops_item(profile: Profile, at: datetime, now: datetime) -> Item:
    """Return the news of a session that auto_stop is about to end."""
    shown = plain_name(profile)
    title = T("{name} stops in {left}", name=shown, left=left_spoken(at - now))
    return Item(Kind.STOPS, profile.name, shown, title, T("Start it again to go on working with it."))


def notice_of(kind: Kind, items: Sequence[Item]) -> Notice:
    """Return the one notification of a kind."""
    category = f"x-rolecall.{kind}"
    show = Choice(SHOW, T("Show"))
    if len(items) == 1:
        (one,) = items
        act = (Choice(ACT, one.button.text),) if one.button is not None else ()
        return Notice(kind, one.title, one.body, (*act, show), category)
    first = items[0]
    together = first.together and all(one.together == first.together for one in items)
    act = (Choice(ACT, first.button.text),) if together and first.button is not None else ()
    return Notice(kind, _many(kind, len(items)), names(items), (*act, show), category)


def _many(kind: Kind, count: int) -> str:
    match kind:
        case Kind.NEEDS_YOU:
            return N("{n} profile needs you", "{n} profiles need you", count)
        case Kind.NOT_REFRESHED:
            return N("{n} profile was not refreshed", "{n} profiles were not refreshed", count)
        case Kind.ENDED:
            return N("{n} profile has no valid session", "{n} profiles have no valid session", count)
        case Kind.NOT_STARTED:
            return N("{n} profile was not started", "{n} profiles were not started", count)
        case _:
            return N("{n} profile stops soon", "{n} profiles stop soon", count)


def names(items: Sequence[Item]) -> str:
    """Return whom it is about: the first few by name, and how many more."""
    shown = [one.shown for one in items]
    if len(shown) <= _NAMED + 1:
        return ", ".join(shown)
    more = len(shown) - _NAMED
    return N("{names} and {n} more", "{names} and {n} more", more, names=", ".join(shown[:_NAMED]))


def away_notice(items: Sequence[Item]) -> Notice:
    """Return what happened while nobody was at the screen, in one notification."""
    kinds = [kind for kind in Kind if any(one.kind is kind for one in items)]
    lines = [_many(kind, sum(one.kind is kind for one in items)) for kind in kinds]
    title = T("While you were away")
    return Notice(AWAY, title, ", ".join(lines), (Choice(SHOW, T("Show")),), "x-rolecall.while-away")


def programs_notice(questions: Collection[Question], wanted: Notifications) -> Notice | None:
    """Return the notification of programs that ask. It can say no; a yes is given where who asks is shown."""
    asking = [one.asking for one in questions if one.asking is not None]
    if not asking or not wanted.program_asks:
        return None
    show = Choice(SHOW, T("Show…"))
    body = T("Answer in Rolecall within a minute. No answer is no.")
    if len(asking) == 1:
        buttons_ = (Choice(DENY, T("Deny")), show)
        return Notice(Kind.PROGRAM, title_of(asking[0]), body, buttons_, "x-rolecall.program", urgent=True)
    title = N("{n} program asks for a session", "{n} programs ask for sessions", len(asking))
    return Notice(Kind.PROGRAM, title, body, (show,), "x-rolecall.program", urgent=True)
