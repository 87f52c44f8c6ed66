"""Screens of the window of what happened."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.activity import Event, What
from app.domain.problem import Code
from tests.ui.fakes.reading import fake_core
from ui.activity.journal import Journal, Line, lines_of
from ui.activity.window import ActivityWindow
from ui.bridge import Bridge


def _activity(count: int) -> ActivityWindow:
    core, _ = fake_core()
    now, hour = core.clock.now(), timedelta(hours=1)
    told = [
        Event(now - 20 * hour, What.STARTED, "billing-view", "", "window", now - 16 * hour),
        Event(now - 16 * hour, What.ENDED, "billing-view"),
        *(Event(now - (6 - n) * hour, What.RENEWED, "dev-poweruser", until=now - (5 - n) * hour) for n in range(7)),
        Event(now - hour, What.STARTED, "prod-admin", "arn:aws:sts::444455556666:…/Admin", "window", now + hour),
        Event(now - hour / 2, What.COPIED, "prod-admin", "bash/zsh", "window"),
        Event(now - hour / 4, What.PROBLEM, "prod-admin", str(Code.UNEXPECTED), request="0a1b2c3d"),
    ]
    lines = lines_of(told[:count])

    async def read() -> Sequence[Line]:
        return lines

    async def write(_path: Path, _events: Sequence[Event]) -> None:
        """Write nothing."""

    window = ActivityWindow(Journal(read, write), Bridge(core.engine.store), lambda: now)
    window.show_lines(lines)
    return window


ACTIVITY_SCREENS: dict[str, Callable[[], QWidget]] = {
    "08-activity": partial(_activity, 99),
    "08-activity-empty": partial(_activity, 0),
}
