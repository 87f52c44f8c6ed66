"""The vaults of the real world, put together."""

from app.exclusive import exclusive
from app.folders import Folders
from app.late.vault import VaultParts
from app.ports import Offload, StateFiles
from app.sealedplace import SealedPlace
from app.vault.system import VaultWorld, open_vaults
from app.world import World


def make_vaults(world: World, folders: Folders, offload: Offload, state: StateFiles) -> VaultParts:
    """Return the vaults over what a person chose; nothing is touched yet."""
    place, lock = SealedPlace(folders.state, folders.runtime), folders.runtime / "vault.lock"
    made = VaultWorld(world.environ, state, place, lambda: exclusive(lock), world.passphrase, world.lasts)
    return VaultParts(*open_vaults(made, offload))
