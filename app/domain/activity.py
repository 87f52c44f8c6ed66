"""What happened, as values: never a secret. Two statuses of a profile give what lies between them."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from app.domain.codes import NEED_A_PERSON
from app.domain.endpoint import ENDPOINT
from app.domain.problem import Argument, Problem
from app.domain.session import DeliveryStatus, Expired, Lease, Status, lease_of, problem_of
from app.domain.values import dataclass


class What(StrEnum):
    """Kinds of events."""

    STARTED = "started"
    RENEWED = "renewed"
    STOPPED = "stopped"
    ENDED = "ended"  # it expired
    NEEDED = "needed"  # a person, for a start: a code, a sign-in
    PROBLEM = "problem"
    WRITTEN = "written"  # into a section or a line, at a start
    NOT_WRITTEN = "not-written"
    COPIED = "copied"
    CONSOLE = "console"
    PROGRAM = "program"  # a program was answered
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNDONE = "undone"  # a write to the AWS files
    ALLOWED = "command-allowed"
    REVOKED = "command-revoked"
    PROGRAM_REVOKED = "program-revoked"  # what was decided about it, a no as well


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `detail` is data that is shown as it is: an ARN, a section, a program, a code.

    `about`: of a problem, the arguments of its words; what is kept of them is what its title names.
    """

    at: datetime
    what: What
    profile: str = ""
    detail: str = ""
    by: str = ""
    until: datetime | None = None  # the session's end, of a start or a renewal; of a problem, that of the one there was
    request: str = ""  # AWS's own id of a refused request
    about: tuple[tuple[str, Argument], ...] = ()


def between(before: Status | None, now: Status, at: datetime) -> Iterator[Event]:
    """Yield what happened between two statuses of one profile, seen at `at`."""
    old = lease_of(before.state) if before is not None else None
    new = lease_of(now.state)
    name, by = str(now.profile), str(now.started_by or "")
    if new is not None and (old is None or new.received_at != old.received_at):
        what = What.STARTED if old is None else What.RENEWED
        yield Event(new.received_at, what, name, str(new.arn or ""), by, new.expires_at)
    if old is not None and new is None:
        over = old.expires_at is not None and old.expires_at <= at  # whatever it waited for then
        yield Event(at, What.ENDED if over or isinstance(now.state, Expired) else What.STOPPED, name)
    problem, known = problem_of(now.state), problem_of(before.state) if before is not None else None
    placed = any(one.problem == problem for one in now.deliveries)  # what could not be written says so itself
    if problem is not None and problem != known and not placed:
        yield _problem(at, name, problem, old)
    yield from _deliveries(before, now, at)


def _problem(at: datetime, name: str, problem: Problem, lease: Lease | None) -> Event:
    what = What.NEEDED if lease is None and problem.code in NEED_A_PERSON else What.PROBLEM
    until = lease.expires_at if lease is not None else None
    request = str(problem.arguments.get("request_id", ""))
    return Event(at, what, name, str(problem.code), until=until, request=request, about=_about(problem))


def _mended(old: DeliveryStatus, now: DeliveryStatus) -> bool:
    return old.problem is not None and now.problem is None and old.written_at != now.written_at


def _about(problem: Problem) -> tuple[tuple[str, Argument], ...]:
    return tuple(problem.arguments.items())


def _deliveries(before: Status | None, now: Status, at: datetime) -> Iterator[Event]:
    known = {(one.kind, one.target): one for one in (before.deliveries if before is not None else ())}
    for one in now.deliveries:
        old = known.get((one.kind, one.target))
        if one.written_at is not None and (old is None or old.written_at is None or _mended(old, one)):
            asked = one.kind == ENDPOINT  # nothing is written there
            yield Event(
                one.written_at,
                What.PROGRAM if asked else What.WRITTEN,
                str(now.profile),
                one.program if asked else one.target,
            )
        if one.problem is not None and (old is None or old.problem != one.problem):
            what, about = f"{one.target}: {one.problem.code}", _about(one.problem)
            yield Event(at, What.NOT_WRITTEN, str(now.profile), what, about=about)
