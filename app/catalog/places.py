"""Where the parts of one table stand in a TOML text: under headers, in dotted keys, within an inline table."""

from collections.abc import Iterable, Iterator

from app.catalog.scan import Path, Scan, Segment, Statement
from app.domain.values import dataclass

Steps = tuple[str | int, ...]  # relative to a table: ("roles", 0, "session_tags")


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a table, and which part of the table it says."""

    segment: Segment
    steps: Steps


@dataclass(frozen=True, slots=True)
class Dotted:
    """A statement above a table's own headers that says something of it; `keys` are relative to the table."""

    segment: Segment
    statement: Statement
    keys: Path

    @property
    def front(self) -> Path:
        """What stands in front of `keys` in the statement."""
        return self.statement.keys[: len(self.statement.keys) - len(self.keys)]


class Places:
    """Finds the parts of tables in a text that tomllib has accepted."""

    def __init__(self, text: str) -> None:
        """Scan the text."""
        self.scan = Scan(text)
        self._by_table: dict[Path, list[Segment]] = {}
        for segment in self.scan.segments:
            self._by_table.setdefault(segment.path[:2], []).append(segment)

    def segments(self, path: Path) -> list[Segment]:
        """Return the segments of the table and its sub-tables, in the order of the text."""
        length = len(path)
        near = self._by_table.get(path[:2], []) if length >= 2 else self.scan.segments
        return [one for one in near if one.path[:length] == path]

    def pieces(self, path: Path) -> list[Piece]:
        """Return the segments with the entry of a list of tables that each header means."""
        counts: dict[Steps, int] = {}
        found: list[Piece] = []
        for segment in self.segments(path):
            steps: Steps = ()
            rest = segment.path[len(path) :]
            for number, key in enumerate(rest, 1):
                steps = (*steps, key)
                if segment.array and number == len(rest):
                    counts[steps] = counts.get(steps, -1) + 1
                if steps in counts:
                    steps = (*steps, counts[steps])
            found.append(Piece(segment, steps))
        return found

    def dotted(self, path: Path) -> list[Dotted]:
        """Return the statements of tables around `path` that say something of it with a dotted key."""
        found: list[Dotted] = []
        for segment in self._above(path):
            for statement in self.scan.statements(segment):
                keys = segment.path + statement.keys
                if len(keys) > len(path) and keys[: len(path)] == path:
                    found.append(Dotted(segment, statement, keys[len(path) :]))
        return found

    def container(self, path: Path) -> tuple[Segment, Statement] | None:
        """Return the statement whose inline value the table is, or is within."""
        for segment in self._above(path):
            for statement in self.scan.statements(segment):
                keys = segment.path + statement.keys
                if path[: len(keys)] == keys:
                    return segment, statement
        return None

    def line_of(self, path: Path, key: str) -> int | None:
        """Return the number of the line where a dotted key ("roles.1.role_arn") of a table stands.

        For a key that is not there, that of the nearest table around it; None if nothing of the table is found.
        """
        steps = tuple(int(one) - 1 if one.isdigit() else one for one in key.split(".")) if key else ()
        best: tuple[int, int] | None = None
        for where, offset in self._marks(path):
            if steps[: len(where)] == where and (best is None or len(where) > best[0]):
                best = (len(where), offset)
        return self.scan.line(best[1]) if best else None

    def line_of_key(self, key: str) -> int | None:
        """Return the number of the line where a key outside of every known table stands, or a table of that name."""
        root = self.scan.segments[0]
        for statement in self.scan.statements(root):
            if statement.keys[:1] == (key,):
                return self.scan.line(statement.start)
        found = next((one for one in self.scan.segments if one.path[:1] == (key,)), None)
        return self.scan.line(found.start) if found else None

    def _above(self, path: Path) -> Iterator[Segment]:
        """The segments of the tables around `path`, in which dotted keys and inline tables may stand."""
        yield self.scan.segments[0]
        for length in range(1, len(path)):
            yield from (one for one in self._by_table.get(path[:length], []) if one.path == path[:length])

    def _marks(self, path: Path) -> Iterable[tuple[Steps, int]]:
        inline = self.container(path)
        if inline is not None:
            yield (), inline[1].start
        for piece in self.pieces(path):
            yield piece.steps, piece.segment.start
            for statement in self.scan.statements(piece.segment):
                yield (*piece.steps, *statement.keys), statement.start
        for one in self.dotted(path):
            yield (), one.statement.start
            yield one.keys, one.statement.start
