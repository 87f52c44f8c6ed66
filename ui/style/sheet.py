"""The style sheet with the tokens put in. Pure text work; no Qt.

Beside the tokens it knows `line-28px`, `lines-52px` and `size-14px`: a height with one line of text in it, or two, and
a size that goes along with the texts; `round`, `ring` and `dot` are of the round box of a choice. All of these are what
they say where texts are of the usual size.
"""

import re
from functools import cache

from ui.resources import resource
from ui.style.tokens import Tokens

_PARTS = ("rolecall.qss", "parts.qss")
_NAME = re.compile(r"@(\{theme\}|\{tick\}|[a-z][a-z0-9-]*)")
_GROWS = re.compile(r"(line|lines|size|round|ring|dot)-(\d+)px")
_BOX = 14  # px of the box of a choice, without its border
_USUAL = 18  # px of a line in texts of the usual size


@cache
def _template(*names: str) -> str:
    parts = [resource("qss", name).read_text(encoding="utf-8") for name in names]
    return re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.DOTALL)


def sheet(of: Tokens, more: int = 0) -> str:
    """Return the whole sheet of a theme; a name that is no token is an error, so that a typing mistake shows.

    `more`: by how many px a line of text is higher than usual.
    """
    pictures = {"{theme}": of.base, "{tick}": of.tick}
    template = _template(*_PARTS, "contrast.qss") if of.high else _template(*_PARTS)
    return _NAME.sub(lambda match: pictures.get(match[1]) or _grown(match[1], more) or of.color(match[1]), template)


def _grown(name: str, more: int) -> str:
    found = _GROWS.fullmatch(name)
    if found is None:
        return ""
    px, times = int(found[2]), 1 + more / _USUAL
    box, size = round(_BOX * times) + 2, round(px * times)
    inner = box - 2 * round((_BOX + 2 - px) / 2 * times)
    made = {"line": px + more, "lines": px + 2 * more, "size": size, "ring": size, "round": box // 2, "dot": inner}
    return f"{made[found[1]]}px"
