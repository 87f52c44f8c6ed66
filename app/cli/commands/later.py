"""Commands that belong to a later version: they say so."""

import click

from app.domain.problem import AppError, Code


def _later(command: str) -> AppError:
    return AppError.of(Code.COMMAND_LATER, command=command)


@click.command()
@click.argument("name")
@click.option("--print", "print_only", is_flag=True, help="Print the link instead of opening it.")
def console(name: str, *, print_only: bool) -> int:
    """Sign in to the AWS console with a profile's session."""
    del name, print_only
    raise _later("console")
