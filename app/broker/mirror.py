"""What the broker's thread knows of the engine: a copy that the engine's thread publishes into, changed there alone."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from app.broker.protocol import problem_json, time_text
from app.broker.wire import question_json, status_json
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.problem import Problem
from app.domain.session import Question, Status
from app.domain.values import dataclass

WRITTEN_MAXIMUM = 1000


@dataclass(frozen=True, slots=True)
class EngineFlags:
    """What is true of the engine as a whole."""

    kind: str
    pid: int
    paused: bool = False
    paused_until: datetime | None = None
    locked: bool = False
    credentials_file: str = ""
    config_file: str = ""
    catalog: str = ""
    catalog_problem: Problem | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What changed since the last one. `questions` and `flags` are whole; None: as before."""

    statuses: Mapping[ProfileName, Status] = field(default_factory=dict[ProfileName, Status])
    sessions: Mapping[ProfileName, Issued | None] = field(default_factory=dict[ProfileName, Issued | None], repr=False)
    questions: tuple[Question, ...] | None = None
    flags: EngineFlags | None = None


class Mirror:
    """The engine as last published. Belongs to the broker's thread."""

    def __init__(self, flags: EngineFlags) -> None:
        """Begin with no session."""
        self.flags = flags
        self.statuses: dict[ProfileName, Status] = {}
        self.sessions: dict[ProfileName, Issued] = {}
        self.questions: tuple[Question, ...] = ()
        self._written: dict[ProfileName, dict[str, object]] = {}

    def take(self, publication: Publication) -> None:
        """Apply a publication."""
        self.statuses.update(publication.statuses)
        for name in publication.statuses:
            self._written.pop(name, None)
        for name, issued in publication.sessions.items():
            if issued is None:
                self.sessions.pop(name, None)
            else:
                self.sessions[name] = issued
        if publication.questions is not None:
            self.questions = publication.questions
        if publication.flags is not None:
            self.flags = publication.flags
            if self.flags.locked:
                self.sessions.clear()

    def flags_json(self) -> dict[str, object]:
        """Return what is true of the engine as a whole."""
        flags = self.flags
        return {
            "kind": flags.kind,
            "pid": flags.pid,
            "paused": flags.paused,
            "paused_until": None if flags.paused_until is None else time_text(flags.paused_until),
            "locked": flags.locked,
            "credentials_file": flags.credentials_file,
            "config_file": flags.config_file,
            "catalog": flags.catalog,
            "catalog_problem": None if flags.catalog_problem is None else problem_json(flags.catalog_problem),
            "default": flags.default,
        }

    def statuses_json(self, names: tuple[str, ...] = ()) -> list[dict[str, object]]:
        """Return the statuses of the names, or all; a profile that never ran has none here."""
        if not names:
            return [self._json(one) for one in self.statuses.values()]
        return [self._json(self.statuses.get(ProfileName(one)) or Status(ProfileName(one))) for one in names]

    def _json(self, status: Status) -> dict[str, object]:
        """Write a status once for all who ask, as long as it stays: what many clients ask for costs little more."""
        found = self._written.get(status.profile)
        if found is None:
            found = status_json(status)
            if len(self._written) < WRITTEN_MAXIMUM and status.profile in self.statuses:
                self._written[status.profile] = found
        return found

    def questions_json(self) -> list[dict[str, object]]:
        """Return the open questions."""
        return [question_json(one) for one in self.questions]

    def event_json(self, names: set[str], *, questions: bool, flags: bool) -> dict[str, object]:
        """Return one event of a `follow` stream: the statuses that changed, and the rest where it did."""
        event: dict[str, object] = {"event": "changed"}
        if names:
            event["profiles"] = self.statuses_json(tuple(sorted(names)))
        if questions:
            event["questions"] = self.questions_json()
        if flags:
            event["engine"] = self.flags_json()
        return event
