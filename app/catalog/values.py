"""Steps into plain values, and pairing the entries of two lists."""

from collections.abc import Iterable
from typing import Any, Final, cast

from app.catalog.render import same
from app.catalog.scan import Path

Table = dict[str, Any]
NOTHING: Final = object()


def at(data: object, steps: Iterable[str | int]) -> Any:  # noqa: ANN401  whatever TOML can say
    """What stands at the steps, NOTHING if nothing does."""
    found: Any = data
    for step in steps:
        if isinstance(step, int):
            entries = cast(list[Any], found) if isinstance(found, list) else []
            if step >= len(entries):
                return NOTHING
            found = entries[step]
        else:
            table = cast(Table, found) if isinstance(found, dict) else {}
            if step not in table:
                return NOTHING
            found = table[step]
    return found


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
