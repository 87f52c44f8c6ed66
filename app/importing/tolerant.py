"""Reading AWS files that are broken: the sections that are sound, and what is wrong with the rest."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.domain.problem import AppError, Code, Problem
from app.importing.reading import AwsConfig, Sections, assembled, bytes_of, parsed

FAULTS_MAXIMUM = 8  # of one file; each is looked for by reading the whole file again
_BOM = b"\xef\xbb\xbf"


def read_what_can_be(config: Path, credentials: Path, *, elsewhere: bool = False) -> AwsConfig:
    """Read both files as `read_aws_files` does, but for the sections that botocore cannot read; blocking.

    Never raises AppError: what is wrong is in `faults`, with its line. No program can use a file that is broken, its
    sound sections included; what is said of them holds as soon as it is repaired.
    """
    faults: list[Problem] = []
    sick: set[Path] = set()
    leaks: frozenset[str] = frozenset()
    both: list[Sections] = []
    for path in (config, credentials):
        sections, leaking, wrong = _read(path)
        both.append(sections)
        leaks |= leaking
        faults += wrong
        sick |= {path} if wrong else set()
    read = assembled(config, credentials, both[0], both[1], leaks)
    return replace(read, faults=tuple(faults), sick=frozenset(sick), elsewhere=elsewhere)


def _read(path: Path) -> tuple[Sections, frozenset[str], list[Problem]]:
    faults: list[Problem] = []
    try:
        data = bytes_of(path).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    except AppError as error:
        return {}, frozenset(), [error.problem]
    for _ in range(FAULTS_MAXIMUM):
        try:
            sections, leaks = parsed(path, data)
        except AppError as error:
            faults.append(error.problem)
            less = _without(data, error.problem)
            if less is None:
                break
            data = less
        else:
            return sections, leaks, faults
    return {}, frozenset(), faults


def _without(data: bytes, fault: Problem) -> bytes | None:
    """The file without what has the fault, its lines where they were; None where that cannot be told."""
    if fault.code is not Code.FILE_BROKEN:
        return None
    if fault.arguments.get("rule") == "bom":
        return data.removeprefix(_BOM)
    at = int(str(fault.arguments.get("line") or 0)) - 1
    lines = data.split(b"\n")
    if not 0 <= at < len(lines):
        return None
    heads = [number for number, line in enumerate(lines) if line.startswith(b"[")]
    wrong = max((head for head in heads if head <= at), default=None)
    if wrong is None:
        ranges = [range(heads[0] if heads else len(lines))]
    else:
        twins = fault.arguments.get("rule") == "duplicate-section"
        named = [head for head in heads if lines[head].strip() == lines[wrong].strip()] if twins else [wrong]
        ranges = list(_sections(named, heads, len(lines)))
    for part in ranges:
        for number in part:
            lines[number] = b""
    return b"\n".join(lines)


def _sections(named: list[int], heads: list[int], end: int) -> Iterator[range]:
    following = dict(zip(heads, [*heads[1:], end], strict=True))
    for head in named:
        yield range(head, following[head])
