"""Notifications of Windows and macOS, with buttons, by desktop-notifier: on a thread with a loop of its own.

On macOS they need a signed bundle, and on both the person's leave: where either is missing, each notice comes back as
Unshown, and the tray's message says it.
"""

# desktop-notifier is not installed on Linux
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app.domain.notice import BUTTONS, DEFAULT, Closed, Notice, NoticeEvent, Picked, Unshown

_END_SECONDS = 2.0
_log = logging.getLogger(__name__)


class ToastNotices:
    """Shows notices and tells what became of them; the port is that of app/events/notices.py."""

    def __init__(self, icon: Path, told: Callable[[NoticeEvent], None], library: Any = None) -> None:  # noqa: ANN401
        """`icon`: a picture's file. `told` is called on any thread and may not block. `library`: desktop_notifier."""
        self._icon, self._told, self._library = icon, told, library
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="rolecall-notices", daemon=True)
        # the loop's alone
        self._notifier: Any = None  # None: there is none, or no leave
        self._asked: asyncio.Task[None] | None = None
        self._shown: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def show(self, notice: Notice) -> None:
        """Show a notice in the place of the one with its key; a quiet one only there. Any thread."""
        self._begin(lambda: self._show(notice))

    def close(self, key: str) -> None:
        """Take a notice away. Any thread."""
        self._begin(lambda: self._close(key))

    def end(self) -> None:
        """Take all notices away and work no more. Any thread."""
        if self._thread.is_alive():
            self._begin(self._end)
            self._thread.join(_END_SECONDS)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        def begin() -> None:
            task = self._loop.create_task(work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(begin)

    # the loop

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._asked = self._loop.create_task(self._open())
        self._loop.run_forever()
        self._loop.close()

    async def _open(self) -> None:
        """Find out once whether notifications can be shown; the system may ask the person now."""
        try:
            library = self._library
            if library is None:
                import desktop_notifier as library
            made = library.DesktopNotifier(app_name="Rolecall", app_icon=library.Icon(path=self._icon))
            able = await made.get_capabilities()
            if library.Capability.MESSAGE not in able or not await made.request_authorisation():
                return
            made.on_dispatched = self._shown.add
            made.on_clicked = self._clicked
            made.on_button_pressed = self._picked
            made.on_dismissed = self._dismissed
            self._library, self._notifier = library, made
        except Exception as error:  # noqa: BLE001  a library over two systems: whatever it is, the tray says it then
            _log.info("notifications of the system cannot be used: %s", type(error).__name__)

    async def _show(self, notice: Notice) -> None:
        if self._asked is not None:
            await self._asked
        if self._notifier is None:
            self._told(Unshown(notice))
            return
        if notice.quiet and notice.key not in self._shown:
            return
        self._shown.discard(notice.key)
        of = self._library
        buttons = tuple(of.Button(title=one.text, identifier=one.key) for one in notice.buttons[:BUTTONS])
        urgency = of.Urgency.Critical if notice.urgent else of.Urgency.Normal
        sound = None if notice.quiet else of.DEFAULT_SOUND
        told = of.Notification(
            notice.title, notice.body, urgency=urgency, buttons=buttons, sound=sound, identifier=notice.key
        )
        await self._notifier.send_notification(told)  # what fails is in its log, and nothing was dispatched
        if notice.key not in self._shown:
            self._told(Unshown(notice))

    async def _close(self, key: str) -> None:
        if self._asked is not None:
            await self._asked
        if key in self._shown and self._notifier is not None:
            self._shown.discard(key)
            await self._notifier.clear(key)

    async def _end(self) -> None:
        try:
            if self._notifier is not None:
                await self._notifier.clear_all()
        finally:
            self._loop.stop()

    # what the person does: on the loop with Windows, on the main thread with macOS

    def _clicked(self, key: str) -> None:
        self._picked(key, DEFAULT)

    def _picked(self, key: str, choice: str) -> None:
        self._loop.call_soon_threadsafe(self._shown.discard, key)
        self._told(Picked(key, choice))

    def _dismissed(self, key: str) -> None:
        self._loop.call_soon_threadsafe(self._shown.discard, key)
        self._told(Closed(key, dismissed=True))
