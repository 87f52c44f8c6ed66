"""The world as the core sees it: small Protocols, one adapter each. All times aware UTC.

Blocking work goes through `Offload`; every other awaitable port ends within its own deadline and fails with
AppError alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from app.catalog_ports import CatalogCopies
from app.domain.calls import (
    AssumeRoleCall,
    FederationCall,
    Identity,
    Issued,
    SessionTokenCall,
    StsEndpoint,
    WebIdentityCall,
)
from app.domain.entries import VaultEntry
from app.domain.files import FileChange, FileDiff, JournalEntry, Outcome, OwnedSection
from app.domain.happening import Happening
from app.domain.names import ProfileName
from app.domain.problem import Problem
from app.domain.profile import Catalog
from app.domain.programs import Decision, Program, Verdict, Way
from app.domain.secret import Credentials, Secret
from app.domain.source import Source
from app.domain.vaults import Moved, VaultKind, VaultReport

T = TypeVar("T")


class Clock(Protocol):
    """Wall and monotonic time."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        ...


class Pool(StrEnum):
    """The named thread pools."""

    AWS = "aws"
    VAULT = "vault"
    DISK = "disk"


class Offload(Protocol):
    """Blocking work on named daemon threads."""

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        """Run `work` on a thread of the pool and return its result, or raise what it raised.

        Past `deadline` seconds (the pool's own if None) the call is abandoned, its thread replaced, and TimeoutError
        raised. With four abandoned calls in a pool it reports itself broken: AppError ENGINE_BROKEN.
        """
        ...


class Vault(Protocol):
    """Where secrets are kept: the OS keyring, unless a person chose else.

    Calls wait for one thread, with time limits; failures are VAULT_* problems.
    """

    async def read(self, entry: VaultEntry) -> Secret | None:
        """Return the secret, None if there is none."""
        ...

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        """Store the secret; returns only when it was read back and is equal."""
        ...

    async def delete(self, entry: VaultEntry) -> bool:
        """Delete the secret; False if there was none."""
        ...

    async def names(self) -> tuple[str, ...]:
        """Return the services of the secrets that Rolecall stored, from its own index."""
        ...

    async def check(self) -> str:
        """Return the back end's name if it is usable now, else raise the VAULT_* problem. May not prompt."""
        ...


class Vaults(Protocol):
    """The vaults as a whole: which kind is in charge, the secrets file's passphrase, moves. A person's verbs."""

    async def report(self) -> VaultReport:
        """Return what is in charge, whether it is usable, and what a move has left to do. Asks nobody."""
        ...

    async def unlock(self, passphrase: Secret, *, older: bool = False) -> None:
        """Open the secrets file until the process ends. VAULT_PASSPHRASE, VAULT_TRIES, VAULT_DAMAGED, VAULT_OLDER."""
        ...

    def seal(self) -> None:
        """Forget the key of the secrets file at once."""
        ...

    async def choose(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        """Put a kind in charge without moving anything; VAULT_HOLDS where secrets would be left, unless `leave`."""
        ...

    async def move(self, target: VaultKind, passphrase: Secret | None = None) -> Moved:
        """Copy all to another vault, compare, put it in charge, delete from the old. Goes on where it was cut off."""
        ...

    async def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Seal the secrets file anew."""
        ...


class Sts(Protocol):
    """The STS calls. AWS's errors come as problems; results are checked (expired ones are errors)."""

    async def session_token(self, call: SessionTokenCall, signer: Credentials, code: str | None) -> Issued:
        """GetSessionToken."""
        ...

    async def federation_token(self, call: FederationCall, signer: Credentials) -> Issued:
        """GetFederationToken."""
        ...

    async def assume_role(self, call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
        """AssumeRole."""
        ...

    async def web_identity(self, call: WebIdentityCall, token: Secret) -> Issued:
        """AssumeRoleWithWebIdentity, unsigned."""
        ...

    async def identity(self, endpoint: StsEndpoint, signer: Credentials) -> Identity:
        """GetCallerIdentity."""
        ...


class Sources(Protocol):
    """First credentials, by kind of source."""

    async def credentials(self, source: Source) -> Issued:
        """Return the source's credentials; `arn` and `account` only where the source says them.

        Raises APPROVAL_NEEDED for a command that was not approved, VAULT_NO_ENTRY, SOURCE_EMPTY, SOURCE_KIND_LATER …
        """
        ...


class IdentityTokens(Protocol):
    """Web identity tokens, by where a source takes them from. Ends within its own deadlines."""

    async def token(self, source: Source) -> Secret:
        """Return a token for AssumeRoleWithWebIdentity, read anew each time where it is not pasted.

        Raises TOKEN_NEEDED where a person has to paste one, APPROVAL_NEEDED, TOKEN_*, COMMAND_*, FILE_UNREADABLE …
        """
        ...

    def take(self, source: Source, text: str) -> None:
        """Keep, in memory alone, what a person pasted, until its own end; TOKEN_* for what cannot be a token."""
        ...

    def refused(self, source: Source) -> bool:
        """Forget the pasted token that AWS refused; False if there was none, so that asking a person helps nothing."""
        ...

    def forget(self) -> None:
        """Forget all that was pasted."""
        ...


class MfaCodes(Protocol):
    """MFA codes that need no person, and the memory of codes already used."""

    async def code(self, source: Source, serial: str) -> str | None:
        """Return a fresh code that was never used, waiting for the next time step if it must; None: ask a person."""
        ...

    async def claim(self, serial: str, code: str) -> bool:
        """Mark a code that a person typed as used; False if it was used already (by any process)."""
        ...


class Programs(Protocol):
    """May this program have this profile's session? A narrower one (`narrowing`: its key) is another question."""

    def decide(self, program: Program, profile: ProfileName, way: Way, narrowing: str = "") -> Verdict:
        """Answer at once, from any thread, without waiting and without a file being read.

        ALLOWED: hand it out now. DENIED: refuse (also while locked, and for a program that could not be recognized the
        next time). ASKED: a question was raised, or is open already; refuse now, the next request of the same program
        is answered by what the person said: "once" is good for one request within 5 min. Call it once per request.
        """
        ...

    def remembered(self, program: Program, profile: ProfileName, narrowing: str = "") -> bool:
        """Whether an earlier decision allows it now. Asks nobody, uses nothing up. Any thread."""
        ...

    async def allowed(self, program: Program, profile: ProfileName, way: Way, narrowing: str = "") -> bool:
        """As `decide`, but wait for the person: True, or False after a no or 60 s without an answer. Engine's loop.

        Several who wait for the same program and profile share one question and its answer.
        """
        ...

    def wanted(self, profile: ProfileName) -> bool:
        """Whether programs need approval for the profile, so that the asking program has to be found. Any thread."""
        ...

    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions that count at this moment, newest first. Any thread."""
        ...

    def revoke(self, decision_id: str | None) -> int:
        """Take one decision back, or all (None); returns how many. Engine's loop."""
        ...


class Processes(Protocol):
    """What the platform tells of running processes. Blocking for a moment (a millisecond); never raises."""

    def program(
        self, pid: int, *, connected_at: float | None = None, alive: Callable[[], bool] | None = None
    ) -> Program:
        """Return the program of a process; UNKNOWN where it is gone, is another by now, or nothing is told.

        `connected_at` (seconds of the wall clock): a process that began later is another one. `alive`: asked after the
        reading whether the peer still is the one that connected. What runs our own credential_process stub or command
        line asks for its parent: that is returned instead.
        """
        ...

    def at_port(self, client: int, server: int, *, connected_at: float | None = None) -> Program:
        """Return the program behind a TCP connection of 127.0.0.1, by the ports of its two ends.

        Looks through the machine's connections: some 10 to 100 ms, so off the loop, and once a second at most where no
        approval hangs on it. UNKNOWN for other users' processes, containers, and where several processes hold the
        connection.
        """
        ...


class CredentialsFile(Protocol):
    """The shared credentials file (and single lines of the config file)."""

    async def apply(self, changes: Sequence[FileChange]) -> tuple[Outcome, ...]:
        """Carry out the changes in one write per file; one outcome per change, in order. Never raises AppError."""
        ...

    async def preview(self, changes: Sequence[FileChange]) -> tuple[FileDiff, ...]:
        """Return what the changes would do, secrets masked."""
        ...

    async def owned(self) -> tuple[OwnedSection, ...]:
        """Return the sections that are ours, as they stand in the file."""
        ...

    async def check(self, expected: Mapping[str, str]) -> Mapping[str, Problem | None]:
        """Return the sections (of section -> access key id) that are not as written: None: write it again."""
        ...

    async def journal(self) -> tuple[JournalEntry, ...]:
        """Return the writes of the last 30 days, newest first."""
        ...

    async def undo(self, entry_id: str | None) -> JournalEntry:
        """Put back what a write replaced (None: the newest that can be undone)."""
        ...

    @property
    def path(self) -> Path:
        """Where the credentials file is."""
        ...

    @property
    def config_path(self) -> Path:
        """Where the config file is."""
        ...


class LongLivedKeeper(Protocol):
    """Keeps long-lived keys that leave the credentials file, as their own undo record. Blocking."""

    def keep(self, name: str, secret: Secret) -> None:
        """Store under the name; returns only when it is safe."""
        ...

    def give_back(self, name: str) -> Secret | None:
        """Return what was kept."""
        ...

    def forget(self, name: str) -> None:
        """Drop what was kept; nothing happens if there is none."""
        ...


class FileWatch(Protocol):
    """The system's file notifications."""

    def watch(self, path: Path, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after the file was changed, replaced, made or removed; returns the way to end it.

        Bursts come as one call, at most a second late. The file need not exist yet.
        """
        ...


class SystemEvents(Protocol):
    """Sleep, network, clock and screen lock. What the machine does not tell is not told, and costs nothing."""

    def open(self, told: Callable[[Happening], None]) -> None:
        """Call `told` on the running loop for all that happens from now on."""
        ...

    def may_sleep(self) -> None:
        """After SLEEP: what had to be done before is done."""
        ...

    def close(self) -> None:
        """Tell nothing more, and hold nothing up."""
        ...


class CatalogStore(CatalogCopies, Protocol):
    """profiles.toml. A file that cannot be read is never overwritten."""

    async def load(self) -> Catalog:
        """Read and check the file; a missing one is an empty catalog; CATALOG_UNREADABLE if it is no TOML."""
        ...

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        """Replace `[table.name]` ("profiles", "sources", "groups", "accounts"; "settings" with name "") by the values.

        Comments, order and every other table stay. The values are checked first: VALUE_* problems, nothing written.
        """
        ...

    async def put_all(self, tables: Mapping[tuple[str, str], Mapping[str, object] | None]) -> Catalog:
        """Replace, add or remove (None) tables by (table, name) in one save; all are checked first, together."""
        ...

    async def remove(self, table: str, name: str) -> Catalog:
        """Remove `[table.name]` with its sub-tables."""
        ...

    async def rename(self, table: str, old: str, new: str) -> Catalog:
        """Rename a source or profile and every reference to it (source, base, settings.default)."""
        ...

    async def raw(self, table: str, name: str) -> Mapping[str, object]:
        """Return the values of `[table.name]` as they stand in the file, for an editor."""
        ...

    async def preview(self, table: str, name: str, values: Mapping[str, object], *, original: str = "") -> FileDiff:
        """Return what a `put` (after a `rename` from `original`) would change in the file; nothing is written."""
        ...

    @property
    def path(self) -> Path:
        """Where the catalog is."""
        ...


class StateFiles(Protocol):
    """Small JSON files of the state folder. Written at once, 0600, never torn."""

    def read(self, name: str) -> Mapping[str, object]:
        """Return the file's object; an empty one if it is missing or broken (a broken one is kept beside)."""
        ...

    def write(self, name: str, value: Mapping[str, object]) -> None:
        """Replace the file."""
        ...
