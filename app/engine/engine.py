"""The engine: verbs in, statuses out."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.calls import Issued
from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.domain.plan import Surroundings
from app.domain.profile import Catalog, Profile
from app.domain.session import Starter, Status
from app.engine.store import Change, Store
from app.engine.trial import TestStep
from app.ports import (
    Approvals,
    Clock,
    CredentialsFile,
    FileWatch,
    MfaCodes,
    Offload,
    Sources,
    StateFiles,
    Sts,
)

__all__ = ["Change", "Engine", "EnginePorts", "Poke", "Store", "TestStep"]


class Poke(StrEnum):
    """Why the engine should look at the clock and the files now."""

    WAKE = "wake"
    NETWORK = "network"
    CLOCK = "clock"
    ASKED = "asked"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class EnginePorts:
    """The world of the engine. `offload` None: state files are written on the loop's own thread."""

    clock: Clock
    sts: Sts
    sources: Sources
    mfa: MfaCodes
    approvals: Approvals
    files: CredentialsFile
    state: StateFiles
    watch: FileWatch | None
    around: Surroundings
    default_section: str = "default"
    offload: Offload | None = None


class Engine:
    """Starts sessions, renews them on a timer, delivers them and stops them. Every verb on the loop's thread."""

    def __init__(self, ports: EnginePorts, catalog: Catalog, *, random: random.Random) -> None:
        """Do nothing yet; `open` restores and starts."""
        self.store = Store()

    async def open(self, *, names: Sequence[ProfileName] | None = None, auto: bool = True) -> None:
        """Restore what is still valid, then start `names`, or those with start = "auto"."""
        raise NotImplementedError

    def start(self, profile: ProfileName, *, by: Starter, adopt: bool = False) -> None:
        """Start a profile; returns at once."""
        raise NotImplementedError

    async def started(self, profile: ProfileName, *, timeout: float | None = None) -> Status:
        """Wait until a start has come to something."""
        raise NotImplementedError

    async def stop(self, *profiles: ProfileName) -> tuple[Status, ...]:
        """Give the deliveries back, then stop."""
        raise NotImplementedError

    async def stop_all(self) -> None:
        """Stop all that runs."""
        raise NotImplementedError

    def renew(self, profile: ProfileName) -> None:
        """Renew now; also "try again"."""
        raise NotImplementedError

    def answer(self, question_id: str, value: str | None) -> None:
        """Answer a question; None cancels."""
        raise NotImplementedError

    def poke(self, reason: Poke) -> None:
        """Look at the clock and the files now."""
        raise NotImplementedError

    def pause(self, until: datetime | None) -> None:
        """No renewals until then, or until `resume`."""
        raise NotImplementedError

    def resume(self) -> None:
        """End a pause."""
        raise NotImplementedError

    async def lock(self) -> None:
        """Stop all and forget."""
        raise NotImplementedError

    def unlock(self) -> None:
        """End a lock."""
        raise NotImplementedError

    async def set_default(
        self, profile: ProfileName | None, *, by: Starter, adopt: bool = False
    ) -> tuple[Outcome, ...]:
        """Write the profile's session to [default] too; None gives [default] back."""
        raise NotImplementedError

    def set_catalog(self, catalog: Catalog) -> None:
        """Use a new catalog."""
        raise NotImplementedError

    def credentials(self, profile: ProfileName) -> Issued | None:
        """Return the valid session in memory, without a call."""
        raise NotImplementedError

    async def session(
        self,
        profile: ProfileName,
        *,
        by: Starter,
        deliver: bool = False,
        ask: bool = True,
    ) -> Issued:
        """Return a session, from memory or by calls."""
        raise NotImplementedError

    def identity_test(self, profile: Profile) -> AsyncIterator[TestStep]:
        """Make the profile's calls for real, hop by hop, and keep nothing."""
        raise NotImplementedError

    async def close(self, *, grace: float = 2.0) -> None:
        """End all tasks; sections stay."""
        raise NotImplementedError
