"""The design tokens of one theme: every color, size and duration by name."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from app.domain.values import dataclass
from ui.resources import resource
from ui.style.contrast import Forced, forced, is_dark, stronger

LABELS = ("crimson", "orange", "amber", "green", "teal", "blue", "violet", "slate")
_STRONG = "-contrast"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colors as "#RRGGBB"; heights, radii and icon sizes in logical pixels."""

    theme: str  # the name that `tokens` takes
    colors: Mapping[str, str]
    labels: Mapping[str, str]
    heights: Mapping[str, int]
    radii: Mapping[str, int]
    icons: Mapping[str, int]
    factors: Mapping[str, float]
    motion: Mapping[str, int]
    high: bool = False  # in high contrast: what a tint says otherwise is said by an outline

    def color(self, name: str) -> str:
        """Return a color; KeyError for a name that is no token."""
        return self.colors[name]

    def label(self, name: str) -> str:
        """Return a label's color; slate for a name that is none of the eight."""
        return self.labels.get(name) or self.labels["slate"]

    @property
    def base(self) -> str:
        """Whether it is a "light" or a "dark" one: the pictures that belong to it are named so."""
        return "dark" if is_dark(self.color("surface")) else "light"

    @property
    def on_label(self) -> str:
        """The ink for a word on a filled label."""
        if self.high:
            return self.color("surface")
        return "#FFFFFF" if self.base == "light" else "#15171B"

    @property
    def faint(self) -> str:
        """The color of what cannot be used now, and of what stands in an empty field."""
        return self.color("idle" if self.high else "text-3")

    @property
    def faint_mark(self) -> str:
        """The color of a glyph without words that cannot be used now: words are told by their look, it is not."""
        return self.color("idle" if self.high else "border-control")

    @property
    def tick(self) -> str:
        """The picture of a check on the accent: white, or black where that is the ink."""
        return "check-black" if is_dark(self.color("on-accent")) else "check"

    def height(self, name: str, line: int, lines: int = 1) -> int:
        """Return a height that never clips: the token, or `lines` of the font's line height and 2 x 6."""
        return max(self.heights[name], line * lines + 12)


@cache
def _all() -> Mapping[str, Any]:
    return json.loads(resource("tokens.json").read_text(encoding="utf-8"))


def strong(theme: str, imposed: Forced | None = None) -> str:
    """Return the name of a theme in high contrast, in the colors that the system imposes where it does."""
    if imposed is None:
        return f"{theme}{_STRONG}"
    return " ".join(
        (f"{theme}{_STRONG}", imposed.back, imposed.text, imposed.highlight, imposed.highlighted, imposed.link)
    )


@cache
def tokens(theme: str) -> Tokens:
    """Return the tokens of "light", "dark", or of a name that `strong` made of these."""
    name, *imposed = theme.split(" ")
    if name.endswith(_STRONG):
        plain = tokens(name.removesuffix(_STRONG))
        made = forced(plain, Forced(*imposed)) if imposed else stronger(plain)
        return replace(made, theme=theme)
    raw = _all()
    labels = {name: pair[theme] for name, pair in raw["labels"].items()}
    return Tokens(theme, raw[theme], labels, raw["height"], raw["radius"], raw["icon"], raw["type"], raw["motion"])
