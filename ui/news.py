"""What a person is told by notifications: each news once, many as one, nothing while nobody is there to hear it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.domain.names import ProfileName
from app.domain.notice import Closed, Notice, NoticeEvent, Picked
from app.domain.session import Question, Renewing, Starting, Status, Waiting, problem_of
from ui.core import Change, Core, Tools
from ui.platform.notifications import Notices
from ui.present.ending import stopping_soon
from ui.present.news import (
    ACT,
    AWAY,
    Item,
    Kind,
    away_notice,
    item_of,
    notice_of,
    programs_notice,
    stops_item,
)
from ui.tray.item import TrayItem

if TYPE_CHECKING:
    from ui.answers import Answers

_GATHER = 0.8  # seconds that news wait for others of the same moment
_APART = 10.0  # seconds between two notifications of a kind at least
_AGAIN = 600.0  # seconds in which what passes by itself is told of once for a profile
_OF_STATES = tuple(kind for kind in Kind if kind not in (Kind.STOPS, Kind.PROGRAM))
_TRIED_AGAIN = (Kind.NOT_REFRESHED, Kind.ENDED, Kind.NOT_STARTED)
_EPISODE = 60.0  # seconds in which later news join those that were told, even where these are no longer shown


class _Slot:
    """One notification and whom it is about."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.open = False
        self.stale = False  # what is shown is no longer so
        self.at = float("-inf")

    @property
    def listed(self) -> tuple[Item, ...]:
        """They in the order of their names."""
        return tuple(self.items[name] for name in sorted(self.items))


def _notice(key: str, slot: _Slot) -> Notice:
    return away_notice(slot.listed) if key == AWAY else notice_of(Kind(key), slot.listed)


class News(QObject):
    """Tells of changes that a person should hear of, and of sessions that auto_stop is about to end."""

    def __init__(self, tray: TrayItem, core: Core, tools: Tools, parent: QObject | None = None) -> None:
        """Tell nothing yet; the service is looked for with the first news."""
        super().__init__(parent)
        self._tray, self._core, self._tools = tray, core, tools
        self.answers: Answers | None = None  # what the buttons do
        self.watched: Callable[[str], bool] = lambda _: False  # whether a person sees this profile's news anyway
        self._notices: Notices | None = None
        self._away = self._was_away = False
        self._told: dict[str, Kind] = {}  # of each profile that is not well: the news that was told of it
        self._starts: dict[str, datetime | None] = {}  # and of which start
        self._passing: dict[str, float] = {}  # when it was last told of what passes by itself
        self._warned: dict[str, datetime] = {}
        self._asked: frozenset[str] = frozenset()
        self._pending: dict[tuple[Kind, str], Item] = {}
        self._slots: dict[str, _Slot] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tell)

    # what happens

    def look(self, change: Change) -> None:
        """Take in what is new among the profiles that changed."""
        store, now = self._core.engine.store, self._tools.clock.now()
        for name in change.profiles:
            status = store.status(name)
            item = self._item(name, now)
            if self._tries(name, status):
                continue  # what was told of it is so until the attempt has an outcome
            if not status.valid(now):
                self._leave(name, (Kind.STOPS,))
            if item is None:
                self._told.pop(name, None)
                self._leave(name)
            elif self._told.get(name) is not item.kind:
                self._leave(name)
                self._told[name], self._starts[name] = item.kind, status.started_at
                if not self._too_soon(name, status):
                    self._gather((item,))
            else:
                self._correct(item)
        self._show_corrected()

    def _item(self, name: str, now: datetime) -> Item | None:
        status = self._core.engine.store.status(ProfileName(name))
        return item_of(self._core.catalog, name, status, now)

    def _tries(self, name: str, status: Status) -> bool:
        """Whether the engine tries again by itself what was told to have failed: the same start, under way."""
        under_way = isinstance(status.state, Starting | Renewing) and problem_of(status.state) is None
        same = status.started_at == self._starts.get(name)
        return under_way and same and self._told.get(name) in _TRIED_AGAIN

    def _correct(self, item: Item) -> None:
        """The same news in other words: its session ended meanwhile, or another answer is wanted."""
        if (item.kind, item.profile) in self._pending:
            self._pending[item.kind, item.profile] = item
        for slot in self._slots.values():
            before = slot.items.get(item.profile)
            if before is not None and before.kind is item.kind and before != item:
                slot.items[item.profile] = item
                slot.stale = True

    def _show_corrected(self) -> None:
        if self._away:
            return
        for key, slot in self._slots.items():
            if slot.stale and slot.open:
                self._made().show(replace(_notice(key, slot), quiet=True))
            slot.stale = False

    def _too_soon(self, name: str, status: Status) -> bool:
        """Whether it is what passes by itself, again: a network that comes and goes is told of once in a while."""
        if not isinstance(status.state, Waiting):
            return False
        now, before = self._tools.clock.monotonic(), self._passing.get(name)
        if before is not None and 0 <= now - before < _AGAIN:
            return True
        self._passing[name] = now
        return False

    def minute(self) -> None:
        """Look at the clock: some sessions may be about to end. Starting one again begins anew, and so does this."""
        now = self._tools.clock.now()
        fresh: list[Item] = []
        for profile, at in stopping_soon(self._core.catalog, self._core.engine.store.statuses, now):
            if self._warned.get(profile.name) != at:
                self._warned[profile.name] = at
                fresh.append(stops_item(profile, at, now))
        self._gather(fresh)
        for name in {name for slot in self._slots.values() if slot.open for name in slot.items}:
            item = self._item(name, now)
            if item is not None and self._told.get(name) is item.kind:
                self._correct(item)  # a session can end while its prompt is open
        self._show_corrected()

    def asks(self, questions: Sequence[Question], *, tell: bool = True) -> None:
        """Take in which programs ask now; `tell` False: a person sees the prompt anyway."""
        asking = {one.id: one for one in questions if one.asking is not None}
        if tell and not self._away and asking.keys() - self._asked:
            notice = programs_notice(tuple(asking.values()), self._core.catalog.settings.notifications)
            if notice is not None:
                self._made().show(notice)
        elif self._asked and not asking:
            self._made().close_notice(Kind.PROGRAM)
        self._asked = frozenset(asking) if tell and not self._away else self._asked & asking.keys()

    def say(self, notice: Notice) -> None:
        """Tell something that belongs to no profile, at once."""
        if not self._away:
            self._made().show(notice)

    def set_away(self, away: bool) -> None:  # noqa: FBT001  the value itself
        """Tell nothing while the screen is locked or the machine sleeps; afterwards what still is so, at once."""
        self._away, self._was_away = away, self._was_away or away
        if away:
            return
        if self._pending:
            self._timer.start(round(_GATHER * 1000))
        self._show_corrected()
        self.asks(self._core.engine.store.questions)

    # telling

    def _gather(self, items: Iterable[Item]) -> None:
        for one in items:
            self._pending[one.kind, one.profile] = one
        if self._pending and not self._away and not self._timer.isActive():
            self._timer.start(round(_GATHER * 1000))

    def _leave(self, name: str, kinds: Sequence[Kind] = _OF_STATES) -> None:
        """It is no longer so: what was not told is not told, and a notification about nobody else goes."""
        for kind in kinds:
            self._pending.pop((kind, name), None)
        for key, slot in self._slots.items():
            item = slot.items.get(name)
            if item is not None and item.kind in kinds:
                del slot.items[name]
                if not slot.items and slot.open:
                    slot.open = False
                    self._made().close_notice(key)

    def _tell(self) -> None:
        if self._away:
            return
        for at in [at for at in self._pending if self.watched(at[1])]:
            del self._pending[at]
        now = self._tools.clock.monotonic()
        kinds = [kind for kind in Kind if any(of is kind for of, _ in self._pending)]
        was_away, self._was_away = self._was_away, False
        if was_away and len(kinds) > 1:
            items = tuple(self._pending.values())
            self._pending.clear()
            self._slot(AWAY, items, now)
            self._made().show(_notice(AWAY, self._slots[AWAY]))
        else:
            self._tell_each(kinds, now)

    def _tell_each(self, kinds: Iterable[Kind], now: float) -> None:
        wait = 0.0
        for kind in kinds:
            slot = self._slots.get(kind)
            soon = 0.0 if slot is None else slot.at + _APART - now
            if 0 < soon <= _APART:
                wait = soon if not wait else min(wait, soon)
                continue
            items = tuple(one for (of, _), one in self._pending.items() if of is kind)
            for one in items:
                del self._pending[kind, one.profile]
            self._slot(kind, items, now)
            self._made().show(_notice(kind, self._slots[kind]))
        if wait:
            self._timer.start(round(wait * 1000) + 1)

    def _slot(self, key: str, items: Iterable[Item], now: float) -> None:
        slot = self._slots.setdefault(key, _Slot())
        if not slot.open and not 0 <= now - slot.at < _EPISODE:
            slot.items.clear()
        slot.items.update({one.profile: one for one in items})
        slot.open, slot.stale, slot.at = True, False, now

    # what becomes of it

    def _took(self, event: NoticeEvent) -> None:
        key = event.key if isinstance(event, Picked | Closed) else ""
        slot = self._slots.get(key)
        if isinstance(event, Picked):
            items = slot.listed if slot is not None else ()
            if slot is not None:
                self._forget(slot)
            if event.choice == ACT:
                for one in items:  # what becomes of it is news
                    self._told.pop(one.profile, None)
            self._made().close_notice(key)  # some services leave it where it is
            if self.answers is not None:
                self.answers.answer(key, event.choice, event.token, items)
        elif isinstance(event, Closed) and slot is not None:
            slot.open = False
            if event.dismissed:
                self._forget(slot)

    def _forget(self, slot: _Slot) -> None:
        """A person knows: what comes later is told by itself."""
        slot.items.clear()
        slot.open = False

    def _made(self) -> Notices:
        if self._notices is None:
            self._notices = Notices(self._tray, self._tools.notices, self)
            self._notices.told.connect(self._took)
        return self._notices

    def end(self) -> None:
        """Take what is shown away, and tell nothing more."""
        self._timer.stop()
        self._pending.clear()
        if self._notices is not None:
            self._notices.end()
