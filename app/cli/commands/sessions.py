"""start, stop, default."""

from collections.abc import Sequence

import click

from app.broker.protocol import Ask, Request
from app.choosing import profile_named
from app.cli.context import Cli
from app.cli.dry import say_default_dry, say_start_dry, say_stop_dry
from app.cli.outcomes import Outcome, outcomes_of, report, say_nothing_renews, started, starter
from app.cli.output import note, say, say_json
from app.cli.terminal import confirm_needed
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog, Confirm, Profile
from app.domain.session import Status
from app.listing import document
from app.texts import T

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_option = click.option("--dry-run", is_flag=True, help="Print what would change in the files, and change nothing.")
adopt_option = click.option("--adopt", is_flag=True, help="Take over a section of someone else's, with a backup.")
yes_option = click.option("--yes", is_flag=True, help="Use profiles that ask first (production) without asking.")


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@adopt_option
@yes_option
@json_option
@dry_option
@click.pass_obj
def start(cli: Cli, names: tuple[str, ...], *, adopt: bool, yes: bool, as_json: bool, dry_run: bool) -> int:
    """Start profiles: get their sessions and deliver them.

    Through the running Rolecall, which then keeps them fresh; else once, and nothing renews them.
    """
    catalog = cli.catalog()
    if dry_run:
        return say_start_dry(cli, catalog, names, adopt=adopt)
    held = {} if yes else _held_back(cli, catalog, names)
    wanted = tuple(one for one in names if one not in held)
    found: dict[str, Outcome] = dict(held)
    with cli.engine() as link:
        if wanted:
            request = Request(Ask.START, names=wanted, adopt=adopt, by=starter(cli.terminal, link))
            found |= dict(zip(wanted, started(cli.terminal, link, request), strict=True))
        alone = link.kind is None
    outcomes = [found[one] for one in dict.fromkeys(names)]
    now = cli.world.clock.now()
    code = report(outcomes, now, as_json=as_json)
    if alone:
        say_nothing_renews(outcomes, now)
    return code


def _held_back(cli: Cli, catalog: Catalog, names: Sequence[str]) -> dict[str, Outcome]:
    """Ask for each profile that asks first; return those that are not to be started."""
    held: dict[str, Outcome] = {}
    for name in names:
        try:
            confirm(cli, profile_named(catalog, name))
        except AppError as error:
            if error.problem.code in (Code.CONFIRM_NEEDED, Code.CANCELED):
                held[name] = Outcome(name, Status(ProfileName(name)), error.problem)
    return held


def confirm(cli: Cli, profile: Profile, *, copying: bool = False) -> None:
    """Ask the person at the terminal before a profile that wants it is used; CONFIRM_NEEDED without one, CANCELED."""
    asks = profile.safety.confirm
    if asks is Confirm.NEVER or (copying and asks is not Confirm.START_AND_COPY):
        return
    if not cli.terminal.present():
        raise confirm_needed(profile.name)
    name, where = profile.name, _where(profile)
    if profile.safety.production:
        agreed = cli.terminal.types(T("Use {profile}{where}? Type its name:", profile=name, where=where), name)
    else:
        agreed = cli.terminal.agrees(T("Use {profile}{where}?", profile=name, where=where))
    if not agreed:
        raise AppError.of(Code.CANCELED)


def _where(profile: Profile) -> str:
    label = (profile.safety.label or "PROD") if profile.safety.production else profile.safety.label
    said = ", ".join(one for one in (label, profile.account or "") if one)
    return f" ({said})" if said else ""


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--all", "everything", is_flag=True, help="Stop every profile that runs.")
@click.option("--lock", is_flag=True, help="With --all: also forget MFA sessions, and refuse until `rolecall unlock`.")
@click.option("--yes", is_flag=True, help="Do not ask before a production session is stopped.")
@json_option
@dry_option
@click.pass_obj
def stop(
    cli: Cli, names: tuple[str, ...], *, everything: bool, lock: bool, yes: bool, as_json: bool, dry_run: bool
) -> int:
    """Stop profiles and give back what stood in the files before.

    On a terminal it asks before it stops production by name. --all asks nothing: it is for when all must end now.
    """
    if bool(names) == everything:
        raise click.UsageError(T("Give one or more names, or --all."))
    if lock and not everything:
        raise click.UsageError(T("--lock goes with --all."))
    if dry_run:
        return say_stop_dry(cli, names)
    if names and not yes:
        _confirm_stop(cli, names)
    with cli.engine() as link:
        answer = link.ask(Request(Ask.STOP, names=names, all=everything))
        if lock:
            link.ask(Request(Ask.LOCK))
    outcomes = outcomes_of(answer)
    if everything and not outcomes and not as_json:
        note(T("Nothing runs."))
    return report(outcomes, cli.world.clock.now(), as_json=as_json)


def _confirm_stop(cli: Cli, names: Sequence[str]) -> None:
    """Ask the person at the terminal before production is stopped; where nobody can be asked, stopping is safe."""
    try:
        profiles = cli.catalog().profiles
    except AppError:
        return  # a broken catalog keeps nobody from stopping
    for name in names:
        profile = profiles.get(ProfileName(name))
        if profile is None or not profile.safety.production or not cli.terminal.present():
            continue
        if not cli.terminal.agrees(T("Stop {profile}{where}?", profile=profile.name, where=_where(profile))):
            raise AppError.of(Code.CANCELED)


@click.command()
@click.argument("name", required=False)
@click.option("--none", is_flag=True, help="Give [default] back as it was.")
@adopt_option
@yes_option
@json_option
@dry_option
@click.pass_obj
def default(cli: Cli, name: str | None, *, none: bool, adopt: bool, yes: bool, as_json: bool, dry_run: bool) -> int:
    """Make a profile the default: its session is also written to [default], at each renewal.

    Without a name, say which one it is.
    """
    if name is not None and none:
        raise click.UsageError(T("Give a name or --none, not both."))
    catalog = cli.catalog()
    if name is None and not none:
        return _say_default(catalog, as_json=as_json)
    profile = None if name is None else profile_named(catalog, name)
    if dry_run:
        return say_default_dry(cli, catalog, profile, adopt=adopt)
    if profile is not None and not yes:
        confirm(cli, profile)
    return _make_default(cli, profile, adopt=adopt, as_json=as_json)


def _say_default(catalog: Catalog, *, as_json: bool) -> int:
    chosen = catalog.settings.default
    if as_json:
        say_json(document([], default=chosen))
    else:
        say(chosen or T("No profile is the default."))
    return 0


def _make_default(cli: Cli, profile: Profile | None, *, adopt: bool, as_json: bool) -> int:
    names = () if profile is None else (profile.name,)
    with cli.engine() as link:
        request = Request(Ask.DEFAULT, names=names, adopt=adopt, by=starter(cli.terminal, link))
        outcomes = started(cli.terminal, link, request)
        alone = link.kind is None
    now = cli.world.clock.now()
    code = report(outcomes, now, as_json=as_json)
    if profile is None and not as_json:
        say(T("[default] is as it was."))
    if alone:
        say_nothing_renews(outcomes, now)
    return code
