"""Which keyring this operating system has."""

import sys
from collections.abc import Mapping

from app.ports import Offload, StateFiles
from app.vault.backend import Backend
from app.vault.index import VaultIndex
from app.vault.keeper import VaultKeeper
from app.vault.keyring_backend import MACOS, WINDOWS, KeyringBackend
from app.vault.keyring_vault import KeyringVault
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


def open_vault(
    environ: Mapping[str, str], offload: Offload, state: StateFiles, platform: str = sys.platform
) -> tuple[KeyringVault, VaultKeeper]:
    """Return the vault and the keeper over the operating system's keyring. Touches nothing yet."""
    backend, index = system_backend(environ, platform), VaultIndex(state)
    return KeyringVault(backend, offload, index), VaultKeeper(backend, index)
