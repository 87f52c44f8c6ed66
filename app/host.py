"""Makes a process the one engine of its runtime folder: the lock, the control socket, the watch on the catalog."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from app.compose import Core
from app.domain.names import ProfileName


class HostKind(StrEnum):
    """Which front end hosts the engine."""

    APPLICATION = "application"
    REFRESH = "refresh"


class Host:
    """Holds the engine lock, opens the engine, serves the control socket, follows edits of the catalog."""

    def __init__(
        self,
        core: Core,
        kind: HostKind,
        *,
        raise_window: Callable[[], None] | None = None,
        taken_over: Callable[[], None] | None = None,
        catalog_changed: Callable[[], None] | None = None,
    ) -> None:
        """Do nothing yet. Callbacks come on the loop that `open` ran on."""

    async def open(self, names: Sequence[ProfileName] | None = None, *, auto: bool = True) -> None:
        """Become the engine: a `refresh` that runs is taken over (application); raises ENGINE_RUNNING otherwise."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop serving, close the core, give the lock back."""
        raise NotImplementedError
