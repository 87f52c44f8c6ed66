"""Profiles made from what Identity Center has assigned: names that are free, tables, what is there already."""

import re

from app.domain.assignments import AccountRoles, Assigned, assigned_by_profiles, names_for, tables_for, taken_names
from app.domain.names import NAME_MAXIMUM, AccountId, ProfileName, SourceName, parse_profile_name
from app.domain.reading import read_catalog

DEV, PROD = AccountId("111122223333"), AccountId("222233334444")
ACCOUNTS = (AccountRoles(DEV, "Acme: dev (EU)"), AccountRoles(PROD))
CORP = SourceName("corp")
TABLES = {
    "sources": {"corp": {"kind": "identity-center", "start_url": "https://a.awsapps.com/start", "region": "eu-west-1"}},
    "accounts": {DEV: {"name": "mine"}},
    "profiles": {
        "dev": {"source": "corp", "account_id": DEV, "role_name": "Admin", "delivery": {"credentials_file": "other"}},
        "hop": {"source": "corp", "account_id": DEV, "role_name": "Hub", "roles": [
            {"role_arn": "arn:aws:iam::222233334444:role/far"}]},
        "half": {"source": "corp"},
    },
}  # fmt: skip


def names(*chosen: Assigned, taken: tuple[str, ...] = ()) -> list[str]:
    return list(names_for(chosen, ACCOUNTS, taken).values())


def test_names_are_names_and_never_twice() -> None:
    assert names(Assigned(DEV, "Admin"), Assigned(PROD, "Admin")) == ["Acme-dev-EU-Admin", f"{PROD}-Admin"]
    assert names(Assigned(DEV, "Admin"), taken=("acme-DEV-eu-admin",)) == [f"Acme-dev-EU-{DEV}-Admin"]
    twice = names(Assigned(PROD, "a,b"), Assigned(PROD, "a=b"), Assigned(PROD, "A-b"))
    assert twice == [f"{PROD}-a-b", f"{PROD}-{PROD}-a-b", f"{PROD}-{PROD}-A-b-2"]
    odd = [AccountRoles(DEV, "…" * 90), AccountRoles(PROD, "-" * 50 + "x" * 400)]
    made = names_for([Assigned(DEV, "=" * 64), Assigned(PROD, "r" * 64)], odd, ()).values()
    assert all(parse_profile_name(one) and len(one) <= NAME_MAXIMUM for one in made)
    assert all(re.fullmatch(r"[\w.@+-]+", one) for one in made)


def test_tables_pass_the_catalogs_own_checks_and_leave_an_accounts_name_alone() -> None:
    catalog = read_catalog(TABLES).catalog
    wanted = [Assigned(DEV, "Read"), Assigned(PROD, "Read")]
    accounts = (ACCOUNTS[0], AccountRoles(PROD, " acme\n prod "))
    made = tables_for(names_for(wanted, accounts, ()), CORP, accounts, catalog, "Acme/EU")
    assert made["accounts", PROD] == {"name": "acme prod"}
    assert ("accounts", DEV) not in made
    profiles = {name: values for (table, name), values in made.items() if table == "profiles"}
    again = read_catalog({**TABLES, "profiles": profiles})
    assert set(again.catalog.profiles) == {"Acme-dev-EU-Read", "acme-prod-Read"}
    assert again.catalog.profiles["acme-prod-Read"].group == "Acme/EU"


def test_what_is_there_already() -> None:
    catalog = read_catalog(TABLES).catalog
    assert dict(assigned_by_profiles(catalog, CORP)) == {Assigned(DEV, "Admin"): ProfileName("dev")}
    assert {"dev", "hop", "half", "other"} <= set(taken_names(catalog))
