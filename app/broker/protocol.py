"""The control protocol: one JSON object per line, in both directions, version 1.

A request is `{"v": 1, "verb": …, …}`, an answer `{"ok": true, …}` or `{"ok": false, "problem": …}`. A connection
carries one request at a time; `follow` turns it into a stream of events until one side closes. Request lines are short
(64 KiB); what breaks the rules is answered with one problem, if at all, and cut.
"""

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from app.domain.narrowing import FULL, Narrowing
from app.domain.problem import AppError, Code, Problem, Remedy, Verb
from app.domain.session import Starter
from app.domain.values import dataclass

if TYPE_CHECKING:
    from app.broker.peer import Peer

VERSION = 1
REQUEST_MAXIMUM = 64 * 1024
ANSWER_MAXIMUM = 64 * 1024 * 1024  # status of 10,000 profiles is some 5 MB
NAMES_MAXIMUM = 10_000

Json = Mapping[str, object]


class Ask(StrEnum):
    """What can be asked."""

    HELLO = "hello"
    STATUS = "status"
    LIST = "list"
    START = "start"
    STOP = "stop"
    RENEW = "renew"
    WAIT = "wait"
    SESSION = "session"
    NARROWED = "narrowed"  # as session, but narrower: a verb of its own, which who does not know it refuses
    PROCESS = "process"  # answered with the finished text of a process line, or with a problem
    ENDPOINT = "endpoint"  # where programs find a profile's session on the loopback endpoint
    PAUSE = "pause"
    RESUME = "resume"
    LOCK = "lock"
    UNLOCK = "unlock"
    DEFAULT = "default"
    ANSWER = "answer"
    RELOAD = "reload"
    RAISE = "raise"
    PALETTE = "palette"  # the quick switch window
    HAND_OVER = "hand-over"
    TAKE_OVER = "take-over"
    PROGRAMS = "programs"  # the decisions about programs that count now, and the open questions
    REVOKE = "revoke"  # the decisions named; all: every one
    VAULT_REPORT = "vault-report"
    VAULT_UNLOCK = "vault-unlock"  # value: the passphrase; adopt: also of an older file
    VAULT_NAMES = "vault-names"
    VAULT_KEEP = "vault-keep"  # names: service and what; value: the secret. There is no verb that gives one back
    VAULT_DROP = "vault-drop"  # names: service and what
    VAULT_MOVE = "vault-move"  # names: the target; value: the passphrase, if one is needed
    FOLLOW = "follow"
    SIGN_OUT = "sign-out"  # names: one source
    ACCOUNTS = "accounts"  # names: one source of Identity Center; ask, wait, seen: as session


_WITH_VALUE = frozenset({Ask.ANSWER, Ask.VAULT_UNLOCK, Ask.VAULT_KEEP, Ask.VAULT_MOVE})


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Which fields count is the verb's; the others keep their defaults."""

    verb: Ask
    names: tuple[str, ...] = ()
    all: bool = False  # stop: every running profile
    adopt: bool = False  # start, default
    wait: float = 0.0  # start, wait, session: seconds to wait for an outcome
    by: Starter = Starter.COMMAND_LINE
    ask: bool = False  # session: a person is there who can be asked
    fresh: bool = False  # session: one that need not be renewed yet
    until: datetime | None = None  # pause; None: until resume
    question: str = ""  # answer
    value: str | None = None  # answer, None: canceled; a secret of the vault's verbs
    peer: "Peer | None" = field(default=None, compare=False)  # who asks, as the system tells: never part of the line
    seen: tuple[str, ...] = ()  # wait: questions that are shown already, and are not come back for
    narrowing: Narrowing = FULL  # narrowed

    def __repr__(self) -> str:
        """Leave the answer out: it may be an MFA code or a secret."""
        return f"Request({self.verb}, {len(self.names)} names)"


def unreachable(reason: str) -> AppError:
    """Return the error for a peer that does not keep to the protocol."""
    return AppError.of(Code.ENGINE_UNREACHABLE, reason=reason)


def encode(value: Json) -> bytes:
    """Return the line of one object."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, object]:
    """Return the object of one line; ENGINE_UNREACHABLE for anything else."""
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        raise unreachable("a line that is no JSON") from None
    if not isinstance(value, dict):
        raise unreachable("a line that is no JSON object")
    return cast(dict[str, object], value)


def request_line(request: Request) -> bytes:
    """Return the line of a request; what keeps its default is left out."""
    value: dict[str, object] = {"v": VERSION, "verb": str(request.verb)}
    if request.names:
        value["names"] = list(request.names)
    if request.seen:
        value["seen"] = list(request.seen)
    for name in ("all", "adopt", "ask", "fresh"):
        if getattr(request, name):
            value[name] = True
    if request.wait:
        value["wait"] = request.wait
    if request.by is not Starter.COMMAND_LINE:
        value["by"] = str(request.by)
    if request.until is not None:
        value["until"] = time_text(request.until)
    if request.verb in _WITH_VALUE:
        value |= {"question": request.question, "value": request.value}
    if request.verb is Ask.NARROWED:
        value["narrowing"] = _narrowing_json(request.narrowing)
    return encode(value)


def _narrowing_json(one: Narrowing) -> dict[str, object]:
    seconds = None if one.duration is None else int(one.duration.total_seconds())
    arns = list(one.policy_arns)
    return {"read_only": one.read_only, "policy": one.policy, "policy_arns": arns, "duration": seconds}


def parse_request(line: bytes) -> Request:
    """Return the checked request of a line; ENGINE_UNREACHABLE names what is wrong with it."""
    value = decode(line)
    if value.get("v") != VERSION:
        raise unreachable(f"protocol version {str(value.get('v'))[:20]!r} instead of {VERSION}: restart Rolecall")
    try:
        return _request(value)
    except (TypeError, ValueError, OverflowError, RecursionError, AppError):
        raise unreachable("a request with a wrong value") from None


def _request(value: Json) -> Request:
    until = value.get("until")
    answer, verb = value.get("value"), Ask(_text(value.get("verb")))
    narrowing = _narrowing(value.get("narrowing")) if "narrowing" in value else FULL
    if bool(narrowing) is not (verb is Ask.NARROWED):
        raise ValueError  # whoever asks for less than the whole is never given the whole
    return Request(
        verb,
        names=_names(value.get("names", [])),
        all=value.get("all") is True,
        adopt=value.get("adopt") is True,
        wait=_seconds(value.get("wait", 0)),
        by=Starter(_text(value.get("by", "command-line"))),
        ask=value.get("ask") is True,
        fresh=value.get("fresh") is True,
        until=None if until is None else parse_time(_text(until)),
        question=_text(value.get("question", "")),
        value=None if answer is None else _text(answer),
        seen=_names(value.get("seen", [])),
        narrowing=narrowing,
    )


def _narrowing(value: object) -> Narrowing:
    if not isinstance(value, dict):
        raise TypeError
    from app.domain.narrower import parse_narrowing  # clients have no use for it

    table = cast(dict[str, object], value)
    policy, seconds = table.get("policy"), table.get("duration")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int)):
        raise TypeError
    return parse_narrowing(
        read_only=table.get("read_only") is True,
        policy=None if policy is None else _text(policy),
        policy_arns=_names(table.get("policy_arns", [])),
        duration=seconds,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise ValueError
    return float(value)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(cast(list[object], value)) > NAMES_MAXIMUM:
        raise TypeError
    return tuple(_text(one) for one in cast(list[object], value))


def time_text(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC with Z, to the microsecond where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Return the aware UTC time of `time_text`."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def problem_json(problem: Problem) -> dict[str, object]:
    """Return a problem as code, arguments and remedy: words are made where they are read."""
    return {
        "code": str(problem.code),
        "arguments": dict(problem.arguments),
        "verb": str(problem.remedy.verb),
        "subject": problem.remedy.subject,
    }


def parse_problem(value: object) -> Problem:
    """Return the problem of `problem_json`; a code of another version becomes UNEXPECTED."""
    table = cast(dict[str, object], value) if isinstance(value, dict) else {}
    try:
        code, verb = Code(_text(table.get("code"))), Verb(_text(table.get("verb", "")))
    except (TypeError, ValueError):
        return Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=str(table.get("code", "protocol"))[:60])
    given = table.get("arguments")
    arguments = cast(dict[str, object], given) if isinstance(given, dict) else {}
    plain = {key: one for key, one in arguments.items() if isinstance(one, str | int | float | bool)}
    return Problem(code, plain, Remedy(verb, str(table.get("subject", ""))))


def done(**values: object) -> dict[str, object]:
    """Return a good answer."""
    return {"ok": True, **values}


def refused(problem: Problem) -> dict[str, object]:
    """Return the answer that carries a problem."""
    return {"ok": False, "problem": problem_json(problem)}


def answer_of(line: bytes) -> dict[str, object]:
    """Return the values of a good answer; raise AppError with the problem of a bad one."""
    value = decode(line)
    if value.get("ok") is not True:
        raise AppError(parse_problem(value.get("problem")))
    return value
