"""When what is required and not there yet is said at its field: not before a person was there. No Qt."""

from collections.abc import Sequence

from app.domain.profile import Finding
from ui.editor.draft import Draft


class Patience:
    """Knows which fields of something new were gone on from. What the catalog has already is told at once."""

    def __init__(self, draft: Draft) -> None:
        """Nobody was anywhere yet."""
        self._draft = draft
        self._passed: set[str] = set()
        self._tried = False

    def passed(self, key: str) -> bool:
        """Note that a person went on from the field of a key; whether that changes what is due."""
        news = key not in self._passed and self._waits(key)
        self._passed.add(key)
        return news

    def tried(self) -> None:
        """Note that a person wanted to save or test it as it is: all is due."""
        self._tried = True

    def forget(self) -> None:
        """The fields are others now."""
        self._passed.clear()

    def due(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return what is shown at the fields now: all but what is merely not there yet."""
        return tuple(one for one in findings if one.warning or not self._waits(one.key))

    def _waits(self, key: str) -> bool:
        return not (self._tried or key in self._passed) and self._is_new(key) and self._is_empty(key)

    def _is_new(self, key: str) -> bool:
        if not self._draft.original:
            return self._draft.new
        parts = key.split(".")
        known = self._draft.original.get("roles")
        hops = len(known) if isinstance(known, list) else 0  # pyright: ignore[reportUnknownArgumentType]
        return parts[0] == "roles" and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) > hops

    def _is_empty(self, key: str) -> bool:
        draft = self._draft
        if key == "name":
            return not draft.name
        if key in ("source", "base"):
            return draft.get("source") is None and draft.get("base") is None
        return draft.get(key) is None
