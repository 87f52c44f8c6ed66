"""Vaults as the program makes them, over a folder of a test's own and a keyring made for tests."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.vaults import VaultKind
from app.engine.offload import ThreadOffload
from app.exclusive import exclusive
from app.sealedplace import SealedPlace
from app.state import JsonStateFiles
from app.vault.chosen import Choice, ChosenBackend, Kept
from app.vault.control import VaultControl
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_vault import KeyringVault
from app.vault.memory_backend import MemoryBackend
from app.vault.moving import Mover
from app.vault.sealed_file import AskPassphrase, Means, SealedFile
from app.vault.sealing import N_LEAST, Kdf

WEAK = Kdf(n=N_LEAST)  # as strong as a test needs
PASSPHRASE = Secret("correct horse battery staple")


class DictKeyring:
    """A keyring of a machine: shared by all who are given it. `gone`: the machine has none."""

    name = "Keyring of the tests"
    maximum = None

    def __init__(self) -> None:
        self.secrets: dict[str, Secret] = {}
        self.gone = False
        self.fail_at: int | None = None  # the call that fails, counted down
        self._lock = threading.Lock()

    def _call(self) -> None:
        if self.gone:
            raise AppError.of(Code.VAULT_NONE, reason="no-session-bus")
        if self.fail_at is not None:
            self.fail_at -= 1
            if self.fail_at < 0:
                raise AppError.of(Code.VAULT_FAILED, entry="", reason="made to")

    def may_ask(self, seconds: float) -> bool:
        return False

    def check(self, seconds: float) -> None:
        self._call()

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:
        self._call()
        return self.secrets.get(entry.service)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        self._call()
        self.secrets[entry.service] = secret

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        self._call()
        return self.secrets.pop(entry.service, None) is not None


class Vaults:
    """One process's view of the vaults of a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        keyring: DictKeyring | None = None,
        ask: AskPassphrase | None = None,
        lasts: bool = False,
        clock: "Clock | None" = None,
    ) -> None:
        for name in ("state", "run"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        self.keyring = keyring or DictKeyring()
        self.state = JsonStateFiles(folder / "state")
        self.place = SealedPlace(folder / "state", folder / "run")
        self.clock = clock or Clock()
        self.sealed = SealedFile(self.place, Means(self.state, ask, WEAK, self.clock))
        memory = MemoryBackend(lasts=lasts)
        self.kinds: Mapping[VaultKind, Kept] = {
            VaultKind.KEYRING: Kept(self.keyring, VaultIndex(self.state)),
            VaultKind.FILE: Kept(self.sealed, self.sealed),
            VaultKind.MEMORY: Kept(memory, memory),
        }
        self.choice = Choice(self.state)
        turn = lambda: exclusive(folder / "run" / "vault.lock")  # noqa: E731
        self.offload = ThreadOffload()
        self.chosen = ChosenBackend(self.kinds, self.choice, turn, lambda: "help-server")
        self.control = VaultControl(
            self.chosen, self.choice, self.sealed, Mover(self.kinds, self.choice, turn), turn, self.offload
        )
        self.vault = KeyringVault(self.chosen, self.offload, self.chosen)
        for_good = ChosenBackend(self.kinds, self.choice, turn, lambda: "help-server", for_good=True)
        self.keeper = VaultKeeper(for_good, for_good)

    async def choose(self, kind: VaultKind) -> Self:
        await self.control.choose(kind, PASSPHRASE if kind is VaultKind.FILE else None)
        return self

    def close(self) -> None:
        self.offload.close()


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at
