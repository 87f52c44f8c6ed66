"""keys set, show, rotate, remove: the secrets of a source. They never appear in arguments or output."""

import contextlib

import click

from app.broker.protocol import Ask, Request
from app.broker.wire import items_of, parse_status
from app.choosing import source_named, source_of_profile
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_json
from app.cli.vaults import give, passphrase_from, passphrase_option, with_vault
from app.compose import Core
from app.domain.entries import VaultEntry, access_key_entry, identity_center_entry, oidc_entry, totp_entry
from app.domain.problem import AppError, AttentionKind, Code, Verb
from app.domain.profile import Catalog
from app.domain.secrets_rules import parse_secret
from app.domain.session import Attention, Starting, Waiting
from app.domain.source import AccessKeys, IdentityCenter, LongLivedBase, Oidc, Source
from app.domain.values import dataclass
from app.ports import Vault
from app.texts import T, say_secret

_CHOICE_HELP = {
    "totp": "The TOTP seed of the MFA device.",
    "client_secret": "The client secret of an OIDC client.",
    "refresh_token": "The refresh token of a sign-in; rolecall source sign-out has the provider forget it too.",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A secret that a source has or could have."""

    name: str  # of the option: "", "totp", "client-secret"
    entry: VaultEntry


def slots_of(source: Source) -> tuple[Slot, ...]:
    """Return the secrets that a source can have."""
    found: list[Slot] = []
    if isinstance(source, AccessKeys):
        found.append(Slot("", access_key_entry(source.access_key_id)))
    if isinstance(source, LongLivedBase) and source.mfa.serial is not None:
        found.append(Slot("totp", totp_entry(source.mfa.serial)))
    if isinstance(source, Oidc):
        found.append(Slot("client-secret", oidc_entry(source.issuer, source.client_id, "client-secret")))
        found.append(Slot("refresh-token", oidc_entry(source.issuer, source.client_id, "refresh-token")))
    if isinstance(source, IdentityCenter):
        found.append(Slot("sign-in", identity_center_entry(source.start_url, source.region, 1)))
    return tuple(found)


def slot_of(source: Source, name: str) -> Slot:
    """Return the secret that an option names; a problem where this source has none such."""
    for one in slots_of(source):
        if one.name == name:
            return one
    if name == "totp" and isinstance(source, LongLivedBase):
        raise AppError.of(Code.VALUE_MISSING, Verb.EDIT_SOURCE, source.name, key="mfa_serial")
    key = {"": "secret access key"}.get(name, f"--{name}")
    raise AppError.of(Code.VALUE_NOT_HERE, Verb.EDIT_SOURCE, source.name, key=key, reason="not-this-kind")


def _chosen(*, totp: bool, client_secret: bool, refresh_token: bool = False) -> str:
    if totp + client_secret + refresh_token > 1:
        raise click.UsageError(T("Give one of --totp and --client-secret."))
    if refresh_token:
        return "refresh-token"
    return "totp" if totp else "client-secret" if client_secret else ""


totp_option = click.option("--totp", is_flag=True, help=_CHOICE_HELP["totp"])
refresh_token_option = click.option("--refresh-token", is_flag=True, help=_CHOICE_HELP["refresh_token"])
client_secret_option = click.option("--client-secret", is_flag=True, help=_CHOICE_HELP["client_secret"])


@click.group()
def keys() -> None:
    """Set, show, rotate and remove the secrets of a source. They live in the keyring."""


@keys.command("set")
@click.argument("source")
@totp_option
@client_secret_option
@passphrase_option
@click.option("--dry-run", is_flag=True, help="Check the secret, say what would be stored, and store nothing.")
@click.pass_obj
def set_(cli: Cli, source: str, *, totp: bool, client_secret: bool, passphrase_fd: int | None, dry_run: bool) -> int:
    """Store a secret: one line of standard input, or typed unseen. Without an option, the secret access key.

    For example: printf %s "$SECRET" | rolecall keys set acme
    """
    catalog = cli.catalog()
    found = source_named(catalog, source)
    slot = slot_of(found, _chosen(totp=totp, client_secret=client_secret))
    if passphrase_fd is not None:
        give(cli, passphrase_from(passphrase_fd))
    secret = parse_secret(slot.entry.what, cli.terminal.secret(slot.entry.what).reveal())
    if dry_run:
        say(T("Would store: {service}", service=slot.entry.service))
        return 0
    with_vault(cli, lambda vault: vault.write(slot.entry, secret))
    say(T("Stored the {what} of {source}.", what=say_secret(slot.entry.what), source=found.name))
    if slot.name == "totp":
        note(T("A stored seed is one factor less: key and code now sit in one keyring. Whoever unlocks it has both."))
    wake(cli, catalog, found)
    return 0


def wake(cli: Cli, catalog: Catalog, source: Source) -> None:
    """Let the running engine try the profiles again that wait for this source's secret."""
    with contextlib.suppress(AppError), cli.running() as engine:
        if engine is None:
            return
        statuses = [parse_status(one) for one in items_of(engine.ask(Request(Ask.STATUS)).get("profiles"))]
        waiting: list[str] = []
        for one in statuses:
            profile = catalog.profiles.get(one.profile)
            state = one.state
            stuck = isinstance(state, Attention) and state.kind in (AttentionKind.VAULT, AttentionKind.REFUSED)
            backing_off = isinstance(state, Waiting | Starting) and state.next_attempt_at is not None
            if profile is not None and source_of_profile(catalog, profile) == source.name and (stuck or backing_off):
                waiting.append(one.profile)
        if waiting:
            engine.ask(Request(Ask.RENEW, names=tuple(waiting)))


@keys.command()
@click.argument("source")
@json_option
@click.pass_obj
def show(cli: Cli, source: str, *, as_json: bool) -> int:
    """Show which secrets of a source are in the keyring. Never the secrets."""
    found = source_named(cli.catalog(), source)
    slots = slots_of(found)

    async def look(vault: Vault) -> list[bool]:
        return [await vault.read(slot.entry) is not None for slot in slots]

    stored = with_vault(cli, look) if slots else []
    rows = [
        {"what": slot.entry.what, "service": slot.entry.service, "stored": there}
        for slot, there in zip(slots, stored, strict=True)
    ]
    if as_json:
        key_id = found.access_key_id if isinstance(found, AccessKeys) else None
        say_json({"version": 1, "source": found.name, "access_key_id": key_id, "secrets": rows})
        return 0
    if not rows:
        note(T("{source} has no secret of its own.", source=found.name))
    for slot, there in zip(slots, stored, strict=True):
        say(f"{say_secret(slot.entry.what)}: {T('stored') if there else T('not stored')} ({slot.entry.service})")
    return 0


@keys.command()
@click.argument("source")
@totp_option
@client_secret_option
@refresh_token_option
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.pass_obj
def remove(cli: Cli, source: str, *, totp: bool, client_secret: bool, refresh_token: bool, dry_run: bool) -> int:
    """Remove a secret from the keyring. Without an option, the secret access key."""
    found = source_named(cli.catalog(), source)
    slot = slot_of(found, _chosen(totp=totp, client_secret=client_secret, refresh_token=refresh_token))
    if dry_run:
        say(T("Would remove: {service}", service=slot.entry.service))
        return 0
    if not with_vault(cli, lambda vault: vault.delete(slot.entry)):
        raise AppError.of(
            Code.VAULT_NO_ENTRY, Verb.NONE, found.name, entry=slot.entry.what, source=found.name, what=slot.entry.what
        )
    say(T("Removed the {what} of {source}.", what=say_secret(slot.entry.what), source=found.name))
    return 0


@keys.command()
@click.argument("source")
@click.option("--keep-old", is_flag=True, help="Switch the old key off instead of deleting it.")
@click.option("--finish", is_flag=True, help="Delete the old key that was kept.")
@click.option("--back", is_flag=True, help="Use the old key again that was kept, and delete the new one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.pass_obj
def rotate(cli: Cli, source: str, *, keep_old: bool, finish: bool, back: bool, dry_run: bool) -> int:
    """Replace an IAM user's access key: make a new one, try it, swap it in, delete the old one.

    At each step a failure leaves one key that works and is stored. With --keep-old whatever still uses the old key
    shows itself before it is gone: then --finish or --back.
    """
    from app.cli.rotation import TerminalRotation

    if keep_old + finish + back > 1:
        raise click.UsageError(T("Give one of --keep-old, --finish and --back."))
    found = source_named(cli.catalog(), source)
    if not isinstance(found, AccessKeys):
        raise AppError.of(Code.VALUE_NOT_HERE, Verb.NONE, key="rotate", reason="not-this-kind")
    if dry_run:
        _say_rotation(found, keep_old=keep_old, finish=finish, back=back)
        return 0

    async def work(core: Core) -> int:
        one = TerminalRotation(core, cli.terminal, found)
        return await (one.finish() if finish else one.back() if back else one.run(keep=keep_old))

    code = cli.on_core(work)
    with cli.running() as engine, contextlib.suppress(AppError):
        if engine is not None:
            engine.ask(Request(Ask.RELOAD))
    wake(cli, cli.catalog(), found)
    return code


def _say_rotation(source: AccessKeys, *, keep_old: bool, finish: bool, back: bool) -> None:
    """Say what would be done."""
    old = source.access_key_id
    if finish:
        say(T("Would delete the user's other access key, and keep {key}.", key=old))
    elif back:
        say(T("Would switch the user's other access key on, use it, and delete {key}.", key=old))
    else:
        say(T("Would make a new access key for the user of {old}, try it with GetCallerIdentity,", old=old))
        name = source.name
        said = T("store its secret, set access_key_id of source {source}, and delete {old}.", source=name, old=old)
        if keep_old:
            said = T(
                "store its secret, set access_key_id of source {source}, and switch {old} off.",
                source=name,
                old=old,
            )
        say(said)
