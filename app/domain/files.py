"""Values of the AWS files: what Rolecall wants in them, what it found, what it did."""

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime

from app.domain.problem import Problem
from app.domain.secret import Credentials
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class SectionPut:
    """Write a session into a section of the credentials file. `adopt`: take over someone else's, with a backup.

    `seen`: only while it is still what a person saw (Conflict.seen); empty: whatever it is.
    """

    section: str
    profile: str
    credentials: Credentials
    adopt: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class SectionRemove:
    """Give a section back as it was before Rolecall wrote it."""

    section: str
    profile: str


@dataclass(frozen=True, slots=True)
class LinePut:
    """Write one `key = value` line into `[profile NAME]` (or `[default]`) of the config file. `seen`: as above."""

    section: str  # the profile's name as programs say it, "default" for [default]
    key: str
    value: str
    profile: str  # Rolecall's profile that owns the line
    adopt: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class LineRemove:
    """Give a line of the config file back as it was."""

    section: str
    key: str
    profile: str


@dataclass(frozen=True, slots=True)
class LinesTake:
    """Make comments of the lines of some keys in a section of someone else's, until LinesGive or an undo.

    Of a secret the comment keeps the key alone: the section is kept in a backup, a long-lived secret in the keyring.
    """

    section: str  # the profile's name as programs say it
    keys: tuple[str, ...]
    profile: str  # Rolecall's profile that took them over
    in_config: bool  # in the config file, else in the credentials file


@dataclass(frozen=True, slots=True)
class LinesGive:
    """Make lines again of the comments that LinesTake made."""

    section: str
    profile: str
    in_config: bool


FileChange = SectionPut | SectionRemove | LinePut | LineRemove | LinesTake | LinesGive


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change: `problem` None means done (or nothing to do). `warnings` do not undo it."""

    change: FileChange
    written_at: datetime | None
    problem: Problem | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnedSection:
    """A section of the credentials file that is ours by state and marker, as it stands in the file now."""

    section: str
    profile: str
    credentials: Credentials = field(repr=False)  # expires_at from the marker
    matches: bool  # the key id in the file is the last that we wrote


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a write would change in one file, as unified diff lines with secrets masked."""

    path: str
    lines: tuple[str, ...]
    other_sections: int  # left untouched
    mode: int | None  # the file's mode before, None where it does not exist yet


@dataclass(frozen=True, slots=True)
class Touched:
    """A section that a write touched. `how`: "added", "changed" or "removed"."""

    section: str
    how: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write as the journal keeps it: never a secret. `undoable`: bytes of someone else's are in a backup."""

    id: str
    at: datetime
    path: str
    what: str  # "start", "renew", "stop", "adopt", "config-line", "import", "undo"
    profiles: tuple[str, ...]
    diff: tuple[str, ...]
    undoable: bool
    sections: tuple[Touched, ...] = ()


def taken_back(diff: Iterable[str]) -> tuple[str, ...]:
    """Return a diff the other way round: what was added goes, what was removed comes."""
    swap = {"+": "-", "-": "+"}
    heads = ("--- ", "+++ ")
    return tuple(one if one.startswith(heads) else swap.get(one[:1], one[:1]) + one[1:] for one in diff)
