"""list and status."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import click

from app.broker.protocol import Ask, Request
from app.broker.wire import items_of, parse_status
from app.choosing import profile_named, source_of_profile
from app.cli.context import Cli
from app.cli.link import RunningEngine
from app.cli.output import note, say, say_json, say_problem, say_table, say_warning
from app.domain.names import ProfileName
from app.domain.problem import AppError, Exit, Problem
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, Stopped, lease_of, state_name
from app.listing import document, problem_shown, profile_row, status_row
from app.restored import remembered
from app.texts import T, say_time_left

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("list")
@json_option
@click.pass_obj
def list_profiles(cli: Cli, *, as_json: bool) -> int:
    """Show the profiles of the catalog with their sessions."""
    catalog = cli.catalog()
    with cli.running() as engine:
        statuses = statuses_now(cli, engine)
    profiles = sorted(catalog.profiles.values(), key=lambda one: (one.group.lower(), one.name.lower()))
    now = cli.world.clock.now()
    if as_json:
        rows = [_row(one, catalog, statuses.get(one.name) or Status(one.name), now) for one in profiles]
        say_json(document(rows))
    elif profiles:
        say_table(_LIST_HEAD, [_list_line(one, catalog, statuses.get(one.name), now) for one in profiles])
    else:
        note(T("There is no profile yet. Run: rolecall profile add NAME"))
    return _findings(catalog)


_LIST_HEAD = ("NAME", "STATE", "LEFT", "GROUP", "SOURCE", "ACCOUNT", "REGION")


def _row(profile: Profile, catalog: Catalog, status: Status, now: datetime) -> dict[str, object]:
    return {
        **status_row(status, now, account=profile.account, stops_at=_stops_at(catalog, status)),
        **profile_row(profile, catalog),
    }


def _list_line(profile: Profile, catalog: Catalog, status: Status | None, now: datetime) -> tuple[str, ...]:
    shown = status or Status(profile.name)
    mark = ("*" if catalog.settings.default == profile.name else "") + ("!" if profile.safety.production else "")
    return (
        f"{profile.name}{' ' if mark else ''}{mark}",
        state_name(shown.state),
        _left(shown, now),
        profile.group or "-",
        source_of_profile(catalog, profile) or "-",
        profile.account or "-",
        profile.region or catalog.settings.region,
    )


def _findings(catalog: Catalog) -> int:
    """Say what is wrong in the catalog; a table with an error is not listed, so that it is no success."""
    code = Exit.DONE
    for one in catalog.findings:
        if one.warning:
            say_warning(one.problem, one.table)
        else:
            say_problem(one.problem, one.table)
            code = code if code is not Exit.DONE else one.problem.exit
    return int(code)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@json_option
@click.pass_obj
def status(cli: Cli, names: tuple[str, ...], *, as_json: bool) -> int:
    """Show the sessions: state, expiry, identity, delivery. Without names, all that run or ran."""
    with cli.running() as engine:
        catalog, broken = _catalog_of_status(cli, engine)
        statuses = statuses_now(cli, engine)
        if engine is not None and broken is None:
            _say_differences(cli, engine)
        kind, pid = (engine.kind, engine.pid) if engine is not None else (None, None)
    chosen, code = _chosen(catalog, statuses, names)
    if broken is not None:
        say_problem(broken)
        code = code or int(broken.exit)
    now = cli.world.clock.now()
    if as_json:
        rows = [
            status_row(one, now, account=_account(catalog, one.profile), stops_at=_stops_at(catalog, one))
            for one in chosen
        ]
        say_json(document(rows, engine=kind, pid=pid))
        return code
    if chosen:
        say_table(_STATUS_HEAD, [_status_line(one, catalog, now) for one in chosen])
    for one in chosen:
        problem = problem_shown(one)
        if problem is not None:
            say_problem(problem, one.profile)
        stops = _stops_at(catalog, one)
        if stops is not None:
            when = say_time_left(max(stops - now, timedelta()))
            say(T("{name} is stopped in {when}. Starting it again begins anew.", name=one.profile, when=when))
    say(_engine_line(kind, pid))
    return code


def _catalog_of_status(cli: Cli, engine: RunningEngine | None) -> tuple[Catalog, Problem | None]:
    """A catalog that cannot be read hides no session of an engine that goes on with the last good one."""
    try:
        return cli.catalog(), None
    except AppError as error:
        if engine is None:
            raise
        return Catalog(), error.problem


_STATUS_HEAD = ("NAME", "STATE", "LEFT", "ACCOUNT", "IDENTITY", "DELIVERED TO")


def _chosen(catalog: Catalog, statuses: Mapping[str, Status], names: Sequence[str]) -> tuple[list[Status], int]:
    if not names:
        return [one for one in statuses.values() if not isinstance(one.state, Stopped)], 0
    chosen: list[Status] = []
    code = 0
    for text in names:
        try:
            name = text if text in statuses else profile_named(catalog, text).name
        except AppError as error:
            say_problem(error.problem)
            code = code or int(error.problem.exit)
            continue
        chosen.append(statuses.get(name) or Status(ProfileName(name)))
    return chosen, code


def statuses_now(cli: Cli, engine: RunningEngine | None) -> dict[str, Status]:
    """Return the statuses of the running engine; without one, what the files and the last sessions say."""
    if engine is None:
        return dict(remembered(cli.world))
    statuses = [parse_status(one) for one in items_of(engine.ask(Request(Ask.STATUS)).get("profiles"))]
    return {one.profile: one for one in statuses}


def _say_differences(cli: Cli, engine: RunningEngine) -> None:
    """The desktop's environment and the shell's often differ: say where this one would use other files."""
    from app.compose import file_target

    here = file_target(cli.catalog().settings, cli.world)
    for key, ours in (("credentials_file", here.credentials), ("config_file", here.config)):
        theirs = engine.flags.get(key)
        if theirs and str(theirs) != str(ours):
            note(T("Warning: this shell reads {ours}; the running Rolecall writes {theirs}.", ours=ours, theirs=theirs))
            note("  " + T("Set {key} in [settings] of profiles.toml, so that both use the same.", key=key))


def _status_line(one: Status, catalog: Catalog, now: datetime) -> tuple[str, ...]:
    lease = lease_of(one.state)
    targets = [f"[{item.target}]" if item.kind == "credentials-file" else item.target for item in one.deliveries]
    return (
        _marked(one, catalog),
        state_name(one.state) + (T(" (paused)") if one.paused else ""),
        _left(one, now),
        (lease.account if lease else None) or _account(catalog, one.profile) or "-",
        (lease.arn if lease else None) or "-",
        " ".join(targets) or "-",
    )


def _marked(status: Status, catalog: Catalog) -> str:
    profile = catalog.profiles.get(status.profile)
    return T("{name} (prod)", name=status.profile) if profile and profile.safety.production else status.profile


def _stops_at(catalog: Catalog, status: Status) -> datetime | None:
    profile = catalog.profiles.get(status.profile)
    running = profile is not None and not isinstance(status.state, Stopped)
    return profile.safety.stops_at(status.started_at) if profile is not None and running else None


def _left(status: Status, now: datetime) -> str:
    lease = lease_of(status.state)
    return say_time_left(status.left(now)) if lease is not None and lease.valid(now) else "-"


def _account(catalog: Catalog, name: str) -> str | None:
    profile = catalog.profiles.get(name)
    return None if profile is None else profile.account


def _engine_line(kind: str | None, pid: int | None) -> str:
    if kind is None:
        return T("Rolecall is not running: nothing is renewed.")
    return T("Rolecall runs as {kind}, process {pid}.", kind=kind, pid=pid)
