"""credentials: the credential_process contract."""

import click

from app.choosing import profile_named
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.narrowing import check, narrowing_options
from app.cli.output import say_problem
from app.cli.vaults import unasked
from app.deliveries.process import credential_process
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code
from app.domain.session import Starter

NESTED = "ROLECALL_NESTED"


@click.command()
@click.argument("name")
@click.option("--wait", is_flag=True, help="Wait for a person where one is needed, instead of ending with code 4.")
@narrowing_options
@click.pass_obj
def credentials(cli: Cli, name: str, *, wait: bool, narrowing: Narrowing) -> int:
    """Print a profile's session as JSON for a credential_process line. Never waits for a person unless told to.

    With --read-only, --policy, --policy-arn or --duration a second session beside the profile's own, which may do less.
    """
    if cli.world.environ.get(NESTED):
        error = AppError.of(Code.NESTED)
        say_problem(error.problem)
        return int(error.problem.exit)
    if not wait:
        cli.world = unasked(cli.world)
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    check(cli, catalog, profile, narrowing)
    issued = session_of(cli, catalog, profile, by=Starter.PROGRAM, ask=wait, narrowing=narrowing)
    click.echo(credential_process(issued.credentials, expires_at=issued.expires_at, account=issued.account), nl=False)
    return 0
