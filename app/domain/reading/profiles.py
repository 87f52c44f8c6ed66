"""A profile out of the values of `[profiles.NAME]`: everything that can be said without the rest of the catalog."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from app.domain.durations import ASSUME_ROLE_MINIMUM, SESSION_TOKEN_MAXIMUM
from app.domain.names import (
    ProfileName,
    SectionName,
    parse_account_id,
    parse_profile_name,
    parse_region,
    parse_section_name,
    parse_source_name,
)
from app.domain.problem import AppError, Code
from app.domain.profile import ApprovePrograms, Confirm, Console, Delivery, Finding, Profile, RoleHop, Safety
from app.domain.reading import plain
from app.domain.reading.hops import parse_hop
from app.domain.reading.shared import LABEL_MAXIMUM
from app.domain.reading.table import Table, place_of

PROFILE_KEYS = frozenset(
    {
        "source", "base", "title", "roles", "region", "group", "tags", "aliases", "note", "favorite", "start",
        "duration", "mfa", "account_id", "role_name", "env", "delivery", "console", "safety",
    }
)  # fmt: skip
DELIVERY_KEYS = frozenset({"credentials_file", "credential_process", "endpoint", "config_region"})
CONSOLE_KEYS = frozenset({"destination", "browser", "container"})
SAFETY_KEYS = frozenset(
    {"production", "label", "color", "confirm", "approve_programs", "read_only", "auto_stop", "stop_on_lock"}
)
HOPS_MAXIMUM = 50
SECTIONS_MAXIMUM = 50
WORDS_MAXIMUM = 100
VARIABLES_MAXIMUM = 200
AUTO_STOP_MINIMUM = timedelta(minutes=1)
AUTO_STOP_MAXIMUM = timedelta(days=30)
_DELIVERY = Delivery()
_CONSOLE = Console()
_SAFETY = Safety()


def parse_profile(name: str, values: object) -> tuple[Profile | None, tuple[Finding, ...]]:
    """Return the profile, None if a finding is an error, and everything that is wrong or odd within its own table.

    What needs the rest of the catalog (its source, its base, other profiles, accounts and groups) is not looked at.
    """
    profile, findings = read_profile(name, values)
    failed = any(not one.warning for one in findings)
    return (None if failed else profile), findings


def read_profile(name: str, values: object) -> tuple[Profile, tuple[Finding, ...]]:
    """Return the profile with defaults in the place of what is invalid, for further checks alone, and the findings."""
    table = Table(place_of("profiles", name), {})
    if isinstance(values, Mapping):
        table.values = cast(Mapping[str, object], values)
    else:
        table.wrong(Code.VALUE_TYPE, "name", expected="table")
    table.unknown(PROFILE_KEYS)
    return _profile(name, table), tuple(table.findings)


def _profile(name: str, table: Table) -> Profile:
    try:
        parse_profile_name(name, "name")
    except AppError as error:
        table.add(error.problem)
    if table.has("source") == table.has("base"):
        table.wrong(Code.VALUE_EXCLUSIVE, "source", other="base")
    roles = _roles(table)
    auto_start = table.choice("start", "manual", ("manual", "auto")) == "auto"
    return Profile(
        ProfileName(name),  # not as a twentieth keyword: of these Python 3.11 keeps up to 2,000 tuples for nobody
        source=table.text("source", parse_source_name, None),
        base=table.text("base", parse_profile_name, None),
        title=table.text("title", plain.line_of(0, 200), ""),
        roles=roles,
        region=table.text("region", parse_region, None),
        group=table.text("group", _group_or_none, ""),
        tags=table.texts("tags", plain.line, WORDS_MAXIMUM),
        aliases=table.texts("aliases", parse_profile_name, WORDS_MAXIMUM),
        note=table.text("note", plain.lines, ""),
        favorite=table.flag("favorite", False),
        auto_start=auto_start,
        duration=table.duration("duration", ASSUME_ROLE_MINIMUM, SESSION_TOKEN_MAXIMUM),
        mfa=table.flag("mfa", False),
        account_id=table.text("account_id", parse_account_id, None),
        role_name=table.text("role_name", plain.line_of(1, 64), None),
        env=table.mapping("env", plain.variable, plain.argument, VARIABLES_MAXIMUM),
        delivery=_delivery(table),
        console=_console(table),
        safety=_safety(table),
    )


def _group_or_none(text: str, key: str) -> str:
    return plain.group(text, key) if text else ""


def _roles(table: Table) -> tuple[RoleHop, ...]:
    children = table.children("roles")
    if len(children) > HOPS_MAXIMUM:
        table.wrong(Code.VALUE_RANGE, "roles", value=str(len(children)), minimum="0", maximum=str(HOPS_MAXIMUM))
        return ()
    return tuple(parse_hop(child) for child in children)


def _delivery(table: Table) -> Delivery:
    child = table.child("delivery")
    if child is None:
        return _DELIVERY
    child.unknown(DELIVERY_KEYS)
    return Delivery(
        _sections(child),
        child.flag("credential_process", False),
        child.flag("endpoint", False),
        child.flag("config_region", False),
    )


def _sections(table: Table) -> tuple[SectionName, ...]:
    """One section's name, or a list of names."""
    if isinstance(table.values.get("credentials_file", ""), str):
        section = table.text("credentials_file", parse_section_name, None)
        return (section,) if section else ()
    return table.texts("credentials_file", parse_section_name, SECTIONS_MAXIMUM)


def _console(table: Table) -> Console:
    child = table.child("console")
    if child is None:
        return _CONSOLE
    child.unknown(CONSOLE_KEYS)
    return Console(
        child.text("destination", _destination, _CONSOLE.destination),
        child.text("browser", plain.line_of(0, 4096), ""),
        child.text("container", plain.line_of(0, 200), ""),
    )


def _destination(text: str, key: str) -> str:
    """A path within the console, or the whole https address of a page."""
    plain.line(text, key, maximum=2048)
    return plain.secure_url(text, key) if "://" in text else text


def _safety(table: Table) -> Safety:
    child = table.child("safety")
    if child is None:
        return _SAFETY
    child.unknown(SAFETY_KEYS)
    return Safety(
        production=child.flag("production", False),
        label=child.text("label", plain.line_of(0, LABEL_MAXIMUM), ""),
        color=child.text("color", plain.color, ""),
        confirm=child.member("confirm", Confirm.NEVER),
        approve_programs=child.member("approve_programs", ApprovePrograms.NEVER),
        read_only=child.flag("read_only", False),
        auto_stop=child.duration("auto_stop", AUTO_STOP_MINIMUM, AUTO_STOP_MAXIMUM),
        stop_on_lock=child.flag("stop_on_lock", False),
    )


def confirm_given(values: object) -> bool:
    """Whether the profile's own table says when to ask, so that production changes nothing about it."""
    if not isinstance(values, Mapping):
        return False
    safety = cast(Mapping[str, object], values).get("safety")
    return isinstance(safety, Mapping) and "confirm" in safety
