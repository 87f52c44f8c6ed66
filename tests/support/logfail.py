"""Fails a test that logged a WARNING or worse which it did not announce.

A test announces with the fixture `expected_logs`:

    def test_a_key_is_gone(expected_logs: ExpectedLogs) -> None:
        expected_logs.add("app.vault", "no entry")     # logger (or a parent of it), a part of the message

An announced line that never came fails the test as well.
"""

import logging
from dataclasses import dataclass, field


@dataclass(slots=True)
class Expectation:
    """One announced kind of line."""

    logger: str
    part: str
    optional: bool
    met: bool = False

    def fits(self, record: logging.LogRecord) -> bool:
        """Whether a record is of this kind."""
        ours = record.name == self.logger or record.name.startswith(f"{self.logger}.")
        return ours and self.part in record.getMessage()


@dataclass(slots=True)
class ExpectedLogs:
    """What a test announced."""

    expectations: list[Expectation] = field(default_factory=list[Expectation])

    def add(self, logger: str, part: str, *, optional: bool = False) -> None:
        """Announce lines of `logger` or below that contain `part`; `optional`: they may come or not."""
        self.expectations.append(Expectation(logger, part, optional))

    def allows(self, record: logging.LogRecord) -> bool:
        """Whether a record was announced; marks what it meets."""
        fitting = [one for one in self.expectations if one.fits(record)]
        for one in fitting:
            one.met = True
        return bool(fitting)

    def missing(self) -> list[str]:
        """Return what was announced and never came."""
        return [f"{one.logger}: …{one.part}…" for one in self.expectations if not (one.met or one.optional)]


class WarningCollector(logging.Handler):
    """Keeps records of WARNING and above, from any thread."""

    def __init__(self) -> None:
        """Collect from WARNING on."""
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.records.append(record)

    def unexpected(self, expected: ExpectedLogs) -> list[str]:
        """Return the kept lines that were not announced."""
        return [
            f"{record.levelname} {record.name}: {record.getMessage()}"
            for record in list(self.records)
            if not expected.allows(record)
        ]
