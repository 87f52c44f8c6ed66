"""demo: everything against an embedded AWS on loopback, in a sandbox of its own."""

from datetime import timedelta

import click

from app.cli.context import Cli
from app.texts import T

LIFETIME = timedelta(seconds=20)


@click.command()
@click.option(
    "--seconds", type=click.IntRange(5, 3600), default=60, show_default=True, help="Without a window: at most."
)
@click.option("--lifetime", type=click.IntRange(4, 3600), default=20, show_default=True, help="Seconds of a session.")
@click.option("--no-window", is_flag=True, help="A live table on the terminal, with a screen too.")
@click.pass_obj
def demo(cli: Cli, *, seconds: int, lifetime: int, no_window: bool) -> int:
    """Show the main job: an IAM user, roles in several accounts, a chain, sessions that last seconds.

    The tray application where there is a screen; else a table that stays live through two renewals, and the proof that
    boto3 can use each written section. Touches neither your files nor your keyring.
    """
    from app.cli.sandbox import Sandbox
    from app.cli.show import Show

    with Sandbox(cli.world, timedelta(seconds=lifetime)) as sandbox:
        if not no_window and cli.show_window is not None:
            code = cli.show_window(sandbox.open_core)
            if code is not None:
                return code
            click.echo(T("There is no screen: the sessions are shown here."))
        return Show(sandbox, seconds=float(seconds)).run()
