"""Commands that belong to a later version: they say so."""

import click

from app.domain.problem import AppError, Code


def _later(command: str) -> AppError:
    return AppError.of(Code.COMMAND_LATER, command=command)


@click.command()
def palette() -> int:
    """Open the quick switch window of the running Rolecall."""
    raise _later("palette")
