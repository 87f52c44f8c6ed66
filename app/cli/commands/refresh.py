"""refresh: keeps sessions fresh without a window and without Qt."""

from dataclasses import replace

import click

from app.broker.protocol import Ask, Request
from app.choosing import profile_named
from app.cli.context import Cli
from app.cli.dry import say_start_dry
from app.cli.keeper import Keeper
from app.cli.outcomes import Outcome, report, started
from app.cli.output import note, say_json, say_problem
from app.cli.vaults import give, passphrase_from, passphrase_option
from app.cli.vaults import report as vault_report
from app.domain.names import ProfileName
from app.domain.problem import AppError, Exit
from app.domain.profile import Catalog
from app.domain.secret import Secret
from app.domain.session import Starter
from app.domain.vaults import VaultKind
from app.listing import document
from app.texts import T


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--once", is_flag=True, help="One round: start, deliver, end.")
@click.option("--ask", is_flag=True, help="Ask for MFA codes and sign-ins on this terminal where one is needed.")
@click.option("--adopt", is_flag=True, help="Take over a section of someone else's, with a backup.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print JSON.")
@click.option("--dry-run", is_flag=True, help="Print what would change in the files, and change nothing.")
@passphrase_option
@click.pass_obj
def refresh(
    cli: Cli,
    names: tuple[str, ...],
    *,
    once: bool,
    ask: bool,
    adopt: bool,
    as_json: bool,
    dry_run: bool,
    passphrase_fd: int | None,
) -> int:
    """Start the named profiles (default: those with start = "auto"), deliver them, and keep them fresh until stopped.

    Beside a running Rolecall it hands the names over and follows. Nothing is asked unless --ask is given.
    """
    if as_json and not once:
        raise click.UsageError(T("--json goes with --once."))
    given = None if passphrase_fd is None else passphrase_from(passphrase_fd)
    catalog = cli.catalog()
    code = 0 if names else say_broken(catalog)
    wanted = names or tuple(one.name for one in catalog.profiles.values() if one.auto_start)
    if dry_run:
        return say_start_dry(cli, catalog, wanted, adopt=adopt) or code
    _opening(cli, given, once=once)
    if once:
        return _once(cli, wanted, ask=ask, adopt=adopt, as_json=as_json) or code
    good, refused = _sorted(catalog, wanted)
    if wanted and not good:
        return refused
    if not wanted:
        note(T('No profile has start = "auto": nothing is started until somebody asks.'))
    return Keeper(cli, good, auto=not names, ask=ask, adopt=adopt).run()


def _opening(cli: Cli, given: Secret | None, *, once: bool) -> None:
    """Put the passphrase into the world: as given, else asked for now where a terminal is there.

    Once it runs, nobody is asked: a terminal is not looked at then, and `rolecall unlock` gives the passphrase.
    """
    if given is None and cli.world.vault is None and cli.terminal.present():
        found = vault_report(cli)
        given = cli.terminal.passphrase(None) if found.kind is VaultKind.FILE and found.locked else None
    give(cli, given)
    cli.world = replace(cli.world, lasts=not once)


def _once(cli: Cli, names: tuple[str, ...], *, ask: bool, adopt: bool, as_json: bool) -> int:
    if not names:
        note(T('No profile has start = "auto". Name one, or set it: rolecall profile edit NAME --start auto'))
        if as_json:
            say_json(document([]))
        return 0
    by = Starter.COMMAND_LINE if ask else Starter.AUTO
    outcomes: list[Outcome] = []
    with cli.engine() as link:
        outcomes = started(cli.terminal, link, Request(Ask.START, names=names, adopt=adopt, by=by))
    return report(outcomes, cli.world.clock.now(), as_json=as_json)


def say_broken(catalog: Catalog) -> int:
    """Print the errors of the catalog's tables; return the first one's exit code, 0 without any."""
    code = Exit.DONE
    for one in catalog.findings:
        if not one.warning:
            say_problem(one.problem, one.table)
            code = code if code is not Exit.DONE else one.problem.exit
    return int(code)


def _sorted(catalog: Catalog, texts: tuple[str, ...]) -> tuple[tuple[ProfileName, ...], int]:
    """Return the profiles that can be kept, and the exit code of the first name that is none; each is said."""
    good: list[ProfileName] = []
    code = 0
    for text in texts:
        try:
            good.append(profile_named(catalog, text).name)
        except AppError as error:
            say_problem(error.problem)
            code = code or int(error.problem.exit)
    return tuple(dict.fromkeys(good)), code
