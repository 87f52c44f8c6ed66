"""What the windows remember between starts: recents, the last copy's shell, geometry. State, not catalog."""

from collections.abc import Mapping
from typing import cast

from app.ports import StateFiles

_FILE = "ui.json"
_RECENTS = 12


class Memory:
    """`ui.json`. Read once; written at each change, which is seldom."""

    def __init__(self, state: StateFiles) -> None:
        """Read what was kept; anything unfit counts as nothing."""
        self._state = state
        self._kept: dict[str, object] = dict(state.read(_FILE))

    @property
    def recents(self) -> tuple[str, ...]:
        """Names of the profiles used last, the newest first."""
        kept = self._kept.get("recents")
        return tuple(str(name) for name in cast("list[object]", kept)) if isinstance(kept, list) else ()

    def used(self, name: str) -> None:
        """Move a profile to the front of the recents."""
        recents = [name, *(one for one in self.recents if one != name)][:_RECENTS]
        self.keep("recents", recents)

    def text(self, key: str, otherwise: str = "") -> str:
        """Return a kept text."""
        kept = self._kept.get(key)
        return kept if isinstance(kept, str) else otherwise

    def flag(self, key: str) -> bool:
        """Return whether something was noted."""
        return self._kept.get(key) is True

    def table(self, key: str) -> Mapping[str, object]:
        """Return a kept table."""
        kept = self._kept.get(key)
        return cast("dict[str, object]", kept) if isinstance(kept, dict) else {}

    def keep(self, key: str, value: object) -> None:
        """Keep a value, if it is another than before."""
        if self._kept.get(key) != value:
            self._kept[key] = value
            self._state.write(_FILE, self._kept)
