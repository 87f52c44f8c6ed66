"""What was decided about programs, in approvals.json beside the approved commands. Carries no secret."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from app.domain.problem import AppError
from app.domain.programs import Decision, decision_json, parse_decision
from app.ports import StateFiles

FILE = "approvals.json"
KEPT = timedelta(days=30)  # longer than any decision counts: a prompt says what was decided last
MAXIMUM = 500
_log = logging.getLogger(__name__)


class DecisionFile:
    """Reads and writes the decisions; a broken entry is passed over."""

    def __init__(self, state: StateFiles) -> None:
        """Read nothing yet."""
        self._state = state

    def load(self, now: datetime) -> tuple[Decision, ...]:
        """Return the decisions of the last 30 days."""
        try:
            found = self._state.read(FILE).get("programs")
        except AppError:
            return ()
        rows = cast(list[object], found) if isinstance(found, list) else []
        read = (parse_decision(one) for one in rows[-MAXIMUM:])
        return tuple(one for one in read if one is not None and now - one.at < KEPT)

    def save(self, decisions: Iterable[Decision]) -> None:
        """Replace the decisions in the file; where it cannot be written they count until the end of this engine."""
        newest = sorted(decisions, key=lambda one: one.at)[-MAXIMUM:]
        try:
            self._state.write(FILE, {**self._state.read(FILE), "programs": [decision_json(one) for one in newest]})
        except AppError as error:
            _log.warning("the decisions about programs were not saved: %s", error.problem.code)
