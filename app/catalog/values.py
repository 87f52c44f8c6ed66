"""Steps into plain values, and pairing the entries of two lists."""

from typing import cast

from app.catalog.render import same
from app.catalog.scan import Path
from app.catalog.tables import NOTHING, Table


def put(value: object, steps: Path, new: Table | None) -> object:
    """A copy of `value` with `new` at the steps; None: without what is there."""
    if not steps:
        return new
    table: Table = dict(cast(Table, value)) if isinstance(value, dict) else {}
    if len(steps) == 1 and new is None:
        table.pop(steps[0], None)
    else:
        table[steps[0]] = put(table.get(steps[0], {}), steps[1:], new)
    return table


def matched(old: object, new: list[Table]) -> list[tuple[int | None, Table]]:
    """For each new entry the old one that it was: an equal one, else one of the same role, else that of its place."""
    entries = cast(list[Table], old) if isinstance(old, list) else []
    free = dict(enumerate(entries))
    found: dict[int, int] = {}

    def take(number: int, index: int | None) -> None:
        if index is not None and index in free and number not in found:
            found[number] = index
            del free[index]

    for number, one in enumerate(new):
        order = sorted(free, key=lambda index, near=number: abs(index - near))
        take(number, next((index for index in order if same(free[index], one)), None))
    for number, one in enumerate(new):
        role = one.get("role_arn", NOTHING)
        take(number, next((index for index, entry in free.items() if entry.get("role_arn") == role), None))
    for number in range(len(new)):
        take(number, number if number in free else None)
    return [(found.get(number), one) for number, one in enumerate(new)]
