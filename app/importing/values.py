"""What an import would do, as values: rows to choose from, and why the rest cannot be taken over."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from app.domain.files import LinesTake
from app.domain.names import ProfileName, SourceName
from app.domain.problem import Problem
from app.domain.secret import Secret
from app.domain.values import dataclass

Values = Mapping[str, object]


class SectionChoice(StrEnum):
    """What becomes of a name whose section says something else already."""

    OTHER_SECTION = "other-section"
    TAKE_OVER = "take-over"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person decided before the rows: names to take over (as in the AWS files), and whether keys stay there.

    `keep`: names whose keys stay. `from_config`: pairs of name and key where the config file's value counts, and not
    the credentials file's (see `differences`). `serves`: lines of `credential_process` can be written, so that a name
    that others stand on can be served.
    """

    take_over: frozenset[str] = frozenset()
    keep_keys: bool = False
    serves: bool = True
    keep: frozenset[str] = frozenset()
    from_config: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in the catalog's terms. `secret`: what goes into the keyring under the access key's id."""

    name: SourceName
    values: Values
    secret: Secret | None = field(default=None, repr=False)

    @property
    def access_key_id(self) -> str:
        """The id of the key that `secret` belongs to, empty for other kinds."""
        return str(self.values.get("access_key_id", ""))


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile in the catalog's terms. `origin`: its name in the AWS files.

    `choices`: what can become of the name's own section; the first is the one that this plan has. `takes`: the lines
    that leave each file (they become comments; secrets go into the keyring). `serves`: a `credential_process` line goes
    into the config file, so that the name works for those that stand on it. `findings`: what to know beforehand.
    """

    origin: str
    name: ProfileName
    values: Values
    preselected: bool
    choices: tuple[SectionChoice, ...] = ()
    takes: tuple[LinesTake, ...] = ()
    serves: bool = False
    findings: tuple[Problem, ...] = ()

    @property
    def source(self) -> str:
        """The source that it begins with; empty where it stands on another profile."""
        return str(self.values.get("source", ""))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A profile of the AWS files that cannot be taken over."""

    name: str
    why: Problem


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that the AWS files offer. Rows are in the files' order.

    `sources` are those that the catalog lacks. `present`: names of the AWS files that the catalog has already, or that
    Rolecall itself serves. `take_over`: names that are taken over; what leaves the files counts on all of them.
    """

    sources: Mapping[str, SourceRow] = field(default_factory=lambda: MappingProxyType({}))
    profiles: tuple[ProfileRow, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    present: tuple[str, ...] = ()
    take_over: frozenset[str] = frozenset()
