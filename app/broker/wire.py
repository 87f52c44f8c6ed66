"""Statuses and questions as JSON and back, without loss, so that every front end renders them the same way.

No secret is in either: a `Status` carries none. Sessions travel on their own (`session_json`), to the same user only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from app.broker.asking import asking_json, parse_asking
from app.broker.protocol import Json, parse_problem, parse_time, problem_json, time_text
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Problem
from app.domain.secret import Credentials, Secret
from app.domain.session import (
    Active,
    Attention,
    DeliveryStatus,
    Expired,
    Lease,
    Question,
    QuestionKind,
    Renewing,
    SessionState,
    Starter,
    Starting,
    Status,
    Stopped,
    Waiting,
    lease_of,
    next_attempt_of,
    problem_of,
    state_name,
)
from app.domain.sign_in import SignIn
from app.domain.source import SignInFlow


def status_json(status: Status) -> dict[str, object]:
    """Return all that a status says."""
    return {
        "profile": status.profile,
        "state": _state_json(status.state),
        "paused": status.paused,
        "started_at": _time(status.started_at),
        "started_by": None if status.started_by is None else str(status.started_by),
        "deliveries": [_delivery_json(one) for one in status.deliveries],
        "warnings": [problem_json(one) for one in status.warnings],
        "last_used_at": _time(status.last_used_at),
        "asked": None if status.asked is None else str(status.asked),
    }


def parse_status(value: object) -> Status:
    """Return the status of `status_json`; raises KeyError, TypeError or ValueError for anything else."""
    table = _table(value)
    by, asked = table.get("started_by"), table.get("asked")
    return Status(
        ProfileName(str(table["profile"])),
        _parse_state(_table(table["state"])),
        paused=table.get("paused") is True,
        started_at=_parse_time(table.get("started_at")),
        started_by=None if by is None else Starter(str(by)),
        deliveries=tuple(_parse_delivery(_table(one)) for one in items_of(table.get("deliveries"))),
        warnings=tuple(parse_problem(one) for one in items_of(table.get("warnings"))),
        last_used_at=_parse_time(table.get("last_used_at")),
        asked=None if asked is None else QuestionKind(str(asked)),
    )


def _state_json(state: SessionState) -> dict[str, object]:
    lease, problem = lease_of(state), problem_of(state)
    value: dict[str, object] = {"name": state_name(state)}
    if lease is not None:
        value["lease"] = _lease_json(lease)
    if problem is not None:
        value["problem"] = problem_json(problem)
    attempt = next_attempt_of(state)
    if attempt is not None:
        value["next_attempt_at"] = time_text(attempt)
    match state:
        case Starting(since=since, step=step, steps=steps, expired_at=expired):
            value |= {"since": time_text(since), "step": step, "steps": steps, "expired_at": _time(expired)}
        case Renewing(since=since, step=step, steps=steps):
            value |= {"since": time_text(since), "step": step, "steps": steps}
        case Attention(kind=kind, since=since, renews=renews):
            value |= {"kind": str(kind), "since": time_text(since), "renews": renews}
        case Expired(expired_at=at):
            value["expired_at"] = time_text(at)
        case Stopped() | Active() | Waiting():
            pass
    return value


def _parse_state(value: Mapping[str, object]) -> SessionState:
    name = value.get("name")
    problem = None if value.get("problem") is None else parse_problem(value["problem"])
    attempt = _parse_time(value.get("next_attempt_at"))
    if name == "stopped":
        return Stopped()
    if name == "starting":
        step, steps = _int(value.get("step")), _int(value.get("steps"))
        return Starting(_at(value, "since"), step, steps, problem, attempt, _parse_time(value.get("expired_at")))
    if name == "expired":
        return Expired(_at(value, "expired_at"), problem, attempt)
    if name == "attention":
        lease = None if value.get("lease") is None else _parse_lease(_table(value["lease"]))
        kind, renews = AttentionKind(str(value["kind"])), value.get("renews") is True
        return Attention(kind, _needed(problem), _at(value, "since"), lease, renews)
    lease = _parse_lease(_table(value["lease"]))
    if name == "active":
        return Active(lease)
    if name == "renewing":
        return Renewing(lease, _at(value, "since"), _int(value.get("step")), _int(value.get("steps")))
    if name == "waiting":
        return Waiting(lease, _needed(problem), _at(value, "next_attempt_at"))
    raise ValueError(name)


def _lease_json(lease: Lease) -> dict[str, object]:
    return {
        "access_key_id": lease.access_key_id,
        "received_at": time_text(lease.received_at),
        "expires_at": _time(lease.expires_at),
        "due_at": time_text(lease.due_at),
        "arn": lease.arn,
        "account": lease.account,
    }


def _parse_lease(value: Mapping[str, object]) -> Lease:
    return Lease(
        str(value["access_key_id"]),
        _at(value, "received_at"),
        _parse_time(value.get("expires_at")),
        _at(value, "due_at"),
        _text_or_none(value.get("arn")),
        _text_or_none(value.get("account")),
    )


def _delivery_json(one: DeliveryStatus) -> dict[str, object]:
    problem = None if one.problem is None else problem_json(one.problem)
    told: dict[str, object] = {"kind": one.kind, "target": one.target, "written_at": _time(one.written_at)}
    told["problem"] = problem
    if one.program:
        told |= {"program": one.program, "pid": one.pid}
    return told


def _parse_delivery(value: Mapping[str, object]) -> DeliveryStatus:
    problem = value.get("problem")
    return DeliveryStatus(
        str(value["kind"]),
        str(value["target"]),
        _parse_time(value.get("written_at")),
        None if problem is None else parse_problem(problem),
        str(value.get("program", "")),
        pid if isinstance(pid := value.get("pid"), int) else 0,
    )


def question_json(question: Question) -> dict[str, object]:
    """Return all that a question says."""
    return {
        "id": question.id,
        "kind": str(question.kind),
        "subject": question.subject,
        "profiles": list(question.profiles),
        "asked_at": time_text(question.asked_at),
        "deadline": time_text(question.deadline),
        "command": list(question.command),
        "refused": None if question.refused is None else problem_json(question.refused),
        "asking": None if question.asking is None else asking_json(question.asking),
        "sign_in": None if question.sign_in is None else _sign_in_json(question.sign_in),
        "keep": None if question.keep is None else question.keep.total_seconds(),
    }


def parse_question(value: object) -> Question:
    """Return the question of `question_json`."""
    table = _table(value)
    return Question(
        str(table["id"]),
        QuestionKind(str(table["kind"])),
        str(table["subject"]),
        tuple(ProfileName(str(one)) for one in items_of(table.get("profiles"))),
        _at(table, "asked_at"),
        _at(table, "deadline"),
        tuple(str(one) for one in items_of(table.get("command"))),
        None if table.get("refused") is None else parse_problem(table["refused"]),
        None if table.get("asking") is None else parse_asking(table["asking"]),
        None if table.get("sign_in") is None else _parse_sign_in(_table(table["sign_in"])),
        timedelta(seconds=keep) if isinstance(keep := table.get("keep"), int | float) else None,
    )


def _sign_in_json(one: SignIn) -> dict[str, object]:
    return {
        "flow": str(one.flow),
        "host": one.host,
        "link": one.link,
        "returns_to": one.returns_to,
        "code": one.code,
        "page": one.page,
        "interval": one.interval,
        "expired": one.expired,
        "other": one.other,
    }


def _parse_sign_in(value: Mapping[str, object]) -> SignIn:
    return SignIn(
        SignInFlow(str(value["flow"])),
        *(str(value[key]) for key in ("host", "link", "returns_to", "code", "page")),
        interval=_int(value.get("interval")),
        expired=value.get("expired") is True,
        other=value.get("other") is True,
    )


def session_json(issued: Issued) -> dict[str, object]:
    """Return a session with its secrets: for the answer to a `session` request and the sealed cache alone."""
    credentials = issued.credentials
    token = credentials.session_token
    return {
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key.reveal(),
        "session_token": None if token is None else token.reveal(),
        "expires_at": _time(issued.expires_at),
        "received_at": time_text(issued.received_at),
        "arn": issued.arn,
        "account": issued.account,
    }


def parse_session(value: object) -> Issued:
    """Return the session of `session_json`; its expiry is by our clock already."""
    table = _table(value)
    token = _text_or_none(table.get("session_token"))
    credentials = Credentials(
        str(table["access_key_id"]),
        Secret(str(table["secret_access_key"])),
        None if token is None else Secret(token),
        _parse_time(table.get("expires_at")),
    )
    arn, account = _text_or_none(table.get("arn")), _text_or_none(table.get("account"))
    return Issued(credentials, _at(table, "received_at"), arn, account)


def _needed(problem: Problem | None) -> Problem:
    if problem is None:
        raise ValueError("problem")
    return problem


def _time(at: datetime | None) -> str | None:
    return None if at is None else time_text(at)


def _parse_time(value: object) -> datetime | None:
    return None if value is None else parse_time(str(value))


def _at(value: Json, key: str) -> datetime:
    return parse_time(str(value[key]))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return cast(dict[str, object], value)


def items_of(value: object) -> list[object]:
    """Return the items of a JSON list; none of anything else."""
    return cast(list[object], value) if isinstance(value, list) else []
