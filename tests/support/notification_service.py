"""A notification service on a bus, as desktops have one: it keeps what it was asked, and a test presses its buttons."""

# jeepney has no type information
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
ABLE = ("body", "body-markup", "actions", "persistence")


@dataclass(frozen=True, slots=True)
class Shown:
    """One call of Notify. `number`: what the service gave it; `replaces`: what it was asked to take the place of."""

    number: int
    replaces: int
    icon: str
    title: str
    body: str
    actions: tuple[str, ...]
    hints: dict[str, tuple[str, Any]]

    @property
    def buttons(self) -> dict[str, str]:
        """Key to text, without the default action."""
        pairs = zip(self.actions[::2], self.actions[1::2], strict=True)
        return {key: text for key, text in pairs if key != "default"}


class NotificationService:
    """Owns the name until it is closed. `refuse`: answer every call with an error; `silent`: answer none."""

    def __init__(self, address: str, *, able: tuple[str, ...] = ABLE, first: int = 1, refuse: bool = False) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        assert Proxy(message_bus, self._connection).RequestName(NAME, 4)[0] == 1
        self._able, self._refuse, self._next = able, refuse, first
        self.silent = False
        self._lock = threading.Lock()
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self._thread = threading.Thread(target=self._serve, name="test-notifications", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it: its name is nobody's then."""
        with suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(10)

    @property
    def open(self) -> tuple[Shown, ...]:
        """What is on the screen: the newest of each number that was not closed."""
        newest = {one.number: one for one in self.shown}
        return tuple(one for number, one in newest.items() if number not in self.closed)

    def press(self, shown: Shown, action: str, token: str = "") -> None:
        """Press a button, or "default" for the notification itself."""
        if token:
            self.signal("ActivationToken", "us", (shown.number, token))
        self.signal("ActionInvoked", "us", (shown.number, action))
        self.dismiss(shown)

    def dismiss(self, shown: Shown, reason: int = 2) -> None:
        """Take one away; reason 1: its time is over, 2: the person did."""
        self.closed.append(shown.number)
        self.signal("NotificationClosed", "uu", (shown.number, reason))

    def signal(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        """Send a signal to all."""
        with self._lock:
            self._connection.send(new_signal(DBusAddress(PATH, interface=NAME), member, signature, body))

    def _serve(self) -> None:
        with suppress(OSError, ConnectionError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call and not self.silent:
                    answer = self._answer(message)
                    with self._lock:
                        self._connection.send(answer)
        self._connection.close()

    def _answer(self, message: Message) -> Message:
        member, body = message.header.fields[HeaderFields.member], message.body
        if self._refuse:
            return new_error(message, "org.example.Refused")
        match member:
            case "GetCapabilities":
                return new_method_return(message, "as", (list(self._able),))
            case "Notify":
                _, replaces, icon, title, text, actions, hints, _ = body
                number = replaces or self._next
                self._next += not replaces
                self.shown.append(Shown(number, replaces, icon, title, text, tuple(actions), dict(hints)))
                return new_method_return(message, "u", (number,))
            case "CloseNotification":
                self.closed.append(body[0])
                return new_method_return(message)
            case _:
                return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
