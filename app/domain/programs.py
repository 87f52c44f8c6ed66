"""Programs that ask for a session, what a person decided about them, and when a decision counts. Pure.

A program is what the platform tells of the process that asks. Two askings come from the same program when its file is
the same one, unchanged (`Program.key`): path, owner, device, inode, size and time of change of the executable, and of
the script where the executable is an interpreter. What cannot be told apart so is known by its running process alone
(`Program.process`), or not at all; only the first kind is remembered on disk, the last is never remembered.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

from app.domain.names import ProfileName, SessionKey
from app.domain.profile import ApprovePrograms
from app.domain.values import dataclass

ANSWER_WITHIN = timedelta(seconds=60)  # no answer by then is no
HOUR = timedelta(hours=1)
ONCE_WITHIN = timedelta(minutes=5)  # a "once" that nobody waits for any more is kept so long for the next request
QUIET = timedelta(seconds=3)  # after a no, askings that come in this burst are the same asking


class Way(StrEnum):
    """How a program asks."""

    PROCESS_LINE = "process-line"
    ENDPOINT = "endpoint"
    SOCKET = "socket"  # the control socket itself, without our stub or command line


class Answer(StrEnum):
    """What a person can decide. The values are the answers of a question."""

    ONCE = "once"
    HOUR = "hour"
    UNTIL_LOCK = "until-lock"
    DENY = "deny"
    DENY_HOUR = "deny-hour"

    @property
    def allows(self) -> bool:
        """Whether it is a yes."""
        return self in (Answer.ONCE, Answer.HOUR, Answer.UNTIL_LOCK)


class Verdict(StrEnum):
    """What a program is told now."""

    ALLOWED = "allowed"
    DENIED = "denied"
    ASKED = "asked"  # a person is asked; refused for now, the next request may be served


@dataclass(frozen=True, slots=True)
class Parent:
    """One process above the program: name and id alone."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks, as the platform tells. Empty: not told. Of its arguments nothing is kept but the script's path."""

    pid: int = 0
    executable: str = ""
    script: str = ""  # of an interpreter; empty where it runs none that is a file
    folder: str = ""
    user: str = ""
    terminal: str = ""
    parents: tuple[Parent, ...] = ()  # nearest first, up to the shell, or what shows the terminal
    key: str = ""  # the same for the same file, unchanged
    process: str = ""  # the same for the same running process, which still runs the same file

    @property
    def name(self) -> str:
        """Return the short name: that of the script, else of the executable."""
        return short_name(self.script or self.executable)

    @property
    def identity(self) -> str:
        """Return what decisions are remembered by; empty: never remembered."""
        return self.key or self.process


UNKNOWN = Program()


def short_name(path: str) -> str:
    """Return what a program is called: its path without the folders."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a program and a profile. `until` None: until lock (allowed), or once and over."""

    id: str
    profile: ProfileName
    identity: str
    executable: str
    script: str
    answer: Answer
    at: datetime
    until: datetime | None = None
    narrowing: str = ""  # which narrower session it is about; empty: the profile's own

    @property
    def session(self) -> SessionKey:
        """Return the session that it is about."""
        return SessionKey(self.profile, self.narrowing)

    @property
    def name(self) -> str:
        """Return the program's short name."""
        return Program(executable=self.executable, script=self.script).name


@dataclass(frozen=True, slots=True)
class Asking:
    """A program's wish, as a question shows it. `answers`: what may be answered, by what the profile wants."""

    program: Program
    profile: ProfileName
    way: Way
    session_name: str = ""  # what CloudTrail shows; empty where AWS has none
    answers: tuple[Answer, ...] = ()
    last: Decision | None = None
    narrowing: str = ""

    @property
    def session(self) -> SessionKey:
        """Return the session that is asked for."""
        return SessionKey(self.profile, self.narrowing)

    @property
    def subject(self) -> str:
        """Return what a second asking of the same program and session has in common with the first."""
        which = f"{self.profile} ({self.narrowing})" if self.narrowing else self.profile
        return f"{which} {self.program.identity or f'pid {self.program.pid}'}"


_LONGER = {ApprovePrograms.ONCE_1H: (Answer.HOUR,), ApprovePrograms.UNTIL_LOCK: (Answer.HOUR, Answer.UNTIL_LOCK)}


def answers_for(wanted: ApprovePrograms, program: Program) -> tuple[Answer, ...]:
    """Return the answers that may be given: nothing that lasts where nothing is remembered."""
    if not program.identity:
        return (Answer.ONCE, Answer.DENY)
    return (Answer.ONCE, *_LONGER.get(wanted, ()), Answer.DENY, Answer.DENY_HOUR)


def end_of(answer: Answer, at: datetime) -> datetime | None:
    """Return when a decision of `at` ends by the clock."""
    return at + HOUR if answer in (Answer.HOUR, Answer.DENY_HOUR) else None


def counts(decision: Decision, wanted: ApprovePrograms, now: datetime, *, locked_since: bool) -> bool:
    """Whether a remembered decision still decides; `locked_since`: "until lock" is over.

    A decision of the future counts nothing: the clock was set back, and an hour would be longer than one. What a
    profile wants now counts, not what it wanted when the decision was made.
    """
    if decision.at > now:
        return False
    match decision.answer:
        case Answer.DENY_HOUR:
            return decision.until is not None and now < decision.until
        case Answer.HOUR:
            lasts = decision.until is not None and now < min(decision.until, decision.at + HOUR)
            return lasts and Answer.HOUR in _LONGER.get(wanted, ())
        case Answer.UNTIL_LOCK:
            return not locked_since and Answer.UNTIL_LOCK in _LONGER.get(wanted, ())
        case Answer.ONCE | Answer.DENY:
            return False


def decision_json(one: Decision) -> dict[str, object]:
    """Return a decision as JSON values."""
    return {
        "id": one.id,
        "profile": one.profile,
        "identity": one.identity,
        "executable": one.executable,
        "script": one.script,
        "answer": str(one.answer),
        "at": one.at.astimezone(UTC).isoformat(),
        "until": None if one.until is None else one.until.astimezone(UTC).isoformat(),
        **({"narrowing": one.narrowing} if one.narrowing else {}),
    }


def parse_decision(value: object) -> Decision | None:
    """Return the decision of `decision_json`; None for anything else."""
    if not isinstance(value, dict):
        return None
    table = cast(Mapping[str, object], value)
    try:
        until = table.get("until")
        return Decision(
            str(table["id"]),
            ProfileName(str(table["profile"])),
            str(table["identity"]),
            str(table["executable"]),
            str(table["script"]),
            Answer(str(table["answer"])),
            _time(table["at"]),
            None if until is None else _time(until),
            str(table.get("narrowing", "")),
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _time(value: object) -> datetime:
    at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)
