"""The loopback endpoint's contract: its addresses, and what is answered for a profile. Pure."""

from datetime import datetime, timedelta
from urllib.parse import quote

from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.domain.session import Status, Stopped, problem_of
from app.domain.values import dataclass

ENDPOINT = "endpoint"  # the kind of its delivery
HOST = "127.0.0.1"  # what SDKs take over http, and nothing else of ours: no name, no second family
# beside the ports that systems give to outgoing connections, so that none of those is in the way at the next start
LOWEST_PORT, HIGHEST_PORT = 20000, 32767
MARGIN = timedelta(minutes=1)


def path_of(profile: ProfileName) -> str:
    """Return the one path of a profile. It has no part that a client could shorten."""
    return f"/v1/credentials/{quote(profile, safe='')}"


def address_of(port: int, profile: ProfileName) -> str:
    """Return what stands in AWS_CONTAINER_CREDENTIALS_FULL_URI."""
    return f"http://{HOST}:{port}{path_of(profile)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is given, and why. `later`: asking again in a moment can help."""

    problem: Problem
    later: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """What is true of the engine as a whole."""

    locked: bool = False
    paused: bool = False
    paused_until: datetime | None = None


def serves(issued: Issued, now: datetime) -> bool:
    """Whether a session has enough left for a program to do something with it: 1 min, or a tenth of a short life.

    SDKs take what is not expired. The engine renews earlier than they ask again, so they see less than their own
    windows only where renewing failed or the whole session is shorter; then what there is is better than nothing.
    """
    until = issued.expires_at
    return until is None or until - now > min(MARGIN, (until - issued.received_at) / 10)


def decide(status: Status, issued: Issued | None, rest: Rest, now: datetime) -> Issued | Refused:
    """Return the session that a program gets, or why it gets none. Pausing keeps nobody from what is in memory."""
    if rest.locked:
        return Refused(Problem.of(Code.LOCKED, Verb.UNLOCK))
    if issued is not None and serves(issued, now):
        return issued
    if isinstance(status.state, Stopped):
        return Refused(Problem.of(Code.NOT_ACTIVE, profile=status.profile))
    problem = problem_of(status.state)
    if rest.paused:
        until = "" if rest.paused_until is None else rest.paused_until.isoformat()
        return Refused(Problem.of(Code.PAUSED, Verb.RESUME, until=until))
    if problem is not None:
        return Refused(problem, later=problem.transient)
    return Refused(Problem.of(Code.SESSION_COMING, profile=status.profile), later=True)
