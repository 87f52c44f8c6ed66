"""Reading AWS's answers: what is not of the expected form is as good as absent."""

from collections.abc import Mapping, Sequence
from typing import cast


def at(value: object, path: str) -> object:
    """Return what stands at "Key.Key"; None where there is nothing. "" is the value itself."""
    for key in path.split(".") if path else ():
        if not isinstance(value, Mapping):
            return None
        value = cast(Mapping[str, object], value).get(key)
    return value


def text(value: object, path: str = "") -> str:
    """Return a text; "" for anything else."""
    found = at(value, path)
    return found if isinstance(found, str) else ""


def items(value: object, path: str = "") -> tuple[object, ...]:
    """Return the entries of a list; none for anything else."""
    found = at(value, path)
    if isinstance(found, Sequence) and not isinstance(found, str | bytes):
        return tuple(cast(Sequence[object], found))
    return ()


def texts(value: object, path: str = "") -> tuple[str, ...]:
    """Return the texts of a list, or one text as a list of its own."""
    found = at(value, path)
    if isinstance(found, str):
        return (found,)
    return tuple(one for one in items(found) if isinstance(one, str))


def table(value: object, path: str = "") -> Mapping[str, object]:
    """Return a table; an empty one for anything else."""
    found = at(value, path)
    return cast(Mapping[str, object], found) if isinstance(found, Mapping) else {}
