"""The port CatalogStore over one file."""

from collections.abc import Mapping
from pathlib import Path

from app.catalog.file import CatalogBytes, Source
from app.domain.profile import Catalog
from app.domain.reading import Reading, read_catalog
from app.ports import Offload, Pool

DEADLINE_SECONDS = 60.0


class TomlCatalogStore:
    """profiles.toml. What is read is kept, so that saving one table costs little more than one reading."""

    def __init__(self, path: Path, offload: Offload, *, file: CatalogBytes | None = None) -> None:
        """Name the file; nothing is read yet."""
        self._offload = offload
        self._file = file or CatalogBytes(path)
        self._source = Source()
        self._reading: Reading | None = None

    @property
    def path(self) -> Path:
        """Where the catalog is."""
        return self._file.path

    async def load(self) -> Catalog:
        """Read and check the file; a missing one is an empty catalog.

        Raises CATALOG_UNREADABLE if it is no TOML, FILE_UNREADABLE where the system refuses; the file is not touched.
        """
        return await self._offload.call(Pool.DISK, self._load, deadline=DEADLINE_SECONDS)

    def _load(self) -> Catalog:
        source = self._file.read(self._source if self._reading else None)
        if source is not self._source or self._reading is None:
            self._reading = read_catalog(source.data, str(self.path))
            self._source = source
        return self._reading.catalog

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        raise NotImplementedError
