"""What the windows do about sections of someone else's that stand in a profile's way."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.conflict import Conflict
from app.domain.names import ProfileName
from app.domain.problem import AppError, Problem
from app.domain.profile import Profile
from app.domain.session import Starter, Status
from app.texts import T, describe
from ui.core import Change
from ui.present.conflict import CODES, ConflictView, conflict_view, conflicting

if TYPE_CHECKING:
    from ui.application import Application
    from ui.prompts.conflict import ConflictPrompt

_JUST_NOW = timedelta(minutes=2)  # a start may have had to wait for an MFA code
_WITHOUT_A_PLACE = (Starter.TRAY, Starter.PALETTE)  # where no card can show the problem


class ConflictCare(QObject):
    """One prompt at a time. It comes by itself only after a start from where nothing else could tell of it."""

    def __init__(self, application: "Application") -> None:
        """Show nothing yet."""
        super().__init__(application)
        self._application, self._core = application, application.core
        self._told: dict[str, object] = {}  # the start that a prompt came by itself for
        self._name, self._default = "", False
        self.prompt: ConflictPrompt | None = None

    def look(self, change: Change) -> None:
        """Take a prompt away whose conflict is gone; show one that a person has just run into."""
        store = self._core.engine.store
        open_one = self.prompt is not None and self.prompt.isVisible()
        if open_one and not self._default and self._name in change.profiles:
            if conflicting(store.status(ProfileName(self._name))) is None:
                self._over()
            return
        for name in change.profiles:
            if not open_one and self._just_met(store.status(name)):
                self.open(name)
                return

    def _just_met(self, status: Status) -> bool:
        now = self._application.tools.clock.now()
        if conflicting(status) is None or status.started_by not in _WITHOUT_A_PLACE or status.started_at is None:
            return False
        if self._told.get(status.profile) == status.started_at or now - status.started_at > _JUST_NOW:
            return False
        self._told[status.profile] = status.started_at
        return True

    def shows(self, name: str) -> bool:
        """Whether a person sees the conflict of a profile now."""
        return self.prompt is not None and self.prompt.isVisible() and self._name == name

    def open(self, name: str, *, default: bool = False) -> None:
        """Show what stands in a profile's way; `default`: in the way of making it the default."""
        self._show(name, default=default, write=False)

    def write(self, name: str) -> None:
        """The same, for a person who means to write Rolecall's version: nothing is before it was seen."""
        self._show(name, default=False, write=True)

    def _show(self, name: str, *, default: bool, write: bool) -> None:
        if self.prompt is not None and self.prompt.isVisible() and (self._name, self._default) == (name, default):
            self.prompt.aim(write=write)
            self.prompt.open_prompt(asked=True)
            return
        self._application.bridge.spawn(self._open(ProfileName(name), default=default, write=write), "conflict")

    async def _open(self, name: ProfileName, *, default: bool, write: bool) -> None:
        found = await self._core.conflicts(name, default=default)
        profile = self._core.catalog.profiles.get(name)
        if not found or profile is None:
            self._settled(name, default=default)
            return
        from ui.prompts.conflict import ConflictPrompt

        values = await self._core.catalogs.raw("profiles", name)
        self._over()
        self._application.style()
        self._name, self._default = name, default
        check = partial(self._wrong, name, values)
        prompt = self.prompt = ConflictPrompt(found[0], self._view(found[0], profile), check)
        prompt.taken.connect(self._take)
        prompt.moved.connect(self._move)
        prompt.aim(write=write)
        prompt.open_prompt(asked=True)

    def _settled(self, name: ProfileName, *, default: bool) -> None:
        """It went away by itself: what waited for it is done."""
        self._over()
        if default:
            self._application.verbs.make_default(name, Starter.WINDOW)
        elif conflicting(self._core.engine.store.status(name)) is not None:
            self._application.verbs.start(name, Starter.WINDOW)

    def _view(self, conflict: Conflict, profile: Profile) -> ConflictView:
        status = self._core.engine.store.status(profile.name)
        used = {one for other in self._core.catalog.profiles.values() for one in other.delivery.credentials_file}
        return conflict_view(conflict, profile, status, home=str(Path.home()), used=used)

    def _wrong(self, name: str, values: Mapping[str, object], conflict: Conflict, section: str) -> str:
        """Return what is wrong with another section's name for a profile, in words."""
        if not section:
            return T("Give it a name")
        if section in conflict.taken:
            return T("The AWS files have a [{section}] already", section=section)
        from ui.edits import with_section

        moved = with_section(values, conflict.section, section)
        found = self._application.tools.check_profile(name, moved, self._core.catalog, original=name)
        own = [one.problem for one in found if not one.warning and one.key.startswith("delivery")]
        return describe(own[0]).title if own else ""

    def _take(self, conflict: Conflict) -> None:
        self._application.bridge.spawn(self._adopt(ProfileName(self._name), conflict), "take over")

    async def _adopt(self, name: ProfileName, conflict: Conflict) -> None:
        default = self._default
        now = await self._core.conflicts(name, default=default)
        same = next((one for one in now if (one.section, one.key) == (conflict.section, conflict.key)), None)
        if same is not None and same.seen != conflict.seen:
            self._show_again(name, same)
            return
        if default:
            self._over()
            self._application.verbs.make_default(name, Starter.WINDOW, adopt=True)
            return
        problem = await self._core.adopt(name, conflict) if same is not None else None
        await self._next(name, conflict.section, problem)

    async def _next(self, name: ProfileName, section: str, problem: Problem | None) -> None:
        """Go on to the next place of the profile, or show again what changed meanwhile."""
        left = await self._core.conflicts(name)
        if problem is not None and problem.code not in CODES:
            self._over()
            raise AppError(problem)
        if left:
            self._show_again(name, left[0], changed=problem is not None)
            return
        self._over()
        self._application.verbs.said.emit(T("[{section}] is Rolecall's now", section=section), 8)

    def _show_again(self, name: ProfileName, conflict: Conflict, *, changed: bool = True) -> None:
        profile = self._core.catalog.profiles.get(name)
        if self.prompt is not None and profile is not None:
            note = T("It has changed meanwhile. Look again.") if changed else ""
            self.prompt.show_conflict(conflict, self._view(conflict, profile), note)

    def _move(self, conflict: Conflict, section: str) -> None:
        self._over()
        self._application.verbs.edits.use_section(self._name, conflict.section, section)

    def _over(self) -> None:
        prompt, self.prompt = self.prompt, None
        if prompt is not None:
            prompt.over()
            prompt.deleteLater()
