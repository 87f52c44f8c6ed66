"""Which keyring this operating system has, and the vaults that a person can choose from."""

import sys
from collections.abc import Mapping

from app.domain.values import dataclass
from app.domain.vaults import VaultKind
from app.ports import Offload, StateFiles
from app.vault.backend import Backend
from app.vault.chosen import Choice, ChosenBackend, Kept, Turn
from app.vault.control import VaultControl
from app.vault.desktop import keyring_help
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_backend import MACOS, WINDOWS, KeyringBackend
from app.vault.keyring_vault import KeyringVault
from app.vault.memory_backend import MemoryBackend
from app.vault.moving import Mover
from app.vault.sealed_file import AskPassphrase, Means, Place, SealedFile
from app.vault.secret_service import SecretService


def system_backend(environ: Mapping[str, str], platform: str = sys.platform) -> Backend:
    """Return the operating system's own keyring, from a fixed list. Touches nothing yet.

    KWallet of KDE 6 is a Secret Service; so are GNOME Keyring and KeePassXC.
    """
    if platform == "darwin":
        return KeyringBackend(MACOS)
    if platform == "win32":
        return KeyringBackend(WINDOWS)
    return SecretService(environ)


def open_keyring(
    environ: Mapping[str, str], offload: Offload, state: StateFiles, platform: str = sys.platform
) -> tuple[KeyringVault, VaultKeeper]:
    """Return the vault and the keeper over the operating system's keyring. Touches nothing yet."""
    backend, index = system_backend(environ, platform), VaultIndex(state)
    return KeyringVault(backend, offload, index), VaultKeeper(backend, index)


@dataclass(frozen=True, slots=True)
class VaultWorld:
    """What the vaults are made of. `turn`: one change at a time; `lasts`: this process keeps sessions fresh."""

    environ: Mapping[str, str]
    state: StateFiles
    place: Place
    turn: Turn
    ask: AskPassphrase | None = None
    lasts: bool = False
    platform: str = sys.platform


def open_vaults(world: VaultWorld, offload: Offload) -> tuple[KeyringVault, VaultKeeper, VaultControl]:
    """Return vault, keeper and control over whichever kind a person chose. Touches nothing yet."""
    sealed = SealedFile(world.place, Means(world.state, world.ask))
    memory = MemoryBackend(lasts=world.lasts)
    kinds = {
        VaultKind.KEYRING: Kept(system_backend(world.environ, world.platform), VaultIndex(world.state)),
        VaultKind.FILE: Kept(sealed, sealed),
        VaultKind.MEMORY: Kept(memory, memory),
    }
    choice = Choice(world.state)

    def help_key() -> str:
        return keyring_help(world.environ, world.platform)

    chosen = ChosenBackend(kinds, choice, world.turn, help_key)
    for_good = ChosenBackend(kinds, choice, world.turn, help_key, for_good=True)
    control = VaultControl(chosen, choice, sealed, Mover(kinds, choice, world.turn), world.turn, offload)
    return KeyringVault(chosen, offload, chosen), VaultKeeper(for_good, for_good), control
