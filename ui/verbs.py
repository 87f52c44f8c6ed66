"""What a person can do to profiles, for window, tray and prompts alike. Decides nothing about sessions."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.domain.activity import Event, What
from app.domain.calls import Issued
from app.domain.names import ProfileName
from app.domain.narrowing import READ_ONLY
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog, Profile
from app.domain.session import Starter, lease_of, problem_of
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.memory import Memory
from ui.platform.clipboard import SecretClipboard
from ui.present.conflict import CODES
from ui.present.names import shell_label
from ui.present.questions import Act

START_WAIT = 600.0  # seconds that a copy waits for a session that a person may have to answer for


class Verbs(QObject):
    """`said` carries a message and its seconds on screen; `failed` a problem; `catalog_changed` comes after a save."""

    said = Signal(str, int)
    failed = Signal(object)
    catalog_changed = Signal()
    default_conflict = Signal(str)  # something of someone else's stands in [default]: the profile that was to go there

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, clipboard: SecretClipboard, memory: Memory) -> None:
        """Hold the parts; nothing happens."""
        super().__init__()
        self._core, self._tools, self._bridge = core, tools, bridge
        self._clipboard, self._memory = clipboard, memory
        self._undone: tuple[str, Mapping[str, object]] | None = None  # a key and its values before the last change

    @property
    def shell(self) -> str:
        """The format of the plain copy: the last chosen, else the settings'."""
        return self._memory.text("shell") or self._core.catalog.settings.shell

    def profile(self, name: str) -> Profile | None:
        """Return a profile of the catalog."""
        return self._core.catalog.profiles.get(name)

    def act(self, act: Act, name: str, by: Starter, style: str = "") -> None:
        """Do what was asked for, its confirmation being given."""
        match act:
            case Act.START:
                self.start(name, by)
            case Act.STOP:
                self.stop([name])
            case Act.COPY:
                self.copy(name, by, style)
            case Act.COPY_READ_ONLY:
                self.copy_read_only(name, by, style)
            case Act.COPY_RENEWING:
                self.copy_renewing(name, by, style)
            case Act.CONSOLE:
                self.console(name, by)
            case Act.DEFAULT:
                self.make_default(name, by)
            case Act.DELETE:
                self.delete(name)
            case Act.ADOPT:
                self.start(name, by, adopt=True)

    def start(self, name: str, by: Starter, *, adopt: bool = False) -> None:
        """Start a profile; the window shows what becomes of it."""
        profile = self.profile(name)
        if profile is None:
            self.failed.emit(AppError.of(Code.PROFILE_UNKNOWN, profile=name, nearest="").problem)
            return
        self._memory.used(name)
        try:
            self._core.engine.start(profile.name, by=by, adopt=adopt)
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
            self._bridge.spawn(self._copy(profile, by, style or self.shell), "copy")

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

    def copy_renewing(self, name: str, by: Starter, style: str = "") -> None:
        """Copy exports that name where to ask, so that they never run out. They hold no secret and are not cleared."""
        profile, renewing = self.profile(name), self._tools.renewing
        if profile is not None and renewing is not None:
            self._bridge.spawn(self._copy_renewing(profile, by, style or self.shell, renewing), "copy renewing")

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
            self._bridge.spawn(self._copy_read_only(profile, by, style or self.shell), "copy read-only")

    async def _copy_read_only(self, profile: Profile, by: Starter, style: str) -> None:
        self._memory.used(profile.name)
        self.said.emit(T("A read-only session of {name} is got, its exports are copied then", name=profile.name), 5)
        issued = await self._core.engine.narrowed_session(profile.name, READ_ONLY, by=by)
        self._put(profile, issued, style, T("Read-only {format} exports of {name} copied", **_named(profile, style)))
        self._record(What.COPIED, profile, shell_label(style), by)

    def _put(self, profile: Profile, issued: Issued, style: str, said: str) -> None:
        """Put a session's exports on the clipboard and say so."""
        text = self._tools.export(style, issued, profile, self._core.catalog)
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

    def console(self, name: str, by: Starter) -> None:
        """Sign a browser in to the console with the profile's session; one that does not run is not started by that."""
        profile, console = self.profile(name), self._tools.console
        if profile is not None and console is not None:
            self._bridge.spawn(self._console(profile, by, console), "console")

    async def _console(
        self, profile: Profile, by: Starter, console: Callable[[Profile, Issued], Awaitable[None]]
    ) -> None:
        self._memory.used(profile.name)
        self.said.emit(T("The console of {name} opens in the browser", name=profile.name), 5)
        await console(profile, await self._core.engine.session(profile.name, by=by))
        self._record(What.CONSOLE, profile, "", by)
        self.said.emit(T("The console of {name} is open in the browser", name=profile.name), 5)

    def make_default(self, name: str, by: Starter, *, adopt: bool = False) -> None:
        """Make a profile the one behind [default]; an empty name: none. `adopt`: take over what stands there."""
        self._bridge.spawn(self._default(ProfileName(name) if name else None, by, adopt=adopt), "default")

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

    def use_section(self, name: str, old: str, new: str) -> None:
        """Deliver a profile into another section of the credentials file, in one save that `undo` takes back."""
        self._bridge.spawn(self._use_section(name, old, new), "section")

    async def _use_section(self, name: str, old: str, new: str) -> None:
        moved = with_section(await self._core.catalogs.raw("profiles", name), old, new)
        before = await self._set("delivery", {name: moved["delivery"]})
        self._undone = ("delivery", before)
        self.said.emit(T("{name} is written to [{section}], Ctrl+Z undoes it", name=name, section=new), 10)

    def set_favorite(self, name: str, *, on: bool) -> None:
        """Keep a profile among the favorites, or no more."""
        self._bridge.spawn(self._favorite(name, on=on), "favorite")

    async def _favorite(self, name: str, *, on: bool) -> None:
        values = dict(await self._core.catalogs.raw("profiles", name))
        values.pop("favorite", None)
        if on:
            values["favorite"] = True
        await self._core.put("profiles", name, values)
        self.catalog_changed.emit()

    def put_in_group(self, names: Sequence[str], group: str) -> None:
        """Put profiles in a group, in one save that `undo` takes back."""
        said = N(
            "{n} profile is in {group}, Ctrl+Z undoes it",
            "{n} profiles are in {group}, Ctrl+Z undoes it",
            len(names),
            group=group,
        )
        self._bridge.spawn(self._mark(names, "group", lambda _: group, said), "group")

    def add_tag(self, names: Sequence[str], tag: str) -> None:
        """Give profiles a tag, in one save that `undo` takes back."""
        said = N(
            "{n} profile has the tag {tag}, Ctrl+Z undoes it",
            "{n} profiles have the tag {tag}, Ctrl+Z undoes it",
            len(names),
            tag=tag,
        )
        self._bridge.spawn(self._mark(names, "tags", lambda profile: _with(profile.tags, tag), said), "tag")

    async def _mark(self, names: Sequence[str], key: str, wanted: Callable[[Profile], object], said: str) -> None:
        profiles = [one for name in names if (one := self.profile(name)) is not None]
        before = await self._set(key, {one.name: wanted(one) for one in profiles})
        self._undone = (key, before)
        self.said.emit(said, 10)

    def undo(self) -> None:
        """Take back the last change of groups or tags; what else was changed since stays."""
        undone, self._undone = self._undone, None
        if undone is not None:
            self._bridge.spawn(self._undo(*undone), "undo")

    async def _undo(self, key: str, before: Mapping[str, object]) -> None:
        try:
            await self._set(key, {name: value for name, value in before.items() if self.profile(name) is not None})
        except AppError:
            self._undone = (key, before)
            raise
        self.said.emit(T("Undone"), 5)

    async def _set(self, key: str, wanted: Mapping[str, object]) -> dict[str, object]:
        """Save one key of several profiles (None: not given), all or none; return what it was."""
        before: dict[str, object] = {}
        tables: dict[tuple[str, str], Mapping[str, object]] = {}
        for name, value in wanted.items():
            values = dict(await self._core.catalogs.raw("profiles", name))
            before[name] = values.pop(key, None)
            tables["profiles", name] = values if value is None else {**values, key: value}
        if tables:
            await self._core.put_all(tables)
            self.catalog_changed.emit()
        return before

    def delete(self, name: str) -> None:
        """Delete a profile; its session is stopped first."""
        self._bridge.spawn(self._delete(ProfileName(name)), "delete")

    async def _delete(self, name: ProfileName) -> None:
        if lease_of(self._core.engine.store.status(name).state) is not None:
            await self._core.engine.stop(name)
        await self._core.remove("profiles", name)
        self.catalog_changed.emit()
        self.said.emit(T("{name} deleted", name=name), 5)

    def delete_source(self, name: str, along: Sequence[str] = ()) -> None:
        """Delete a source, and with it the profiles that a person agreed to; refused while others use it."""
        self._bridge.spawn(self._delete_source(name, along), "delete source")

    async def _delete_source(self, name: str, along: Sequence[str]) -> None:
        users = [one.name for one in self._core.catalog.profiles.values() if one.source == name]
        if others := [one for one in users if one not in along]:
            raise AppError.of(Code.SOURCE_IN_USE, source=name, profiles=", ".join(others[:5]))
        for one in reversed(along):  # who goes on from another comes first
            await self._delete(ProfileName(one))
        await self._core.remove("sources", name)
        self.catalog_changed.emit()

    def running(self) -> int:
        """Return how many sessions are valid now."""
        now = self._tools.clock.now()
        return sum(status.valid(now) for status in self._core.engine.store.statuses.values())

    def running_words(self) -> str:
        """Return how many sessions are active, in words."""
        count = self.running()
        return N("{n} session is active", "{n} sessions are active", count)


def with_section(values: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    """Return the values of a profile's table with one section of the credentials file in the place of another."""
    delivery = dict(cast(Mapping[str, object], values.get("delivery", {})))
    sections = delivery.get("credentials_file")
    listed: object = new
    if isinstance(sections, list):
        listed = [new if one == old else one for one in cast(list[object], sections)]
    return {**values, "delivery": {**delivery, "credentials_file": listed}}


def _with(tags: Sequence[str], tag: str) -> list[str]:
    return [*tags, tag] if tag not in tags else list(tags)


def _named(profile: Profile, style: str) -> dict[str, str]:
    return {"format": shell_label(style), "name": profile.name}
