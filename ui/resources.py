"""Finds the resources folder: beside `ui` in the source tree, in the wheel and in the frozen program alike."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Return the path of a file or folder of the resources."""
    return _ROOT.joinpath(*parts)
