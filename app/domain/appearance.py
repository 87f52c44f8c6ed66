"""How a person asked the desktop to show things, as far as a program must follow."""

from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Appearance:
    """`contrast`: stronger text and lines; `still`: nothing moves."""

    contrast: bool = False
    still: bool = False
