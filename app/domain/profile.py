"""Profiles, their hops and deliveries, and the catalog that holds them."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from app.domain.names import (
    AccountId,
    MfaSerial,
    ProfileName,
    Region,
    RoleArn,
    SectionName,
    SourceName,
)
from app.domain.problem import Problem
from app.domain.source import Source
from app.domain.values import dataclass


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RoleHop:
    """One AssumeRole or AssumeRoleWithWebIdentity call. None and empty mean: not sent, or the default."""

    role_arn: RoleArn
    session_name: str | None = None
    duration: timedelta | None = None
    external_id: str | None = None
    mfa: bool = False
    mfa_serial: MfaSerial | None = None
    source_identity: str | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    session_tags: Mapping[str, str] = field(default_factory=_none)
    transitive_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a profile's session goes. All empty: it is only copied."""

    credentials_file: tuple[SectionName, ...] = ()
    credential_process: bool = False
    endpoint: bool = False
    config_region: bool = False


class Confirm(StrEnum):
    """When a person is asked before a profile is used."""

    NEVER = "never"
    START = "start"
    START_AND_COPY = "start-and-copy"


class ApprovePrograms(StrEnum):
    """When a person is asked before a program gets a session."""

    NEVER = "never"
    EACH_TIME = "each-time"
    ONCE_1H = "once-1h"
    UNTIL_LOCK = "until-lock"


@dataclass(frozen=True, slots=True)
class Safety:
    """Guards of a profile, with what its account and groups say already in it."""

    production: bool = False
    label: str = ""
    color: str = ""
    confirm: Confirm = Confirm.NEVER
    approve_programs: ApprovePrograms = ApprovePrograms.NEVER
    read_only: bool = False
    auto_stop: timedelta | None = None
    stop_on_lock: bool = False  # also where the settings let sessions go on

    def stops_at(self, started: datetime | None) -> datetime | None:
        """Return when auto_stop ends a session that a person started then."""
        return None if self.auto_stop is None or started is None else started + self.auto_stop


@dataclass(frozen=True, slots=True)
class Console:
    """Where and how the console opens."""

    destination: str = "console/home"
    browser: str = ""
    container: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person picks: exactly one of `source` and `base`, hops, and deliveries."""

    name: ProfileName
    source: SourceName | None = None
    base: ProfileName | None = None
    title: str = ""
    roles: tuple[RoleHop, ...] = ()
    region: Region | None = None
    group: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    note: str = ""
    favorite: bool = False
    auto_start: bool = False
    duration: timedelta | None = None  # GetSessionToken, without hops
    mfa: bool = False  # GetSessionToken, without hops
    account_id: AccountId | None = None  # identity-center
    role_name: str | None = None  # identity-center
    env: Mapping[str, str] = field(default_factory=_none)
    delivery: Delivery = field(default_factory=Delivery)
    console: Console = field(default_factory=Console)
    safety: Safety = field(default_factory=Safety)

    @property
    def account(self) -> AccountId | None:
        """The account that the last hop ends in, where the profile itself says so."""
        return self.roles[-1].role_arn.account if self.roles else self.account_id


class WriteMode(StrEnum):
    """How the AWS files are written."""

    REPLACE = "replace"
    IN_PLACE = "in-place"


@dataclass(frozen=True, slots=True)
class Notifications:
    """Which notifications are shown."""

    needs_you: bool = True
    not_refreshed: bool = True
    ended: bool = True
    program_asks: bool = True


class OnLock(StrEnum):
    """What becomes of the sessions when the screen is locked or the machine sleeps; false where nothing does."""

    NOTHING = ""
    STOP = "stop"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Settings:
    """[settings] with its defaults. Paths as written; None: the usual environment variables, then AWS's defaults."""

    region: Region = Region("us-east-1")
    sts_region: Region | None = None
    credentials_file: str | None = None
    config_file: str | None = None
    write: WriteMode = WriteMode.REPLACE
    default: ProfileName | None = None
    switch: str = "start"
    on_quit: str = "keep"
    clipboard_seconds: int = 45
    shell: str = "bash"
    endpoint_port: int = 0
    theme: str = "system"
    density: str = "comfortable"
    tray_panel: str = "automatic"
    language: str = "system"
    shortcut: str = "Ctrl+Alt+R"
    stop_on_lock: OnLock = OnLock.NOTHING
    activity_days: int = 30
    proxy: str | None = None
    ca_bundle: str | None = None
    notifications: Notifications = field(default_factory=Notifications)


@dataclass(frozen=True, slots=True)
class Account:
    """[accounts."…"]: what counts for every profile that ends in the account."""

    id: AccountId
    name: str = ""
    production: bool = False
    color: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """[groups."…"]: what counts for every profile of the group and of groups below it."""

    name: str
    production: bool = False
    color: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at a place of the catalog: `table` as "profiles.prod-admin", "" for the file; `line` where known."""

    table: str
    problem: Problem
    warning: bool = False
    line: int | None = None

    @property
    def key(self) -> str:
        """The dotted key within the table, hops and list entries counted from 1: "roles.1.external_id"; "" if none."""
        return str(self.problem.arguments.get("key", ""))


@dataclass(frozen=True, slots=True, repr=False, weakref_slot=True)
class Catalog:
    """All that `profiles.toml` says, checked. What is invalid is in `broken`, the rest works.

    `broken` is by table ("profiles.prod-admin", "sources.acme"): there in the file, but not usable, with the reasons. A
    profile behind a broken source or base is broken with that one's reasons. A broken profile is not a deleted one.
    """

    settings: Settings = field(default_factory=Settings)
    accounts: Mapping[str, Account] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    profiles: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()
    writable: bool = True  # False: a newer schema
    # what AWS told, and no file says: aliases of accounts, and when access keys were made
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    key_times: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def __repr__(self) -> str:
        """Say how much there is: asyncio prints what a task returned, and thousands of profiles take seconds."""
        return f"Catalog({len(self.profiles)} profiles, {len(self.sources)} sources, {len(self.broken)} broken)"
