"""A D-Bus connection whose every wait ends by one point in time. Linux only, imported with the first call."""

# jeepney has no type information; this file is the only one that touches it
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable

from jeepney import DBusErrorResponse, Message
from jeepney.bus import get_bus
from jeepney.io.blocking import DBusConnection, prep_socket
from secretstorage.util import add_match_rules

from app.domain.problem import AppError, Code, Verb

_GREETING = 1.0  # seconds that the bus has for its part of the handshake


class BoundedConnection(DBusConnection):
    """Raises TimeoutError from any call once `until` is reached on `clock`."""

    def __init__(self, address: str, until: float, clock: Callable[[], float]) -> None:
        """Connect and say hello."""
        self._until = until
        self._clock = clock
        try:
            path = get_bus(address)
        except (RuntimeError, ValueError, StopIteration):  # not a Unix socket of this machine, or no address at all
            raise AppError.of(Code.VAULT_NONE, Verb.GET_KEYRING, reason="no-session-bus") from None
        sock = prep_socket(path, timeout=min(_GREETING, self._left()))
        sock.settimeout(self._left())  # for sending to a bus that no longer reads
        try:
            super().__init__(sock)
        except BaseException:
            sock.close()
            raise

    def receive(self, *, timeout: float | None = None) -> Message:
        """Return the next message; the caller's own limit counts where it is shorter."""
        left = self._left()
        return super().receive(timeout=left if timeout is None else min(timeout, left))

    def _left(self) -> float:
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


def connect(address: str, until: float, clock: Callable[[], float]) -> BoundedConnection:
    """Return a connection ready for the Secret Service's prompts."""
    connection = BoundedConnection(address, until, clock)
    try:
        add_match_rules(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def name_of(error: DBusErrorResponse) -> str:
    """Return the D-Bus name of an error, "org.freedesktop.…"; its text is left alone."""
    return str(error.name)
