"""What the readers of TOML and JSON find wrong, as keys of our own words: their messages are few, and in English."""

import json
import re

from app.domain.values import dataclass

UNKNOWN = "parser-other"
_TOML = (
    (r"Invalid statement|Invalid initial character for a key part", "toml-key"),
    (r"Expected newline or end of document after a statement", "toml-rest"),
    (r"Expected '=' after a key", "toml-equals"),
    (r"Expected ']' at the end of a table", "toml-table"),
    (r"Expected ']]' at the end of an array", "toml-tables"),
    (r"Cannot (declare|mutate|redefine|overwrite)|Duplicate inline table key", "toml-twice"),
    (r"Unclosed array", "toml-array"),
    (r"Unclosed inline table", "toml-inline"),
    (r"Unescaped '\\'|Invalid hex value|Escaped character is not", "toml-escape"),
    (r"Unterminated string|Expected [\"']", "toml-string"),
    (r"Illegal character|Found invalid character", "toml-control"),
    (r"Invalid date or datetime", "toml-date"),
    (r"Invalid value", "toml-value"),
)
_JSON = (
    (r"Expecting value", "json-value"),
    (r"Expecting ',' delimiter", "json-comma"),
    (r"Expecting ':' delimiter", "json-colon"),
    (r"Expecting property name|Illegal trailing comma", "json-name"),
    (r"Extra data", "json-rest"),
    (r"Invalid control character", "json-control"),
    (r"Invalid \\", "json-escape"),
    (r"Unterminated string", "json-string"),
)
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a text is broken, counted from 1, and why, as a key of REASONS.

    `said`: the reader's own words, where we have none for them.
    """

    line: int
    column: int
    reason: str
    said: str = ""

    def arguments(self) -> dict[str, str | int]:
        """Return what a problem says of it."""
        found: dict[str, str | int] = {"line": self.line, "column": self.column, "reason": self.reason}
        return found | ({"said": self.said} if self.said else {})


def toml_fault(error: ValueError, text: str) -> Fault:
    """Return what is wrong with a text that is no TOML."""
    place = _PLACE.search(str(error))
    words = _PLACE.sub("", str(error))
    if place is not None and place[1]:
        return _fault(int(place[1]), int(place[2]), words, _TOML)
    last = text.rpartition("\n")[2]
    return _fault(text.count("\n") + 1, len(last) + 1, words, _TOML)


def json_fault(error: json.JSONDecodeError) -> Fault:
    """Return what is wrong with a text that is no JSON."""
    return _fault(error.lineno, error.colno, error.msg, _JSON)


def _fault(line: int, column: int, words: str, known: tuple[tuple[str, str], ...]) -> Fault:
    key = next((key for pattern, key in known if re.match(pattern, words)), "")
    return Fault(line, column, key or UNKNOWN, "" if key else f"{words}.")
