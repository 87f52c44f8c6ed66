"""Undo and redo over a whole draft: what it was at each moment of calm. No Qt."""

from copy import deepcopy

from ui.editor.draft import Draft, Table

_LIMIT = 200

State = tuple[str, Table]


class History:
    """Steps of a draft, oldest first. A secret is never among them: no draft holds one."""

    def __init__(self, draft: Draft) -> None:
        """Begin with what the draft holds."""
        self._draft = draft
        self._past: list[State] = []
        self._future: list[State] = []
        self._now = self._state()

    def _state(self) -> State:
        return self._draft.name, deepcopy(self._draft.values)

    def note(self) -> None:
        """Count what changed since the last call as one step; nothing changed: no step."""
        state = self._state()
        if state != self._now:
            self._past = [*self._past, self._now][-_LIMIT:]
            self._future = []
            self._now = state

    def forget(self) -> None:
        """Begin anew with what the draft holds."""
        self._past, self._future, self._now = [], [], self._state()

    @property
    def undoable(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past) or self._state() != self._now

    @property
    def redoable(self) -> bool:
        """Whether something that was taken back can come again."""
        return bool(self._future) and self._state() == self._now

    def undo(self) -> bool:
        """Take the last step back; False if there is none."""
        self.note()
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Do again what was taken back; False if there is nothing."""
        self.note()
        return self._go(self._future, self._past)

    def _go(self, source: list[State], kept: list[State]) -> bool:
        if not source:
            return False
        kept.append(self._now)
        self._now = source.pop()
        self._draft.name, self._draft.values = self._now[0], deepcopy(self._now[1])
        return True
