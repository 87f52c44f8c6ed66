"""Three versions of a table: as it was when the editor opened, as it is typed, as it was changed outside. No Qt."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import cast

from app.domain.values import dataclass
from ui.editor.draft import Draft, Table


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is another one here and there, by its dotted key. `here`: only typed here, or in both places."""

    key: str
    mine: object
    theirs: object
    here: bool
    there: bool

    @property
    def both(self) -> bool:
        """Whether it was changed in both places."""
        return self.here and self.there


def differences(
    base: Mapping[str, object], mine: Mapping[str, object], theirs: Mapping[str, object]
) -> list[Difference]:
    """Return where mine and theirs are not the same. Hops are told apart while there are as many in all three."""
    alike = len({_hops(base), _hops(mine), _hops(theirs)}) == 1
    flat = [_flat(table, hops=alike) for table in (base, mine, theirs)]
    keys = dict.fromkeys([*flat[1], *flat[2]])
    found: list[Difference] = []
    for key in keys:
        before, here, there = (table.get(key) for table in flat)
        if here != there:
            found.append(Difference(key, here, there, here != before, there != before))
    return found


def merged(mine: Mapping[str, object], theirs: Sequence[Difference]) -> Table:
    """Return mine with their values for these differences."""
    draft = Draft("", deepcopy(dict(mine)))
    for one in theirs:
        if one.key == "roles" and one.theirs is None:
            draft.values.pop("roles", None)
        else:
            draft.set(one.key, deepcopy(one.theirs))
    return draft.values


def _hops(table: Mapping[str, object]) -> int:
    found = table.get("roles")
    return len(cast("list[object]", found)) if isinstance(found, list) else 0


def _flat(table: Mapping[str, object], prefix: str = "", *, hops: bool) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if key == "roles" and hops and isinstance(value, list):
            for number, hop in enumerate(cast("list[Mapping[str, object]]", value), 1):
                found |= _flat(hop, f"roles.{number}.", hops=hops)
        elif isinstance(value, dict) and name in {"delivery", "safety", "console", "notifications"}:
            found |= _flat(cast("Mapping[str, object]", value), f"{key}.", hops=hops)
        else:
            found[key] = value
    return found
