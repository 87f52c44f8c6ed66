"""What became of the profiles that a command named: asks what must be asked, prints, and yields the exit code."""

import contextlib
import os
import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from app.broker.protocol import Ask, Json, Request, parse_problem
from app.broker.wire import parse_question, parse_status
from app.cli.link import Link
from app.cli.output import note, say, say_json, say_problem, say_warning
from app.cli.terminal import Terminal
from app.domain.problem import AppError, Exit, Problem
from app.domain.programs import Answer
from app.domain.session import (
    Active,
    Attention,
    Expired,
    Question,
    QuestionKind,
    Renewing,
    Starter,
    Starting,
    Status,
    Stopped,
    Waiting,
    lease_of,
    state_name,
)
from app.domain.sign_in import AGAIN, SignIn
from app.domain.source import SignInFlow
from app.domain.values import dataclass
from app.listing import document, problem_row, problem_shown, status_row
from app.texts import T, say_time_left, session_words

WAIT_SECONDS = 330.0  # a question to a person ends after 5 min
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """One profile after a command: as it was named, its status, and why the command failed for it."""

    name: str
    status: Status
    problem: Problem | None = None


def outcomes_of(answer: Json) -> list[Outcome]:
    """Return the outcomes that an engine's answer carries."""
    found: list[Outcome] = []
    for entry in cast(list[dict[str, object]], answer.get("profiles") or []):
        given = entry.get("problem")
        problem = None if given is None else parse_problem(given)
        found.append(Outcome(str(entry["name"]), parse_status(entry["status"]), problem))
    return found


def questions_of(answer: Json) -> list[Question]:
    """Return the questions that an engine's answer carries."""
    return [parse_question(one) for one in cast(list[object], answer.get("questions") or [])]


def started(terminal: Terminal, link: Link, request: Request) -> list[Outcome]:
    """Carry out a request that starts profiles, asking the person what stands in the way; one outcome per name."""
    answer = link.ask(replace(request, wait=WAIT_SECONDS))
    first = outcomes_of(answer)
    refused = {one.name: one for one in first if one.problem is not None}
    names = tuple(one.name for one in first if one.problem is None)
    found = {one.name: one for one in first}
    shown: set[str] = set()
    while questions := questions_of(answer):
        for question in questions:
            settle(terminal, link, question, shown)
        answer = waited(link, Request(Ask.WAIT, names=names, wait=WAIT_SECONDS, seen=tuple(shown)))
        found |= {one.name: one for one in outcomes_of(answer)}
    return [refused.get(one.name) or found[one.name] for one in first]


def waited(link: Link, request: Request) -> Json:
    """Carry out a request that waits for a person elsewhere; who has enough of it ends that sign-in too."""
    try:
        return link.ask(request)
    except KeyboardInterrupt:
        if link.kind is not None:
            with contextlib.suppress(AppError):
                for one in request.seen:
                    link.ask(Request(Ask.ANSWER, question=one, value=None))
        raise


def settle(terminal: Terminal, link: Link, question: Question, shown: set[str]) -> None:
    """Put a question to the person at the terminal; without one, wait a moment for an answer in the window.

    A sign-in is shown once (`shown` holds their ids) and answers itself; one that has ended is asked about.
    """
    sign_in = question.sign_in
    if sign_in is not None and not sign_in.expired:
        if question.id not in shown:
            shown.add(question.id)
            say_sign_in(question.subject, sign_in)
        return
    if not terminal.present():
        time.sleep(POLL_SECONDS)
        return
    match question.kind:
        case QuestionKind.MFA:
            value = terminal.code(question.subject, question.refused)
        case QuestionKind.TOKEN_PASTE:
            value = terminal.token(question.subject, question.refused)
        case QuestionKind.APPROVE_COMMAND:
            command = shlex.join(question.command)
            text = T("Source {source} wants to run: {command}. Allow?", source=question.subject, command=command)
            agreed = terminal.agrees(text)
            value = "yes" if agreed else None
        case QuestionKind.SIGN_IN:
            value = AGAIN if terminal.agrees(T("The code has ended. Get a new one?")) else None
        case QuestionKind.PROGRAM:
            value = Answer.ONCE if terminal.agrees(program_words(question)) else Answer.DENY
    link.ask(Request(Ask.ANSWER, question=question.id, value=value))


def say_sign_in(source: str, sign_in: SignIn) -> None:
    """Tell where to sign in: the link, or the code and where it goes. On standard error; never a token."""
    if sign_in.flow is SignInFlow.DEVICE:
        note(T("Sign in for source {source}: open {page}", source=source, page=sign_in.page))
        note(T("and enter the code: {code}", code=sign_in.code))
        if sign_in.link != sign_in.page:
            note("  " + T("or open: {link}", link=sign_in.link))
        return
    note(T("Sign in for source {source} at {host}. If no browser opens, open:", source=source, host=sign_in.host))
    note(f"  {sign_in.link}")
    if os.environ.get("SSH_CONNECTION"):
        port = sign_in.returns_to.rpartition(":")[2].partition("/")[0]
        note(
            "  " + T("The browser comes back to port {port} of this machine: ssh -L {port}:127.0.0.1:{port}", port=port)
        )
        if sign_in.other:
            note("  " + T("Or use a code instead: rolecall source edit {source} --flow device", source=source))


def program_words(question: Question) -> str:
    """Return the question about a program in one line."""
    asking = question.asking
    if asking is None:
        return T("Hand out the session?")
    name = asking.program.name or T("an unknown program")
    profile = session_words(asking.profile, asking.narrowing)
    path, folder = asking.program.executable or "?", asking.program.folder or "?"
    return T(
        "{name} ({path}, process {pid}, in {folder}) asks for {profile}. Allow once?",
        name=name,
        path=path,
        pid=asking.program.pid,
        folder=folder,
        profile=profile,
    )


def starter(terminal: Terminal, link: Link) -> Starter:
    """Who asks: a person, if there is one at this terminal or before the application's window."""
    return Starter.COMMAND_LINE if terminal.present() or link.kind == "application" else Starter.PROGRAM


def failure(outcome: Outcome) -> Problem | None:
    """Return why a start came to nothing, or to less than was asked for."""
    if outcome.problem is not None:
        return outcome.problem
    match outcome.status.state:
        case Attention() | Expired() | Starting():
            return problem_shown(outcome.status)
        case Active() | Renewing() | Waiting() | Stopped():
            return next((one.problem for one in outcome.status.deliveries if one.problem is not None), None)


def report(outcomes: Sequence[Outcome], now: datetime, *, as_json: bool, quiet: bool = False) -> int:
    """Print the outcomes and their problems; return the first failure's exit code in the order given."""
    code = Exit.DONE
    if as_json:
        say_json(document([outcome_row(one, now) for one in outcomes]))
    for one in outcomes:
        problem = failure(one)
        if problem is None and not as_json and not quiet:
            say(line_of(one.status, now))
        for warning in one.status.warnings:
            say_warning(warning, one.name)
        if problem is not None:
            say_problem(problem, one.name)
            code = code if code is not Exit.DONE else problem.exit
    return int(code)


def outcome_row(outcome: Outcome, now: datetime) -> dict[str, object]:
    """Return `status`'s JSON for an outcome, with the command's own problem where it has one."""
    row = status_row(outcome.status, now)
    if outcome.problem is not None:
        row["problem"] = problem_row(outcome.problem)
    return row


def line_of(status: Status, now: datetime) -> str:
    """Return one line for people."""
    parts = [f"{status.profile}: {state_name(status.state)}"]
    lease = lease_of(status.state)
    if lease is not None:
        parts.append(T("{left} left", left=say_time_left(status.left(now))) if lease.expires_at else T("no expiry"))
        parts.extend([lease.arn] if lease.arn else [])
    parts.extend(f"[{one.target}]" if one.kind == "credentials-file" else one.target for one in status.deliveries)
    return ", ".join(parts)


def say_nothing_renews(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Tell, where no engine goes on running, that nothing will renew what was started."""
    names = [one.name for one in outcomes if failure(one) is None and one.status.valid(now)]
    if names:
        note(T("Nothing will renew {names}: Rolecall is not running.", names=", ".join(names)))
        note("  " + T("To keep it fresh, run: rolecall, or without a screen: rolecall refresh"))
