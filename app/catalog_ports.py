"""What the catalog's store can do with several tables and with its file as a whole: part of `CatalogStore`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.catalogcopy import CatalogCopy
from app.domain.profile import Catalog


class CatalogCopies(Protocol):
    """Reads several tables at once; keeps the file and puts it back."""

    async def raw_all(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        """Return the values of several tables at once; those that are not there are left out."""
        ...

    async def copy(self) -> CatalogCopy:
        """Return the file as it is now."""
        ...

    async def put_back(self, copy: CatalogCopy, since: CatalogCopy) -> Catalog:
        """Make the file what it was, byte for byte; CATALOG_CHANGED where it is not any more what it was `since`."""
        ...
