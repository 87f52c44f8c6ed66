"""The style sheet with the tokens put in. Pure text work; no Qt."""

import re
from functools import cache

from ui.resources import resource
from ui.style.tokens import Tokens

_PARTS = ("rolecall.qss", "parts.qss")
_NAME = re.compile(r"@(\{theme\}|\{tick\}|[a-z][a-z0-9-]*)")


@cache
def _template(*names: str) -> str:
    parts = [resource("qss", name).read_text(encoding="utf-8") for name in names]
    return re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.DOTALL)


def sheet(of: Tokens) -> str:
    """Return the whole sheet of a theme; a name that is no token is an error, so that a typing mistake shows."""
    pictures = {"{theme}": of.base, "{tick}": of.tick}
    template = _template(*_PARTS, "contrast.qss") if of.high else _template(*_PARTS)
    return _NAME.sub(lambda match: pictures.get(match[1]) or of.color(match[1]), template)
