"""Changes of a text as values: what stands from here to there becomes this."""

from collections.abc import Iterable

from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits that do not overlap; ValueError if they do. Insertions at one place stay in their order."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=_where):
        if edit.start < position:
            raise ValueError("edits overlap")
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join((*parts, text[position:]))


def joined(edits: list[Edit]) -> list[Edit]:
    """Let edits that touch or overlap in what they take away become one; insertions stay where they are."""
    merged: list[Edit] = []
    for edit in sorted(edits, key=_where):
        last = merged[-1] if merged else None
        if last is not None and edit.start < last.end:
            merged[-1] = Edit(last.start, max(last.end, edit.end), last.text + edit.text)
        else:
            merged.append(edit)
    return merged


def _where(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
