"""source add, edit, show, remove, sign-out."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from app.broker.protocol import Ask, Request
from app.choosing import commands_of, source_named
from app.cli.commands.approve import own_approvals
from app.cli.commands.assigned import roles
from app.cli.commands.sessions import dry_option, json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_json
from app.cli.saving import raw_table, save
from app.cli.values import assigned, put
from app.domain.entries import identity_center_entry, oidc_entry
from app.domain.names import parse_source_name
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Catalog
from app.domain.session import Starter
from app.domain.source import KINDS, AccessKeys, Container, IdentityCenter, Oidc, Source
from app.texts import T

_COMMON: tuple[tuple[str, str], ...] = (
    ("title", "Free text."),
    ("access_key_id", "Access key id of an IAM user; its secret goes in with: rolecall keys set NAME"),
    ("mfa_serial", "ARN or serial number of the MFA device."),
    ("mfa", "Where codes come from: prompt, totp or command."),
    ("mfa_session", 'How long one MFA code serves all hops, as "12h"; false: a code for each hop.'),
    ("profile", "A profile of the AWS config files (shared-profile)."),
    ("token_file", "File with the token (web-identity-token, container)."),
    ("provider_id", "www.amazon.com or graph.facebook.com, for their access tokens (web-identity-token)."),
    ("issuer", "Address of the OpenID Connect provider, as it writes it itself (oidc; given alone, it implies it)."),
    ("client_id", "The client that is registered there (oidc)."),
    ("start_url", "Start URL, or issuer URL (identity-center; given alone, it implies it)."),
    ("region", "The region of the Identity Center instance (identity-center)."),
    ("flow", "How you sign in: browser or device (oidc, identity-center)."),
    ("full_uri", "Address of the credentials endpoint (container)."),
    ("relative_uri", "Its path on AWS's own address (container)."),
    ("sts_region", "Where STS is called."),
    ("endpoint_url", "Another STS endpoint."),
)
_KIND = "Default: access-keys; with --issuer: oidc; with --start-url: identity-center."
_SCOPE = "A scope, openid among them (oidc; identity-center has its own); repeat it."
_WORD = "One word of a command; repeat it (process, web-identity-token)."

Decorated = Callable[..., Any]


def named_options(common: tuple[tuple[str, str], ...]) -> Callable[[Decorated], Decorated]:
    """Return a decorator that adds an option per key of the catalog, and --set and --unset for all others."""

    def decorate(function: Decorated) -> Decorated:
        function = click.option("--unset", multiple=True, metavar="KEY", help="Take a key out.")(function)
        function = click.option(
            "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Any key of the catalog, as TOML."
        )(function)
        for key, text in reversed(common):
            function = click.option(f"--{key.replace('_', '-')}", key, help=text)(function)
        return function

    return decorate


def gathered(values: Mapping[str, object], options: Mapping[str, Any]) -> dict[str, object]:
    """Return the table's values with what the options say."""
    result = dict(values)
    for key, value in options.items():
        if key not in ("assignments", "unset") and value is not None:
            put(result, key, False if key == "mfa_session" and value == "false" else value)
    return assigned(result, options["assignments"], options["unset"])


@click.group()
def source() -> None:
    """Add, edit, show, remove and sign out of sources: where the first credentials come from."""


source.add_command(roles)


@source.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), help=_KIND)
@click.option("--scope", "scopes", multiple=True, help=_SCOPE)
@click.option("--command", "words", multiple=True, metavar="WORD", help=_WORD)
@named_options(_COMMON)
@dry_option
@click.pass_obj
def add(
    cli: Cli,
    name: str,
    *,
    kind: str | None,
    scopes: tuple[str, ...],
    words: tuple[str, ...],
    dry_run: bool,
    **options: Any,
) -> int:
    """Add a source. A command that is given here is approved by that."""
    implied = "oidc" if options.get("issuer") else "identity-center" if options.get("start_url") else "access-keys"
    kind = kind or implied
    parse_source_name(name, "name")
    _require_free(cli.catalog(), name)
    values: dict[str, object] = {"kind": kind}
    if words:
        values[_command_key(kind)] = list(words)
    if scopes:
        values["scopes"] = list(scopes)
    values = gathered(values, options)
    save(cli, lambda store: store.put("sources", name, values), dry_run=dry_run)
    if not dry_run:
        _approve_typed(cli, name)
        say(T("Added source {name}.", name=name))
        if kind == "access-keys":
            note(T("Store its secret access key: rolecall keys set {name}", name=name))
        if kind == "identity-center":
            note(T("Sign in, and make profiles from your roles: rolecall source roles {name}", name=name))
        if values.get("client_secret") is True:
            note(T("Store its client secret: rolecall keys set {name} --client-secret", name=name))
    return 0


def _command_key(kind: str) -> str:
    return "token_command" if kind == "web-identity-token" else "command"


def _require_free(catalog: Catalog, name: str) -> None:
    if name in catalog.sources or f"sources.{name}" in catalog.broken:
        raise AppError.of(Code.NAME_TAKEN, name=name)


@source.command()
@click.argument("name")
@click.option("--name", "new_name", help="Rename it; every reference follows.")
@click.option("--kind", type=click.Choice(list(KINDS)))
@click.option("--command", "words", multiple=True, metavar="WORD", help=_WORD)
@named_options(_COMMON)
@dry_option
@click.pass_obj
def edit(
    cli: Cli,
    name: str,
    *,
    new_name: str | None,
    kind: str | None,
    words: tuple[str, ...],
    dry_run: bool,
    **options: Any,
) -> int:
    """Change values of a source; what is not named stays. A command that is given here is approved by that."""
    before = _existing(cli, name)
    changed = {**before, **({"kind": kind} if kind else {})}
    if words:
        changed[_command_key(str(changed.get("kind", "")))] = list(words)
    values = gathered(changed, options)
    if values != before:
        save(cli, lambda store: store.put("sources", name, values), dry_run=dry_run)
    if new_name is not None and new_name != name:
        save(cli, lambda store: store.rename("sources", name, new_name), dry_run=dry_run)
    if not dry_run:
        _approve_typed(cli, new_name or name, before)
        say(T("Saved source {name}.", name=new_name or name))
    return 0


def _existing(cli: Cli, name: str) -> dict[str, object]:
    """Return the values of a source of the catalog, a broken one too; SOURCE_UNKNOWN."""
    if f"sources.{name}" not in cli.catalog().broken:
        source_named(cli.catalog(), name)
    return dict(raw_table(cli, "sources", name))


def _approve_typed(cli: Cli, name: str, before: Mapping[str, object] | None = None) -> None:
    """Typing a command is approving it: only those that this very command line brought."""
    known = {json.dumps(value) for value in (before or {}).values() if isinstance(value, list)}
    catalog = cli.catalog()
    found, approvals = catalog.sources.get(name), own_approvals(cli, catalog)
    for command in commands_of(found) if found is not None else ():
        if json.dumps(list(command)) not in known:
            approvals.approve(command, source=name, by=Starter.COMMAND_LINE)


@source.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@json_option
@click.pass_obj
def show(cli: Cli, names: tuple[str, ...], *, as_json: bool) -> int:
    """Show sources as the catalog has them; without names, all. Never a secret."""
    catalog = cli.catalog()
    chosen = names or tuple(catalog.sources)
    shown = {name: _shown(cli, source_named(catalog, name)) for name in chosen}
    if as_json:
        say_json({"version": 1, "sources": shown})
        return 0
    for name, values in shown.items():
        say(f"{name}:")
        for key, value in values.items():
            say(f"  {key} = {json.dumps(value, ensure_ascii=False, default=str)}")
    return 0


def _shown(cli: Cli, one: Source) -> dict[str, object]:
    values = dict(raw_table(cli, "sources", one.name))
    if isinstance(one, Container) and "token" in values:
        values["token"] = "•••"  # noqa: S105  a bearer token: shown to nobody
    return values


@source.command()
@click.argument("name")
@dry_option
@click.pass_obj
def remove(cli: Cli, name: str, *, dry_run: bool) -> int:
    """Remove a source that no profile uses. Its secrets stay in the keyring until: rolecall keys remove."""
    found = cli.catalog().sources.get(name)
    _existing(cli, name)
    save(cli, lambda store: store.remove("sources", name), dry_run=dry_run)
    if not dry_run:
        say(T("Removed source {name}.", name=name))
        if isinstance(found, AccessKeys):
            note(T("Its secret may still be in the keyring, under {key}.", key=found.access_key_id))
    return 0


@source.command("sign-out")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
@click.pass_obj
def sign_out(cli: Cli, name: str, *, dry_run: bool) -> int:
    """Forget the sign-in of a source, here and at the provider (oidc, identity-center). Sessions run to their end."""
    found = source_named(cli.catalog(), name)
    if not isinstance(found, Oidc | IdentityCenter):
        raise AppError.of(Code.VALUE_NOT_HERE, Verb.NONE, key="sign-out", reason="not-this-kind")
    if dry_run:
        entry = (
            oidc_entry(found.issuer, found.client_id, "refresh-token")
            if isinstance(found, Oidc)
            else identity_center_entry(found.start_url, found.region, 1)
        )
        say(T("Would remove: {service}", service=entry.service))
        return 0
    with cli.engine() as engine:
        done = engine.ask(Request(Ask.SIGN_OUT, names=(name,)))
    if done.get("known") is not True:
        say(T("There is no sign-in of source {name} to forget.", name=name))
        return 0
    say(T("Signed out of source {name}: its refresh token is forgotten.", name=name))
    if done.get("revoked") is not True:
        note(T("The provider was not told: it has no way for that, or did not answer. The token ends there by itself."))
    if done.get("link"):
        note(T("To end the session in the browser as well, open:"))
        note(f"  {done['link']}")
    return 0
