"""undo."""

import click

from app.broker.protocol import Ask, Request
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.outcomes import failure, outcomes_of
from app.cli.output import note, say, say_diff, say_json, say_problem
from app.compose import Core
from app.domain.files import JournalEntry
from app.domain.problem import AppError, Code
from app.listing import whole_time
from app.texts import T
from app.undoing import back_of, undone_by_stop


@click.command()
@click.argument("entry", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the writes of the last 30 days.")
@click.option("--dry-run", is_flag=True, help="Print what would be put back, and change nothing.")
@json_option
@click.pass_obj
def undo(cli: Cli, entry: str | None, *, listing: bool, dry_run: bool, as_json: bool) -> int:
    """Put back what the last write to the AWS files replaced; ENTRY names another one of --list.

    A profile that runs is stopped for it: stopping gives back what was there before.
    """
    journal = cli.on_core(lambda one: one.files.journal())
    if listing:
        return _say_journal(journal, as_json=as_json)
    chosen = _chosen(journal, entry)
    if not chosen.undoable and not undone_by_stop(chosen):
        raise AppError.of(Code.NOTHING_TO_UNDO)
    # what cannot be put back is said before anything is stopped for it
    shown = cli.on_core(lambda one: one.files.undo_preview(chosen.id)) if chosen.undoable else back_of(chosen)
    if dry_run:
        for diff in shown:
            say_diff(diff.path, diff.lines)
        return 0
    if code := _stop(cli, chosen):
        return code
    done = cli.on_core(lambda one: _undo(one, chosen)) if chosen.undoable else chosen
    say(T("Undone: {what} of {time} in {path}.", what=done.what, time=whole_time(done.at), path=done.path))
    return 0


async def _undo(one: Core, chosen: JournalEntry) -> JournalEntry:
    """Stopping may have put it back already."""
    now = {entry.id: entry for entry in await one.files.journal()}
    if chosen.id in now and not now[chosen.id].undoable:
        return chosen
    return await one.files.undo(chosen.id)


def _chosen(journal: tuple[JournalEntry, ...], entry: str | None) -> JournalEntry:
    for one in journal:
        if one.id == entry or (entry is None and one.undoable):
            return one
    raise AppError.of(Code.NOTHING_TO_UNDO)


def _stop(cli: Cli, chosen: JournalEntry) -> int:
    """An engine would write again what is put back under it; the undo of a start is a stop, without an engine too."""
    with cli.running() if chosen.undoable else cli.engine() as engine:
        if engine is None or not chosen.profiles:
            return 0
        for outcome in outcomes_of(engine.ask(Request(Ask.STOP, names=chosen.profiles))):
            problem = failure(outcome)
            if problem is not None and problem.code is not Code.PROFILE_UNKNOWN:
                say_problem(problem, outcome.name)
                return int(problem.exit)
    return 0


def _say_journal(journal: tuple[JournalEntry, ...], *, as_json: bool) -> int:
    rows = [
        {
            "id": one.id,
            "at": whole_time(one.at),
            "path": one.path,
            "what": one.what,
            "profiles": list(one.profiles),
            "undoable": one.undoable,
            "sections": [{"name": at.section, "how": at.how} for at in one.sections],
        }
        for one in journal
    ]
    if as_json:
        say_json({"version": 1, "entries": rows})
        return 0
    for one in journal:
        mark = T("can be undone") if one.undoable else "-"
        say(f"{one.id}  {whole_time(one.at)}  {one.what}  {', '.join(one.profiles)}  {mark}")
    if not rows:
        note(T("Nothing was written in the last 30 days."))
    return 0
