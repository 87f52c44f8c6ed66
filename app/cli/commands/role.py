"""role create, trust, list, undo, instances, policies: makes the roles, not only uses them."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from app.assistant import looking
from app.assistant.cross_account import Way
from app.assistant.explain import explained
from app.assistant.values import Place, Side
from app.choosing import profile_named
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.output import note, say_json, say_table
from app.cli.rolerun import Asked, create, take_back
from app.cli.rolewish import cross_account_wish, ec2_wish, ecs_wish, web_identity_wish
from app.cli.rolewords import record_json, say_trust, trust_json
from app.compose import Core
from app.domain.calls import Issued
from app.domain.names import parse_role_arn
from app.domain.problem import AppError, Code, Exit
from app.rolemaking import RoleMaker
from app.texts import T

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

with_option = click.option(
    "--with", "with_profile", required=True, metavar="PROFILE", help="The profile whose session makes the calls."
)
_COMMON = (
    with_option,
    click.option("--policy", "policies", multiple=True, metavar="ARN", help="A managed policy, or a name of AWS's."),
    click.option("--inline", multiple=True, metavar="NAME=FILE", help="An inline policy out of a JSON file."),
    click.option("--own-policy", "own", multiple=True, metavar="NAME=FILE", help="A customer managed policy to make."),
    click.option("--path", default="/", show_default=True, help="The path of role and policies in IAM."),
    click.option("--description", help="A description of the role."),
    click.option("--max-duration", metavar="DURATION", help="Maximum session duration, 1h to 12h. Default: 1h."),
    click.option("--boundary", metavar="ARN", help="A permissions boundary."),
    click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag of the role; repeat it."),
    click.option("--profile", metavar="NAME", help="Name of the profile at the end. Default: the role's name."),
    click.option("--no-profile", is_flag=True, help="Put no profile into the catalog."),
    click.option("--no-start", is_flag=True, help="Do not start the profile as a test."),
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option("--allow-administrator", is_flag=True, help="Do not ask again for a role that may do everything."),
    click.option("--dry-run", is_flag=True, help="Show every call and policy, and make nothing."),
    json_option,
)


def common(function: Decorated) -> Decorated:
    """Add the options that every recipe has."""
    for option in reversed(_COMMON):
        function = option(function)
    return function


@click.group()
def role() -> None:
    """Make IAM roles, see who can assume one, and take back what was made."""


@role.group("create")
def create_() -> None:
    """Make a role with all that belongs to it, and a profile that uses it. Shows every call first."""


@create_.command("ec2")
@click.argument("name")
@click.option("--instance", metavar="ID", help="Give the role to this running or stopped instance.")
@click.option("--replace", is_flag=True, help="Also where the instance has another instance profile.")
@common
@click.pass_obj
def for_ec2(cli: Cli, name: str, **options: Any) -> int:
    """A role for EC2 instances, with an instance profile of the same name."""
    return create(cli, Asked(name, ec2_wish, options))


@create_.command("ecs")
@click.argument("name")
@common
@click.pass_obj
def for_ecs(cli: Cli, name: str, **options: Any) -> int:
    """A role for ECS tasks of this account and region; prints what goes into the task definition."""
    return create(cli, Asked(name, ecs_wish, options))


@create_.command("eks")
@click.argument("name")
@click.option("--cluster", default="", metavar="NAME", help="The cluster's name or ARN.")
@click.option("--namespace", default="", help="The namespace of the pods.")
@click.option("--service-account", default="", help="The service account of the pods.")
@click.option("--wide", is_flag=True, help="Allow that one of the three is not pinned.")
@common
@click.pass_obj
def for_eks(cli: Cli, name: str, **options: Any) -> int:
    """A role for pods of EKS, by pod identity; prints what gives it to them."""
    return create(cli, Asked(name, ecs_wish, options))


@create_.command("cross-account")
@click.argument("name")
@click.option("--principal", required=True, metavar="ARN|ACCOUNT", help="Who may assume it: a user, role or account.")
@click.option("--external-id", metavar="TEXT", help="Default: one is drawn, and kept by a second run.")
@click.option("--no-external-id", is_flag=True, help="Ask for none. For another account this also needs --wide.")
@click.option("--mfa", is_flag=True, help="Only with MFA.")
@click.option("--mfa-age", metavar="DURATION", help="Only with MFA that is no older.")
@click.option("--grant-with", metavar="PROFILE", help="Give the identity its policy with this profile of its account.")
@click.option("--source", help="The source that the new profile begins with.")
@click.option("--base", help="Or the profile that it goes on from.")
@click.option("--wide", is_flag=True, help="Allow another account without an external ID.")
@common
@click.pass_obj
def for_others(cli: Cli, name: str, *, source: str | None, base: str | None, **options: Any) -> int:
    """A role that a user, role or account may assume, of this account or of another."""
    if not options["no_profile"] and (source is None) == (base is None):
        raise click.UsageError(T("Give --source or --base for the new profile, or --no-profile."))
    return create(cli, Asked(name, cross_account_wish, options, Way(source or "", base or "")))


@create_.command("web-identity")
@click.argument("name")
@click.option("--provider", metavar="NAME", help="github, gitlab, google, amazon or facebook.")
@click.option("--issuer", metavar="URL", help="Any OpenID Connect issuer.")
@click.option("--audience", "audiences", multiple=True, help="The audience (client ID) that tokens must have.")
@click.option("--subject", "subjects", multiple=True, help="The subject that tokens must have; * and ? are wide.")
@click.option("--repository", metavar="OWNER/NAME", help="GitHub's repository or GitLab's project, for the subject.")
@click.option("--branch", help="Only this branch of the repository.")
@click.option("--tag-ref", metavar="TAG", help="Only this tag of the repository.")
@click.option("--environment", help="Only this environment of the GitHub repository.")
@click.option("--thumbprint", "thumbprints", multiple=True, help="Only where the issuer's CA is no public one.")
@click.option("--source", default="", help="The source whose tokens the new profile uses. Default: a new one.")
@click.option("--wide", is_flag=True, help="Allow that no subject is pinned.")
@common
@click.pass_obj
def for_web_identity(cli: Cli, name: str, *, source: str, **options: Any) -> int:
    """A role for tokens of an identity provider, pinned to audience and subject."""
    if (options["provider"] is None) == (options["issuer"] is None) and options["provider"] != "gitlab":
        raise click.UsageError(T("Give --provider or --issuer."))
    return create(cli, Asked(name, web_identity_wish, options, Way(source)))


@role.command()
@click.argument("name")
@click.option("--with", "with_profile", metavar="PROFILE", help="The profile whose session reads the role.")
@json_option
@click.pass_obj
def trust(cli: Cli, name: str, *, with_profile: str | None, as_json: bool) -> int:
    """Explain who can assume a role, and under which conditions. NAME is a profile, a role's name or its ARN."""
    role_name, reader = _role_named(cli, name, with_profile)

    async def look(place: Place, maker: RoleMaker) -> tuple[str, looking.FoundRole | None]:
        return place.account, await looking.role(maker.accounts[Side.ROLE], role_name)

    account, found = _with(cli, reader, look)
    if found is None:
        raise AppError.of(Code.ROLE_UNKNOWN, role=role_name, account=account)
    statements = explained(found.trust)
    if as_json:
        say_json({"version": 1, "role_arn": found.arn, "trust": trust_json(statements), "policy": dict(found.trust)})
    else:
        say_trust(found.arn, statements)
    return int(Exit.DONE)


def _role_named(cli: Cli, name: str, reader: str | None) -> tuple[str, str]:
    """Return a role's bare name and the profile that reads it."""
    catalog = cli.catalog()
    profile = catalog.profiles.get(name)
    if name.startswith("arn:"):
        bare = parse_role_arn(name, "name").role_name
    elif profile is not None and profile.roles:
        return profile.roles[-1].role_arn.role_name, reader or name
    else:
        bare = name
    if reader is None:
        raise click.UsageError(T("Name the profile that reads the role: --with PROFILE"))
    return bare, reader


@role.command("list")
@json_option
@click.pass_obj
def list_(cli: Cli, *, as_json: bool) -> int:
    """Show what the assistant has made and can take back, newest first."""

    async def records(one: Core) -> list[dict[str, object]]:
        return [record_json(found) for found in RoleMaker(one).records.all()]

    rows = cli.on_core(records)
    if as_json:
        say_json({"version": 1, "records": rows})
    elif rows:
        head = (T("ID"), T("When"), T("Recipe"), T("Role"))
        say_table(head, [[str(row[key]) for key in ("id", "at", "recipe", "role_arn")] for row in rows])
    else:
        note(T("Nothing was made."))
    return int(Exit.DONE)


@role.command()
@click.argument("record", required=False)
@click.option("--with", "with_profile", metavar="PROFILE", help="Default: the profile that made it.")
@click.option("--grant-with", metavar="PROFILE", help="Default: the profile that gave the identity its policy.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken back.")
@click.pass_obj
def undo(
    cli: Cli, record: str | None, *, with_profile: str | None, grant_with: str | None, yes: bool, dry_run: bool
) -> int:
    """Take back exactly what one run made; without an ID, the last one's."""
    return take_back(cli, record, {Side.ROLE: with_profile, Side.CALLER: grant_with}, yes=yes, dry_run=dry_run)


@role.command()
@with_option
@json_option
@click.pass_obj
def instances(cli: Cli, *, with_profile: str, as_json: bool) -> int:
    """List the EC2 instances that a role could be given to, with names, states and what they have."""

    async def look(place: Place, maker: RoleMaker) -> tuple[looking.Instance, ...]:
        return await looking.instances(maker.accounts[Side.ROLE], place.region)

    rows = [
        {"id": one.id, "name": one.name, "state": one.state, "instance_profile": one.profile.rsplit("/", 1)[-1]}
        for one in _with(cli, with_profile, look)
    ]
    if as_json:
        say_json({"version": 1, "instances": rows})
    elif rows:
        say_table((T("ID"), T("Name"), T("State"), T("Instance profile")), [list(row.values()) for row in rows])
    else:
        note(T("There are no instances in this region."))
    return int(Exit.DONE)


@role.command()
@click.argument("search", required=False, default="")
@with_option
@json_option
@click.pass_obj
def policies(cli: Cli, search: str, *, with_profile: str, as_json: bool) -> int:
    """List the managed policies that a role could be given; SEARCH is a part of the name."""

    async def look(_place: Place, maker: RoleMaker) -> tuple[tuple[str, str], ...]:
        return await looking.managed_policies(maker.accounts[Side.ROLE])

    rows = [one for one in _with(cli, with_profile, look) if search.lower() in one[0].lower()]
    if as_json:
        say_json({"version": 1, "policies": [{"name": name, "arn": arn} for name, arn in rows]})
    else:
        say_table((T("Name"), "ARN"), rows)
    return int(Exit.DONE)


Result = TypeVar("Result")


def _with(cli: Cli, profile: str, look: Callable[[Place, RoleMaker], Awaitable[Result]]) -> Result:
    """Run reads with a profile's session."""
    catalog = cli.catalog()
    found = profile_named(catalog, profile)
    issued: Issued = session_of(cli, catalog, found)

    async def run(one: Core) -> Result:
        maker = RoleMaker(one)
        maker.sign(Side.ROLE, found.name, issued)
        return await look(await maker.place(), maker)

    return cli.on_core(run)
