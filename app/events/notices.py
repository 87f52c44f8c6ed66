"""Notifications by org.freedesktop.Notifications, with buttons. Two daemon threads of its own; nothing here blocks."""

# jeepney has no type information; see bus.py
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from jeepney import DBusAddress, new_method_call

from app.domain.notice import BUTTONS, DEFAULT, Closed, Notice, NoticeEvent, Picked, Unshown
from app.events.bus import Listener, Signal

SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_ADDRESS = DBusAddress(PATH, SERVICE, SERVICE)
_BY_THE_PERSON = 2  # the reason of NotificationClosed
_NORMAL, _CRITICAL = 1, 2
_AS_THE_SERVICE_LIKES = -1
_CONNECTS = 3.0  # seconds that the first notice waits for a bus
_log = logging.getLogger(__name__)


class DesktopNotices:
    """Shows notices and tells what became of them. A service may be absent, die and come back at any moment.

    What belongs to a service that has ended is forgotten: its notifications went with it.
    """

    def __init__(self, address: str, icon: str, told: Callable[[NoticeEvent], None]) -> None:
        """`icon`: a name of the theme's or a file's address. `told` is called on a thread of ours and may not block."""
        self._icon, self._told = icon, told
        self._todo: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._listener = Listener(address, {SERVICE: (f"interface='{SERVICE}'",)}, self._heard, self._appeared)
        # only the worker touches these
        self._abilities: frozenset[str] | None = None  # None: not known
        self._asking = False
        self._waiting: dict[str, Notice] = {}
        self._ids: dict[str, int] = {}
        self._calling: dict[str, Notice | None] = {}  # on its way; what is to be shown after it, None: nothing
        self._closing: set[str] = set()
        self._tokens: dict[int, str] = {}

    def start(self) -> None:
        """Connect, and begin to work."""
        self._listener.start()
        threading.Thread(target=self._work, name="rolecall-notices", daemon=True).start()

    def show(self, notice: Notice) -> None:
        """Show a notice in the place of the one with its key; a quiet one only there. Any thread."""
        self._todo.put(partial(self._show, notice))

    def close(self, key: str) -> None:
        """Take a notice away, shown or about to be. Any thread."""
        self._todo.put(partial(self._close, key))

    def end(self) -> None:
        """Take all notices away and work no more; what the service does not answer is not waited for. Any thread."""
        self._todo.put(self._close_all)
        self._todo.put(None)

    # the worker

    def _work(self) -> None:
        self._listener.ready.wait(_CONNECTS)
        while (task := self._todo.get()) is not None:
            try:
                task()
            except (LookupError, TypeError, ValueError, AttributeError) as error:  # a service that keeps no promise
                _log.info("a notification service was not understood: %s", type(error).__name__)
        self._listener.close()

    def _show(self, notice: Notice) -> None:
        before = self._waiting.get(notice.key) or self._calling.get(notice.key)
        if notice.quiet and before is not None:
            notice = replace(notice, quiet=before.quiet)  # the one before was not shown yet: this is the news now
        elif notice.quiet and not self._is_out(notice.key):
            return
        self._closing.discard(notice.key)
        if self._abilities is not None:
            self._notify(notice)
            return
        self._waiting[notice.key] = notice
        if not self._asking:
            self._asking = True
            self._call("GetCapabilities", None, (), self._able, self._unable)

    def _is_out(self, key: str) -> bool:
        """Whether a notice is shown, or is about to be, and is to stay."""
        return key not in self._closing and (key in self._ids or key in self._calling)

    def _able(self, body: tuple[Any, ...]) -> None:
        self._asking = False
        self._abilities = frozenset(str(one) for one in body[0])
        waiting, self._waiting = self._waiting, {}
        for notice in waiting.values():
            self._notify(notice)

    def _unable(self) -> None:
        self._asking = False
        waiting, self._waiting = self._waiting, {}
        for notice in waiting.values():
            self._told(Unshown(notice))

    def _notify(self, notice: Notice) -> None:
        if notice.key in self._calling:
            self._calling[notice.key] = notice
            return
        self._calling[notice.key] = None
        able = self._abilities or frozenset()
        body = notice.body if "body" in able else ""
        if "body-markup" in able:
            body = escape(body, quote=False)
        actions = [DEFAULT, ""] if "actions" in able else []
        for one in notice.buttons[:BUTTONS] if actions else ():
            actions += [one.key, one.text]
        hints = {"desktop-entry": ("s", "rolecall"), "urgency": ("y", _CRITICAL if notice.urgent else _NORMAL)}
        if notice.category:
            hints["category"] = ("s", notice.category)
        if notice.quiet:
            hints["suppress-sound"] = ("b", True)
        arguments = (
            *("Rolecall", self._ids.get(notice.key, 0), self._icon, notice.title, body, actions, hints),
            _AS_THE_SERVICE_LIKES,
        )
        shown, failed = partial(self._shown, notice.key), partial(self._failed, notice)
        self._call("Notify", "susssasa{sv}i", arguments, shown, failed)

    def _shown(self, key: str, body: tuple[Any, ...]) -> None:
        self._ids[key] = int(body[0])
        following = self._calling.pop(key, None)
        if key in self._closing:
            self._close(key)
        elif following is not None:
            self._notify(following)

    def _failed(self, notice: Notice) -> None:
        self._ids.pop(notice.key, None)
        following = self._calling.pop(notice.key, None)
        if notice.key not in self._closing:
            last = following or notice
            self._told(Unshown(replace(last, quiet=last.quiet and notice.quiet)))
        self._closing.discard(notice.key)

    def _close(self, key: str) -> None:
        self._waiting.pop(key, None)
        if key in self._calling:
            self._calling[key] = None
            self._closing.add(key)
            return
        self._closing.discard(key)
        number = self._ids.pop(key, None)
        if number is not None:
            self._call("CloseNotification", "u", (number,), lambda _: None, lambda: None)

    def _close_all(self) -> None:
        for key in tuple(self._ids):
            self._close(key)

    def _call(
        self,
        member: str,
        signature: str | None,
        body: tuple[Any, ...],
        then: Callable[[tuple[Any, ...]], None],
        failed: Callable[[], None],
    ) -> None:
        """Call the service; the answer comes back to the worker."""
        message = new_method_call(_ADDRESS, member, signature, body)
        self._listener.invoke(
            message, lambda answer: self._todo.put(partial(then, answer)), lambda: self._todo.put(failed)
        )

    # the listener's thread

    def _appeared(self, service: str) -> None:
        del service
        self._todo.put(self._new_service)

    def _heard(self, signal: Signal) -> None:
        self._todo.put(partial(self._signal, signal))

    # the worker again

    def _new_service(self) -> None:
        """Another one than before: numbers mean nothing to it, and it may be able to do other things."""
        gone, self._ids, self._abilities = self._ids, {}, None
        self._tokens.clear()
        for key in gone:
            self._told(Closed(key, dismissed=False))

    def _signal(self, signal: Signal) -> None:
        number = int(signal.body[0])
        if signal.member == "ActivationToken":
            self._tokens = {number: str(signal.body[1])}  # the choice that it belongs to comes next
            return
        key = next((key for key, one in self._ids.items() if one == number), None)
        if key is None:
            return  # another program's
        if signal.member == "ActionInvoked":
            self._told(Picked(key, str(signal.body[1]), self._tokens.pop(number, "")))
        elif signal.member == "NotificationClosed":
            del self._ids[key]
            self._told(Closed(key, dismissed=signal.body[1] == _BY_THE_PERSON))
