"""The design tokens of one theme: every color, size and duration by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ui.resources import resource

LABELS = ("crimson", "orange", "amber", "green", "teal", "blue", "violet", "slate")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colors as "#RRGGBB"; heights, radii and icon sizes in logical pixels."""

    theme: str  # "light" or "dark"
    colors: Mapping[str, str]
    labels: Mapping[str, str]
    heights: Mapping[str, int]
    radii: Mapping[str, int]
    icons: Mapping[str, int]
    factors: Mapping[str, float]
    motion: Mapping[str, int]

    def color(self, name: str) -> str:
        """Return a color; KeyError for a name that is no token."""
        return self.colors[name]

    def label(self, name: str) -> str:
        """Return a label's color; slate for a name that is none of the eight."""
        return self.labels.get(name) or self.labels["slate"]

    @property
    def on_label(self) -> str:
        """The ink for a word on a filled label."""
        return "#FFFFFF" if self.theme == "light" else "#15171B"

    def height(self, name: str, line: int, lines: int = 1) -> int:
        """Return a height that never clips: the token, or `lines` of the font's line height and 2 x 6."""
        return max(self.heights[name], line * lines + 12)


@cache
def _all() -> Mapping[str, Any]:
    return json.loads(resource("tokens.json").read_text(encoding="utf-8"))


@cache
def tokens(theme: str) -> Tokens:
    """Return the tokens of "light" or "dark"."""
    raw = _all()
    labels = {name: pair[theme] for name, pair in raw["labels"].items()}
    return Tokens(theme, raw[theme], labels, raw["height"], raw["radius"], raw["icon"], raw["type"], raw["motion"])
