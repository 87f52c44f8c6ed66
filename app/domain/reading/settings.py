"""[settings] with its defaults. A wrong value gives the default and a finding; the rest counts."""

from collections.abc import Mapping
from typing import cast

from app.domain.names import parse_profile_name, parse_region
from app.domain.problem import AppError, Code
from app.domain.profile import Finding, Notifications, OnLock, Settings, WriteMode
from app.domain.reading import plain
from app.domain.reading.table import Table, place_of

SHELLS = (
    "bash", "zsh", "sh", "fish", "powershell", "cmd", "nushell", "dotenv", "docker", "json", "ini", "python", "node",
    "go", "java",
)  # fmt: skip
SETTINGS_KEYS = frozenset(
    {
        "region", "sts_region", "credentials_file", "config_file", "write", "default", "switch", "on_quit",
        "clipboard_seconds", "shell", "endpoint_port", "theme", "tray_panel", "density", "language", "shortcut",
        "stop_on_lock", "activity_days", "proxy", "ca_bundle", "notifications",
    }
)  # fmt: skip
NOTIFICATION_KEYS = frozenset({"needs_you", "not_refreshed", "ended", "program_asks"})
CLIPBOARD_MAXIMUM = 3600
ACTIVITY_MAXIMUM = 3650
_DEFAULT = Settings()


def parse_settings(values: object) -> tuple[Settings, tuple[Finding, ...]]:
    """Return the settings and everything that is wrong or odd with them. Whether `default` exists is not looked at."""
    table = Table(place_of("settings", ""), cast(Mapping[str, object], values) if isinstance(values, Mapping) else {})
    if not isinstance(values, Mapping):
        table.wrong(Code.VALUE_TYPE, "settings", expected="table")
    table.unknown(SETTINGS_KEYS)
    settings = Settings(
        region=table.text("region", parse_region, _DEFAULT.region),
        sts_region=table.text("sts_region", parse_region, None),
        credentials_file=table.text("credentials_file", plain.path, None),
        config_file=table.text("config_file", plain.path, None),
        write=table.member("write", WriteMode.REPLACE),
        default=table.text("default", parse_profile_name, None),
        switch=table.choice("switch", _DEFAULT.switch, ("start", "default")),
        on_quit=table.choice("on_quit", _DEFAULT.on_quit, ("keep", "stop")),
        clipboard_seconds=table.integer("clipboard_seconds", _DEFAULT.clipboard_seconds, 1, CLIPBOARD_MAXIMUM),
        shell=table.choice("shell", _DEFAULT.shell, SHELLS),
        endpoint_port=_port(table),
        theme=table.choice("theme", _DEFAULT.theme, ("system", "light", "dark")),
        tray_panel=table.choice("tray_panel", _DEFAULT.tray_panel, ("automatic", "light", "dark")),
        density=table.choice("density", _DEFAULT.density, ("comfortable", "compact")),
        language=table.text("language", _language, _DEFAULT.language),
        shortcut=table.text("shortcut", _shortcut, _DEFAULT.shortcut),
        stop_on_lock=_on_lock(table),
        activity_days=table.integer("activity_days", _DEFAULT.activity_days, 0, ACTIVITY_MAXIMUM),
        proxy=table.text("proxy", plain.proxy, None),
        ca_bundle=table.text("ca_bundle", plain.path, None),
        notifications=_notifications(table),
    )
    return settings, tuple(table.findings)


def _port(table: Table) -> int:
    """0, or a port that needs no privilege."""
    if table.values.get("endpoint_port", 0) == 0:
        return table.integer("endpoint_port", 0, 0, 0)
    return table.integer("endpoint_port", 0, 1024, 65535)


def _on_lock(table: Table) -> OnLock:
    """Take true, false, or a word: "stop" is what true means, "lock" also locks Rolecall."""
    if isinstance(table.values.get("stop_on_lock"), str):
        return OnLock(table.choice("stop_on_lock", OnLock.STOP, ("stop", "lock")))
    return OnLock.STOP if table.flag("stop_on_lock", False) else OnLock.NOTHING


def _language(text: str, key: str) -> str:
    plain.line(text, key, maximum=20)
    if text != "system" and not text.replace("_", "").replace("-", "").isalnum():
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="language")
    return text


def _shortcut(text: str, key: str) -> str:
    """Keys with plus signs between, modifiers first; empty: no shortcut."""
    plain.line(text, key, minimum=0, maximum=60)
    parts = text.split("+") if text else []
    modifiers = {"ctrl", "alt", "shift", "meta", "cmd", "super", "win"}
    if parts and (not all(parts) or any(part.lower() not in modifiers for part in parts[:-1])):
        raise AppError.of(Code.VALUE_PATTERN, key=key, rule="shortcut")
    return text


def _notifications(table: Table) -> Notifications:
    child = table.child("notifications")
    if child is None:
        return _DEFAULT.notifications
    child.unknown(NOTIFICATION_KEYS)
    return Notifications(
        child.flag("needs_you", True),
        child.flag("not_refreshed", True),
        child.flag("ended", True),
        child.flag("program_asks", True),
    )
