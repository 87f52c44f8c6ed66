"""palette: open the quick switch of the application that runs. What a desktop's own shortcut is bound to."""

import click

from app.broker.protocol import Ask, Request
from app.cli.context import Cli
from app.domain.problem import AppError, Code


@click.command()
@click.pass_obj
def palette(cli: Cli) -> int:
    """Open the quick switch window of the running Rolecall.

    Bind it to a key in your desktop's settings to have it anywhere.
    """
    with cli.running() as engine:
        if engine is None:
            raise AppError.of(Code.APPLICATION_ABSENT)
        engine.ask(Request(Ask.PALETTE))
    return 0
