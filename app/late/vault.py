"""The vaults, made at their first use."""

from app.domain.entries import VaultEntry
from app.domain.secret import Secret
from app.domain.values import dataclass
from app.domain.vaults import Moved, VaultKind, VaultReport
from app.late import Late
from app.ports import LongLivedKeeper, Vault, Vaults


@dataclass(frozen=True, slots=True)
class VaultParts:
    """The vaults, from three sides."""

    vault: Vault
    keeper: LongLivedKeeper
    vaults: Vaults


@dataclass(frozen=True, slots=True, eq=False)
class LateVault:
    """The port Vault."""

    late: Late[VaultParts]

    async def read(self, entry: VaultEntry) -> Secret | None:
        """Return the secret, None if there is none."""
        return await (await self.late.ready()).vault.read(entry)

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        """Store the secret."""
        await (await self.late.ready()).vault.write(entry, secret)

    async def delete(self, entry: VaultEntry) -> bool:
        """Delete the secret; False if there was none."""
        return await (await self.late.ready()).vault.delete(entry)

    async def names(self) -> tuple[str, ...]:
        """Return the services of the secrets that Rolecall stored."""
        return await (await self.late.ready()).vault.names()

    async def check(self) -> str:
        """Return the back end's name if it is usable now."""
        return await (await self.late.ready()).vault.check()


@dataclass(frozen=True, slots=True, eq=False)
class LateKeeper:
    """The port LongLivedKeeper, whose calls are not on the loop."""

    late: Late[VaultParts]

    def keep(self, name: str, secret: Secret) -> None:
        """Store under the name."""
        self.late.now().keeper.keep(name, secret)

    def give_back(self, name: str) -> Secret | None:
        """Return what was kept."""
        return self.late.now().keeper.give_back(name)

    def forget(self, name: str) -> None:
        """Drop what was kept."""
        self.late.now().keeper.forget(name)


@dataclass(frozen=True, slots=True, eq=False)
class LateVaults:
    """The port Vaults."""

    late: Late[VaultParts]

    async def report(self) -> VaultReport:
        """Return what is in charge."""
        return await (await self.late.ready()).vaults.report()

    async def unlock(self, passphrase: Secret, *, older: bool = False) -> None:
        """Open the secrets file until the process ends."""
        await (await self.late.ready()).vaults.unlock(passphrase, older=older)

    def seal(self) -> None:
        """Forget the key of the secrets file at once; before the first use there is none."""
        if self.late.made is not None:
            self.late.made.vaults.seal()

    async def choose(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        """Put a kind in charge."""
        await (await self.late.ready()).vaults.choose(kind, passphrase, leave=leave)

    async def move(self, target: VaultKind, passphrase: Secret | None = None) -> Moved:
        """Move all to another vault."""
        return await (await self.late.ready()).vaults.move(target, passphrase)

    async def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Seal the secrets file anew."""
        await (await self.late.ready()).vaults.change_passphrase(old, new)
