"""Putting into a text what a table does not say there yet."""

from typing import Any, cast

from app.catalog.edits import Edit
from app.catalog.places import Dotted, Piece, Steps
from app.catalog.render import key_text, value_text
from app.catalog.scan import Path, Scan, Segment

SUB_TABLES = frozenset({"delivery", "console", "safety", "notifications"})  # written under headers of their own
Table = dict[str, Any]


class Adder:
    """Collects what has to be added to one table, by the place where it goes."""

    def __init__(self, scan: Scan, path: Path, pieces: list[Piece], dotted: list[Dotted]) -> None:
        """`pieces` and `dotted` are where the table stands now."""
        self._scan = scan
        self._path = path
        self._pieces = pieces
        self._dotted = dotted
        self._covered: set[Steps] = set()
        self._homes: dict[Steps, tuple[int, Path]] = {}  # behind what statements go, with which keys in front
        self._lines: dict[int, list[str]] = {}
        self._tables: list[tuple[str, bool]] = []
        self._head: list[str] = []

    def stands(self, steps: Steps) -> None:
        """A statement says what is at the steps."""
        self._covered.add(steps)

    def home(self, steps: Steps, offset: int, front: Path = ()) -> None:
        """Statements of the table at the steps go to the offset; with keys in front where its header is further up."""
        self._homes[steps] = (offset, front)

    def dotted_home(self, steps: Steps, front: Path, keys: Path, offset: int) -> None:
        """Statements of the tables that dotted keys name go behind those, unless these tables have headers.

        The keys count from the table at the steps; `front` stands before them in the statement.
        """
        for length in range(len(keys)):
            names = (*front, *keys[:length])
            table = (*steps, *keys[:length])
            if names and (table not in self._homes or self._homes[table][1]):
                self._homes[table] = (offset, names)

    def add(self, steps: Steps, new: Table) -> None:
        """Add all of `new` below the steps that does not stand there yet."""
        for key, value in new.items():
            below = (*steps, key)
            if below in self._covered:
                continue
            if isinstance(value, dict) and self._has(below):
                self.add(below, cast(Table, value))
            else:
                self._leaf(steps, key, cast(object, value))

    def _has(self, steps: Steps) -> bool:
        """Whether anything at or below the steps stands already."""
        return any(one[: len(steps)] == steps for one in (*self._covered, *self._homes))

    def _leaf(self, steps: Steps, key: str, value: object) -> None:
        home = self._homes.get(steps)
        names = cast(Path, steps)
        if home is not None and home[1]:
            self._lines.setdefault(home[0], []).append(f"{key_text(*home[1], key)} = {value_text(value)}\n")
        elif not steps and own_header(key, value):
            entries = cast(list[Table], value if isinstance(value, list) else [value])
            array = isinstance(value, list)
            self._tables += [(table_text((*self._path, key), one, array=array), array) for one in entries]
        elif home is not None:
            self._lines.setdefault(home[0], []).append(f"{key_text(key)} = {value_text(value)}\n")
        else:
            self._head.append(f"{key_text(*names, key)} = {value_text(value)}\n")

    def edits(self) -> list[Edit]:
        """Return the additions; ValueError where there is no place for them."""
        edits = [Edit(offset, offset, "".join(lines)) for offset, lines in self._lines.items()]
        if self._head:
            if not self._pieces:
                raise ValueError("no place for what is to be added")
            start = self._scan.lead(self._pieces[0].segment)
            edits.append(Edit(start, start, f"[{key_text(*self._path)}]\n{''.join(self._head)}\n"))
        for array in (True, False):  # hops stand right behind the table's own values, the rest at its end
            texts = ["\n" + text for text, is_array in self._tables if is_array is array]
            if texts:
                end = self._scan.end(self._behind(array=array))
                edits.append(Edit(end, end, "".join(texts)))
        return edits

    def _behind(self, *, array: bool) -> Segment:
        own = [one for one in self._pieces if not one.steps] if array else []
        pieces = own or self._pieces
        return pieces[-1].segment if pieces else self._dotted[-1].segment


def table_text(path: Path, value: Table, *, array: bool = False) -> str:
    """Return a table as text under its own header, with sub-tables and lists of tables behind it."""
    own = {key: one for key, one in value.items() if not own_header(key, one)}
    lines = [f"[[{key_text(*path)}]]\n" if array else f"[{key_text(*path)}]\n"]
    lines += [f"{key_text(key)} = {value_text(one)}\n" for key, one in own.items()]
    for key, one in value.items():
        if key in own:
            continue
        entries = cast(list[Table], one if isinstance(one, list) else [one])
        lines += ["\n" + table_text((*path, key), entry, array=isinstance(one, list)) for entry in entries]
    return "".join(lines)


def own_header(key: str, value: object) -> bool:
    """Whether a value is written under a header of its own."""
    if isinstance(value, dict):
        return key in SUB_TABLES
    entries = cast(list[object], value) if key == "roles" and isinstance(value, list) else []
    return bool(entries) and all(isinstance(one, dict) for one in entries)
