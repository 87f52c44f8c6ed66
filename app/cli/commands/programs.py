"""programs: who asks for sessions, and what was decided about it."""

from collections.abc import Sequence

import click

from app.broker.protocol import Ask, Json, Request
from app.broker.wire import items_of
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.outcomes import program_words, questions_of
from app.cli.output import note, say, say_json, say_table
from app.domain.problem import AppError, Code
from app.domain.programs import Answer, Decision, decision_json, parse_decision
from app.domain.session import Question
from app.listing import JSON_VERSION, whole_time
from app.texts import N, T, answer_words, session_words


@click.group(invoke_without_command=True)
@click.pass_context
def programs(ctx: click.Context) -> int:
    """Show which programs ask for sessions, answer them, and take decisions back.

    For profiles whose approve_programs is each-time, once-1h or until-lock.
    """
    if ctx.invoked_subcommand is None:
        return _list(ctx.ensure_object(Cli), as_json=False)
    return 0


@programs.command("list")
@json_option
@click.pass_obj
def list_programs(cli: Cli, *, as_json: bool) -> int:
    """Show who asks now, and the decisions that count at this moment."""
    return _list(cli, as_json=as_json)


@programs.command()
@click.argument("which")
@click.option("--for-1h", "hour", is_flag=True, help="For this program and profile, for an hour.")
@click.option(
    "--until-lock", "lock", is_flag=True, help="For this program and profile, until Rolecall is locked or ends."
)
@click.pass_obj
def allow(cli: Cli, which: str, *, hour: bool, lock: bool) -> int:
    """Let a program that asks have the session: once, or longer where the profile's approve_programs has that."""
    if hour and lock:
        raise click.UsageError(T("Give --for-1h or --until-lock, not both."))
    return _answer(cli, which, Answer.HOUR if hour else (Answer.UNTIL_LOCK if lock else Answer.ONCE))


@programs.command()
@click.argument("which")
@click.option("--for-1h", "hour", is_flag=True, help="And do not ask again for an hour.")
@click.pass_obj
def deny(cli: Cli, which: str, *, hour: bool) -> int:
    """Refuse a program that asks. WHICH: the number in the list, the profile, or the program's name."""
    return _answer(cli, which, Answer.DENY_HOUR if hour else Answer.DENY)


@programs.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--all", "everything", is_flag=True, help="Take every decision back.")
@click.pass_obj
def revoke(cli: Cli, ids: tuple[str, ...], *, everything: bool) -> int:
    """Take decisions back: the programs ask again the next time."""
    if bool(ids) is everything:
        raise click.UsageError(T("Give the ids of decisions, or --all."))
    with cli.engine() as link:
        known = {one.id for one in decisions_of(link.ask(Request(Ask.PROGRAMS)))}
        unknown = [one for one in ids if one not in known]
        if unknown:
            raise AppError.of(Code.DECISION_UNKNOWN, which=unknown[0])
        count = link.ask(Request(Ask.REVOKE, names=ids, all=everything)).get("revoked")
    number = count if isinstance(count, int) else 0
    say(N("{n} decision taken back.", "{n} decisions taken back.", number))
    return 0


def decisions_of(answer: Json) -> list[Decision]:
    """Return the decisions that an engine's answer carries."""
    read = (parse_decision(one) for one in items_of(answer.get("decisions")))
    return [one for one in read if one is not None]


def _answer(cli: Cli, which: str, answer: Answer) -> int:
    with cli.running() as link:
        if link is None:
            raise AppError.of(Code.ENGINE_ABSENT)
        question = _chosen(questions_of(link.ask(Request(Ask.PROGRAMS))), which)
        asking = question.asking
        if asking is not None and answer not in asking.answers:
            offered = ", ".join(answer_words(one) for one in asking.answers)
            raise click.UsageError(T("This can be answered: {answers}.", answers=offered))
        link.ask(Request(Ask.ANSWER, question=question.id, value=str(answer)))
    say(f"{answer_words(answer)}: {_asker(question)}")
    return 0


def _chosen(questions: Sequence[Question], which: str) -> Question:
    found = [
        one
        for one in questions
        if which == one.id
        or (
            one.asking is not None
            and which in (one.asking.profile, one.asking.program.name, str(one.asking.program.pid))
        )
    ]
    if not found:
        raise AppError.of(Code.DECISION_UNKNOWN, which=which)
    if len(found) > 1:
        raise click.UsageError(T("Several ask. Give one of: {ids}", ids=", ".join(one.id for one in found)))
    return found[0]


def _asker(question: Question) -> str:
    asking = question.asking
    return (
        ""
        if asking is None
        else f"{asking.program.name or '?'} ({asking.program.pid}), {session_words(asking.profile, asking.narrowing)}"
    )


def _list(cli: Cli, *, as_json: bool) -> int:
    with cli.engine() as link:
        answer = link.ask(Request(Ask.PROGRAMS))
    decisions, questions = decisions_of(answer), questions_of(answer)
    if as_json:
        say_json({"version": JSON_VERSION, "asking": [_row(one) for one in questions], "decisions": _rows(decisions)})
        return 0
    for one in questions:
        say(f"{one.id}: {program_words(one)}")
    if decisions:
        head = [T("ID"), T("PROGRAM"), T("PROFILE"), T("DECISION"), T("SINCE"), T("UNTIL"), T("PATH")]
        say_table(head, [_cells(one) for one in decisions])
    if not decisions and not questions:
        note(T("No program asks, and no decision counts at the moment."))
    return 0


def _cells(one: Decision) -> list[str]:
    until = whole_time(one.until) or T("lock")
    path = one.script or one.executable
    session = session_words(one.profile, one.narrowing)
    return [one.id, one.name, session, answer_words(one.answer), whole_time(one.at) or "", until, path]


def _rows(decisions: Sequence[Decision]) -> list[dict[str, object]]:
    return [{key: value for key, value in decision_json(one).items() if key != "identity"} for one in decisions]


def _row(question: Question) -> dict[str, object]:
    asking = question.asking
    if asking is None:
        return {"id": question.id}
    program = asking.program
    return {
        "id": question.id,
        "profile": asking.profile,
        "pid": program.pid,
        "executable": program.executable,
        "script": program.script,
        "folder": program.folder,
        "parents": [{"pid": one.pid, "name": one.name} for one in program.parents],
        "through": str(asking.way),
        "session_name": asking.session_name,
        "narrowing": asking.narrowing,
        "deadline": whole_time(question.deadline),
        "answers": [str(one) for one in asking.answers],
    }
