"""Loads a script of tools/ for its functions."""

import runpy
from pathlib import Path
from types import SimpleNamespace

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def load_tool(name: str) -> SimpleNamespace:
    """Return what the script defines; its `main` is not run."""
    return SimpleNamespace(**runpy.run_path(str(TOOLS / name), run_name=f"tools_{name}"))
