"""profile add, edit, show, remove."""

import json
from typing import Any, cast

import click

from app.broker.protocol import Ask, Request
from app.choosing import profile_named
from app.cli.commands.sessions import dry_option, json_option
from app.cli.commands.sources import Decorated, gathered, named_options
from app.cli.context import Cli
from app.cli.outcomes import failure, outcomes_of
from app.cli.output import say, say_json, say_problem
from app.cli.saving import raw_table, save
from app.domain.names import parse_profile_name
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.texts import T

_COMMON: tuple[tuple[str, str], ...] = (
    ("source", "The source that its first credentials come from."),
    ("base", "Another profile to go on from, in place of a source."),
    ("account_id", "The account of the role that Identity Center gives (source of kind identity-center)."),
    ("role_name", "Its name there; rolecall source roles lists them."),
    ("title", "Free text."),
    ("region", "The region for programs."),
    ("group", "A group, as Acme/Prod."),
    ("start", "manual, or auto: with the application or `rolecall refresh`."),
)


def _shorthands(function: Decorated) -> Decorated:
    function = click.option("--section", help="Section of the credentials file; empty: not written.")(function)
    return click.option(
        "--role", "role_arns", multiple=True, metavar="ARN", help="A role to assume; repeat it for a chain."
    )(function)


def _with_shorthands(
    values: dict[str, object], role_arns: tuple[str, ...], section: str | None, options: dict[str, Any]
) -> dict[str, object]:
    if role_arns:
        values["roles"] = [{"role_arn": arn} for arn in role_arns]
    if section is not None:
        given = values.get("delivery")
        delivery = dict(cast(dict[str, object], given)) if isinstance(given, dict) else {}
        delivery.pop("credentials_file", None)
        values["delivery"] = {**delivery, **({"credentials_file": section} if section else {})}
    return gathered(values, options)


@click.group()
def profile() -> None:
    """Add, edit, show and remove profiles: a source, roles, and where the session goes."""


@profile.command()
@click.argument("name")
@_shorthands
@named_options(_COMMON)
@dry_option
@click.pass_obj
def add(cli: Cli, name: str, *, role_arns: tuple[str, ...], section: str | None, dry_run: bool, **options: Any) -> int:
    """Add a profile. Without --section its session goes to the section of the profile's own name."""
    parse_profile_name(name, "name")
    catalog = cli.catalog()
    if name in catalog.profiles or f"profiles.{name}" in catalog.broken:
        raise AppError.of(Code.NAME_TAKEN, name=name)
    values = _with_shorthands({}, role_arns, name if section is None else section, options)
    save(cli, lambda store: store.put("profiles", name, values), dry_run=dry_run)
    if not dry_run:
        say(T("Added profile {name}. Start it: rolecall start {name}", name=name))
    return 0


@profile.command()
@click.argument("name")
@click.option("--name", "new_name", help="Rename it; every reference follows.")
@_shorthands
@named_options(_COMMON)
@dry_option
@click.pass_obj
def edit(
    cli: Cli,
    name: str,
    *,
    new_name: str | None,
    role_arns: tuple[str, ...],
    section: str | None,
    dry_run: bool,
    **options: Any,
) -> int:
    """Change values of a profile; what is not named stays. One that runs is renewed at once where it matters."""
    name = _existing(cli, name)
    before = dict(raw_table(cli, "profiles", name))
    values = _with_shorthands(dict(before), role_arns, section, options)
    if values != before:
        save(cli, lambda store: store.put("profiles", name, values), dry_run=dry_run)
    if new_name is not None and new_name != name:
        save(cli, lambda store: store.rename("profiles", name, new_name), dry_run=dry_run)
    if not dry_run:
        say(T("Saved profile {name}.", name=new_name or name))
    return 0


def _existing(cli: Cli, text: str) -> str:
    """Return the name of a profile of the catalog, a broken one too; an alias serves."""
    catalog = cli.catalog()
    if f"profiles.{text}" in catalog.broken:
        return text
    return profile_named(catalog, text).name


@profile.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@json_option
@click.pass_obj
def show(cli: Cli, names: tuple[str, ...], *, as_json: bool) -> int:
    """Show profiles as the catalog has them; without names, all."""
    catalog = cli.catalog()
    chosen = [profile_named(catalog, name).name for name in names] or list(catalog.profiles)
    shown = {name: dict(raw_table(cli, "profiles", name)) for name in chosen}
    if as_json:
        say_json({"version": 1, "profiles": shown})
        return 0
    for name, values in shown.items():
        say(f"{name}:")
        for key, value in values.items():
            say(f"  {key} = {json.dumps(value, ensure_ascii=False, default=str)}")
    return 0


@profile.command()
@click.argument("name")
@dry_option
@click.pass_obj
def remove(cli: Cli, name: str, *, dry_run: bool) -> int:
    """Remove a profile; it is stopped first, which gives back what stood in the files."""
    name, catalog = _existing(cli, name), cli.catalog()
    if not dry_run and (code := _stop_first(cli, catalog, name)):
        return code
    save(cli, lambda store: store.remove("profiles", name), dry_run=dry_run)
    if not dry_run:
        say(T("Removed profile {name}.", name=name))
    return 0


def _stop_first(cli: Cli, catalog: Catalog, name: str) -> int:
    if name not in catalog.profiles:
        return 0
    with cli.engine() as link:
        for outcome in outcomes_of(link.ask(Request(Ask.STOP, names=(name,)))):
            problem = failure(outcome)
            if problem is not None:
                say_problem(problem, name)
                return int(problem.exit)
    return 0
