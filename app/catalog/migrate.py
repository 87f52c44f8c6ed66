"""Older schemas of the catalog: made the present one in memory when read, in the file with the next save."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.domain.problem import AppError, Code, Verb

Table = dict[str, Any]
Migrations = Mapping[int, Callable[[Table], Table]]  # from a schema's number: its values to the next schema's


def migrated(data: Table, migrations: Migrations, schema: int, path: Path) -> Table:
    """Return the values in the present schema; the very same object if they are already (or are from a newer one).

    CATALOG_UNREADABLE for a schema that is no number or that nothing leads on from.
    """
    number = data.get("schema", schema)
    if isinstance(number, bool) or not isinstance(number, int):
        raise _unreadable(path)
    while number < schema:
        step = migrations.get(number)
        if step is None:
            raise _unreadable(path)
        number += 1
        data = {**step(data), "schema": number}
    return data


def _unreadable(path: Path) -> AppError:
    return AppError.of(
        Code.CATALOG_UNREADABLE, Verb.EDIT_CATALOG, str(path), path=str(path), line=0, reason="schema-unknown"
    )
