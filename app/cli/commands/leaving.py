"""autostart and uninstall."""

from collections.abc import Iterator

import click

from app.autostart import Autostart, autostart, start_command
from app.cli.commands.sessions import dry_option, json_option
from app.cli.context import Cli
from app.cli.link import running_engine
from app.cli.output import note, say, say_json, say_problem
from app.domain.problem import AppError, Code
from app.line import process_line
from app.parting import Belongings, belongings, part, remove_folders
from app.texts import N, T


def autostart_of(cli: Cli) -> Autostart:
    """Return where this platform keeps what starts at login."""
    world = cli.world
    command = start_command(world.environ, process_line(cli.folders).launcher)
    return autostart(world.environ, world.home, command)


@click.command("autostart")
@click.argument("what", type=click.Choice(["on", "off", "status"]), default="status")
@json_option
@click.pass_obj
def autostart_(cli: Cli, what: str, *, as_json: bool) -> int:
    """Start the tray application at login, or no longer; without a word, say which."""
    entry = autostart_of(cli)
    if what == "on":
        entry.turn_on()
    elif what == "off":
        entry.turn_off()
    is_on = entry.is_on()
    if as_json:
        say_json({"on": is_on, "place": entry.place})
    else:
        say(
            T("Rolecall starts at login: {place}", place=entry.place)
            if is_on
            else T("Rolecall does not start at login.")
        )
    return 0


@click.command()
@dry_option
@click.option("--secrets", is_flag=True, help="Also remove the secrets from the keyring. Nothing brings them back.")
@click.option("--catalog", is_flag=True, help="Also remove the catalog. Nothing brings it back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def uninstall(cli: Cli, *, dry_run: bool, secrets: bool, catalog: bool, yes: bool, as_json: bool) -> int:
    """Give the AWS files back and take away what Rolecall made on this machine, before the program goes.

    Secrets and the catalog stay unless they are named: they may be all that you have of your keys and profiles.
    """
    entry = autostart_of(cli)
    runs = _runs(cli)
    found = cli.on_core(lambda core: belongings(core, entry))
    if as_json:
        say_json(_row(found))
    for line in () if as_json else _plan(found, secrets=secrets, catalog=catalog):
        say(line)
    if dry_run:
        return 0
    if runs:
        raise AppError.of(Code.ENGINE_STILL_RUNS)
    if not yes:
        _agreed(cli)
    return _carry_out(cli, entry, found, secrets=secrets, catalog=catalog)


def _runs(cli: Cli) -> bool:
    running = running_engine(cli.folders)
    if running is not None:
        running.close()
    return running is not None


def _agreed(cli: Cli) -> None:
    if not cli.terminal.present():
        raise AppError.of(Code.CONFIRM_UNINSTALL)
    if not cli.terminal.agrees(T("Do it?")):
        raise AppError.of(Code.CANCELED)


def _carry_out(cli: Cli, entry: Autostart, found: Belongings, *, secrets: bool, catalog: bool) -> int:
    problems = cli.on_core(lambda core: part(core, entry, found, secrets=secrets, catalog=catalog))
    for problem in problems:
        say_problem(problem)
    if problems:
        return int(problems[0].exit)
    if found.undoable:
        note(T("{place} stays: it has what an undo would need.", place=str(found.folders[0])))
    elif left := remove_folders(found.folders):
        note(T("Not removed: {place}", place=", ".join(map(str, left))))
    say(T("Done. Now remove the program itself, as it was installed."))
    return 0


def _row(found: Belongings) -> dict[str, object]:
    return {
        "sections": list(found.sections), "config_lines": found.lines, "autostart": found.autostart or None,
        "secrets": list(found.secrets), "folders": [str(one) for one in found.folders],
        "catalog": str(found.catalog) if found.catalog.exists() else None,
        "diff": {diff.path: list(diff.lines) for diff in found.diffs},
    }  # fmt: skip


def _plan(found: Belongings, *, secrets: bool, catalog: bool) -> Iterator[str]:
    """Yield what goes and what stays, and how that would go."""
    if found.changes:
        yield T("Given back in the AWS files:")
        for diff in found.diffs:
            yield from (f"  {line}" for line in diff.lines)
    if found.autostart:
        yield T("Removed: {place}", place=found.autostart)
    for folder in found.folders:
        if not found.undoable:
            yield T("Removed: {place}", place=str(folder))
    if found.secrets:
        count = N("{n} secret in the keyring", "{n} secrets in the keyring", len(found.secrets))
        yield T("Removed: {place}", place=count) if secrets else T("Stays: {place} (--secrets removes)", place=count)
        yield from (f"  {service}" for service in found.secrets)
    if found.catalog.exists():
        place = str(found.catalog)
        yield T("Removed: {place}", place=place) if catalog else T("Stays: {place} (--catalog removes)", place=place)
