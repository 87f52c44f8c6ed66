"""console: signs in to the AWS console with a profile's session."""

import click

from app.choosing import profile_named
from app.cli.commands.sessions import confirm, yes_option
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.narrowing import check, narrowing_options
from app.cli.output import note, say
from app.compose import Core
from app.consoling import Choice, console_link, open_console
from app.domain.narrowing import Narrowing
from app.domain.secret import Secret
from app.texts import T


@click.command()
@click.argument("name")
@click.option("--print", "print_only", is_flag=True, help="Print the link instead of opening it. It is a secret.")
@click.option("--destination", default="", metavar="PLACE", help="As s3, ec2/home#Instances: or a whole address.")
@click.option(
    "--browser",
    default="",
    help="A program, or a command with {url} for the address; default: the profile's, else the desktop's.",
)
@click.option("--container", default="", help="A container of Firefox, or a profile of Chrome's kind.")
@yes_option
@narrowing_options
@click.pass_obj
def console(
    cli: Cli,
    name: str,
    *,
    print_only: bool,
    destination: str,
    browser: str,
    container: str,
    yes: bool,
    narrowing: Narrowing,
) -> int:
    """Sign in to the AWS console with a profile's session; the link reaches the browser alone.

    The link is good for 15 minutes, the console for as long as the session. With --read-only, --policy, --policy-arn or
    --duration by a second session beside the profile's own, which may do less.
    """
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    check(cli, catalog, profile, narrowing)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile, narrowing=narrowing)
    choice = Choice(destination, browser, container)

    async def run(core: Core) -> Secret:
        federated = narrowing.policies  # of a role, or of GetFederationToken
        link = await console_link(core, profile, issued, choice, cli.world.sign_in_endpoint, federated=federated)
        if not print_only:
            await open_console(core, profile, link, choice)
        return link

    link = cli.on_core(run)
    if print_only:
        say(link.reveal())
    else:
        note(T("The console of {profile} is open in the browser.", profile=profile.name))
    return 0
