"""What editors ask about a table while it is typed."""

import tomllib
from typing import Any

import pytest

from app.domain.problem import Code
from app.domain.reading import check_profile, check_settings, check_source, check_table, read_catalog

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
