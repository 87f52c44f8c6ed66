"""What a person can do to profiles, for window, tray and prompts alike. Decides nothing about sessions."""

import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.domain.activity import Event, What
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.narrowing import READ_ONLY
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Profile
from app.domain.session import Starter, problem_of
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.edits import Edits
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.present.conflict import CODES
from ui.present.names import shell_label
from ui.present.questions import Act

START_WAIT = 600.0  # seconds that a copy waits for a session that a person may have to answer for


class Verbs(QObject):
    """`said` carries a message and its seconds on screen; `failed` a problem; `catalog_changed` comes after a save.

    `noted`: what a person has just said elsewhere; the main window repeats it, nothing else does.
    """

    said = Signal(str, int)
    noted = Signal(str)
    failed = Signal(object)
    catalog_changed = Signal()
    default_conflict = Signal(str)  # something of someone else's stands in [default]: the profile that was to go there

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, clipboard: SecretClipboard, memory: Memory) -> None:
        """Hold the parts; nothing happens."""
        super().__init__()
        self._core, self._tools, self._bridge = core, tools, bridge
        self._clipboard, self._memory = clipboard, memory
        self.edits = Edits(core, bridge, self)
        self._again: tuple[Problem, Callable[[], None]] | None = None

    @property
    def shell(self) -> str:
        """The format of the plain copy: the last chosen, else the settings'."""
        return self._memory.text("shell") or self._core.catalog.settings.shell

    def profile(self, name: str) -> Profile | None:
        """Return a profile of the catalog."""
        return self._core.catalog.profiles.get(name)

    def retry(self, problem: Problem) -> Callable[[], None] | None:
        """Return what does once more what a problem came from, where that was the last that failed here."""
        return self._again[1] if self._again is not None and self._again[0] == problem else None

    def _work(self, work: Callable[[], Coroutine[object, object, object]], what: str) -> None:
        """Do something as a held task, and remember how to try it again."""

        async def tried() -> None:
            try:
                await work()
            except AppError as error:
                self._again = error.problem, partial(self._work, work, what)
                raise

        self._again = None
        self._bridge.spawn(tried(), what)

    def act(self, act: Act, name: str, by: Starter, style: str = "") -> None:
        """Do what was asked for, its confirmation being given."""
        table: dict[Act, Callable[[], object]] = {
            Act.START: lambda: self.start(name, by),
            Act.STOP: lambda: self.stop([name]),
            Act.COPY: lambda: self.copy(name, by, style),
            Act.COPY_READ_ONLY: lambda: self.copy_read_only(name, by, style),
            Act.COPY_RENEWING: lambda: self.copy_renewing(name, by, style),
            Act.CONSOLE: lambda: self.console(name, by),
            Act.CONSOLE_READ_ONLY: lambda: self.console(name, by, read_only=True),
            Act.DEFAULT: lambda: self.make_default(name, by),
            Act.DELETE: lambda: self.edits.delete([name]),
        }
        table[act]()

    def start(self, name: str, by: Starter) -> None:
        """Start a profile; the window shows what becomes of it."""
        profile = self.profile(name)
        if profile is None:
            self.failed.emit(AppError.of(Code.PROFILE_UNKNOWN, profile=name, nearest="").problem)
            return
        self._memory.used(name)
        try:
            self._core.engine.start(profile.name, by=by)
        except AppError as error:
            self.failed.emit(error.problem)

    def stop(self, names: Sequence[str]) -> None:
        """Stop profiles; deliveries are given back first."""
        self._bridge.spawn(self._stop([ProfileName(name) for name in names]), "stop")

    async def _stop(self, names: Sequence[ProfileName]) -> None:
        for status in await self._core.engine.stop(*names):
            for warning in status.warnings:
                self.said.emit(describe(warning).title, 10)

    def stop_all(self) -> None:
        """Stop everything that runs."""
        self._bridge.spawn(self._core.engine.stop_all(), "stop all")

    def renew(self, name: str) -> None:
        """Refresh now, or try again."""
        self._guarded(ProfileName(name))

    def _guarded(self, name: ProfileName) -> None:
        try:
            self._core.engine.renew(name)
        except AppError as error:
            self.failed.emit(error.problem)

    def pause(self, minutes: str) -> None:
        """Pause refreshing for so many minutes; an empty text: until resumed."""
        until = self._tools.clock.now() + timedelta(minutes=int(minutes)) if minutes else None
        self._core.engine.pause(until)

    def resume(self) -> None:
        """Refresh again; what is due is refreshed at once."""
        self._core.engine.resume()

    def lock(self) -> None:
        """Stop all, forget MFA sessions."""
        self._bridge.spawn(self._core.engine.lock(), "lock")

    def unlock(self) -> None:
        """End the lock."""
        self._core.engine.unlock()

    def copy(self, name: str, by: Starter, style: str = "") -> None:
        """Copy the exports of a profile, which is started first if it must be."""
        if style:
            self._memory.keep("shell", style)
        profile = self.profile(name)
        if profile is not None:
            self._work(lambda: self._copy(profile, by, style or self.shell), "copy")

    async def _copy(self, profile: Profile, by: Starter, style: str) -> None:
        issued = await self._started(profile, by)
        self._put(profile, issued, style, T("{format} exports of {name} copied", **_named(profile, style)))
        self._record(What.COPIED, profile, shell_label(style), by)

    async def _started(self, profile: Profile, by: Starter) -> Issued:
        """Return the profile's session, which is started first if it must be."""
        engine = self._core.engine
        issued = engine.credentials(profile.name)
        if issued is None:
            self._memory.used(profile.name)
            self.said.emit(T("{name} is started first, its exports are copied then", name=profile.name), 5)
            engine.start(profile.name, by=by)
            status = await engine.started(profile.name, timeout=START_WAIT)
            issued = engine.credentials(profile.name)
            if issued is None:
                problem = problem_of(status.state)
                raise AppError(problem) if problem else AppError.of(Code.NOT_ACTIVE, profile=profile.name)
        return issued

    def copy_several(self, names: Sequence[str], by: Starter, style: str) -> None:
        """Copy the sessions of profiles as one text, "ini" or "json"; those that do not run are started first."""
        profiles = [one for name in names if (one := self.profile(name)) is not None]
        self._work(lambda: self._copy_several(profiles, by, style), "copy several")

    async def _copy_several(self, profiles: Sequence[Profile], by: Starter, style: str) -> None:
        engine = self._core.engine
        for profile in profiles:  # all at once: prompts for one device are answered together
            if engine.credentials(profile.name) is None:
                engine.start(profile.name, by=by)
        issued = {profile.name: await self._started(profile, by) for profile in profiles}
        catalog = self._core.catalog
        texts = {one.name: self._tools.export(style, issued[one.name], one, catalog) for one in profiles}
        if style == "json":
            together = json.dumps({name: json.loads(text) for name, text in texts.items()}, indent=2) + "\n"
        else:
            together = "\n".join(text.rstrip("\n") + "\n" for text in texts.values())
        shown = shell_label(style)
        said = N("{n} session copied as {format}", "{n} sessions copied as {format}", len(profiles), format=shown)
        self._clip(together, said)
        for profile in profiles:
            self._record(What.COPIED, profile, shown, by)

    def copy_renewing(self, name: str, by: Starter, style: str = "") -> None:
        """Copy exports that name where to ask, so that they never run out. They hold no secret and are not cleared."""
        profile, renewing = self.profile(name), self._tools.renewing
        if profile is not None and renewing is not None:
            self._work(lambda: self._copy_renewing(profile, by, style or self.shell, renewing), "copy renewing")

    async def _copy_renewing(
        self, profile: Profile, by: Starter, style: str, renewing: Callable[[str, Profile, Catalog], Awaitable[str]]
    ) -> None:
        await self._started(profile, by)
        QGuiApplication.clipboard().setText(await renewing(style, profile, self._core.catalog))
        self._record(What.COPIED, profile, shell_label(style), by)
        self.said.emit(T("Self-renewing {format} exports of {name} copied", **_named(profile, style)), 10)

    def copy_read_only(self, name: str, by: Starter, style: str = "") -> None:
        """Copy exports of a second session that may read at most; the profile's own is neither started nor touched."""
        profile = self.profile(name)
        if profile is not None:
            self._work(lambda: self._copy_read_only(profile, by, style or self.shell), "copy read-only")

    async def _copy_read_only(self, profile: Profile, by: Starter, style: str) -> None:
        self._memory.used(profile.name)
        self.said.emit(T("A read-only session of {name} is got, its exports are copied then", name=profile.name), 5)
        issued = await self._core.engine.narrowed_session(profile.name, READ_ONLY, by=by)
        self._put(profile, issued, style, T("Read-only {format} exports of {name} copied", **_named(profile, style)))
        self._record(What.COPIED, profile, shell_label(style), by)

    def _put(self, profile: Profile, issued: Issued, style: str, said: str) -> None:
        """Put a session's exports on the clipboard and say so."""
        self._clip(self._tools.export(style, issued, profile, self._core.catalog), said)

    def _clip(self, text: str, said: str) -> None:
        """Put a secret on the clipboard and say so."""
        seconds = self._core.catalog.settings.clipboard_seconds
        self._clipboard.copy(text, seconds)
        if seconds:
            cleared = T("cleared from the clipboard in {seconds} s", seconds=seconds)
            said = f"{said}, {cleared}"
        self.said.emit(said, seconds or 10)

    def _record(self, what: What, profile: Profile, detail: str, by: Starter) -> None:
        """Keep in the journal what a person did, where one is kept."""
        recorder = getattr(self._core, "recorder", None)
        if recorder is not None:
            recorder.add(Event(self._tools.clock.now(), what, str(profile.name), detail, str(by)))

    def console(self, name: str, by: Starter, *, read_only: bool = False) -> None:
        """Sign a browser in to the console with the profile's session, or with a second one that may read at most.

        A profile that does not run is not started by that.
        """
        profile, console = self.profile(name), self._tools.console
        if profile is not None and console is not None:
            self._work(lambda: self._console(profile, by, console, read_only=read_only), "console")

    async def _console(
        self, profile: Profile, by: Starter, console: Callable[[Profile, Issued], Awaitable[None]], *, read_only: bool
    ) -> None:
        self._memory.used(profile.name)
        self.said.emit(T("Opening the console of {name}…", name=profile.name), 5)
        engine = self._core.engine
        if read_only:
            issued = await engine.narrowed_session(profile.name, READ_ONLY, by=by)
        else:
            issued = await engine.session(profile.name, by=by)
        await console(profile, issued)
        self._record(What.CONSOLE, profile, "", by)
        self.said.emit(T("The console of {name} is open in the browser", name=profile.name), 5)

    def make_default(self, name: str, by: Starter, *, adopt: bool = False) -> None:
        """Make a profile the one behind [default]; an empty name: none. `adopt`: take over what stands there."""
        self._work(lambda: self._default(ProfileName(name) if name else None, by, adopt=adopt), "default")

    async def _default(self, name: ProfileName | None, by: Starter, *, adopt: bool) -> None:
        outcomes = await self._core.engine.set_default(name, by=by, adopt=adopt)
        problem = next((one.problem for one in outcomes if one.problem), None)
        if problem is not None and problem.code in CODES and name is not None:
            self.default_conflict.emit(name)
            return
        if problem is not None:
            raise AppError(problem)
        values = dict(await self._core.catalogs.raw("settings", ""))
        values.pop("default", None)
        if name is not None:
            values["default"] = str(name)
        await self._core.put("settings", "", values)
        self.catalog_changed.emit()
        said = T("{name} is the default profile", name=name) if name else T("There is no default profile")
        self.said.emit(said, 5)

    def running(self) -> int:
        """Return how many sessions are valid now."""
        now = self._tools.clock.now()
        return sum(status.valid(now) for status in self._core.engine.store.statuses.values())

    def running_words(self) -> str:
        """Return how many sessions are active, in words."""
        count = self.running()
        return N("{n} session is active", "{n} sessions are active", count) if count else T("No session is active")


def _named(profile: Profile, style: str) -> dict[str, str]:
    return {"format": shell_label(style), "name": profile.name}
