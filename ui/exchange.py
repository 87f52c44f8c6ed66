"""Parts of the catalog as files: written for others, read from them."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from app.domain.catalogcopy import Addition
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """The two ways, off the loop; problems are AppErrors.

    `write` puts profiles with all they stand on into a file and returns how many profiles that were. `read` returns
    what a file would add to the catalog.
    """

    write: Callable[[Path, Sequence[str]], Awaitable[int]]
    read: Callable[[Path], Awaitable[Addition]]
