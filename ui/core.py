"""What the windows need of the core, as small Protocols: the application's has more, a test's has just this."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.approval_ports import Approvals
from app.domain.approvals import Allowed
from app.domain.assignments import AccountRoles
from app.domain.calls import Call, Identity, Issued
from app.domain.catalogcopy import CatalogCopy
from app.domain.conflict import Conflict
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.narrowing import Narrowing
from app.domain.problem import Problem
from app.domain.profile import Catalog, Finding, Profile
from app.domain.programs import Decision
from app.domain.secret import Secret
from app.domain.session import Question, Starter, Status
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import IdentityCenter, Oidc, SignInSource
from app.domain.values import dataclass
from app.domain.vaults import VaultKind
from app.ports import CatalogStore, Clock, CredentialsFile, StateFiles, Vault, Vaults

if TYPE_CHECKING:
    from app.importflow import ImportFlow
    from app.keyflow import KeyFlow, KeysState
    from app.roleflow import FlowState, RoleFlow
    from ui.activity.journal import Journal
    from ui.activity.writes import Writes
    from ui.appearance import MakeFollower
    from ui.exchange import Exchange
    from ui.platform.notifications import MakeService
    from ui.settings.about import About


class Change(Protocol):
    """What changed since the last publication of the store."""

    @property
    def profiles(self) -> frozenset[ProfileName]: ...
    @property
    def questions(self) -> bool: ...
    @property
    def engine(self) -> bool: ...


class Store(Protocol):
    """The engine's state as published."""

    @property
    def statuses(self) -> Mapping[ProfileName, Status]: ...
    @property
    def questions(self) -> tuple[Question, ...]: ...
    @property
    def paused(self) -> bool: ...
    @property
    def paused_until(self) -> datetime | None: ...
    @property
    def locked(self) -> bool: ...
    def status(self, profile: ProfileName, /) -> Status: ...
    def subscribe(self, changed: Callable[..., None], /) -> Callable[[], None]: ...


class TestStep(Protocol):
    """One step of the editor's Test, told when it begins and when it ends. `call` None: GetCallerIdentity."""

    @property
    def number(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def call(self) -> Call | None: ...
    @property
    def done(self) -> bool: ...
    @property
    def seconds(self) -> float: ...
    @property
    def identity(self) -> Identity | None: ...
    @property
    def problem(self) -> Problem | None: ...
    @property
    def packed(self) -> int | None: ...


class Decisions(Protocol):
    """What was decided about programs."""

    def decisions(self) -> tuple[Decision, ...]: ...
    def revoke(self, decision_id: str | None) -> int: ...


class Engine(Protocol):
    """The engine's verbs."""

    @property
    def programs(self) -> Decisions: ...

    @property
    def store(self) -> Store: ...
    def start(self, profile: ProfileName, *, by: Starter) -> None: ...
    async def started(self, profile: ProfileName, *, timeout: float | None = None) -> Status: ...
    async def stop(self, *profiles: ProfileName) -> tuple[Status, ...]: ...
    async def stop_all(self) -> None: ...
    def renew(self, profile: ProfileName) -> None: ...
    def answer(self, question_id: str, value: str | None) -> None: ...
    def pause(self, until: datetime | None) -> None: ...
    def resume(self) -> None: ...
    async def lock(self) -> None: ...
    def unlock(self) -> None: ...
    async def set_default(
        self, profile: ProfileName | None, *, by: Starter, adopt: bool = False
    ) -> tuple[Outcome, ...]: ...
    def credentials(self, profile: ProfileName) -> Issued | None: ...
    async def session(self, profile: ProfileName, *, by: Starter, deliver: bool = False) -> Issued: ...
    async def narrowed_session(self, profile: ProfileName, narrowing: Narrowing, *, by: Starter) -> Issued: ...
    def identity_test(self, profile: Profile) -> AsyncIterator[TestStep]: ...
    async def sign_in(self, source: SignInSource) -> None: ...
    async def accounts(self, source: IdentityCenter) -> tuple[AccountRoles, ...]: ...


class Serving(Protocol):
    """The local endpoint: its port, 0 where it is not served, and what stands in its way."""

    @property
    def port(self) -> int: ...
    @property
    def problem(self) -> Problem | None: ...


class Signs(Protocol):
    """Sign-ins at providers, as far as an editor shows them."""

    async def look(self, source: Oidc) -> ProviderView: ...
    async def last(self, source: SignInSource) -> TokenView | None: ...
    async def sign_out(self, source: SignInSource) -> SignedOut: ...


class Core(Protocol):
    """The parts that the windows work with."""

    @property
    def catalog(self) -> Catalog: ...
    @property
    def catalogs(self) -> CatalogStore: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def approvals(self) -> Approvals: ...
    @property
    def files(self) -> CredentialsFile: ...
    @property
    def state(self) -> StateFiles: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def signs(self) -> Signs: ...
    @property
    def serving(self) -> Serving: ...
    @property
    def vaults(self) -> Vaults | None: ...
    async def unlock_vault(self, passphrase: Secret, *, older: bool = False) -> None: ...
    async def choose_vault(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None: ...
    async def conflicts(self, profile: ProfileName, *, default: bool = False) -> tuple[Conflict, ...]: ...
    async def adopt(self, profile: ProfileName, conflict: Conflict) -> Problem | None: ...
    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog: ...
    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog: ...
    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog: ...
    async def remove(self, table: str, name: str) -> Catalog: ...
    async def rename(self, table: str, old: str, new: str) -> Catalog: ...


class OwnUser(Protocol):
    """What is asked of AWS about a source's own user, sessions and their accounts."""

    async def devices(self, name: str, values: Mapping[str, object], secret: Secret | None) -> tuple[str, ...]: ...
    async def machine(self, name: str, values: Mapping[str, object]) -> tuple[Identity, datetime | None]: ...
    async def look_at_key(self, name: str) -> datetime | None: ...
    def can_look(self, account: str) -> bool: ...
    async def look_at_account(self, account: str) -> object: ...
    async def who(self, name: str, key_id: str) -> Identity | None: ...


class Export(Protocol):
    """Turns a session into the text of a format; FORMAT_IMPOSSIBLE where the format cannot carry a value."""

    def __call__(self, style: str, issued: Issued, profile: Profile, catalog: Catalog) -> str: ...


class Check(Protocol):
    """All problems of a table's values as typed, with dotted keys that count hops from 1.

    `original`: the name that it has in the catalog now; `new`: it is not in there yet.
    """

    def __call__(
        self,
        name: str,
        values: Mapping[str, object],
        catalog: Catalog,
        *,
        original: str | None = None,
        new: bool = False,
    ) -> Sequence[Finding]: ...


def runs(core: "Core", now: datetime) -> bool:
    """Whether any session is valid now."""
    return any(one.valid(now) for one in core.engine.store.statuses.values())


# what ("secret-access-key", "totp-seed", "client-secret") and the typed text to the secret; raises SECRET_INVALID
ReadSecret = Callable[[str, str], Secret]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the windows take from other rooms of the program, put in by the composition."""

    clock: Clock
    user: str
    host: str
    export: Export
    check_profile: Check
    check_source: Check
    read_profile: Callable[[str, Mapping[str, object]], Profile | None]  # for a test; None: not valid
    read_secret: ReadSecret
    role_flow: "Callable[[Callable[[FlowState], None]], RoleFlow] | None" = None  # None: no core that could make roles
    console: Callable[[Profile, Issued], Awaitable[None]] | None = None  # signs the browser in; None: there is no way
    # exports in a format that name where to ask, and never run out; None: there is no way
    renewing: Callable[[str, Profile, Catalog], Awaitable[str]] | None = None
    about: "Callable[[], About] | None" = None  # what the settings' last page shows and does
    journal: "Callable[[], Journal] | None" = None  # of what happened
    appearance: "MakeFollower | None" = None  # what the desktop tells of contrast and motion; None: Qt alone does
    notices: "MakeService | None" = None  # the desktop's notification service; None: the tray's messages alone
    importing: "Callable[[], ImportFlow] | None" = None  # reads and takes over AWS files
    home: Path | None = None  # the person's folder, for showing paths
    exchange: "Exchange | None" = None  # parts of the catalog as files
    writes: "Callable[[], Writes] | None" = None  # to the AWS files
    own_user: "Callable[[], OwnUser] | None" = None
    allowed: Callable[[], Awaitable[Sequence[Allowed]]] | None = None  # the commands that may run, with who wants them
    key_flow: "Callable[[str, Callable[[KeysState], None]], KeyFlow] | None" = None
