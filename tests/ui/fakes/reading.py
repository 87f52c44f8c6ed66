"""Makes fake cores with the program's own reading of values."""

from typing import Any

from app.domain.profile import Catalog
from app.domain.reading import Checks, parse_profile, read_catalog
from tests.ui.fakes.core import FakeCore, tools_for
from tests.ui.fakes.sample import CATALOG, fill
from ui.core import Tools


def read(tables: dict[str, Any]) -> Catalog:
    """Return the catalog of raw tables."""
    return read_catalog(tables).catalog


def fake_core(toml: str = CATALOG, *, running: bool = True) -> tuple[FakeCore, Tools]:
    """Return a core with the sample catalog, and its tools."""
    core = FakeCore(toml, read)
    if running:
        fill(core)
    checks = Checks()
    return core, tools_for(core, checks.profile, checks.source, lambda name, values: parse_profile(name, values)[0])
