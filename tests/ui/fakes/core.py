"""A core that records verbs. Statuses are set by the test."""

import tomllib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.activity import Event
from app.domain.approvals import Approval
from app.domain.assignments import AccountRoles
from app.domain.calls import Issued
from app.domain.catalogcopy import CatalogCopy
from app.domain.entries import VaultEntry
from app.domain.files import FileChange, FileDiff, Outcome, SectionPut
from app.domain.names import ProfileName
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog
from app.domain.programs import Decision
from app.domain.secret import Credentials, Secret
from app.domain.secrets_rules import parse_secret
from app.domain.session import Active, Lease, Question, Starter, Status, Stopped
from app.domain.source import IdentityCenter, SignInSource
from app.domain.vaults import VaultKind, VaultReport
from tests.ui.fakes.catalogs import FakeCatalogs
from tests.ui.fakes.parts import FakeConflicts, FakeServing, FakeSigns
from ui.core import Tools

NOW = datetime(2026, 11, 25, 14, 24, 30, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that a test sets."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True)
class Change:
    profiles: frozenset[ProfileName] = frozenset()
    questions: bool = False
    engine: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a test."""

    number: int
    steps: int
    call: Any
    done: bool
    seconds: float = 0.0
    identity: Any = None
    problem: Any = None
    packed: int | None = None


class FakeStore:
    def __init__(self) -> None:
        self.statuses: dict[ProfileName, Status] = {}
        self.questions: tuple[Question, ...] = ()
        self.paused = False
        self.paused_until: datetime | None = None
        self.locked = False
        self._readers: list[Callable[[Change], None]] = []

    def status(self, profile: ProfileName) -> Status:
        return self.statuses.get(profile) or Status(profile)

    def subscribe(self, changed: Callable[[Change], None]) -> Callable[[], None]:
        self._readers.append(changed)
        return lambda: self._readers.remove(changed)

    def tell(self, *names: str, questions: bool = False, engine: bool = False) -> None:
        """Publish a change at once."""
        change = Change(frozenset(ProfileName(name) for name in names), questions, engine)
        for reader in tuple(self._readers):
            reader(change)

    def put(self, *statuses: Status) -> None:
        """Set and publish statuses."""
        for status in statuses:
            self.statuses[status.profile] = status
        self.tell(*(status.profile for status in statuses))


@dataclass
class FakePrograms:
    made: list[Decision] = field(default_factory=list)

    def decisions(self) -> tuple[Decision, ...]:
        return tuple(self.made)

    def revoke(self, decision_id: str | None) -> int:
        before = len(self.made)
        self.made = [one for one in self.made if decision_id not in (None, one.id)]
        return before - len(self.made)


@dataclass
class FakeEngine:
    clock: FakeClock
    store: FakeStore = field(default_factory=FakeStore)
    programs: FakePrograms = field(default_factory=FakePrograms)
    verbs: list[tuple[object, ...]] = field(default_factory=list)
    steps: list[object] = field(default_factory=list)
    outcomes: tuple[Outcome, ...] = ()
    refused: Problem | None = None  # in place of a narrower session, or of accounts
    assigned: tuple[AccountRoles, ...] = ()

    def start(self, profile: ProfileName, *, by: Starter, adopt: bool = False) -> None:
        self.verbs.append(("start", profile, by, adopt))

    async def started(self, profile: ProfileName, *, timeout: float | None = None) -> Status:
        self.store.put(active(profile, self.clock.now()))
        return self.store.status(profile)

    async def stop(self, *profiles: ProfileName) -> tuple[Status, ...]:
        self.verbs.append(("stop", *profiles))
        return tuple(Status(name) for name in profiles)

    async def stop_all(self) -> None:
        self.verbs.append(("stop-all",))

    def renew(self, profile: ProfileName) -> None:
        self.verbs.append(("renew", profile))

    def answer(self, question_id: str, value: str | None) -> None:
        self.verbs.append(("answer", question_id, value))

    def pause(self, until: datetime | None) -> None:
        self.verbs.append(("pause", until))

    def resume(self) -> None:
        self.verbs.append(("resume",))

    async def lock(self) -> None:
        self.verbs.append(("lock",))

    def unlock(self) -> None:
        self.verbs.append(("unlock",))

    async def set_default(
        self, profile: ProfileName | None, *, by: Starter, adopt: bool = False
    ) -> tuple[Outcome, ...]:
        self.verbs.append(("default", profile))
        return self.outcomes

    def credentials(self, profile: ProfileName) -> Issued | None:
        if not self.store.status(profile).valid(self.clock.now()):
            return None
        return Issued(credentials(self.clock.now()), self.clock.now())

    async def session(self, profile: ProfileName, *, by: Starter, deliver: bool = False) -> Issued:
        self.verbs.append(("session", profile, by, deliver))
        return Issued(credentials(self.clock.now()), self.clock.now())

    async def narrowed_session(self, profile: ProfileName, narrowing: Narrowing, *, by: Starter) -> Issued:
        self.verbs.append(("narrowed", profile, narrowing, by))
        if self.refused is not None:
            raise AppError(self.refused)
        narrow = replace(credentials(self.clock.now()), access_key_id="ASIANARROW000000001")
        return Issued(narrow, self.clock.now())

    async def sign_in(self, source: SignInSource) -> None:
        self.verbs.append(("sign-in", source))

    async def accounts(self, source: IdentityCenter) -> tuple[AccountRoles, ...]:
        self.verbs.append(("accounts", source))
        if self.refused is not None:
            raise AppError(self.refused)
        return self.assigned

    async def identity_test(self, profile: object) -> AsyncIterator[object]:
        self.verbs.append(("test", profile))
        for step in self.steps:
            yield step


def credentials(now: datetime) -> Credentials:
    return Credentials("ASIAEXAMPLE00000001", Secret("s" * 40), Secret("t" * 300), now + timedelta(hours=1))


def active(name: str, now: datetime = NOW, *, minutes: float = 27.7, lifetime: float = 60, **more: Any) -> Status:
    """Return a status with a valid session."""
    expires = now + timedelta(minutes=minutes)
    received = expires - timedelta(minutes=lifetime)
    lease = Lease(
        "ASIAEXAMPLE00000001",
        received,
        expires,
        expires - timedelta(minutes=min(15, lifetime / 2)),
        f"arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-{name}",
        "444455556666",
    )
    more.setdefault("state", Active(lease))
    return Status(ProfileName(name), started_at=received, started_by=Starter.TRAY, **more)


class FakeVault:
    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}
        self.refused: Problem | None = None

    async def read(self, entry: VaultEntry) -> Secret | None:
        if self.refused is not None:
            raise AppError(self.refused)
        return self.kept.get(entry.service)

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        self.kept[entry.service] = secret

    async def delete(self, entry: VaultEntry) -> bool:
        return self.kept.pop(entry.service, None) is not None

    async def names(self) -> tuple[str, ...]:
        return tuple(self.kept)

    async def check(self) -> str:
        return "GNOME Keyring"


class FakeVaults:
    """Opens with one passphrase."""

    def __init__(self) -> None:
        self.passphrase = "correct horse battery staple"
        self.chosen: list[tuple[VaultKind, bool]] = []
        self.file_there = True
        self.problem: Problem | None = None

    async def report(self) -> VaultReport:
        return VaultReport(VaultKind.FILE, "Secrets file", None, self.file_there, True, self.problem, None)

    async def unlock(self, passphrase: Secret, *, older: bool = False) -> None:
        if self.problem is not None:
            raise AppError(self.problem)
        if passphrase.reveal() != self.passphrase:
            raise AppError.of(Code.VAULT_PASSPHRASE)

    async def choose(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        if passphrase is not None:
            await self.unlock(passphrase)
        self.chosen.append((kind, leave))


class FakeState:
    def __init__(self) -> None:
        self.files: dict[str, dict[str, object]] = {}

    def read(self, name: str) -> Mapping[str, object]:
        return self.files.get(name, {})

    def write(self, name: str, value: Mapping[str, object]) -> None:
        self.files[name] = dict(value)


class FakeFiles:
    path = Path.home() / ".aws" / "credentials"
    config_path = Path.home() / ".aws" / "config"

    def __init__(self) -> None:
        self.previewed: list[Sequence[FileChange]] = []

    async def preview(self, changes: Sequence[FileChange]) -> tuple[FileDiff, ...]:
        self.previewed.append(changes)
        sections = [change.section for change in changes if isinstance(change, SectionPut)]
        lines = [" [dev-poweruser]"]
        for name in sections:
            lines += [
                f"+[{name}]",
                "+# rolecall prod-admin 1a2b3c4d expires 2026-11-25T14:52:09Z",
                "+aws_access_key_id = ASIA••••••••••••0001",
                "+aws_secret_access_key = •••••••••• (40 characters)",
                "+aws_session_token = •••••••••• (300 characters)",
            ]
        return (FileDiff(str(self.path), tuple(lines), 11, 0o600),) if sections else ()


class FakeApprovals:
    told: Callable[[Event], None] | None = None

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.since: dict[tuple[str, ...], datetime | None] = {}
        self.done: list[tuple[str, str, str, str]] = []  # what, the program, its source, who

    @property
    def allowed(self) -> set[tuple[str, ...]]:
        return set(self.since)

    def approved(self, command: Sequence[str]) -> bool:
        return tuple(command) in self.since

    def all(self) -> tuple[Approval, ...]:
        return tuple(Approval(command, at) for command, at in self.since.items())

    def approve(self, command: Sequence[str], *, source: str = "", by: str = "", at: datetime | None = None) -> None:
        self.since.setdefault(tuple(command), at or self.clock.now())
        self.done.append(("allow", command[0], source, by))

    def revoke(self, command: Sequence[str], *, source: str = "", by: str = "") -> None:
        self.since.pop(tuple(command), None)
        self.done.append(("revoke", command[0], source, by))


class FakeCore(FakeConflicts):
    """The parts that the windows work with."""

    def __init__(self, toml: str, read: Callable[[dict[str, Any]], Catalog]) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.catalogs = FakeCatalogs(tomllib.loads(toml), read)
        self.catalog = read(self.catalogs.tables)
        self.engine = FakeEngine(self.clock)
        self.vault = FakeVault()
        self.approvals = FakeApprovals(self.clock)
        self.files = FakeFiles()
        self.state = FakeState()
        self.signs = FakeSigns()
        self.vaults = FakeVaults()
        self.serving = FakeServing()

    async def unlock_vault(self, passphrase: Secret, *, older: bool = False) -> None:
        await self.vaults.unlock(passphrase, older=older)
        self.engine.verbs.append(("vault unlocked",))

    async def choose_vault(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        await self.vaults.choose(kind, passphrase, leave=leave)

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        self.catalog = await self.catalogs.put(table, name, values)
        return self.catalog

    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog:
        self.catalog = await self.catalogs.put_all(tables)
        return self.catalog

    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        self.catalog = await self.catalogs.put_back(copy, since)
        return self.catalog

    async def remove(self, table: str, name: str) -> Catalog:
        self.catalog = await self.catalogs.remove(table, name)
        return self.catalog

    async def rename(self, table: str, old: str, new: str) -> Catalog:
        self.catalog = await self.catalogs.rename(table, old, new)
        return self.catalog


def stopped(name: str, **more: Any) -> Status:
    return replace(Status(ProfileName(name), Stopped()), **more)


def tools_for(core: FakeCore, check_profile: Any, check_source: Any, read_profile: Any) -> Tools:
    def export(style: str, issued: Issued, profile: Any, catalog: Catalog) -> str:
        return f"{style} {profile.name} {issued.credentials.access_key_id}"

    async def console(profile: Any, issued: Issued) -> None:
        core.engine.verbs.append(("console", profile.name, issued.credentials.access_key_id))

    async def renewing(style: str, profile: Any, catalog: Catalog) -> str:
        return f"{style} where to ask for {profile.name}"

    checks = (check_profile, check_source)
    return Tools(
        core.clock, "mira.lind", "desk", export, *checks, read_profile, parse_secret, console=console, renewing=renewing
    )
