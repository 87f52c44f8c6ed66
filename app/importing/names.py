"""Names: what the AWS files call something, and what the catalog can call it."""

import re

from app.domain.names import NAME_MAXIMUM, parse_name
from app.domain.problem import AppError

_OUTSIDE = re.compile(r"[^A-Za-z0-9_./%@:+-]+", re.ASCII)


def is_name(text: str) -> bool:
    """Whether the catalog, and every SDK, takes the text as a name."""
    try:
        parse_name("name", text)
    except AppError:
        return False
    return True


def clean_name(text: str, otherwise: str) -> str:
    """Return the nearest name that is one; `otherwise` where nothing of the text is left."""
    cleaned = _OUTSIDE.sub("-", text).strip("-").lstrip("-.")[: NAME_MAXIMUM - 20]
    if not cleaned:
        return otherwise
    return cleaned if is_name(cleaned) else f"{cleaned}-profile"


class Taken:
    """Names that are in use; gives out free ones, each in constant time."""

    def __init__(self, names: set[str]) -> None:
        """Begin with names that are in use already."""
        self._names = names
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, name: str) -> None:
        """Take a name."""
        self._names.add(name)

    def free(self, wanted: str) -> str:
        """Return the name, or the name with a number behind it, and take it."""
        name = wanted
        number = self._next.get(wanted, 2)
        while name in self._names:
            name = f"{wanted[: NAME_MAXIMUM - 12]}-{number}"
            number += 1
        self._next[wanted] = number
        self._names.add(name)
        return name
