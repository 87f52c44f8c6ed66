"""A vault in memory, for the demo and for tests. Forgotten with the process."""

from app.domain.entries import VaultEntry
from app.domain.secret import Secret


class MemoryVault:
    """The port Vault over a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._secrets: dict[str, Secret] = {}

    async def read(self, entry: VaultEntry) -> Secret | None:
        """Return the secret, None if there is none."""
        return self._secrets.get(entry.service)

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        """Store the secret."""
        self._secrets[entry.service] = secret

    async def delete(self, entry: VaultEntry) -> bool:
        """Delete the secret; False if there was none."""
        return self._secrets.pop(entry.service, None) is not None

    async def names(self) -> tuple[str, ...]:
        """Return the services, sorted."""
        return tuple(sorted(self._secrets))

    async def check(self) -> str:
        """Return its name; memory is always there."""
        return "memory"


class MemoryKeeper:
    """The port LongLivedKeeper over a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._secrets: dict[str, Secret] = {}

    def keep(self, name: str, secret: Secret) -> None:
        """Store under the name."""
        self._secrets[name] = secret

    def give_back(self, name: str) -> Secret | None:
        """Return what was kept."""
        return self._secrets.get(name)

    def forget(self, name: str) -> None:
        """Drop what was kept."""
        self._secrets.pop(name, None)
