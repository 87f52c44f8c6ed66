"""What editors ask about a table while it is typed."""

import gc
import tomllib
from dataclasses import replace
from typing import Any
from weakref import ref

import pytest

from app.domain.problem import Code
from app.domain.reading import Checks, check_profile, check_settings, check_source, check_table, read_catalog

BASE = """
[sources.keys]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
mfa_serial = "arn:aws:iam::111122223333:mfa/ana"
[sources.web]
kind = "web-identity-token"
[sources.broken]
kind = "process"
[profiles.q]
source = "keys"
delivery = { credentials_file = "taken" }
"""
R2 = "arn:aws:iam::210987654321:role/two"
KNOWN = read_catalog(tomllib.loads(BASE)).catalog


def keys_of(findings: Any) -> set[str]:
    return {one.key for one in findings if not one.warning}


def test_a_profile_as_it_is_typed() -> None:
    values: dict[str, Any] = {
        "source": "web",
        "roles": [{"role_arn": "half", "external_id": "x"}, {"role_arn": R2, "duration": "2h"}],
        "delivery": {"credentials_file": "taken"},
    }
    assert keys_of(check_profile("new", values, KNOWN)) == {
        "roles.1.role_arn",
        "roles.1.external_id",
        "roles.2.duration",
        "delivery.credentials_file",
    }
    assert check_profile("new", {"source": "keys"}, KNOWN) == ()
    (below,) = check_profile("new", {"source": "broken"}, KNOWN)
    assert (below.warning, below.problem.code) == (True, Code.VALUE_MISSING)


def test_names_in_editors() -> None:
    own = {"source": "keys", "delivery": {"credentials_file": "taken"}}
    assert check_profile("q", own, KNOWN) == ()
    assert check_profile("r", own, KNOWN, original="q") == ()
    assert keys_of(check_profile("r", own, KNOWN)) == {"delivery.credentials_file"}
    assert keys_of(check_profile("q", own, KNOWN, new=True)) == {"name"}
    assert keys_of(check_profile("q", {"source": "keys"}, KNOWN, original="r")) == {"name"}
    assert keys_of(check_profile("", {"source": "keys"}, KNOWN, new=True)) == {"name"}
    assert keys_of(check_source("keys", {"kind": "environment"}, KNOWN, new=True)) == {"name"}
    assert keys_of(check_source("broken", {"kind": "environment"}, KNOWN, new=True)) == {"name"}
    assert check_source("broken", {"kind": "environment"}, KNOWN) == ()


def test_sources_and_settings_in_editors() -> None:
    assert keys_of(check_source("s", {"kind": "shared-profile", "profile": "taken"}, KNOWN)) == {"profile"}
    assert keys_of(check_source("s", {"kind": "process", "title": "\n"}, KNOWN)) == {"title", "command"}
    assert keys_of(check_settings({"default": "z", "shell": "x"}, KNOWN)) == {"default", "shell"}
    assert check_settings({"default": "q"}, KNOWN) == ()
    assert keys_of(check_table("groups", "a/", {}, KNOWN)) == {"name"}
    assert keys_of(check_table("accounts", "1", {}, KNOWN)) == {"name"}
    with pytest.raises(KeyError):
        check_table("nothing", "x", {}, KNOWN)


OTHERS = """
[sources.keys]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
[profiles.a]
source = "keys"
aliases = ["first"]
delivery = { credentials_file = "one" }
[profiles.b]
source = "keys"
aliases = ["second"]
delivery = { credential_process = true }
[profiles.c]
source = "keys"
delivery = { credentials_file = "three" }
"""


@pytest.mark.parametrize(
    ("name", "original", "values"),
    [
        ("a", None, {"aliases": ["first"], "delivery": {"credentials_file": "one"}}),
        ("a", None, {"aliases": ["second"], "delivery": {"credentials_file": ["one", "three"]}}),
        ("d", "a", {"aliases": ["first"], "delivery": {"credentials_file": "one"}}),
        ("d", "a", {"delivery": {"credentials_file": "d", "credential_process": True}}),
        ("d", None, {"aliases": ["first", "b"], "delivery": {"credentials_file": "one"}}),
        ("b", None, {"aliases": ["b2"], "delivery": {"credentials_file": "b", "credential_process": True}}),
        ("c", "b", {"aliases": ["first"], "delivery": {"credentials_file": "three"}}),
    ],
)
def test_a_profile_is_checked_as_the_whole_catalog_with_it_is(
    name: str, original: str | None, values: dict[str, Any]
) -> None:
    tables = tomllib.loads(OTHERS)
    checks, catalog = Checks(), read_catalog(tables).catalog
    checks.profile("z", {"source": "keys", "delivery": {"credentials_file": "three"}}, catalog)  # leaves nothing
    found = checks.profile(name, {"source": "keys", **values}, catalog, original=original)
    tables["profiles"].pop(original or "", None)
    tables["profiles"][name] = {"source": "keys", **values}
    whole = read_catalog(tables)
    wanted = {one for one in whole.catalog.findings if one.table == f"profiles.{name}"}
    codes = {(one.key, one.problem.code, one.warning) for one in found if one.problem.code is not Code.NAME_TAKEN}
    assert codes == {
        (one.key, one.problem.code, one.warning) for one in wanted if one.problem.code is not Code.NAME_TAKEN
    }
    clashes = {one.key for one in found if one.problem.code is Code.NAME_TAKEN and one.key != "name"}
    assert clashes == {one.key for one in wanted if one.problem.code is Code.NAME_TAKEN}


def test_checks_follow_another_catalog_and_hold_none() -> None:
    checks, first = Checks(), read_catalog(tomllib.loads(OTHERS)).catalog
    clash = {"source": "keys", "delivery": {"credentials_file": "one"}}
    assert keys_of(checks.profile("n", clash, first)) == {"delivery.credentials_file"}
    assert keys_of(checks.source("s", {"kind": "shared-profile", "profile": "three"}, first)) == {"profile"}
    tables = tomllib.loads(OTHERS)
    del tables["profiles"]["a"], tables["profiles"]["c"]
    second = read_catalog(tables).catalog
    assert checks.profile("n", clash, second) == ()
    assert checks.source("s", {"kind": "shared-profile", "profile": "three"}, second) == ()
    gone = ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_what_profiles_claim_is_looked_up_once_for_a_catalog() -> None:
    seen: list[str] = []

    class Counted(dict[str, Any]):
        def items(self) -> Any:
            seen.append("all")
            return super().items()

    known = read_catalog(tomllib.loads(OTHERS)).catalog
    catalog = replace(known, profiles=Counted(known.profiles))
    checks = Checks()
    for _ in range(3):
        checks.profile("n", {"source": "keys"}, catalog)
        checks.source("s", {"kind": "shared-profile", "profile": "one"}, catalog)
    assert seen == ["all"]
