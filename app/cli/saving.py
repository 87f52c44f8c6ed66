"""Saving one table of the catalog: checked, shown with --dry-run, told to the engine that runs."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from app.broker.protocol import Ask, Request
from app.cli.context import Cli
from app.cli.dry import say_text_diff
from app.compose import open_catalogs
from app.domain.problem import AppError
from app.domain.profile import Catalog
from app.folders import Folders
from app.ports import CatalogStore

Save = Callable[[CatalogStore], Awaitable[Catalog]]


def save(cli: Cli, work: Save, *, dry_run: bool) -> None:
    """Carry out one change of the catalog and let the running engine know; with `dry_run` print its diff instead."""
    if dry_run:
        _try_out(cli, work)
        return

    async def run() -> None:
        async with open_catalogs(cli.world, cli.folders) as store:
            await work(store)

    asyncio.run(run())
    with cli.running() as engine, contextlib.suppress(AppError):  # it follows the file by itself, only a little later
        if engine is not None:
            engine.ask(Request(Ask.RELOAD))


def _try_out(cli: Cli, work: Save) -> None:
    """Make the change on a copy and print the difference: the very bytes that a save would write."""
    original = cli.folders.catalog
    before = original.read_text(encoding="utf-8") if original.exists() else ""
    with tempfile.TemporaryDirectory(prefix="rolecall-dry-") as name:
        copy = Path(name) / original.name
        if before:
            copy.write_text(before, encoding="utf-8", newline="")
        folders = Folders(Path(name), cli.folders.state, cli.folders.runtime)

        async def run() -> None:
            async with open_catalogs(cli.world, folders) as store:
                await work(store)

        asyncio.run(run())
        after = copy.read_text(encoding="utf-8") if copy.exists() else ""
    say_text_diff(str(original), before, after)


def raw_table(cli: Cli, table: str, name: str) -> Mapping[str, object]:
    """Return the values of a table as they stand in the file; empty if there is none."""

    async def run() -> Mapping[str, object]:
        async with open_catalogs(cli.world, cli.folders) as store:
            return await store.raw(table, name)

    return asyncio.run(run())
