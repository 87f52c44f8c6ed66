"""How a person asked the desktop to show things, as far as a program must follow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Appearance:
    """`contrast`: stronger text and lines; `still`: nothing moves; `dark`: or light; None: nothing is said of it."""

    contrast: bool = False
    still: bool = False
    dark: bool | None = None
