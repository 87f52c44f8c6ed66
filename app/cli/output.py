"""What the command line prints: results on standard output, one line of cause and one of remedy on standard error."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from app.domain.problem import Problem
from app.texts import describe


def say(line: str = "") -> None:
    """Print a line of results."""
    sys.stdout.write(line + "\n")


def note(line: str) -> None:
    """Print a line that is no result, to standard error."""
    sys.stderr.write(line + "\n")


def say_json(value: Mapping[str, object]) -> None:
    """Print one JSON document."""
    say(json.dumps(value, indent=2, ensure_ascii=False))


def say_problem(problem: Problem, about: str = "") -> None:
    """Print cause and remedy, each on one line; `about` names what it happened to."""
    words = describe(problem)
    cause = f"{words.title}: {words.detail}" if words.detail else words.title
    note(f"{about}: {cause}" if about and about not in words.title else cause)
    if words.remedy:
        note(f"  {words.remedy}")


def say_warning(problem: Problem, about: str = "") -> None:
    """Print a problem that stops nothing."""
    words = describe(problem)
    about_text = f"{about}: " if about and about not in words.title else ""
    note(f"Warning: {about_text}{words.title}: {words.detail}".rstrip(": "))
    if words.remedy:
        note(f"  {words.remedy}")


def say_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns under their heads; nothing is cut, the last column is not padded."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(head))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True)]
        say("  ".join([*cells, line[-1]]).rstrip())


def say_diff(path: str, lines: Iterable[str]) -> None:
    """Print a diff as it is; a file that would not change is named."""
    shown = list(lines)
    if not shown:
        say(f"{path}: no change")
    for line in shown:
        say(line.rstrip("\r\n"))
