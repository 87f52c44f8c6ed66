"""What in the AWS files is ours, kept in the state folder's `ownership.json`. Never a secret."""

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import cast

from app.awsfiles import atomic
from app.awsfiles.atomic import Scratch
from app.awsfiles.marker import ID_LENGTH
from app.awsfiles.safety import make_folder, unreadable, unwritable
from app.domain.files import FileChange, LineRemove, SectionRemove
from app.domain.values import dataclass

FILE_NAME = "ownership.json"
_KEY_IDS_KEPT = 8
_TEXTS_LEFT = 64
_INSTALLATION = re.compile(r"[0-9a-f]{32}")
ABSENT, SHARED = "absent", "shared"  # what was there before: nothing, or a section without keys


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A section of ours. `before`: ABSENT, SHARED, or a backup's id.

    `key_ids`: what we wrote or meant to write, newest first. A write can end between the state and the file, and other
    tools put back what they read before.

    `blank`: we put an empty line above it. `stopped`: it stays in the file only so that nothing else takes its name.
    """

    path: str
    section: str
    profile: str
    key_ids: tuple[str, ...]
    before: str = ABSENT
    before_key_id: str = ""
    blank: bool = False
    stopped: bool = False

    def with_key_id(self, key_id: str, standing: str | None) -> tuple[str, ...]:
        """Return the key ids with a new one in front, then the one that stands in the file as long as it does."""
        known = [key_id, *([standing] if standing in self.key_ids else []), *self.key_ids]
        return tuple(dict.fromkeys(known))[:_KEY_IDS_KEPT]


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line of ours in the config file. `before`: a backup's id, empty if there was no such line."""

    path: str
    section: str
    key: str
    profile: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class TakenRecord:
    """Lines of someone else's that are comments for now. `before`: the id of the backup that has the section whole."""

    path: str
    section: str
    profile: str
    before: str


Record = SectionRecord | LineRecord | TakenRecord


@dataclass(slots=True)
class State:
    """Everything that ownership.json says.

    `made`: sections of the config file that we made, and whether with an empty line above. `others`: how many sections
    of others each file had. `in_place`: files for which the person agreed to that.
    """

    installation: str
    sections: dict[tuple[str, str], SectionRecord] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], LineRecord] = field(default_factory=dict)
    taken: dict[tuple[str, str], TakenRecord] = field(default_factory=dict)
    made: dict[tuple[str, str], bool] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    in_place: set[str] = field(default_factory=set)

    @property
    def short_id(self) -> str:
        """The part of the installation's id that markers carry."""
        return self.installation[:ID_LENGTH]

    def has_nothing_of(self, path: str, change: FileChange) -> bool:
        """Whether the change is a removal, and what it would remove is not ours."""
        match change:
            case SectionRemove(section=section, profile=profile):
                record = self.sections.get((path, section))
            case LineRemove(section=section, key=key, profile=profile):
                record = self.lines.get((path, section, key))
            case _:
                return False
        return record is None or record.profile != profile

    def copy(self) -> "State":
        """Return a copy to plan on."""
        return State(
            self.installation,
            dict(self.sections),
            dict(self.lines),
            dict(self.taken),
            dict(self.made),
            dict(self.others),
            set(self.in_place),
        )


class Ownership:
    """ownership.json. Read anew each time: two of our own processes may take turns. Use it with the lock held."""

    def __init__(self, folder: Path, scratch: Scratch, new_id: str) -> None:
        """`new_id` (32 hex digits) is this installation's id if it has none yet."""
        self.path = folder / FILE_NAME
        self._scratch = scratch
        self._new_id = new_id
        self._written: bytes | None = None
        self._known: State | None = None  # what `_written` says
        self._texts: dict[object, tuple[Record, str]] = {}  # a write of one section says a thousand others as before

    def load(self) -> State:
        """Return what is kept. A broken file is put aside: the markers then are another installation's."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            self._written = None
            return State(self._new_id)
        except OSError as error:
            raise unreadable(self.path, error) from None
        if self._known is not None and content == self._written:
            return self._known.copy()
        try:
            value: object = json.loads(content)
            state = _state_of(cast(Mapping[str, object], value)) if isinstance(value, dict) else None
        except (ValueError, TypeError, KeyError, RecursionError):
            state = None
        if state is None:
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(f"{FILE_NAME}.broken"))
            return State(self._new_id)
        self._written, self._known = content, state.copy()
        return state

    def save(self, state: State) -> None:
        """Replace the file if anything changed; FILE_FULL or FILE_UNWRITABLE with the old one unchanged."""
        content = self._content(state)
        if content == self._written:
            return
        make_folder(self.path.parent)
        try:
            before = self.path.stat() if self._written is not None else None
            atomic.replace(self.path, content, self._scratch, before=before, unchanged=lambda: True)
        except OSError as error:
            raise unwritable(self.path, error) from None
        except atomic.ChangedMeanwhile:  # made just now by a process with another lock; ours is the newer one
            self._written = b""
            self.save(state)
            return
        self._written, self._known = content, state.copy()

    def _content(self, state: State) -> bytes:
        """Return the file that says the state, as json.dumps would write it whole."""
        rows = {
            name: [self._text((name, key), one) for key, one in records.items()]
            for name, records in (("sections", state.sections), ("lines", state.lines), ("taken", state.taken))
        }
        if len(self._texts) > 2 * sum(map(len, rows.values())) + _TEXTS_LEFT:
            self._texts.clear()  # of sections that are gone
        parts = [f'"{name}": [{", ".join(texts)}]' for name, texts in rows.items()]
        first, rest = _said({"version": 1, "installation": state.installation})[:-1], _said(_rest_of(state))[1:]
        return ", ".join([first, *parts, rest]).encode() + b"\n"

    def _text(self, key: object, record: Record) -> str:
        known = self._texts.get(key)
        if known is None or known[0] is not record:
            known = self._texts[key] = record, _said(_row(record))
        return known[1]


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rest_of(state: State) -> dict[str, object]:
    return {
        "made": [[path, section, blank] for (path, section), blank in state.made.items()],
        "others": state.others,
        "in_place": sorted(state.in_place),
    }


def _row(record: Record) -> dict[str, object]:
    return {
        name: getattr(record, name) for name in record.__slots__
    }  # asdict copies deeply, and takes longer than all else


def _state_of(table: Mapping[str, object]) -> State | None:
    installation = str(table["installation"])
    if not _INSTALLATION.fullmatch(installation):
        return None
    state = State(installation)
    for one in _tables(table.get("sections")):
        key_ids = tuple(str(key_id) for key_id in cast(list[object], one["key_ids"]))
        texts = {name: str(one.get(name, "")) for name in ("path", "section", "profile", "before", "before_key_id")}
        record = SectionRecord(**texts, key_ids=key_ids, blank=bool(one.get("blank")), stopped=bool(one.get("stopped")))
        state.sections[record.path, record.section] = record
    for one in _tables(table.get("lines")):
        line = LineRecord(*(str(one[name]) for name in ("path", "section", "key", "profile", "value", "before")))
        state.lines[line.path, line.section, line.key] = line
    for one in _tables(table.get("taken")):
        taken = TakenRecord(*(str(one[name]) for name in ("path", "section", "profile", "before")))
        state.taken[taken.path, taken.section] = taken
    for path, section, blank in cast(list[list[object]], table.get("made", [])):
        state.made[str(path), str(section)] = bool(blank)
    state.others = {path: int(count) for path, count in cast(dict[str, int], table.get("others", {})).items()}
    state.in_place = {str(path) for path in cast(list[object], table.get("in_place", []))}
    return state


def _tables(value: object) -> list[Mapping[str, object]]:
    return cast(list[Mapping[str, object]], value or [])
