"""What a person is told by notifications; the notifier is made with the first news."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.domain.session import Question
from ui.core import Change, Core, Tools
from ui.present.ending import stopping_soon
from ui.present.glyphs import needs_attention
from ui.tray.item import TrayItem

if TYPE_CHECKING:
    from ui.platform.notifications import Notifier


class News:
    """Tells of changes that a person should hear of, and of sessions that auto_stop is about to end."""

    def __init__(
        self, tray: TrayItem, core: Core, tools: Tools, opened: Callable[[str], None], answer: Callable[[], None]
    ) -> None:
        """`opened` is called with the profile whose news was clicked, `answer` where it was a question's."""
        self._tray, self._core, self._tools = tray, core, tools
        self._opened, self._answer = opened, answer
        self._notifier: Notifier | None = None

    def look(self, change: Change) -> None:
        """Tell what is new among the profiles that changed."""
        store = self._core.engine.store
        statuses = {name: store.status(name) for name in change.profiles}
        if self._notifier is not None or any(map(needs_attention, statuses.values())):
            self._made().look(statuses, self._core.catalog, self._tools.clock.now())

    def asks(self, questions: Sequence[Question]) -> None:
        """Tell of programs that ask."""
        self._made().asks(questions, self._core.catalog)

    def minute(self) -> None:
        """Look at the clock: some sessions may be about to end."""
        now = self._tools.clock.now()
        found = stopping_soon(self._core.catalog, self._core.engine.store.statuses, now)
        if found:
            self._made().warn(found, now)

    def _made(self) -> "Notifier":
        if self._notifier is None:
            from ui.platform.notifications import notifier

            self._notifier = notifier(self._tray, self._tray, self._opened, self._answer)
        return self._notifier
