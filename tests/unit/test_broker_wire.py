"""Statuses, questions, problems and sessions travel without loss."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker import protocol, wire
from app.broker.protocol import Ask, Request, parse_problem, parse_request, problem_json, request_line
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.narrowing import READ_ONLY, Narrowing
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.programs import Answer, Asking, Decision, Parent, Program, Way
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
)
from app.domain.sign_in import SignIn
from app.domain.source import SignInFlow

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
PROBLEM = Problem.of(Code.ROLE_MAXIMUM, Verb.EDIT_HOP, "2", hop=2, role="arn:aws:iam::1:role/x", asked="2 h")
LEASE = Lease("ASIAX", NOW, NOW + timedelta(hours=1), NOW + timedelta(minutes=45), "arn:x", "123456789012")
BARE = Lease("ASIAX", NOW, None, NOW + timedelta(minutes=15))

# every field is set to what is not its default, so that one that does not travel is seen
STATES: list[SessionState] = [
    Stopped(),
    Starting(NOW, 1, 3, PROBLEM, NOW + timedelta(seconds=9), NOW - timedelta(seconds=5)),
    Starting(NOW),
    Active(LEASE),
    Active(BARE),
    Renewing(LEASE, NOW, 2, 3),
    Waiting(LEASE, PROBLEM, NOW + timedelta(seconds=9)),
    Attention(AttentionKind.MFA, PROBLEM, NOW, LEASE, renews=True),
    Attention(AttentionKind.VAULT, PROBLEM, NOW),
    Expired(NOW, PROBLEM, NOW + timedelta(seconds=9)),
    Expired(NOW),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_every_state_comes_back_as_it_was(state: SessionState) -> None:
    status = Status(
        ProfileName("prod/admin"),
        state,
        paused=True,
        started_at=NOW,
        started_by=Starter.TRAY,
        deliveries=(DeliveryStatus("credentials-file", "prod", NOW, PROBLEM), DeliveryStatus("default", "default")),
        warnings=(PROBLEM,),
        last_used_at=NOW,
        asked=QuestionKind.MFA,
    )
    line = protocol.encode(wire.status_json(status))
    assert wire.parse_status(protocol.decode(line)) == status


def test_no_field_of_a_state_was_forgotten() -> None:
    """A new field has to be added to STATES above (with a value that is not its default) and to wire.py."""
    known = {
        Stopped: 0, Starting: 6, Active: 1, Renewing: 4, Waiting: 3, Attention: 5, Expired: 3, Lease: 6, Status: 9,
        DeliveryStatus: 6, Question: 11, SignIn: 9, Asking: 7, Program: 9, Parent: 2, Decision: 9,
    }  # fmt: skip
    assert {one: len(fields(one)) for one in known} == known


def test_a_question_comes_back_as_it_was() -> None:
    names = (ProfileName("a"), ProfileName("b"))
    question = Question("q", QuestionKind.APPROVE_COMMAND, "ci", names, NOW, NOW, ("/bin/x", "-y"), PROBLEM)
    assert wire.parse_question(wire.question_json(question)) == question
    code = replace(question, kind=QuestionKind.MFA, command=(), keep=timedelta(hours=12))
    assert wire.parse_question(wire.question_json(code)) == code
    shown = SignIn(SignInFlow.DEVICE, "id.example.com", "https://l", "http://r", "C-1", "https://p", 7, True, True)
    signing = replace(question, kind=QuestionKind.SIGN_IN, command=(), refused=None, sign_in=shown)
    assert wire.parse_question(wire.question_json(signing)) == signing


def test_a_question_about_a_program_comes_back_as_it_was() -> None:
    parents = (Parent(3980, "zsh"), Parent(3970, "kitty"))
    program = Program(4121, "/usr/bin/python3", "/usr/bin/aws", "/srv", "ana", "/dev/pts/1", parents, "k", "process p")
    last = Decision("1a2b", ProfileName("prod"), "k", "/usr/bin/python3", "/usr/bin/aws", Answer.HOUR, NOW, NOW)
    last = replace(last, narrowing="read-only 15m")
    answers = (Answer.ONCE, Answer.DENY)
    asking = Asking(program, ProfileName("prod"), Way.ENDPOINT, "ana-prod", answers, last, "read-only")
    question = Question("q", QuestionKind.PROGRAM, asking.subject, (ProfileName("prod"),), NOW, NOW, asking=asking)
    line = protocol.encode(wire.question_json(question))
    assert wire.parse_question(protocol.decode(line)) == question


def test_a_session_comes_back_with_its_secrets_and_corrected_expiry() -> None:
    until = NOW + timedelta(hours=1)
    issued = Issued(
        Credentials("ASIAX", Secret("s"), Secret("t"), until), NOW, "arn:x", "1", clock_offset=timedelta(seconds=90)
    )
    back = wire.parse_session(wire.session_json(issued))
    assert (back.credentials.secret_access_key, back.credentials.session_token) == (Secret("s"), Secret("t"))
    assert back.expires_at == until + timedelta(seconds=90)
    assert (back.arn, back.account) == ("arn:x", "1")


def test_a_problem_of_a_newer_version_is_still_a_problem() -> None:
    problem = parse_problem({"code": "brand-new", "arguments": {}, "verb": "", "subject": ""})
    assert (problem.code, problem.arguments["kind"]) == (Code.UNEXPECTED, "brand-new")
    assert parse_problem(problem_json(PROBLEM)) == PROBLEM


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries({"v": st.just(1), "verb": st.sampled_from([str(one) for one in Ask]) | ANY_JSON}), ANY_JSON
)
def test_any_request_is_understood_or_refused(start: dict[str, object], rest: object) -> None:
    value = {**start, **(rest if isinstance(rest, dict) else {"names": rest, "wait": rest, "until": rest})}
    outcome: Request | Code
    try:
        outcome = parse_request(protocol.encode(value))
    except AppError as error:
        outcome = error.problem.code
    assert outcome is Code.ENGINE_UNREACHABLE or isinstance(outcome, Request)


@given(st.binary(max_size=200))
def test_any_bytes_are_understood_or_refused(line: bytes) -> None:
    with pytest.raises(AppError):
        parse_request(line)


@given(
    st.builds(
        Request,
        st.sampled_from(Ask).filter(lambda ask: ask not in (Ask.ANSWER, Ask.NARROWED)),
        names=st.lists(st.text(max_size=20), max_size=4).map(tuple),
        all=st.booleans(),
        adopt=st.booleans(),
        wait=st.floats(0, 3600),
        by=st.sampled_from(Starter),
        ask=st.booleans(),
        until=st.none() | st.datetimes(timezones=st.just(UTC)),
    )
)
def test_every_request_arrives_as_it_was_sent(request: Request) -> None:
    assert parse_request(request_line(request)) == request


@pytest.mark.parametrize(
    "wish",
    [
        READ_ONLY,
        Narrowing(policy='{"a":"é"}', policy_arns=("arn:aws:iam::aws:policy/x",), duration=timedelta(minutes=15)),
    ],
)
def test_what_a_session_is_narrowed_to_arrives_as_it_was_sent(wish: Narrowing) -> None:
    request = Request(Ask.NARROWED, names=("prod",), by=Starter.PROGRAM, fresh=True, narrowing=wish)
    assert parse_request(request_line(request)) == request


@pytest.mark.parametrize(
    "value",
    [
        {"verb": "narrowed"},
        {"verb": "narrowed", "narrowing": {}},
        {"verb": "narrowed", "narrowing": {"read_only": "yes"}},
        {"verb": "narrowed", "narrowing": []},
        {"verb": "narrowed", "narrowing": {"read_only": True, "policy_arns": ["arn:aws:iam::aws:policy/x"]}},
        {"verb": "narrowed", "narrowing": {"policy": "no json"}},
        {"verb": "narrowed", "narrowing": {"duration": True}},
        {"verb": "narrowed", "narrowing": {"duration": -1}},
        {"verb": "session", "narrowing": {"read_only": True}},
        {"verb": "process", "narrowing": {"read_only": True}},
    ],
)
def test_a_wish_that_is_not_understood_is_never_taken_for_the_whole(value: dict[str, object]) -> None:
    with pytest.raises(AppError) as caught:
        parse_request(protocol.encode({"v": 1, "names": ["prod"], **value}))
    assert caught.value.problem.code is Code.ENGINE_UNREACHABLE
