"""The access keys of a source's user as a state machine for windows: look, replace, delete, go back. No Qt.

One flow for each window. Its state is a frozen value, told to `changed` after every step; nothing here raises AppError.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum

from app.domain.keys import ENDING, GOING_BACK, REPLACING, KeyStep, UserKey
from app.domain.problem import AppError, Problem
from app.domain.values import dataclass
from app.ownuser import OwnUser


class Mark(StrEnum):
    """How far a step is."""

    OPEN = "open"
    NOW = "now"
    DONE = "done"
    FAILED = "failed"


class Result(StrEnum):
    """What was done last."""

    NONE = ""
    REPLACED = "replaced"
    SWITCHED_OFF = "switched-off"
    SWITCHED_ON = "switched-on"
    DELETED = "deleted"
    BACK = "back"
    TAKEN_BACK = "taken-back"  # it failed, and everything is as it was
    NEW_IN_USE = "new-in-use"  # it failed after the swap


@dataclass(frozen=True, slots=True)
class KeysState:
    """Everything that a window shows. `keys`: the source's own first; none before IAM answered."""

    source: str
    own: str = ""
    keys: tuple[UserKey, ...] = ()
    busy: bool = False
    steps: tuple[tuple[KeyStep, Mark], ...] = ()
    problem: Problem | None = None
    result: Result = Result.NONE
    left: tuple[str, ...] = ()  # keys that could not be taken back

    @property
    def other(self) -> UserKey | None:
        """The user's other key."""
        return next((one for one in self.keys if one.key_id != self.own), None)

    @property
    def can_replace(self) -> bool:
        """Whether there is room for a new key."""
        return not self.busy and bool(self.keys) and self.other is None

    @property
    def can_delete(self) -> bool:
        """Whether the other key may go: it is off, so that nothing uses it any more."""
        return not self.busy and self.other is not None and not self.other.active

    @property
    def can_switch_off(self) -> bool:
        """Whether the other key is on still."""
        return not self.busy and self.other is not None and self.other.active

    @property
    def can_go_back(self) -> bool:
        """Whether the source can use the other key: its secret is there."""
        return not self.busy and self.other is not None and self.other.kept


class KeyFlow:
    """Runs on the loop of the core."""

    def __init__(self, user: OwnUser, source: str, changed: Callable[[KeysState], None]) -> None:
        """Nothing is called yet; VALUE_NOT_HERE for a source without an access key."""
        self._user, self._changed = user, changed
        self._rotation = user.rotation(source, self._told)
        self.state = KeysState(source, self._rotation.source.access_key_id)

    async def look(self) -> None:
        """Ask IAM for the keys."""
        if not self.state.busy:
            self._put(replace(self.state, busy=True, problem=None, steps=(), result=Result.NONE))
            await self._look_again()

    async def replace(self) -> None:
        """Make a new key, store it, try it, have the source use it, switch the old one off."""
        if self.state.can_replace:
            await self._do(REPLACING, lambda: self._rotation.replace(switch_off=True), Result.REPLACED)

    async def switch_off(self) -> None:
        """Switch the other key off."""
        other = self.state.other
        if other is not None and self.state.can_switch_off:
            key = other.key_id
            await self._do((KeyStep.SWITCH_OFF,), lambda: self._rotation.switch(key, active=False), Result.SWITCHED_OFF)

    async def switch_on(self) -> None:
        """Switch the other key on again: something uses it still."""
        other = self.state.other
        if other is not None and self.state.can_delete:
            key = other.key_id
            await self._do((KeyStep.SWITCH_ON,), lambda: self._rotation.switch(key, active=True), Result.SWITCHED_ON)

    async def delete(self) -> None:
        """Delete the other key."""
        other = self.state.other
        if other is not None and self.state.can_delete:
            key = other.key_id
            await self._do(ENDING, lambda: self._rotation.delete(key), Result.DELETED)

    async def go_back(self) -> None:
        """Have the source use the other key, and delete the one that it uses now."""
        other = self.state.other
        if other is not None and self.state.can_go_back:
            key = other.key_id
            await self._do(GOING_BACK, lambda: self._rotation.go_back(key), Result.BACK)

    async def _do(self, steps: tuple[KeyStep, ...], work: Callable[[], Awaitable[object]], result: Result) -> None:
        own = self.state.own
        marks = tuple((step, Mark.OPEN) for step in steps)
        self._put(replace(self.state, busy=True, problem=None, steps=marks, result=Result.NONE, left=()))
        problem: Problem | None = None
        try:
            await work()
        except AppError as error:
            problem = error.problem
            rotation = self._rotation
            swapped = rotation.source.access_key_id != own
            if steps == REPLACING:
                result = Result.TAKEN_BACK if rotation.taken_back else Result.NEW_IN_USE if swapped else Result.NONE
            elif not swapped:
                result = Result.NONE
            failed = tuple((step, Mark.FAILED if mark is Mark.NOW else mark) for step, mark in self.state.steps)
            left = tuple(dict.fromkeys(key for key, _ in rotation.left))
            self._put(replace(self.state, steps=failed, left=left))
        self._put(replace(self.state, problem=problem, result=result))
        await self._look_again()

    async def _look_again(self) -> None:
        """Show the keys as IAM has them now; what went wrong before counts more than a look that failed."""
        keys, problem = self.state.keys, self.state.problem
        try:
            keys = await self._user.keys(self._rotation)
        except AppError as error:
            problem = problem or error.problem
        own = self._rotation.source.access_key_id
        self._put(replace(self.state, busy=False, keys=keys, own=own, problem=problem))

    def _told(self, step: KeyStep, key_id: str, done: bool) -> None:  # noqa: FBT001  as the rotation tells it
        del key_id
        mark = Mark.DONE if done else Mark.NOW
        marks = tuple((one, mark if one is step else before) for one, before in self.state.steps)
        self._put(replace(self.state, steps=marks))

    def _put(self, state: KeysState) -> None:
        self.state = state
        self._changed(state)
