"""A part of the catalog as a file of its own: profiles with all that they stand on. No secret: the catalog has none."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from app.catalog.file import CatalogBytes, Source
from app.catalog.proof import rewritten
from app.catalog.render import same
from app.catalog.tables import Key, Table
from app.domain.catalogcopy import Addition
from app.domain.profile import Catalog, Profile

_KINDS = ("accounts", "groups", "sources", "profiles")


def parts_of(catalog: Catalog, names: Iterable[str]) -> tuple[Key, ...]:
    """Return the tables that profiles need to mean the same elsewhere, in the order in which they are written.

    Beside the profiles: those that they go on from, sources, and what is said of their accounts and groups.
    """
    found: set[Key] = set()
    for name in names:
        profile = catalog.profiles.get(name)
        while profile is not None and ("profiles", profile.name) not in found:
            found.add(("profiles", str(profile.name)))
            found.update(_around(catalog, profile))
            profile = catalog.profiles.get(profile.base) if profile.base is not None else None
    return tuple(sorted(found, key=lambda one: (_KINDS.index(one[0]), one[1].casefold(), one[1])))


def _around(catalog: Catalog, profile: Profile) -> Iterable[Key]:
    if profile.source is not None and profile.source in catalog.sources:
        yield "sources", str(profile.source)
    if profile.account is not None and str(profile.account) in catalog.accounts:
        yield "accounts", str(profile.account)
    parts = profile.group.split("/")
    groups = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    yield from (("groups", group) for group in groups if group in catalog.groups)


def shared_text(tables: Mapping[Key, Mapping[str, object]]) -> str:
    """Return tables as the text of a catalog. The same tables are always the same text."""
    wanted: dict[Key, Table | None] = {key: dict(values) for key, values in tables.items()}
    text, _ = rewritten(CatalogBytes(Path()), Source(), {}, wanted, {})
    return text


def read_shared(path: Path) -> Mapping[Key, Mapping[str, object]]:
    """Return the tables of such a file; CATALOG_UNREADABLE for what is no TOML. Other keys are passed over."""
    data = CatalogBytes(path).read().data
    found: dict[Key, Mapping[str, object]] = {}
    for kind in _KINDS:
        entries = data.get(kind)
        if isinstance(entries, dict):
            tables = cast(dict[str, object], entries)
            found |= {(kind, name): cast(Table, one) for name, one in tables.items() if isinstance(one, dict)}
    return found


def addition_of(theirs: Mapping[Key, Mapping[str, object]], ours: Mapping[Key, Mapping[str, object]]) -> Addition:
    """Return what a file would add to the tables that are here. What is here under its name stays as it is."""
    new = {key: values for key, values in theirs.items() if key not in ours}
    other = [key for key, values in theirs.items() if key in ours and not same(dict(values), dict(ours[key]))]
    return Addition(new, _named(other))


def _named(keys: Sequence[Key]) -> tuple[str, ...]:
    return tuple(name for kind, name in keys if kind in ("sources", "profiles"))
