"""vault: where secrets are kept, and moves from one place to another."""

from collections.abc import Sequence
from typing import cast

import click

from app.broker.protocol import Ask, Json, Request, parse_problem
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_json, say_problem
from app.cli.vaults import given_or_typed, new_passphrase, passphrase_option, report, with_vaults
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.vaults import LASTING, VaultKind, VaultReport
from app.texts import T
from app.vaultdesk import report_json
from app.words.terms import VAULTS


@click.group()
def vault() -> None:
    """Show and choose where secrets are kept: the keyring, a file with a passphrase, or memory."""


@vault.command()
@json_option
@click.pass_obj
def status(cli: Cli, *, as_json: bool) -> int:
    """Show where secrets are kept, whether it is usable now, and what a move has left to do."""
    found = _report_json(cli)
    if as_json:
        say_json({"version": 1, **found})
        return 0
    say(T("Secrets are kept in: {name}", name=T(VAULTS[str(found["vault"])])))
    if isinstance(found.get("secrets"), int):
        say(T("Secrets: {count}", count=found["secrets"]))
    move = found.get("move")
    if isinstance(move, dict):
        places = cast(dict[str, str], move)
        say_problem(AppError.of(Code.VAULT_MOVING, Verb.MOVE_VAULT, **places).problem)
    if found["file"] and found["vault"] != VaultKind.FILE:
        note(T("There is a secrets file too. It is not in use."))
    problem = found.get("problem")
    if problem is None:
        return 0
    given = parse_problem(problem)
    say_problem(given)
    return int(given.exit)


def _report_json(cli: Cli) -> Json:
    """The running engine knows best: it may have what this process cannot see."""
    with cli.running() as engine:
        if engine is not None:
            return {key: one for key, one in engine.ask(Request(Ask.VAULT_REPORT)).items() if key != "ok"}
    return report_json(report(cli))


@vault.command()
@click.argument("kind", type=click.Choice([str(one) for one in VaultKind]))
@click.option("--leave", is_flag=True, help="Leave the secrets where they are, instead of moving them first.")
@passphrase_option
@click.pass_obj
def use(cli: Cli, kind: str, *, leave: bool, passphrase_fd: int | None) -> int:
    """Keep secrets there from now on. What is stored elsewhere stays there; to take it along, move.

    file: sealed with a passphrase, which is asked for once after each start. memory: until the running Rolecall ends.
    """
    chosen = VaultKind(kind)
    passphrase = _for(cli, chosen, passphrase_fd, report(cli))
    with_vaults(cli, lambda vaults: vaults.choose(chosen, passphrase, leave=leave))
    say(T("Secrets are kept in: {name}", name=T(VAULTS[kind])))
    if chosen is VaultKind.MEMORY:
        note(T("They are forgotten when Rolecall ends. Start it (rolecall refresh), then: rolecall keys set SOURCE"))
    _open_there(cli, passphrase)
    return 0


@vault.command()
@click.argument("kind", required=False, type=click.Choice([str(one) for one in LASTING]))
@passphrase_option
@click.pass_obj
def move(cli: Cli, kind: str | None, *, passphrase_fd: int | None) -> int:
    """Move all secrets to another place: copied, read back and compared, and only then deleted where they were.

    Without KIND, goes on with a move that was cut off.
    """
    found = report(cli)
    target = VaultKind(kind) if kind else (found.move.target if found.move else None)
    if target is None:
        raise click.UsageError(T("Say where to: rolecall vault move keyring, or rolecall vault move file"))
    involved = {target, found.kind, *((found.move.source, found.move.target) if found.move else ())}
    passphrase = _for(cli, VaultKind.FILE, passphrase_fd, found) if VaultKind.FILE in involved else None
    done = _moved(cli, found.kind, target, passphrase)
    say(T("Moved {count} secrets to: {name}", count=done["moved"], name=T(VAULTS[str(target)])))
    for service in cast(Sequence[str], done["left"]):
        note(T("Left where it was, since it is not in the new place: {service}", service=service))
    _open_there(cli, passphrase)
    return 0


def _moved(cli: Cli, source: VaultKind, target: VaultKind, passphrase: Secret | None) -> Json:
    """What is in memory is moved by the process that has it."""
    if source is VaultKind.MEMORY:
        value = None if passphrase is None else passphrase.reveal()
        with cli.running() as engine:
            if engine is None:
                raise AppError.of(Code.ENGINE_ABSENT, Verb.START_ENGINE)
            return engine.ask(Request(Ask.VAULT_MOVE, names=(str(target),), value=value))
    done = with_vaults(cli, lambda vaults: vaults.move(target, passphrase))
    return {"moved": done.moved, "left": done.left}


@vault.command()
@click.pass_obj
def passphrase(cli: Cli) -> int:
    """Give the secrets file another passphrase, typed on the terminal."""
    old = given_or_typed(cli, None)
    new = new_passphrase(cli, None)
    with_vaults(cli, lambda vaults: vaults.change_passphrase(old, new))
    say(T("The secrets file has a new passphrase."))
    _open_there(cli, new)
    return 0


def _for(cli: Cli, kind: VaultKind, descriptor: int | None, found: VaultReport) -> Secret | None:
    """Return the passphrase that a choice needs: of the file that is there, or a new one."""
    if kind is not VaultKind.FILE:
        return None
    return given_or_typed(cli, descriptor) if found.file_there else new_passphrase(cli, descriptor)


def _open_there(cli: Cli, passphrase: Secret | None) -> None:
    """Let the running engine open the file too: a person gave the passphrase just now."""
    if passphrase is None:
        return
    with cli.running() as engine:
        if engine is not None:
            try:
                engine.ask(Request(Ask.VAULT_UNLOCK, value=passphrase.reveal()))
            except AppError as error:
                say_problem(error.problem)
