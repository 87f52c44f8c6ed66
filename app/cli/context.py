"""What every command works with: the world it runs in, and the engine that carries out its requests."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from app.cli.link import Link, OwnEngine, RunningEngine, any_engine, running_engine
from app.cli.terminal import Terminal
from app.cli.vaults import asking
from app.compose import Core, World, core, open_catalogs, open_folders
from app.domain.profile import Catalog
from app.folders import Folders, find_folders
from app.logs import Logs, start_logging
from app.texts import set_language

T = TypeVar("T")

# runs the tray application with a core of somebody's own; None where there is no screen or no Qt
ShowWindow = Callable[[Callable[[], Awaitable[Core]]], int | None]


@dataclass(slots=True)
class Cli:
    """The command line's surroundings; tests bring their own."""

    world: World
    terminal: Terminal = field(default_factory=Terminal)
    debug: bool = False
    show_window: ShowWindow | None = None
    logs: Logs | None = None
    _folders: Folders | None = None

    @classmethod
    def real(cls, *, debug: bool = False, show_window: ShowWindow | None = None, log: bool = True) -> "Cli":
        """Return this process's own; `log`: False for a command that leaves the person's own folders alone."""
        world = World.real()
        set_language(environ=world.environ)
        logs = start_logging(find_folders(world.environ, world.home).log.parent, debug=debug) if log else None
        if logs is not None:
            logs.hook()
        terminal = Terminal()
        return cls(asking(world, terminal), terminal, debug=debug, show_window=show_window, logs=logs)

    def known(self, core: Core) -> Core:
        """Return the core, whose secrets the log knows from here on."""
        if self.logs is not None:
            core.keep_out_of(self.logs)
        self._spoken(core.catalog)
        return core

    @property
    def folders(self) -> Folders:
        """Rolecall's folders, made where they are missing; FOLDER_UNUSABLE, SOCKET_PATH_LONG."""
        if self._folders is None:
            self._folders = open_folders(self.world)
        return self._folders

    def catalog(self) -> Catalog:
        """Read the catalog; CATALOG_UNREADABLE."""

        async def load() -> Catalog:
            async with open_catalogs(self.world, self.folders) as store:
                return await store.load()

        return self._spoken(asyncio.run(load()))

    def _spoken(self, catalog: Catalog) -> Catalog:
        """Speak the catalog's language from here on, where it names one."""
        language = catalog.settings.language
        set_language(language, self.world.environ)
        return catalog

    def on_core(self, work: Callable[[Core], Awaitable[T]]) -> T:
        """Run something on a core of the command's own, whose engine is not opened."""

        async def inside() -> T:
            async with core(self.world) as one:
                return await work(self.known(one))

        return asyncio.run(inside())

    @contextmanager
    def engine(self) -> Iterator[Link]:
        """The engine that runs, else one of the command's own."""
        link = any_engine(self.world, self.folders)
        if isinstance(link, OwnEngine) and link.core is not None:
            self.known(link.core)
        try:
            yield link
        finally:
            link.close()

    @contextmanager
    def running(self) -> Iterator[RunningEngine | None]:
        """The engine that runs, None without one."""
        link = running_engine(self.folders)
        try:
            yield link
        finally:
            if link is not None:
                link.close()
