"""The catalog as it was at one moment, to be put back; and what a part of another one would add."""

from collections.abc import Mapping
from dataclasses import field

from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class CatalogCopy:
    """`content` is packed; `digest` tells whether two copies are the same."""

    digest: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addition:
    """What another catalog's part would add, by (table, name), and what stays as it is here though it differs."""

    new: Mapping[tuple[str, str], Mapping[str, object]]
    kept: tuple[str, ...] = ()

    def count(self, kind: str) -> int:
        """Return how many tables of a kind are new."""
        return sum(one == kind for one, _ in self.new)
