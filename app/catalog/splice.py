"""Changing one table of a TOML text: only bytes of that table change, wherever its parts stand.

What comes out is to be proved with tomllib: a shape that is too strange raises ValueError or gives a text that says
something else than meant.
"""

import tomllib
from typing import Any, cast

from app.catalog.adding import Adder, table_text
from app.catalog.edits import Edit, apply, joined
from app.catalog.places import Dotted, Piece, Places, Steps
from app.catalog.render import changed_value, key_text, same, value_text
from app.catalog.scan import Path, Segment, Statement, key_spans
from app.catalog.tables import NOTHING, Table, at
from app.catalog.values import matched, put

ORDER = ("settings", "accounts", "groups", "sources", "profiles")


class Splice:
    """Changes of one text. Each method gives edits for `apply`; edits of different tables can be applied together."""

    def __init__(self, text: str) -> None:
        """Scan the text, which tomllib has accepted."""
        self.places = Places(text)
        self._scan = self.places.scan

    @property
    def text(self) -> str:
        """The text that the edits are for; it ends with a line end."""
        return self._scan.text

    def change(self, path: Path, data: Table, value: Table) -> list[Edit]:
        """Return the edits after which the table at `path` says `value`; `data` is what the whole text says now."""
        inline = self.places.container(path)
        if inline is not None:
            return [self._change_inline(*inline, path, data, value)]
        pieces, dotted = self.places.pieces(path), self.places.dotted(path)
        if not pieces and not dotted:
            return [self._append(path, value)]
        return self._change(path, pieces, dotted, cast(Table, at(data, path)), value)

    def remove(self, path: Path, data: Table) -> list[Edit]:
        """Return the edits after which there is no table at `path`."""
        inline = self.places.container(path)
        if inline is not None:
            return [self._change_inline(*inline, path, data, None)]
        edits = self._cuts(self.places.segments(path))
        edits += [Edit(one.statement.start, one.statement.end, "") for one in self.places.dotted(path)]
        return joined(edits)

    def rename(self, path: Path, name: str, data: Table) -> list[Edit]:
        """Return the edits that give the table at `path` another last name; nothing else in it changes."""
        inline = self.places.container(path)
        if inline is not None:
            return [self._rename_inline(*inline, path, name, data)]
        depth = len(path) - 1
        starts = [(one.start, depth) for one in self.places.segments(path)]
        starts += [(one.statement.key, len(one.front) - 1) for one in self.places.dotted(path)]
        spans = [key_spans(self.text, start)[index] for start, index in starts]
        return [Edit(start, end, key_text(name)) for start, end in spans]

    def set_root(self, key: str, value: object) -> list[Edit]:
        """Return the edits that give a key outside of every table a value."""
        root = self._scan.segments[0]
        for statement in self._scan.statements(root):
            if statement.keys == (key,):
                return [self._value_edit(statement, value)]
        return [Edit(0, 0, f"{key_text(key)} = {value_text(value)}\n")]

    def _rename_inline(self, segment: Segment, statement: Statement, path: Path, name: str, data: Table) -> Edit:
        keys = segment.path + statement.keys
        if keys == path:
            start, end = key_spans(self.text, statement.key)[-1]
            return Edit(start, end, key_text(name))
        rest = path[len(keys) :]
        if len(rest) != 1:
            raise ValueError("renaming deep within an inline table")
        value = {name if key == rest[0] else key: one for key, one in cast(Table, at(data, keys)).items()}
        return self._value_edit(statement, value)

    def _value_edit(self, statement: Statement, value: object) -> Edit:
        old = self.text[statement.value : statement.value_end]
        return Edit(statement.value, statement.value_end, changed_value(old, value))

    def _change_inline(
        self, segment: Segment, statement: Statement, path: Path, data: Table, value: Table | None
    ) -> Edit:
        keys = segment.path + statement.keys
        if keys == path and value is None:
            return Edit(statement.start, statement.end, "")
        return self._value_edit(statement, put(at(data, keys), path[len(keys) :], value))

    def _change(self, path: Path, pieces: list[Piece], dotted: list[Dotted], old: Table, new: Table) -> list[Edit]:
        lists = {str(one.steps[0]) for one in pieces if len(one.steps) > 1 and isinstance(one.steps[1], int)}
        edits: list[Edit] = []
        for name in sorted(lists):
            chunks = _chunks([one for one in pieces if one.steps and one.steps[0] == name])
            edits += self._change_list((*path, name), chunks, old.get(name), new.get(name))
        kept = [one for one in pieces if not one.steps or one.steps[0] not in lists]
        body = {key: one for key, one in new.items() if key not in lists or not isinstance(one, list)}
        return [*edits, *self._change_body(path, kept or pieces[:1], dotted, body)]

    def _change_body(self, path: Path, pieces: list[Piece], dotted: list[Dotted], new: Table) -> list[Edit]:
        """Change statements that stand, take away what is gone, add what is not there yet."""
        edits: list[Edit] = []
        gone: list[Segment] = []
        adder = Adder(self._scan, path, pieces, dotted)
        for piece in pieces:
            if any(isinstance(step, int) for step in piece.steps):
                continue
            if not isinstance(at(new, piece.steps), dict):
                gone.append(piece.segment)
                continue
            adder.home(piece.steps, self._scan.content_end(piece.segment))
            for statement in self._scan.statements(piece.segment):
                edits += self._change_statement(statement, (*piece.steps, *statement.keys), new, adder)
                adder.dotted_home(piece.steps, (), statement.keys, statement.end)
        for one in dotted:
            edits += self._change_statement(one.statement, one.keys, new, adder)
            adder.dotted_home((), one.front, one.keys, one.statement.end)
        adder.add((), new)
        return joined([*edits, *self._cuts(gone), *adder.edits()])

    def _change_statement(self, statement: Statement, steps: Steps, new: Table, adder: Adder) -> list[Edit]:
        value = at(new, steps)
        if value is NOTHING:
            return [Edit(statement.start, statement.end, "")]
        adder.stands(steps)
        stands = tomllib.loads(f"k = {self.text[statement.value : statement.value_end]}\n")["k"]
        return [] if same(stands, value) else [self._value_edit(statement, value)]

    def _change_list(self, path: Path, chunks: list[list[Piece]], old: object, new: object) -> list[Edit]:
        """Entries keep their text and comments wherever they go; the n-th entry stands where the n-th stood."""
        entries = cast(list[Any], new) if isinstance(new, list) else []
        if not entries or not all(isinstance(one, dict) for one in entries):
            return self._cuts([piece.segment for chunk in chunks for piece in chunk])
        texts = [self._entry_text(path, chunks, index, one) for index, one in matched(old, entries)]
        edits: list[Edit] = []
        for chunk, text in zip(chunks, texts, strict=False):
            if text == self._chunk_text(chunk):
                continue
            first, *others = (one.segment for one in chunk)
            edits.append(Edit(self._scan.lead(first), self._scan.end(first), text))
            edits += self._cuts(others)
        edits += self._cuts([one.segment for chunk in chunks[len(texts) :] for one in chunk])
        if len(texts) > len(chunks):
            end = self._scan.end(chunks[-1][-1].segment)
            edits.append(Edit(end, end, "".join("\n" + text for text in texts[len(chunks) :])))
        return joined(edits)

    def _entry_text(self, path: Path, chunks: list[list[Piece]], index: int | None, value: Table) -> str:
        """An entry's text with its changes in it; a new one's."""
        if index is None or index >= len(chunks):
            return table_text(path, value, array=True)
        pieces = [Piece(one.segment, one.steps[2:]) for one in chunks[index]]
        edits = self._change_body(path, pieces, [], value)
        parts: list[str] = []
        for one in pieces:
            start, end = self._scan.lead(one.segment), self._scan.end(one.segment)
            inside = [Edit(e.start - start, e.end - start, e.text) for e in edits if start <= e.start and e.end <= end]
            parts.append(apply(self.text[start:end], inside))
        return "\n".join(part for part in parts if part.strip())

    def _chunk_text(self, chunk: list[Piece]) -> str:
        """An entry's text as `_entry_text` gives it without a change."""
        spans = [(self._scan.lead(one.segment), self._scan.end(one.segment)) for one in chunk]
        return "\n".join(self.text[start:end] for start, end in spans)

    def _cuts(self, segments: list[Segment]) -> list[Edit]:
        """Take segments away, with the comments right above them, and the blank lines before where some follow."""
        spans: list[tuple[int, int]] = []
        for segment in segments:
            start, end = self._scan.lead(segment), self._scan.end(segment)
            if start == 0:
                start = segment.start  # a comment at the top of the file speaks of the file
            if spans and not self.text[spans[-1][1] : start].strip():
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return [Edit(self._blank_start(start, end), end, "") for start, end in spans]

    def _blank_start(self, start: int, end: int) -> int:
        """Where the blank lines before `start` begin, if after `end` there is a blank line or nothing."""
        rest = self.text[end:].lstrip(" \t\r")
        while (not rest or rest[0] == "\n") and start >= 2 and self.text[start - 1] == "\n":
            above = self.text.rfind("\n", 0, start - 1) + 1
            if self.text[above:start].strip():
                break
            start = above
        return start

    def _append(self, path: Path, value: Table) -> Edit:
        """Put a new table behind the last one of its kind, else behind the kinds that come before."""
        rank = ORDER.index(path[0])
        before = [one for one in self._scan.segments if not one.path or one.path[0] in ORDER[: rank + 1]]
        same_kind = [one for one in before if one.path[:1] == path[:1]]
        end = self._scan.end((same_kind or before)[-1])
        rest = self.text[end:].lstrip(" \t\r")
        behind = "\n" if rest and not rest.startswith("\n") else ""
        return Edit(end, end, ("\n" if end else "") + table_text(path, value) + behind)


def _chunks(pieces: list[Piece]) -> list[list[Piece]]:
    """Group the pieces of a list of tables by entry."""
    chunks: dict[str | int, list[Piece]] = {}
    for piece in pieces:
        chunks.setdefault(piece.steps[1], []).append(piece)
    return list(chunks.values())
