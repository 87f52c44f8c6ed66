"""What an editor edits: the plain values of one table, by dotted keys that count list entries from 1. No Qt."""

from collections.abc import Mapping
from copy import deepcopy
from typing import cast

Table = dict[str, object]


class Draft:
    """Values as typed, beside those that the catalog has. Keys that the editor does not know stay as they are."""

    def __init__(self, name: str, values: Mapping[str, object], *, new: bool = False) -> None:
        """Begin with what the catalog has, or with a new table."""
        self.name = name
        self.original_name = "" if new else name
        self.values: Table = _plain(values)
        self.original: Table = {} if new else deepcopy(self.values)
        self._first = deepcopy(self.values), name

    @property
    def new(self) -> bool:
        """Whether the catalog does not have it yet."""
        return not self.original_name

    @property
    def dirty(self) -> bool:
        """Whether anything is other than at the beginning."""
        return (self.values, self.name) != self._first

    def saved(self) -> None:
        """Count what is there now as saved."""
        self.original_name = self.name
        self.original = deepcopy(self.values)
        self._first = deepcopy(self.values), self.name

    def rebase(self, values: Mapping[str, object]) -> None:
        """Count other values as those that the catalog has; what is typed stays."""
        self.original = _plain(values)
        self._first = deepcopy(self.original), self.original_name

    def get(self, key: str) -> object:
        """Return a value, None if there is none."""
        found: object = self.values
        for part in key.split("."):
            found = _step(found, part)
        return found

    def text(self, key: str) -> str:
        """Return a value as the text of a field."""
        found = self.get(key)
        return "" if found is None or isinstance(found, bool) else str(found)

    def flag(self, key: str, *, otherwise: bool = False) -> bool:
        """Return a yes or no."""
        found = self.get(key)
        return found if isinstance(found, bool) else otherwise

    def texts(self, key: str) -> list[str]:
        """Return a list of texts; one text counts as a list of it."""
        found = self.get(key)
        if isinstance(found, list):
            return [str(one) for one in cast("list[object]", found)]
        return [] if found is None else [str(found)]

    def table(self, key: str) -> Mapping[str, str]:
        """Return a table of texts."""
        found = self.get(key)
        return {str(name): str(one) for name, one in found.items()} if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]

    def set(self, key: str, value: object) -> None:
        """Set a value; None removes it, and the tables that are empty then. A hop in the key must be there."""
        parts = key.split(".")
        holders: list[object] = [self.values]
        for part in parts[:-1]:
            below = _step(holders[-1], part)
            if below is None:
                if value is None:
                    return
                below = cast("Table", {})
                cast("Table", holders[-1])[part] = below
            holders.append(below)
        table = cast("Table", holders[-1])
        if value is not None:
            table[parts[-1]] = value
            return
        table.pop(parts[-1], None)
        for holder, part in zip(reversed(holders[:-1]), reversed(parts[:-1]), strict=True):
            if isinstance(holder, dict) and cast("Table", holder).get(part) == {}:
                del holder[part]

    @property
    def hops(self) -> list[Table]:
        """The hops' own tables, in order."""
        found = self.values.get("roles")
        return cast("list[Table]", found) if isinstance(found, list) else []

    def add_hop(self) -> int:
        """Add an empty hop at the end and return its number."""
        hops = self.hops
        hops.append({})
        self.values["roles"] = hops
        return len(hops)

    def remove_hop(self, number: int) -> Table:
        """Remove a hop and return what it held, for `insert_hop`."""
        gone = self.hops.pop(number - 1)
        if not self.hops:
            self.values.pop("roles", None)
        return gone

    def insert_hop(self, number: int, values: Table) -> None:
        """Put a hop back."""
        hops = self.hops
        hops.insert(number - 1, values)
        self.values["roles"] = hops

    def move_hop(self, number: int, by: int) -> int:
        """Move a hop up (-1) or down (1) and return its number then."""
        hops = self.hops
        target = min(max(number + by, 1), len(hops))
        hops.insert(target - 1, hops.pop(number - 1))
        return target


def empty_source(kind: str = "access-keys") -> Draft:
    """Return the draft of a new source."""
    return Draft("", {"kind": kind}, new=True)


def _step(found: object, part: str) -> object:
    if isinstance(found, dict):
        return cast("Table", found).get(part)
    if isinstance(found, list) and part.isdigit():
        entries = cast("list[object]", found)
        return entries[int(part) - 1] if 0 < int(part) <= len(entries) else None
    return None


def _plain(values: Mapping[str, object]) -> Table:
    """Return a deep copy of plain dicts and lists, whatever kind of mapping came in."""
    return {str(key): _plain_value(value) for key, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Mapping):
        return _plain(cast("Mapping[str, object]", value))
    if isinstance(value, list | tuple):
        return [_plain_value(one) for one in cast("list[object]", value)]
    return value
