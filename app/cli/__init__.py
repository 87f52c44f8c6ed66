"""The command line. `main` is its one entry; every subcommand is imported when it is asked for."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code. Never raises but for what ends the interpreter itself."""
    from app.cli.root import run

    return run(argv)
