"""source roles: the accounts and roles of Identity Center, and profiles made from them."""

from collections.abc import Mapping

import click

from app.centerdesk import center_source
from app.choosing import source_named
from app.cli.assigned import accounts_of, picked, searched
from app.cli.commands.sessions import dry_option, json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_json, say_table
from app.cli.saving import save
from app.domain.assignments import AccountRoles, Assigned, assigned_by_profiles, names_for, tables_for, taken_names
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.domain.source import IdentityCenter
from app.texts import N, T


@click.command("roles")
@click.argument("name")
@click.option("--search", default="", metavar="WORDS", help="Only those whose account or role has these words.")
@click.option("--add", "choices", multiple=True, metavar="ACCOUNT/ROLE", help="Make a profile of this role; repeat it.")
@click.option("--add-all", "everything", is_flag=True, help="Make a profile of each that is shown and has none.")
@click.option("--group", default="", help="The group of the profiles that are made, as Acme/Prod.")
@json_option
@dry_option
@click.pass_obj
def roles(
    cli: Cli,
    name: str,
    *,
    search: str,
    choices: tuple[str, ...],
    everything: bool,
    group: str,
    as_json: bool,
    dry_run: bool,
) -> int:
    """List the accounts and roles that Identity Center gives you, and make profiles from those you choose.

    You are asked to sign in where that is needed. Each profile is named "account-role", and its session goes to the
    section of that name.
    """
    catalog = cli.catalog()
    source = center_source(source_named(catalog, name))
    if (dry_run or group) and not (choices or everything):
        raise AppError.of(Code.USAGE, reason=T("--dry-run and --group go with --add or --add-all."))
    accounts = accounts_of(cli, name)
    shown, there = searched(accounts, search), assigned_by_profiles(catalog, source.name)
    wanted = picked(accounts, choices)
    if everything:
        wanted += [one for one in (Assigned(account.id, role) for account, role in shown) if one not in wanted]
    if choices or everything:
        made = _make(cli, catalog, source, accounts, wanted, group, dry_run=dry_run)
        if as_json and not dry_run:
            say_json({"version": 1, "source": name, "profiles": list(made.values())})
        elif not dry_run:
            _say_made(made)
        return 0
    if as_json:
        say_json({"version": 1, "source": name, "accounts": [_row(one, shown, there) for one in accounts]})
        return 0
    rows = [[one.id, one.name, role, there.get(Assigned(one.id, role), "")] for one, role in shown]
    say_table([T("Account"), T("Name"), T("Role"), T("Profile")], rows)
    if not accounts:
        note(T("Identity Center gives you no role."))
    return 0


def _make(
    cli: Cli,
    catalog: Catalog,
    source: IdentityCenter,
    accounts: tuple[AccountRoles, ...],
    wanted: list[Assigned],
    group: str,
    *,
    dry_run: bool,
) -> dict[Assigned, str]:
    there = assigned_by_profiles(catalog, source.name)
    for one in wanted:
        if one in there:
            note(T("{account}/{role} has a profile already: {profile}", account=one.account, role=one.role,
                   profile=there[one]))  # fmt: skip
    names = names_for((one for one in wanted if one not in there), accounts, taken_names(catalog))
    tables = tables_for(names, source.name, accounts, catalog, group)
    if tables:
        save(cli, lambda store: store.put_all(tables), dry_run=dry_run)
    return names


def _say_made(made: dict[Assigned, str]) -> None:
    for one, name in made.items():
        say(f"{name}  {one.account}/{one.role}")
    count = len(made)
    note(
        N("Made {n} profile. Start it: rolecall start NAME", "Made {n} profiles. Start one: rolecall start NAME", count)
    )


def _row(
    one: AccountRoles, shown: list[tuple[AccountRoles, str]], there: Mapping[Assigned, ProfileName]
) -> dict[str, object]:
    mine = [role for account, role in shown if account == one]
    found = [{"role": role, "profile": there.get(Assigned(one.id, role))} for role in mine]
    return {"account": one.id, "name": one.name, "email": one.email, "roles": found}
