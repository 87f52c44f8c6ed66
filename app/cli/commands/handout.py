"""env: a profile's session for a shell or a file, or where programs ask for it."""

from typing import cast

import click

from app.broker.protocol import Ask, Request
from app.choosing import profile_named
from app.cli.chain import ends_with_us, resolved_key
from app.cli.commands.sessions import confirm, yes_option
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.narrowing import check, narrowing_options
from app.deliveries.exports import Format, export, export_renewing
from app.deliveries.renewing import by_process_line, renewing_environment
from app.domain.calls import Issued
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import ApprovePrograms, Catalog, Profile
from app.domain.session import Starter
from app.line import ProcessLines
from app.texts import T

FORMATS = [str(one) for one in Format]


@click.command()
@click.argument("name")
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), help="Default: settings.shell of the catalog.")
@click.option("--renewing", is_flag=True, help="Instead of keys, where programs ask for them: they never run out.")
@yes_option
@narrowing_options
@click.pass_obj
def env(cli: Cli, name: str, *, form: str | None, renewing: bool, yes: bool, narrowing: Narrowing) -> int:
    """Print a profile's session as exports. For a shell: eval "$(rolecall env NAME)".

    With --read-only, --policy, --policy-arn or --duration a second session beside the profile's own, which may do less.
    """
    if renewing and narrowing:
        raise click.UsageError(T("--renewing hands out the profile's own session, not a narrower one."))
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    check(cli, catalog, profile, narrowing)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile, narrowing=narrowing)
    if renewing:
        click.echo(renewing_form(cli, catalog, profile, issued, form or catalog.settings.shell), nl=False)
        return 0
    text = export(
        form or catalog.settings.shell,
        issued.credentials,
        profile=profile.name,
        region=profile.region or catalog.settings.region,
        env=profile.env,
        expires_at=issued.expires_at,
    )
    click.echo(text, nl=False)
    return 0


def renewing_form(cli: Cli, catalog: Catalog, profile: Profile, issued: Issued, form: str) -> str:
    """Return the self-renewing form, proved to end at the session.

    Raises ENDPOINT_OFF, ENGINE_ABSENT, ENDPOINT_PORT_TAKEN, ENDPOINT_SHADOWED, RENEWING_FORMAT.
    """
    region = profile.region or catalog.settings.region
    where = by_process_line(profile.name) if profile.delivery.credential_process else _at_endpoint(cli, profile)
    text = export_renewing(form, where, region=region, env=profile.env)
    environ = renewing_environment(cli.world.environ, where)
    if profile.safety.approve_programs is not ApprovePrograms.NEVER:  # to look as a program would is to ask once more
        if not ends_with_us(environ, ProcessLines(cli.folders)(profile.name)):
            raise AppError.of(Code.ENDPOINT_SHADOWED, profile=profile.name, variable="")
        return text
    ends_at = resolved_key(environ)
    if ends_at != issued.credentials.access_key_id and ends_at != _key_of_now(cli, catalog, profile):
        raise AppError.of(Code.ENDPOINT_SHADOWED, profile=profile.name, variable="")
    return text


def _key_of_now(cli: Cli, catalog: Catalog, profile: Profile) -> str:
    """Return the key of the session as it is now: it may have been renewed meanwhile."""
    return session_of(cli, catalog, profile, by=Starter.PROGRAM, ask=False).credentials.access_key_id


def _at_endpoint(cli: Cli, profile: Profile) -> dict[str, str]:
    if not profile.delivery.endpoint:
        raise AppError.of(Code.ENDPOINT_OFF, Verb.EDIT_PROFILE, profile.name, profile=profile.name)
    with cli.running() as link:
        if link is None:
            raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE)
        found = link.ask(Request(Ask.ENDPOINT, names=(profile.name,)))["variables"]
    return {str(name): str(value) for name, value in cast("dict[str, object]", found).items()}
