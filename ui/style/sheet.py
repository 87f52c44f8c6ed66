"""The style sheet with the tokens put in. Pure text work; no Qt."""

import re
from functools import cache

from ui.resources import resource
from ui.style.tokens import Tokens

_NAME = re.compile(r"@(\{theme\}|[a-z][a-z0-9-]*)")


@cache
def _template() -> str:
    parts = [resource("qss", name).read_text(encoding="utf-8") for name in ("rolecall.qss", "parts.qss")]
    return re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.DOTALL)


def sheet(of: Tokens) -> str:
    """Return the whole sheet of a theme; a name that is no token is an error, so that a typing mistake shows."""
    return _NAME.sub(lambda match: of.theme if match[1] == "{theme}" else of.color(match[1]), _template())
