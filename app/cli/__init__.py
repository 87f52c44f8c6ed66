"""The command line. `main` is its one entry; every subcommand is imported when it is asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.cli.context import ShowWindow


def main(argv: Sequence[str], show_window: "ShowWindow | None" = None) -> int:
    """Run one command and return its exit code. Never raises but for what ends the interpreter itself.

    `show_window` runs the tray application, for `demo`: the command line itself knows no windows.
    """
    from app.cli.root import run

    return run(argv, show_window=show_window)
