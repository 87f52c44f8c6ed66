"""What a save would change in profiles.toml, as diff lines."""

import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from app.catalog.tables import KINDS, Key, Table
from app.domain.files import FileDiff

_CONTEXT = 2
# a container's token may stand in the catalog, and is not shown again
_TOKEN = re.compile(r"""^(?P<key>\s*token\s*=\s*)(?P<quote>["'])(?P<text>.{8,})(?P=quote)\s*$""")


def diff(path: Path, before: str, after: str, changed: Sequence[Key], data: Table) -> FileDiff:
    """Return the change of a text; `changed` are the tables that it touches, `data` what the file says before it."""
    tables = sum(_count(data, kind) for kind in KINDS)
    known = [key for key in changed if _has(data, key)]
    return FileDiff(str(path), tuple(_lines(before, after)), max(tables - len(known), 0), _mode(path))


def _lines(before: str, after: str) -> Iterator[str]:
    import difflib

    old, new = before.splitlines(), after.splitlines()
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        a1, a2, b1, b2 = group[0][1], group[-1][2], group[0][3], group[-1][4]
        yield f"@@ -{a1 + 1},{a2 - a1} +{b1 + 1},{b2 - b1} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {_shown(line)}" for line in old[i1:i2])
            else:
                yield from (f"-{_shown(line)}" for line in old[i1:i2])
                yield from (f"+{_shown(line)}" for line in new[j1:j2])


def _shown(line: str) -> str:
    return _TOKEN.sub(lambda one: f"{one['key']}•••••• ({len(one['text'])})", line)


def _count(data: Table, kind: str) -> int:
    found = data.get(kind)
    if not isinstance(found, dict):
        return 0
    return 1 if kind == "settings" else len(cast(Table, found))


def _has(data: Table, key: Key) -> bool:
    found = data.get(key[0])
    return isinstance(found, dict) and (key[0] == "settings" or key[1] in cast(Table, found))


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
