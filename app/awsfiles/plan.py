"""What a set of changes means for one file as it stands: edits, what to remember before and after, and the outcomes."""

from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.awsfiles.document import Document
from app.awsfiles.ownership import State
from app.domain.files import FileChange
from app.domain.problem import AppError, Problem
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of one change. `what` is the journal's word for it, empty if nothing is to be done."""

    problem: Problem | None = None
    warnings: tuple[Problem, ...] = ()
    what: str = ""


@dataclass(slots=True)
class Plan:
    """`state` is saved before the file is written; `done` is called on it, and saved, when that has succeeded."""

    path: Path
    document: Document
    state: State
    keep: Callable[[str, bytes], str]  # section and bytes into a backup; returns its id
    backup: Callable[[str], bytes]
    config: Document
    config_path: Path
    now: datetime
    results: dict[int, Result] = field(default_factory=dict)
    made_backups: list[str] = field(default_factory=list)
    used_backups: list[str] = field(default_factory=list)
    done: list[Callable[[State], None]] = field(default_factory=list)
    profiles: set[str] = field(default_factory=set)  # those whose changes do something

    def attempt(self, number: int, profile: str, work: Callable[[], Result]) -> None:
        """Note what becomes of one change; its problem stops no other."""
        try:
            result = self.results[number] = work()
            if result.what:
                self.profiles.add(profile)
        except AppError as error:
            self.results[number] = Result(error.problem)

    def keep_bytes(self, section: str, content: bytes) -> str:
        """Put bytes of someone else's into a backup."""
        identifier = self.keep(section, content)
        self.made_backups.append(identifier)
        return identifier

    def what(self) -> str:
        """Return the journal's word for the whole write."""
        words = {result.what for result in self.results.values()}
        order = ("import", "undo", "adopt", "start", "stop", "renew", "config-line")
        return next((word for word in order if word in words), "renew")


Planner = Callable[[Plan, Sequence[tuple[int, FileChange]]], None]
