"""Settings, accounts and groups, and what profiles take over from them."""

# ruff: noqa: E501  one case on one line

import tomllib
from typing import Any

import pytest

from app.domain.problem import Code
from app.domain.profile import ApprovePrograms, Confirm, OnLock, Settings, WriteMode
from app.domain.reading import parse_account, parse_group, parse_settings, read_catalog

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = {"kind": "access-keys", "access_key_id": "AKIAEXAMPLE0000001"}
OIDC = {"kind": "oidc", "issuer": "https://id.example.com", "client_id": "rolecall"}
SSO = {"kind": "identity-center", "start_url": "https://acme.awsapps.com/start", "region": "eu-west-1"}


def toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def hop(**values: object) -> dict[str, object]:
    return {"source": "s", "roles": [{"role_arn": ROLE, **values}]}


def test_settings_and_their_defaults() -> None:
    assert parse_settings({}) == (Settings(), ())
    values: dict[str, object] = {
        "region": "cn-north-1", "sts_region": "eu-west-1", "credentials_file": "~/c", "config_file": "/d", "write": "in-place",
        "default": "d", "switch": "default", "on_quit": "stop", "clipboard_seconds": 10, "shell": "fish",
        "endpoint_port": 9911, "theme": "dark", "tray_panel": "light", "density": "compact", "language": "pt_BR", "shortcut": "",
        "stop_on_lock": True, "activity_days": 0, "proxy": "https://p:1", "ca_bundle": "/ca",
        "notifications": {"needs_you": False, "not_refreshed": False, "ended": False, "program_asks": False},
    }  # fmt: skip
    settings, findings = parse_settings(values)
    assert findings == ()
    assert settings.write is WriteMode.IN_PLACE
    defaults = Settings()
    assert all(getattr(settings, key) != getattr(defaults, key) for key in values)


BAD_SETTINGS: list[tuple[dict[str, object], str, Code]] = [
    ({"region": "x"}, "region", Code.VALUE_PATTERN),
    ({"write": "append"}, "write", Code.VALUE_CHOICE),
    ({"default": "a b"}, "default", Code.VALUE_PATTERN),
    ({"switch": 1}, "switch", Code.VALUE_TYPE),
    ({"clipboard_seconds": 0}, "clipboard_seconds", Code.VALUE_RANGE),
    ({"clipboard_seconds": True}, "clipboard_seconds", Code.VALUE_TYPE),
    ({"shell": "tcsh"}, "shell", Code.VALUE_CHOICE),
    ({"endpoint_port": 80}, "endpoint_port", Code.VALUE_RANGE),
    ({"endpoint_port": 65536}, "endpoint_port", Code.VALUE_RANGE),
    ({"endpoint_port": False}, "endpoint_port", Code.VALUE_TYPE),
    ({"theme": "blue"}, "theme", Code.VALUE_CHOICE),
    ({"tray_panel": "blue"}, "tray_panel", Code.VALUE_CHOICE),
    ({"language": "../x"}, "language", Code.VALUE_PATTERN),
    ({"shortcut": "Ctrl+"}, "shortcut", Code.VALUE_PATTERN),
    ({"shortcut": "X+R"}, "shortcut", Code.VALUE_PATTERN),
    ({"proxy": "http://u:p@h"}, "proxy", Code.VALUE_NOT_HERE),
    ({"notifications": {"ended": 1}}, "notifications.ended", Code.VALUE_TYPE),
    ({"notifications": []}, "notifications", Code.VALUE_TYPE),
]


@pytest.mark.parametrize(("values", "key", "code"), BAD_SETTINGS, ids=range(len(BAD_SETTINGS)))
def test_a_wrong_setting_gives_the_default(values: dict[str, object], key: str, code: Code) -> None:
    settings, findings = parse_settings(values | {"stop_on_lock": True})
    assert settings == Settings(stop_on_lock=OnLock.STOP)
    assert [(one.key, one.problem.code) for one in findings] == [(key, code)]


@pytest.mark.parametrize(
    ("value", "wanted", "wrong"),
    [
        (False, OnLock.NOTHING, None),
        (True, OnLock.STOP, None),
        ("stop", OnLock.STOP, None),
        ("lock", OnLock.LOCK, None),
        ("never", OnLock.STOP, Code.VALUE_CHOICE),  # whoever wrote a word wanted something: the safe side
        (1, OnLock.NOTHING, Code.VALUE_TYPE),
    ],
)
def test_stop_on_lock_is_true_false_or_a_word(value: object, wanted: OnLock, wrong: Code | None) -> None:
    settings, findings = parse_settings({"stop_on_lock": value})
    assert settings.stop_on_lock is wanted
    assert bool(settings.stop_on_lock) is (wanted is not OnLock.NOTHING)
    assert [one.problem.code for one in findings] == ([] if wrong is None else [wrong])


def test_accounts_and_groups() -> None:
    account, findings = parse_account("123456789012", {"name": "acme", "production": True, "color": "amber", "x": 1})
    assert account is not None
    assert (account.production, account.color) == (True, "amber")
    assert [one.warning for one in findings] == [True]
    for values in ({"production": 1}, {"color": "red"}, {"name": "a\nb"}):
        assert parse_account("123456789012", values)[0] is None
        assert parse_group("a", values)[0] is None or "name" in values
    assert parse_account("1234", {})[0] is None
    assert parse_group("a/", {})[0] is None


INHERITANCE = """
[accounts."123456789012"]
production = true
color = "slate"
[groups.Acme]
color = "teal"
label = "ACME"
[groups."Acme/Prod"]
color = "amber"
[groups.Live]
production = true
[sources.s]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
mfa_serial = "arn:aws:iam::123456789012:mfa/ana"
[sources.e]
kind = "environment"
[profiles.account]
source = "e"
roles = [{ role_arn = "arn:aws:iam::123456789012:role/r" }]
[profiles.behind]
base = "account"
[profiles.user]
source = "s"
[profiles.deep]
source = "e"
group = "Acme/Prod/EU"
[profiles.both]
base = "account"
group = "Acme"
[profiles.live]
source = "e"
group = "Live"
safety = { confirm = "never", label = "HOT", color = "blue" }
[profiles.other]
source = "e"
group = "Acmes"
[profiles.own]
source = "e"
safety = { production = true, confirm = "start-and-copy" }
"""


@pytest.mark.parametrize(
    ("name", "production", "label", "color", "confirm"),
    [
        ("account", True, "PROD", "slate", Confirm.START),
        ("behind", True, "PROD", "slate", Confirm.START),
        ("user", True, "PROD", "slate", Confirm.START),
        ("deep", False, "ACME", "amber", Confirm.NEVER),
        ("both", True, "ACME", "teal", Confirm.START),
        ("live", True, "HOT", "blue", Confirm.NEVER),
        ("other", False, "", "", Confirm.NEVER),
        ("own", True, "PROD", "crimson", Confirm.START_AND_COPY),
    ],
)
def test_what_profiles_take_over(name: str, production: bool, label: str, color: str, confirm: Confirm) -> None:
    catalog = read_catalog(toml(INHERITANCE)).catalog
    assert catalog.findings == ()
    safety = catalog.profiles[name].safety
    assert (safety.production, safety.label, safety.color, safety.confirm) == (production, label, color, confirm)
    assert safety.approve_programs is ApprovePrograms.NEVER
