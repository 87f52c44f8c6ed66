"""pause, resume, lock, unlock: what concerns the engine as a whole. Kept over restarts where the contract says so."""

from datetime import datetime, timedelta

import click

from app.broker.protocol import Ask, Json, Request
from app.cli.context import Cli
from app.cli.output import note, say
from app.cli.vaults import given_or_typed, passphrase_option
from app.domain.durations import parse_duration
from app.domain.vaults import VaultKind
from app.texts import T


@click.command()
@click.option("--for", "duration", metavar="DURATION", help='How long, as "30m" or "1h"; without it, until resume.')
@click.option("--until", "clock_time", metavar="HH:MM", help="Until this time of day, by the local clock.")
@click.pass_obj
def pause(cli: Cli, *, duration: str | None, clock_time: str | None) -> int:
    """Rest: no renewals and no calls of Rolecall's own. Starting by hand and stopping still work."""
    if duration and clock_time:
        raise click.UsageError(T("Give --for or --until, not both."))
    until = _until(cli.world.clock.now(), duration, clock_time)
    with cli.engine() as link:
        link.ask(Request(Ask.PAUSE, until=until))
    shown = None if until is None else until.astimezone().strftime("%H:%M")
    say(T("Paused until {time}.", time=shown) if shown else T("Paused until you resume."))
    return 0


def _until(now: datetime, duration: str | None, clock_time: str | None) -> datetime | None:
    if duration:
        return now + parse_duration(duration, "--for")
    if not clock_time:
        return None
    try:
        wanted = datetime.strptime(clock_time, "%H:%M").time()  # noqa: DTZ007  a time of day alone
    except ValueError:
        raise click.UsageError(T("A time looks like: 17:30")) from None
    local = now.astimezone()
    at = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)


@click.command()
@click.pass_obj
def resume(cli: Cli) -> int:
    """End a pause; what is due is renewed at once by the running Rolecall."""
    with cli.engine() as link:
        link.ask(Request(Ask.RESUME))
    say(T("Resumed."))
    return 0


@click.command()
@click.pass_obj
def lock(cli: Cli) -> int:
    """Stop everything, forget sessions, and refuse until unlock. The keyring's own lock is not touched."""
    with cli.engine() as link:
        link.ask(Request(Ask.LOCK))
    say(T("Locked."))
    return 0


@click.command()
@passphrase_option
@click.option(
    "--accept-older", is_flag=True, help="Take a secrets file that is older than the last one, as of a backup."
)
@click.pass_obj
def unlock(cli: Cli, *, passphrase_fd: int | None, accept_older: bool) -> int:
    """End a lock; give the running Rolecall the passphrase of the secrets file where it waits for it."""
    with cli.engine() as link:
        link.ask(Request(Ask.UNLOCK))
        report: Json = link.ask(Request(Ask.VAULT_REPORT)) if cli.world.vault is None else {}
        wanted = report.get("vault") == VaultKind.FILE and report.get("locked") is True
        if wanted and (link.kind is not None or accept_older or passphrase_fd is not None):
            passphrase = given_or_typed(cli, passphrase_fd)
            link.ask(Request(Ask.VAULT_UNLOCK, value=passphrase.reveal(), adopt=accept_older))
        elif wanted:
            note(T("Nothing runs that would need the secrets file. Commands ask for its passphrase themselves."))
    say(T("Unlocked."))
    return 0
