"""A new text of the catalog, proved: tomllib reads from it exactly what was meant, and all else as before."""

import contextlib
import re
from collections.abc import Mapping
from typing import cast

from app.catalog.edits import Edit, apply
from app.catalog.file import CatalogBytes, Source
from app.catalog.render import same
from app.catalog.splice import Splice
from app.catalog.tables import KINDS, NOTHING, Key, Table, at, path_of
from app.domain.problem import AppError, Code, Verb
from app.domain.reading import CATALOG_SCHEMA

_LONE = re.compile(r"(?<!\r)\n")


def rewritten(
    file: CatalogBytes, source: Source, data: Table, tables: Mapping[Key, Table | None], renames: Mapping[Key, str]
) -> tuple[str, Table]:
    """Return the text of `source` with the tables changed, and its values.

    `data` is what the file means, which differs from what it says where an older schema was migrated: then all that
    differs is written. Raises CATALOG_SHAPE where the text stands in a shape that cannot be changed safely.
    """
    text = source.text if source.text.strip() else f"{source.text}schema = {CATALOG_SCHEMA}\n"
    says = source.data or {"schema": CATALOG_SCHEMA}
    wanted = dict(tables)
    if source.data and data is not source.data:
        wanted = {**_differences(source.data, data), **wanted}
    expected = _expected(data if source.data else says, tables, renames)
    try:
        splice = Splice(text)
        edits = _schema_edits(splice, says, expected)
        for (kind, name), value in wanted.items():
            path = path_of(kind, name)
            edits += splice.remove(path, says) if value is None else splice.change(path, says, value)
        for (kind, name), new in renames.items():
            edits += splice.rename(path_of(kind, name), new, says)
        new_text = _applied(splice.text, edits, source.text)
    except (ValueError, KeyError, IndexError, TypeError):
        raise _shape(file, source, wanted) from None
    if new_text == source.text:
        return new_text, data
    try:
        found = file.parse(new_text)
    except AppError:
        raise _shape(file, source, wanted) from None
    touched = {*wanted, *((kind, new) for (kind, _), new in renames.items())}
    if not _proved(found, expected, touched):
        raise _shape(file, source, wanted)
    return new_text, found


def _applied(text: str, edits: list[Edit], before: str) -> str:
    """The new text, with the line ends that the file has."""
    crlf = before.count("\r\n")
    if crlf and crlf * 2 > before.count("\n"):
        edits = [Edit(one.start, one.end, _LONE.sub("\r\n", one.text)) for one in edits]
    new = apply(text, edits)
    return new if not before or before.endswith("\n") else new.removesuffix("\n").removesuffix("\r")


def _expected(data: Table, tables: Mapping[Key, Table | None], renames: Mapping[Key, str]) -> Table:
    expected = {kind: dict(cast(Table, one)) if isinstance(one, dict) else one for kind, one in data.items()}
    for (kind, name), value in tables.items():
        if kind == "settings":
            expected[kind] = value or {}
            continue
        entries = cast(Table, expected.setdefault(kind, {}))
        if value is None:
            entries.pop(name, None)
        else:
            entries[name] = value
    for (kind, old), new in renames.items():
        entries = cast(Table, expected[kind])
        entries[new] = entries.pop(old)
    return expected


def _differences(says: Table, means: Table) -> dict[Key, Table | None]:
    """The tables that a migration changed."""
    found: dict[Key, Table | None] = {}
    for kind in KINDS:
        old, new = (cast(Table, one.get(kind, {})) for one in (says, means))
        if kind == "settings":
            if not same(old, new):
                found[kind, ""] = new
            continue
        for name in dict.fromkeys((*old, *new)):
            if not same(old.get(name), new.get(name)):
                found[kind, name] = cast("Table | None", new.get(name))
    return found


def _schema_edits(splice: Splice, says: Table, means: Table) -> list[Edit]:
    if says.get("schema") == means.get("schema") or "schema" not in means:
        return []
    return splice.set_root("schema", means["schema"])


def _proved(found: Table, expected: Table, touched: set[Key]) -> bool:
    """Whether all is as meant: what was touched to the type, the rest equal. One by one, so that other threads run."""
    for kind in {*found, *expected}:
        one: object = found.get(kind, {})
        other: object = expected.get(kind, {})
        if kind not in KINDS or not _is_table(one) or not _is_table(other):
            if not same(one, other):
                return False
            continue
        left, right = cast(Table, one), cast(Table, other)
        if left.keys() != right.keys() or any(right[name] != entry for name, entry in left.items()):
            return False
    return all(same(at(found, path_of(*key)), at(expected, path_of(*key))) for key in touched if _there(expected, key))


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _there(data: Table, key: Key) -> bool:
    return at(data, path_of(*key)) not in (NOTHING, {})


def _shape(file: CatalogBytes, source: Source, tables: Mapping[Key, object]) -> AppError:
    kind, name = next(iter(tables), ("", ""))
    line = 0
    with contextlib.suppress(ValueError):
        line = Splice(source.text).places.line_of(path_of(kind, name), "") or 0 if kind else 0
    table = f"{kind}.{name}" if name else kind
    path = str(file.path)
    return AppError.of(Code.CATALOG_SHAPE, Verb.EDIT_CATALOG, path, path=path, table=table, line=line)
