"""The names of the secrets that Rolecall stored. Keyrings cannot be asked for a list; there is no secret in it."""

import threading
from collections.abc import Iterable, Mapping
from typing import cast

from app.ports import StateFiles

FILE = "vault-index.json"


class VaultIndex:
    """`vault-index.json`: {"version": 1, "entries": [service, …]}. Usable from several threads."""

    def __init__(self, state: StateFiles) -> None:
        """Read nothing yet."""
        self._state = state
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the services, sorted."""
        with self._lock:
            return tuple(sorted(self._read()))

    def add(self, service: str) -> bool:
        """Add a service; True if it was there already."""
        with self._lock:
            names = self._read()
            if service in names:
                return True
            self._write({*names, service})
            return False

    def remove(self, service: str) -> None:
        """Remove a service; nothing happens if it is not there."""
        with self._lock:
            names = self._read()
            if service in names:
                self._write(names - {service})

    def _read(self) -> frozenset[str]:
        found: Mapping[str, object] = self._state.read(FILE)
        entries = found.get("entries")
        if not isinstance(entries, list):
            return frozenset()
        return frozenset(one for one in cast(list[object], entries) if isinstance(one, str))

    def _write(self, names: Iterable[str]) -> None:
        self._state.write(FILE, {"version": 1, "entries": sorted(names)})
