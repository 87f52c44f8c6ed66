"""approve: allow the commands that sources name, show what is allowed, and take it back."""

import shlex
from collections.abc import Callable
from contextlib import suppress

import click

from app.activity import NAME, ActivityFile
from app.allowing import Reader, all_commands, allowed_commands, shared_reader
from app.approval_ports import Approvals
from app.choosing import source_named
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_json, say_table
from app.compose import approvals_of, file_target
from app.domain.activity import Event
from app.domain.approvals import Allowed, Approval
from app.domain.profile import Catalog
from app.domain.session import Starter
from app.listing import JSON_VERSION, whole_time
from app.texts import T


@click.command()
@click.argument("source", required=False)
@click.option("--revoke", is_flag=True, help="Take the approval back; SOURCE can be an id of --list as well.")
@click.option("--list", "listing", is_flag=True, help="Show every command that is allowed on this machine.")
@click.option("--dry-run", is_flag=True, help="Print the commands, and change nothing.")
@json_option
@click.pass_obj
def approve(cli: Cli, source: str | None, *, revoke: bool, listing: bool, dry_run: bool, as_json: bool) -> int:
    """Allow exactly the commands that a source names, with these arguments, on this machine."""
    if listing is (source is not None) or (listing and revoke):
        raise click.UsageError(T("Give a source, or --list."))
    if as_json and not listing:
        raise click.UsageError(T("--json goes with --list."))
    catalog = cli.catalog()
    approvals = own_approvals(cli, catalog)
    reader = shared_reader(cli.world, file_target(catalog.settings, cli.world), approvals)
    if source is None:
        return _say_list(allowed_commands(approvals.all(), catalog, reader), as_json=as_json)
    known = next((one for one in approvals.all() if one.id == source), None) if revoke else None
    if known is not None and source not in catalog.sources:
        return _take_back(approvals, known, dry_run=dry_run)
    return _change(approvals, catalog, source, reader, revoke=revoke, dry_run=dry_run)


def own_approvals(cli: Cli, catalog: Catalog) -> Approvals:
    """Return the approved commands; what this command changes of them goes into the journal."""
    approvals = approvals_of(cli.world, cli.folders)
    if catalog.settings.activity_days:
        approvals.told = _journal(cli)
    return approvals


def _journal(cli: Cli) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        with suppress(OSError):  # the approval counts all the same
            ActivityFile(cli.folders.state / NAME).append([event])

    return tell


def _change(approvals: Approvals, catalog: Catalog, source: str, reader: Reader, *, revoke: bool, dry_run: bool) -> int:
    found = source_named(catalog, source)
    commands = all_commands(found, reader)
    if not commands:
        note(T("{source} names no command.", source=found.name))
        return 0
    for command in commands:
        say(shlex.join(command))
        if not dry_run:
            (approvals.revoke if revoke else approvals.approve)(command, source=found.name, by=Starter.COMMAND_LINE)
    if not dry_run:
        say(T("No longer approved.") if revoke else T("Approved."))
    return 0


def _take_back(approvals: Approvals, known: Approval, *, dry_run: bool) -> int:
    say(shlex.join(known.command))
    if not dry_run:
        approvals.revoke(known.command, by=Starter.COMMAND_LINE)
        say(T("No longer approved."))
    return 0


def _say_list(found: tuple[Allowed, ...], *, as_json: bool) -> int:
    if as_json:
        say_json({"version": JSON_VERSION, "commands": [_row(one) for one in found]})
    elif found:
        say_table([T("ID"), T("SINCE"), T("SOURCE"), T("COMMAND")], [_cells(one) for one in found])
    else:
        note(T("No command is allowed on this machine."))
    return 0


def _cells(one: Allowed) -> list[str]:
    return [one.approval.id, whole_time(one.approval.at) or "-", ", ".join(one.sources) or "-", one.shown]


def _row(one: Allowed) -> dict[str, object]:
    """The command line as a list would show it: what looks like a secret is masked."""
    return {
        "id": one.approval.id,
        "command": one.shown,
        "since": whole_time(one.approval.at),
        "sources": list(one.sources),
        "profiles": list(one.profiles),
    }
