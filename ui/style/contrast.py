"""Tokens for people who asked for high contrast, made from the ordinary ones by rule. Pure; no Qt.

Surfaces go to white or black, tints pale, second texts become the text, thin lines become those of controls, and every
color that says something is moved away from the surfaces until it stands out by `ENOUGH`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.values import dataclass

if TYPE_CHECKING:
    from ui.style.tokens import Tokens

ENOUGH = 7.0  # WCAG 2.2's ratio for text at its stricter level
_PLAIN = ("window", "surface", "raised", "sunken", "field")
_TINTED = ("hover", "press", "selected", "selected-inactive", "ok-bg", "warn-bg", "error-bg", "prod-bg")
_SAYING = (
    "accent-text", "focus", "border-control", "idle", "ok", "ok-text", "warn", "warn-text", "error", "error-text",
    "prod-text",
)  # fmt: skip
_SAME = {
    "text-2": "text",
    "text-3": "text",
    "border": "border-control",
    "border-strong": "border-control",
    "ok-border": "ok",
    "warn-border": "warn",
    "error-border": "error",
}
_STEPS = 64
_PALER = 40  # steps of a tint towards its surface: the less it is a color, the more the others can be
_BLACK, _WHITE = "#000000", "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Forced:
    """The few colors of a palette that the person's system imposes on every program, as "#RRGGBB"."""

    back: str
    text: str
    highlight: str
    highlighted: str
    link: str


def luminance(color: str) -> float:
    """Return the relative luminance of "#RRGGBB" after WCAG 2."""
    parts = [one / 255 for one in _parts(color)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors after WCAG 2: 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_dark(color: str) -> bool:
    """Whether white stands out from it more than black."""
    return contrast(color, _WHITE) > contrast(color, _BLACK)


def stronger(of: "Tokens") -> "Tokens":
    """Return the same theme in high contrast."""
    dark = is_dark(of.color("surface"))
    back, ink = (_BLACK, _WHITE) if dark else (_WHITE, _BLACK)
    tints = {name: _mixed(of.color(name), back, _PALER) for name in _TINTED}
    colors = {**of.colors, **dict.fromkeys(_PLAIN, back), **tints, "text": ink}
    return _completed(of, colors, back, ink)


def forced(of: "Tokens", wanted: Forced) -> "Tokens":
    """Return a theme in the colors that the system imposes; what it has no color for is made to stand out from them."""
    surfaces = dict.fromkeys((*_PLAIN, *_TINTED), wanted.back)
    colors = {**of.colors, **surfaces, "text": wanted.text}
    made = _completed(of, colors, wanted.back, wanted.text)
    fills = {"accent": wanted.highlight, "accent-hover": wanted.highlight, "accent-press": wanted.highlight}
    own = {**fills, "on-accent": wanted.highlighted, "accent-text": wanted.link}
    lines = dict.fromkeys(("idle", "border", "border-strong", "border-control"), wanted.text)
    return replace(made, colors={**made.colors, **own, **lines})


def _completed(of: "Tokens", colors: dict[str, str], back: str, ink: str) -> "Tokens":
    surfaces = [colors[name] for name in (*_PLAIN, *_TINTED)]
    for name in _SAYING:
        colors[name] = until(colors[name], ink, surfaces)
    for fill, on in (("accent", "on-accent"), ("prod", "on-prod")):  # words stand on these: both sides must do
        colors[fill], colors[on] = until(colors[fill], ink, [*surfaces, back]), back
    accent = colors["accent"]
    colors["accent-hover"], colors["accent-press"] = _mixed(accent, ink, 16), _mixed(accent, ink, 32)
    for name, like in _SAME.items():
        colors[name] = colors[like]
    labels = {name: until(color, ink, surfaces) for name, color in of.labels.items()}
    return replace(of, colors=colors, labels=labels, high=True)


def until(color: str, pole: str, surfaces: Iterable[str], wanted: float = ENOUGH) -> str:
    """Return the first color on the way to a pole that stands out from all surfaces; the pole where none does."""
    against = tuple(surfaces)
    for step in range(_STEPS):
        mixed = _mixed(color, pole, step)
        if all(contrast(mixed, one) >= wanted for one in against):
            return mixed
    return pole


def _mixed(color: str, pole: str, step: int) -> str:
    parts = zip(_parts(color), _parts(pole), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * step / _STEPS):02X}" for one, other in parts)


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
