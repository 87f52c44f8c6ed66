"""One run of the tray application on its loop: open the core, wait for the end, take down in order."""

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.domain.problem import AppError, Code, Problem
from ui.compose import raise_other
from ui.language import use_language
from ui.present.menu import Do, Entry
from ui.thrift import one_heap
from ui.tray.item import TrayItem

if TYPE_CHECKING:
    from app.compose import Core
    from app.host import Host
    from app.logs import Logs
    from ui.application import Application
    from ui.main_window.loading import LoadingWindow

_log = logging.getLogger("ui")
_PATIENCE = 200  # ms that the window may take before something stands in its place
_RAISE_TRIES, _RAISE_APART = 100, 0.2  # of an application that is just starting; seconds
CoreFactory = Callable[[], Awaitable["Core"]]


class Run:
    """One run of the application on the loop."""

    def __init__(self, app: QApplication, tray: TrayItem, core_factory: CoreFactory | None) -> None:
        self._app, self._tray, self._factory = app, tray, core_factory
        self._early: list[Entry] = []
        self._ended = asyncio.Event()
        self._application: Application | None = None
        self._raise_wanted = False
        self._logs: Logs | None = None
        self._loading: LoadingWindow | None = None

    async def run(self) -> int:
        """Open, wait for the end, take down. Returns the exit code."""
        from ui.loop import on_signals

        on_signals(self._end)
        one_heap()
        self._tray.chosen.connect(self._chosen_early)
        self._tray.clicked.connect(self._open_early)
        core: Core | None = None
        host: Host | None = None
        try:
            core = await self._open_core()
            host = await self._open(core)
        except AppError as error:
            code = await self._explain(error.problem)
            await self._close(core, host)
            return code
        await self._wait()
        await self._close(core, host)
        return 0

    async def _open_core(self) -> "Core":
        if self._factory is not None:
            return await self._factory()
        await off_thread("app.compose", "app.logs")
        from app.compose import World, open_core
        from app.folders import find_folders
        from app.logs import start_logging

        world = replace(World.real(), lasts=True)
        self._logs = start_logging(find_folders(world.environ, world.home).log.parent)
        self._logs.hook(asyncio.get_running_loop())
        _log.info("the application starts, process %d", os.getpid())
        core = await open_core(world)
        core.keep_out_of(self._logs)
        return core

    async def _open(self, core: "Core") -> "Host":
        await off_thread("app.host", "ui.application")
        from app.host import Host, HostEvents, HostKind
        from ui.application import Application
        from ui.tools import make_tools

        use_language(self._app, core.catalog.settings.language, core.world.environ)
        self._tray.chosen.disconnect(self._chosen_early)
        self._tray.clicked.disconnect(self._open_early)
        application = self._application = Application(self._app, self._tray, core, make_tools(core))

        def catalog_changed() -> None:
            application.catalog_changed()
            if host.catalog_problem is not None:
                application.fail(host.catalog_problem)

        events = HostEvents(
            application.open_window,
            open_palette=application.switch.open,
            away=application.set_away,
            catalog_changed=catalog_changed,
        )
        host = Host(core, HostKind.APPLICATION, events)
        await host.open()
        application.show_tray()
        application.switch.listen()
        wanted = self._raise_wanted or not self._tray.host or not core.catalog.profiles
        if wanted and not application.onboarding.first():
            application.open_window()
        self._hide_loading()
        for entry in self._early:
            self._tray.chosen.emit(entry)
        return host

    async def _wait(self) -> None:
        application = self._application
        if application is None:
            return
        waits = [asyncio.ensure_future(self._ended.wait()), asyncio.ensure_future(application.ended.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()

    async def _close(self, core: "Core | None", host: "Host | None") -> None:
        if self._application is not None:
            await self._application.close()
        self._tray.hide()
        if host is not None:
            await host.close()
        elif core is not None:
            await core.close()
        if self._logs is not None:
            self._logs.close()
        self._app.quit()

    async def _explain(self, problem: Problem) -> int:
        """Show why Rolecall cannot start, until the person closes it. Another application that runs is raised."""
        self._hide_loading()
        if problem.code is Code.ENGINE_RUNNING and self._factory is None and await _raised(problem):
            return 0
        from app.texts import describe
        from ui.prompts.trouble import TroublePrompt
        from ui.style.theme import install

        words = describe(problem)
        install(self._app).choose("system")
        prompt = TroublePrompt(words)
        prompt.finished.connect(self._end)
        prompt.open_prompt(asked=True)
        await self._ended.wait()
        return int(problem.exit)

    def _end(self, *_: object) -> None:
        self._ended.set()

    def _chosen_early(self, entry: Entry) -> None:
        if entry.do is Do.QUIT:
            self._end()
            if self._application is not None:
                self._application.ended.set()
        else:
            self._open_early()

    def _open_early(self) -> None:
        """Remember that the window is wanted; where it does not come at once, say that the profiles are read."""
        if not self._raise_wanted:
            self._raise_wanted = True
            QTimer.singleShot(_PATIENCE, self._app, self._show_loading)

    def _show_loading(self) -> None:
        if self._application is not None or self._ended.is_set():
            return
        from ui.main_window.loading import LoadingWindow
        from ui.style.theme import install

        install(self._app).choose("system")
        self._loading = LoadingWindow()
        self._loading.show()

    def _hide_loading(self) -> None:
        if self._loading is not None:
            self._loading.close()
            self._loading.deleteLater()
            self._loading = None


async def _raised(problem: Problem) -> bool:
    """Whether another application shows its window. One that has the lock and does not answer yet is just starting."""
    tries = _RAISE_TRIES if problem.arguments.get("kind") in ("application", "") else 1
    for _ in range(tries):
        if raise_other():
            return True
        await asyncio.sleep(_RAISE_APART)
    return False


async def off_thread(*modules: str) -> None:
    """Import modules on a thread of its own, so that the tray answers meanwhile."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def work() -> None:
        error: BaseException | None = None
        try:
            for module in modules:
                import_module(module)
        except BaseException as caught:  # noqa: BLE001  handed over to the loop, whatever it is
            error = caught
        loop.call_soon_threadsafe(_finish, done, error)

    threading.Thread(target=work, name="rolecall-import", daemon=True).start()
    await done
    gc.collect(0)  # what was needed to make the classes, before other things come to lie beside it


def _finish(done: "asyncio.Future[None]", error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
