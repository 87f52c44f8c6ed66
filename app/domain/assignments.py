"""What Identity Center has assigned to a person: accounts and their roles, and profiles made from them. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.names import NAME_MAXIMUM, AccountId, ProfileName, SourceName
from app.domain.profile import Catalog
from app.domain.values import dataclass

_OUTSIDE = re.compile(r"[^A-Za-z0-9_.@+]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccountRoles:
    """An account, and the roles that the person has in it."""

    id: AccountId
    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called: its name, else its id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Assigned:
    """One role of one account."""

    account: AccountId
    role: str


def assigned_by_profiles(catalog: Catalog, source: SourceName) -> Mapping[Assigned, ProfileName]:
    """Return the profiles that begin with a role of a source as they are, without a hop of their own."""
    return {
        Assigned(one.account_id, one.role_name): one.name
        for one in catalog.profiles.values()
        if one.source == source and one.account_id and one.role_name and not one.roles
    }


def names_for(
    chosen: Iterable[Assigned], accounts: Sequence[AccountRoles], taken: Collection[str]
) -> dict[Assigned, str]:
    """Return a name for each profile to be made: "account-role", none twice and none that is taken.

    Names of profiles differ in more than capitals here, since file systems and people mix these up.
    """
    titles = {one.id: one.title for one in accounts}
    used = {one.casefold() for one in taken}
    names: dict[Assigned, str] = {}
    for one in chosen:
        title = titles.get(one.account, one.account)
        tries = (f"{title}-{one.role}", f"{title}-{one.account}-{one.role}")
        wishes = [_cleaned(text) for text in tries]
        wishes += [f"{wishes[-1]}-{number}" for number in range(2, len(used) + 3)]
        names[one] = next(wish for wish in wishes if wish.casefold() not in used)
        used.add(names[one].casefold())
    return names


def taken_names(catalog: Catalog) -> list[str]:
    """Return the names and sections that no new profile can have."""
    broken = [one.removeprefix("profiles.") for one in catalog.broken if one.startswith("profiles.")]
    sections = [str(one) for each in catalog.profiles.values() for one in each.delivery.credentials_file]
    return [*catalog.profiles, *broken, *sections, *(a for one in catalog.profiles.values() for a in one.aliases)]


def _cleaned(text: str) -> str:
    """Return the nearest text that is a name of a profile, with room for a number behind it."""
    return _OUTSIDE.sub("-", text).strip("-").lstrip("-.")[: NAME_MAXIMUM - 20] or "profile"


def tables_for(
    names: Mapping[Assigned, str],
    source: SourceName,
    accounts: Sequence[AccountRoles],
    catalog: Catalog,
    group: str = "",
) -> dict[tuple[str, str], Mapping[str, object]]:
    """Return the catalog's tables of new profiles, and the names of accounts that it has no table of.

    Each session goes into the section of the profile's own name, as with any new profile.
    """
    titles = {one.id: one.name for one in accounts}
    tables: dict[tuple[str, str], Mapping[str, object]] = {}
    for one, name in names.items():
        values: dict[str, object] = {"source": str(source), "account_id": str(one.account), "role_name": one.role}
        if group:
            values["group"] = group
        tables["profiles", name] = {**values, "delivery": {"credentials_file": name}}
        title = " ".join(titles.get(one.account, "").split())[:100]
        if title and one.account not in catalog.accounts and f"accounts.{one.account}" not in catalog.broken:
            tables["accounts", str(one.account)] = {"name": title}
    return tables
