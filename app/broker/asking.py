"""A program's asking as JSON and back. No secret is in it."""

from collections.abc import Mapping
from typing import cast

from app.domain.names import ProfileName
from app.domain.programs import Answer, Asking, Parent, Program, Way, decision_json, parse_decision


def asking_json(asking: Asking) -> dict[str, object]:
    """Return all that an asking says."""
    program = asking.program
    return {
        "program": {
            "pid": program.pid,
            "executable": program.executable,
            "script": program.script,
            "folder": program.folder,
            "user": program.user,
            "terminal": program.terminal,
            "parents": [{"pid": one.pid, "name": one.name} for one in program.parents],
            "key": program.key,
            "process": program.process,
        },
        "profile": asking.profile,
        "way": str(asking.way),
        "session_name": asking.session_name,
        "answers": [str(one) for one in asking.answers],
        "last": None if asking.last is None else decision_json(asking.last),
        "narrowing": asking.narrowing,
    }


def parse_asking(value: object) -> Asking:
    """Return the asking of `asking_json`; raises KeyError, TypeError or ValueError for anything else."""
    table = _table(value)
    last = table.get("last")
    return Asking(
        _program(_table(table["program"])),
        ProfileName(str(table["profile"])),
        Way(str(table["way"])),
        str(table["session_name"]),
        tuple(Answer(str(one)) for one in _items(table["answers"])),
        None if last is None else parse_decision(last),
        str(table.get("narrowing", "")),
    )


def _program(table: Mapping[str, object]) -> Program:
    parents = tuple(Parent(_int(one["pid"]), str(one["name"])) for one in map(_table, _items(table["parents"])))
    texts = {key: str(table[key]) for key in ("executable", "script", "folder", "user", "terminal", "key", "process")}
    return Program(_int(table["pid"]), parents=parents, **texts)


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return cast(dict[str, object], value)


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return cast(list[object], value)
