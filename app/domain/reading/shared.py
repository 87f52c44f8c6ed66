"""Accounts and groups, and what profiles take over from them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from app.domain.names import parse_account_id
from app.domain.problem import AppError, Code
from app.domain.profile import Account, Confirm, Finding, Group, Profile
from app.domain.reading import plain
from app.domain.reading.table import Table, place_of

ACCOUNT_KEYS = frozenset({"name", "production", "color", "label"})
GROUP_KEYS = frozenset({"production", "color", "label"})
PRODUCTION_LABEL = "PROD"
PRODUCTION_COLOR = "crimson"
LABEL_MAXIMUM = 24


def parse_account(name: str, values: object) -> tuple[Account | None, tuple[Finding, ...]]:
    """Return `[accounts."123456789012"]`, None if a finding is an error."""
    table = _table("accounts", name, values)
    try:
        account = parse_account_id(name, "name")
    except AppError as error:
        table.add(error.problem)
        return None, tuple(table.findings)
    table.unknown(ACCOUNT_KEYS)
    found = Account(
        account,
        table.text("name", plain.line_of(0, 200), ""),
        table.flag("production", False),
        table.text("color", plain.color, ""),
        table.text("label", plain.line_of(0, LABEL_MAXIMUM), ""),
    )
    return (None if table.failed else found), tuple(table.findings)


def parse_group(name: str, values: object) -> tuple[Group | None, tuple[Finding, ...]]:
    """Return `[groups."Acme/Prod"]`, None if a finding is an error."""
    table = _table("groups", name, values)
    try:
        plain.group(name, "name")
    except AppError as error:
        table.add(error.problem)
    table.unknown(GROUP_KEYS)
    found = Group(
        name,
        table.flag("production", False),
        table.text("color", plain.color, ""),
        table.text("label", plain.line_of(0, LABEL_MAXIMUM), ""),
    )
    return (None if table.failed else found), tuple(table.findings)


def _table(kind: str, name: str, values: object) -> Table:
    if isinstance(values, Mapping):
        return Table(place_of(kind, name), cast(Mapping[str, object], values))
    table = Table(place_of(kind, name), {})
    table.wrong(Code.VALUE_TYPE, "name", expected="table")
    return table


def inherit(
    profile: Profile,
    account: str | None,
    accounts: Mapping[str, Account],
    groups: Mapping[str, Group],
    *,
    confirm_given: bool,
) -> Profile:
    """Return the profile with what its account and groups say in its safety.

    Production is an OR of all. Label and color: the profile's own, else the deepest group's that has one, else the
    account's, else for production "PROD" and crimson. Production asks before a start unless the profile says else.
    """
    above: list[Group | Account] = [groups[name] for name in _path(profile.group) if name in groups] if groups else []
    if account and account in accounts:
        above.append(accounts[account])
    own = profile.safety
    if not above and not own.production:
        return profile
    production = own.production or any(one.production for one in above)
    label = own.label or next((one.label for one in above if one.label), PRODUCTION_LABEL if production else "")
    color = own.color or next((one.color for one in above if one.color), PRODUCTION_COLOR if production else "")
    confirm = Confirm.START if production and not confirm_given else own.confirm
    return replace(profile, safety=replace(own, production=production, label=label, color=color, confirm=confirm))


def _path(group: str) -> list[str]:
    """The group and those above it, deepest first."""
    parts = group.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)] if group else []
