"""Signals of a D-Bus bus, heard on a daemon thread. Linux only; nothing is started on the bus by listening."""

# jeepney has no type information; in this room this file is the only one that touches it
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import logging
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call
from jeepney.bus import get_bus
from jeepney.fds import FileDescriptor
from jeepney.io.blocking import DBusConnection, prep_socket

from app.domain.values import dataclass

_log = logging.getLogger(__name__)
_GREETING = 2.0  # seconds that the bus has for its part of the handshake
_AGAIN = 15.0  # seconds between attempts to find a bus that went away
_BUS = "org.freedesktop.DBus"
_BUS_ADDRESS = DBusAddress("/org/freedesktop/DBus", _BUS, _BUS)
_NO_ANSWER = (OSError, RuntimeError, ValueError, StopIteration, TimeoutError)

Then = Callable[[tuple[Any, ...]], None]


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of a service that was asked for."""

    service: str
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


class Listener:
    """Hears signals of services by their well-known names, whether they run already or appear later.

    A signal counts only when it comes from the connection that owns the name: anybody may send one straight to us.
    `heard` and `appeared` are called on the thread, where `call` may be used; they may not block.
    """

    def __init__(
        self,
        address: str,
        services: Mapping[str, Sequence[str]],
        heard: Callable[[Signal], None],
        appeared: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`services`: name to match rules beside type and sender. `appeared`: the service is there, or there anew."""
        self._address, self._services = address, services
        self._heard, self._appeared = heard, appeared
        self._owners: dict[str, str] = {}
        self._pending: dict[int, tuple[Then, Callable[[], None]]] = {}
        self._connection: DBusConnection | None = None
        self._over = threading.Event()
        self._sending = threading.Lock()
        self.ready = threading.Event()  # there is a connection, or it is known that there is none

    def start(self) -> None:
        """Begin to listen; where there is no bus, nothing happens and nothing is tried again."""
        threading.Thread(target=self._run, name="rolecall-bus", daemon=True).start()

    def close(self) -> None:
        """Hear nothing more. Any thread."""
        self._over.set()
        connection = self._connection
        if connection is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def call(self, service: str, path: str, interface: str, member: str, *arguments: str, then: Then) -> None:
        """Call a method with texts; `then` gets what it answers, and nothing comes of an error."""
        signature = "s" * len(arguments) or None
        address = DBusAddress(path, service, interface)
        self._send(new_method_call(address, member, signature, arguments), then)

    def invoke(self, message: Message, then: Then, failed: Callable[[], None]) -> None:
        """Send a call. Any thread that may wait for the bus; one of the two is called, on either thread, but once."""
        if not self._send(message, then, failed):
            failed()

    def _run(self) -> None:
        known = False
        while not self._over.is_set():
            try:
                self._connection = DBusConnection(
                    prep_socket(get_bus(self._address), enable_fds=True, timeout=_GREETING), enable_fds=True
                )
            except _NO_ANSWER:
                self.ready.set()
                if not known:
                    return
            else:
                known = True
                self._listen(self._connection)
            self._over.wait(_AGAIN)

    def _listen(self, connection: DBusConnection) -> None:
        self._owners.clear()
        try:
            for service, rules in self._services.items():
                owner = f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{service}'"
                for rule in (owner, *(f"type='signal',sender='{service}',{one}" for one in rules)):
                    self._send(new_method_call(_BUS_ADDRESS, "AddMatch", "s", (rule,)), lambda _: None)
                ask = new_method_call(_BUS_ADDRESS, "GetNameOwner", "s", (service,))
                self._send(ask, lambda body, service=service: self._owned(service, str(body[0])))
            self.ready.set()  # whatever is called from now on is answered after that
            while not self._over.is_set():
                message = connection.receive()
                try:
                    self._dispatch(message)
                except (LookupError, TypeError, AttributeError) as error:  # not of the form that the service promises
                    _log.info("a message on a bus was not understood: %s", type(error).__name__)
        except _NO_ANSWER as error:
            if not self._over.is_set():
                _log.info("a bus was lost: %s", type(error).__name__)
        finally:
            with self._sending:
                self._connection = None
                pending, self._pending = self._pending, {}
            connection.close()
            for _, failed in pending.values():
                failed()

    def _send(self, message: Message, then: Then, failed: Callable[[], None] = lambda: None) -> bool:
        """Whether it went out, or was to: what becomes of it then is told by one of the two."""
        with self._sending:
            connection = self._connection
            if connection is None:
                return False
            serial = next(connection.outgoing_serial)
            self._pending[serial] = then, failed
            try:
                connection.send(message, serial=serial)
            except _NO_ANSWER:
                del self._pending[serial]
                return False
        return True

    def _dispatch(self, message: Message) -> None:
        fields, kind = message.header.fields, message.header.message_type
        waiting = self._pending.pop(fields.get(HeaderFields.reply_serial, -1), None)
        if waiting is not None:
            then, failed = waiting
            then(tuple(message.body)) if kind is MessageType.method_return else failed()
        elif kind is MessageType.signal:
            self._signal(fields, tuple(message.body))

    def _signal(self, fields: Mapping[Any, Any], body: tuple[Any, ...]) -> None:
        sender, member = fields.get(HeaderFields.sender, ""), fields.get(HeaderFields.member, "")
        if sender == _BUS:
            if member == "NameOwnerChanged" and body[0] in self._services:
                self._owned(str(body[0]), str(body[2]))
            return
        path, interface = fields.get(HeaderFields.path, ""), fields.get(HeaderFields.interface, "")
        for service, owner in tuple(self._owners.items()):
            if owner == sender:
                self._heard(Signal(service, path, interface, member, body))

    def _owned(self, service: str, owner: str) -> None:
        before = self._owners.get(service, "")
        self._owners[service] = owner
        if owner and owner != before:
            self._appeared(service)


def descriptor(value: object) -> int:
    """Return the raw file descriptor of an answer; whoever gets it closes it."""
    if not isinstance(value, FileDescriptor):
        raise TypeError
    return int(value.to_raw_fd())
