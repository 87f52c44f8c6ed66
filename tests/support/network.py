"""Refuses every address but loopback in the test's own process, and remembers who tried."""

import ipaddress
import socket
import sys
from dataclasses import dataclass, field

_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})
_NO_SUCH_NAME = (".invalid", ".test")  # names that RFC 6761 keeps from existing: answered as any resolver should
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex"})
_SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NetworkRefusedError(RuntimeError):
    """A test reached for the network. Not an OSError, so that no code takes it for an outage."""


@dataclass(slots=True)
class NetworkGuard:
    """An audit hook cannot be taken back, so there is one guard for the life of the process."""

    refused: list[str] = field(default_factory=list[str])
    _installed: bool = False

    def install(self) -> None:
        """Begin to refuse. Names that cannot exist (`*.invalid`, `*.test`) fail like names that do not exist."""
        if not self._installed:
            self._installed = True
            sys.addaudithook(self._audit)

    def take(self) -> list[str]:
        """Return what was refused since the last call."""
        refused, self.refused = self.refused, []
        return refused

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _LOOKUPS:
            self._look_up(event, arguments[0])
        elif event in _SENDS:
            self._reach(event, arguments[0], arguments[1])

    def _look_up(self, event: str, name: object) -> None:
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name or "")
        if text.rstrip(".").endswith(_NO_SUCH_NAME):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not is_local(text):
            self._refuse(event, text)

    def _reach(self, event: str, sock: object, address: object) -> None:
        family = getattr(sock, "family", None)
        if family in {socket.AF_INET, socket.AF_INET6} and isinstance(address, tuple) and not is_local(str(address[0])):
            self._refuse(event, str(address))

    def _refuse(self, event: str, target: str) -> None:
        self.refused.append(f"{event} {target}")
        raise NetworkRefusedError(f"tests stay on loopback: {event} {target}")


def is_local(host: str) -> bool:
    """Whether a host is this machine's loopback, by name or address; no look-up is made."""
    if host.lower() in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


GUARD = NetworkGuard()
