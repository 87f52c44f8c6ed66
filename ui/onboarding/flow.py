"""What the import's window needs of the program."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol, TypeVar

from app.domain.files import FileDiff
from app.domain.profile import Catalog
from app.importing.executor import Done, Told
from app.importing.found import Found, Place
from app.importing.values import ImportOptions, ImportPlan

Result = TypeVar("Result")


class Flow(Protocol):
    """What reads, plans and writes."""

    @property
    def backups(self) -> Path: ...
    async def look(self, place: Place) -> Found: ...
    async def plan(self, found: Found, options: ImportOptions) -> ImportPlan: ...
    async def aside(self, work: Callable[[], Result]) -> Result: ...
    async def preview(self, plan: ImportPlan, chosen: Collection[str]) -> tuple[FileDiff, ...]: ...
    async def carry_out(self, plan: ImportPlan, chosen: Collection[str], told: Told) -> Done: ...
    async def undo(self) -> int: ...


class Home(Protocol):
    """What the window needs of the core."""

    @property
    def catalog(self) -> Catalog: ...
