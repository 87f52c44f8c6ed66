"""The vault on the command line: passphrases by terminal or file descriptor, and the running engine's memory."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import click

from app.broker.protocol import Ask, Request
from app.broker.wire import items_of
from app.compose import World, open_vault_alone, open_vaults_alone
from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.vaults import VaultKind, VaultReport
from app.ports import Vault, Vaults
from app.texts import T

if TYPE_CHECKING:
    from app.cli.context import Cli
    from app.cli.link import RunningEngine
    from app.cli.terminal import Terminal

T_ = TypeVar("T_")
LONGEST = 4096  # bytes of a passphrase from a descriptor

passphrase_option = click.option(
    "--passphrase-fd",
    type=click.IntRange(min=0),
    metavar="N",
    help="Read the passphrase of the secrets file from this file descriptor; 0 is standard input.",
)


def asking(world: World, terminal: "Terminal") -> World:
    """Return the world with a person at the terminal who can be asked for the passphrase."""

    def ask(refused: Problem | None) -> Secret | None:
        return terminal.passphrase(refused) if terminal.present() else None

    return replace(world, passphrase=ask)


def unasked(world: World) -> World:
    """Return the world without anybody to ask: for what must not wait for a person."""
    return replace(world, passphrase=None)


def passphrase_from(descriptor: int) -> Secret:
    """Return the first line of a file descriptor; SECRET_INVALID. It is closed, unless it is a standard one."""
    data = bytearray()
    try:
        while len(data) <= LONGEST and b"\n" not in data and (more := os.read(descriptor, LONGEST)):
            data += more
        if descriptor > 2:
            os.close(descriptor)
        text = bytes(data).partition(b"\n")[0].removesuffix(b"\r").decode()
    except OSError as error:
        reason = T("File descriptor {number}: {error}.", number=descriptor, error=error.strerror or "error")
        raise AppError.of(Code.USAGE, reason=reason) from None
    except UnicodeDecodeError:
        raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="not-ascii") from None
    if not text or len(data) > LONGEST:
        raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="empty" if not text else "passphrase-long")
    return Secret(text)


def give(cli: "Cli", passphrase: Secret | None) -> None:
    """Answer the first question for the passphrase in this process with what was given; nobody else is asked then."""
    tries = [passphrase] if passphrase else []

    def once(refused: Problem | None) -> Secret | None:
        return tries.pop() if tries and refused is None else None

    cli.world = replace(cli.world, passphrase=once)


def given_or_typed(cli: "Cli", descriptor: int | None) -> Secret:
    """Return the passphrase of the option, else typed on the terminal; VAULT_SEALED where nobody is there."""
    if descriptor is not None:
        return passphrase_from(descriptor)
    found = cli.terminal.passphrase(None) if cli.terminal.present() else None
    if not found:
        raise AppError.of(Code.VAULT_SEALED)
    return found


def new_passphrase(cli: "Cli", descriptor: int | None) -> Secret:
    """Return a passphrase to be, typed twice on the terminal, once through a descriptor."""
    if descriptor is not None:
        return passphrase_from(descriptor)
    if not cli.terminal.present():
        raise AppError.of(Code.USAGE, reason=T("A new passphrase is typed on a terminal, or comes by --passphrase-fd."))
    return cli.terminal.new_passphrase()


def with_vaults(cli: "Cli", work: Callable[[Vaults], Awaitable[T_]], *, asked: bool = True) -> T_:
    """Run something on the vaults as a whole, in this process."""
    world = cli.world if asked else unasked(cli.world)

    async def inside() -> T_:
        async with open_vaults_alone(world, cli.folders) as vaults:
            return await work(vaults)

    return asyncio.run(inside())


def report(cli: "Cli") -> VaultReport:
    """Return how the vault stands, seen from this process."""
    return with_vaults(cli, lambda vaults: vaults.report(), asked=False)


class EngineVault:
    """The port Vault over the running engine's. It stores and removes; there is no way to read one back."""

    def __init__(self, engine: "RunningEngine") -> None:
        """Hold the link."""
        self._engine = engine

    async def read(self, entry: VaultEntry) -> Secret | None:
        """Return an empty secret in place of one that is there, None if there is none."""
        return Secret("") if entry.service in await self.names() else None

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        """Store the secret."""
        self._engine.ask(Request(Ask.VAULT_KEEP, names=(entry.service, entry.what), value=secret.reveal()))

    async def delete(self, entry: VaultEntry) -> bool:
        """Delete the secret; False if there was none."""
        return self._engine.ask(Request(Ask.VAULT_DROP, names=(entry.service, entry.what))).get("found") is True

    async def names(self) -> tuple[str, ...]:
        """Return the services."""
        return tuple(str(one) for one in items_of(self._engine.ask(Request(Ask.VAULT_NAMES)).get("names")))

    async def check(self) -> str:
        """Return the back end's name."""
        return str(self._engine.ask(Request(Ask.VAULT_REPORT)).get("name", ""))


def with_vault(cli: "Cli", work: Callable[[Vault], Awaitable[T_]]) -> T_:
    """Run something on the vault alone: in the running engine where only that one has it open, else in this process."""
    if cli.world.vault is None:
        with _open_there(cli) as engine:
            if engine is not None:
                return asyncio.run(_on(EngineVault(engine), work))

    async def inside() -> T_:
        async with open_vault_alone(cli.world, cli.folders) as vault:
            return await work(vault)

    return asyncio.run(inside())


async def _on(vault: Vault, work: Callable[[Vault], Awaitable[T_]]) -> T_:
    return await work(vault)


@contextmanager
def _open_there(cli: "Cli") -> "Iterator[RunningEngine | None]":
    """The running engine, if memory is in charge, or the secrets file and it has been unlocked there."""
    from app.state import JsonStateFiles
    from app.vault.chosen import Choice

    kind = Choice(JsonStateFiles(cli.folders.state)).read().kind
    if kind is VaultKind.KEYRING:
        yield None
        return
    with cli.running() as engine:
        locked = engine is None or engine.ask(Request(Ask.VAULT_REPORT)).get("locked") is not False
        yield None if locked else engine
