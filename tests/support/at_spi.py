"""What a screen reader gets of an application: its tree over AT-SPI, in a session bus of the tests' own."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.desktop import wait_for

_ROOT = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_FOCUSABLE, _FOCUSED, _SHOWING, _ENABLED = 11, 12, 25, 8  # of AtspiStateType
_ITEMS = frozenset({"list item", "cell", "table cell", "tree item"})
_SCREEN = 0  # of AtspiCoordType


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def center(self) -> tuple[int, int]:
        """The middle, for a click."""
        return self.x + self.width // 2, self.y + self.height // 2

    def holds(self, other: "Box") -> bool:
        """Whether the other's middle lies inside."""
        x, y = other.center
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Node:
    """One object of the tree."""

    name: str
    role: str
    description: str
    states: frozenset[int]
    address: DBusAddress
    depth: int

    @property
    def focused(self) -> bool:
        """Whether it has the keyboard."""
        return _FOCUSED in self.states

    @property
    def shown(self) -> bool:
        """Whether it is on the screen."""
        return _SHOWING in self.states

    @property
    def enabled(self) -> bool:
        """Whether it can be used."""
        return _ENABLED in self.states

    @property
    def reachable(self) -> bool:
        """Whether a person can bring the keyboard there now."""
        return {_FOCUSABLE, _SHOWING, _ENABLED} <= self.states


class Reader:
    """A reader of the desktop at the address of a session bus, as a context."""

    def __init__(self, address: str) -> None:
        """Ask for the bus of assistive programs, and say that there is one: applications then build their trees."""
        self._session = open_dbus_connection(address)
        bus = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
        where = self._session.send_and_get_reply(new_method_call(bus, "GetAddress"), timeout=20).body[0]
        status = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Status")
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            self._session.send_and_get_reply(Properties(status).set(name, "b", True), timeout=20)
        self.bus: DBusConnection = open_dbus_connection(where)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bus.close()
        self._session.close()

    def application(self, name: str, seconds: float = 20.0) -> Node:
        """Wait for an application's root."""
        registry = DBusAddress(_ROOT, bus_name="org.a11y.atspi.Registry", interface=_ACCESSIBLE)

        def found() -> Node | None:
            return next((one for one in self._children(registry, 0) if one.name == name), None)

        return wait_for(f"{name} in the accessibility tree", found, seconds)

    def window(self, application: Node, name: str, seconds: float = 20.0) -> Node:
        """Wait for a window of an application, by its title."""

        def found() -> Node | None:
            return next((one for one in self.windows(application) if one.name == name), None)

        return wait_for(f"the window {name} in the accessibility tree", found, seconds)

    def windows(self, application: Node) -> list[Node]:
        """Return the windows of an application that are shown."""
        return [one for one in self._children(application.address, 0) if one.shown]

    def walk(self, node: Node) -> Iterator[Node]:
        """Yield a node with everything below it, as it is read."""
        yield node
        for one in self._children(node.address, node.depth + 1):
            yield from self.walk(one)

    def on_screen(self, node: Node) -> Iterator[Node]:
        """Yield a node and what is shown below it; what is below something hidden is not looked at."""
        yield node
        for one in self._children(node.address, node.depth + 1):
            if one.shown:
                yield from self.on_screen(one)

    def box(self, node: Node) -> Box:
        """Return where a node is on the screen; nothing is as wide as 0."""
        body = self._call(node.address, "org.a11y.atspi.Component", "GetExtents", "u", (_SCREEN,))
        return Box(*(body or (0, 0, 0, 0)))

    def children(self, node: Node) -> list[Node]:
        """Return what is right below a node."""
        return self._children(node.address, node.depth + 1)

    def node(self, bus_name: str, path: str) -> Node | None:
        """Return the node at an address, None: it has gone."""
        return self._node(bus_name, path, 0)

    def find(self, node: Node, text: str, role: str = "") -> Node | None:
        """Return the first node below whose name begins so."""
        return next((one for one in self.walk(node) if one.name.startswith(text) and role in ("", one.role)), None)

    def focused(self, node: Node) -> Node | None:
        """Return what below has the keyboard; the current items of lists and tables say so too, whoever has it."""
        return next((one for one in self.on_screen(node) if one.focused and one.role not in _ITEMS), None)

    def _children(self, address: DBusAddress, depth: int) -> list[Node]:
        pairs = self._call(address, _ACCESSIBLE, "GetChildren")
        return [node for pair in pairs or () if (node := self._node(*pair, depth)) is not None]

    def _node(self, bus_name: str, path: str, depth: int) -> Node | None:
        address = DBusAddress(path, bus_name=bus_name, interface=_ACCESSIBLE)
        states = self._call(address, _ACCESSIBLE, "GetState")
        role = self._call(address, _ACCESSIBLE, "GetRoleName")
        if states is None or role is None:
            return None  # gone meanwhile
        bits = states[0] | (states[1] << 32 if len(states) > 1 else 0)
        on = frozenset(number for number in range(64) if bits >> number & 1)
        name, description = self._property(address, "Name"), self._property(address, "Description")
        return Node(name, str(role), description, on, address, depth)

    def _property(self, address: DBusAddress, name: str) -> str:
        reply = self.bus.send_and_get_reply(Properties(address).get(name), timeout=20)
        return "" if reply.header.message_type.name == "error" else str(reply.body[0][1])

    def _call(
        self, address: DBusAddress, interface: str, method: str, signature: str = "", body: tuple[Any, ...] = ()
    ) -> Any:
        to = DBusAddress(address.object_path, bus_name=address.bus_name, interface=interface)
        reply = self.bus.send_and_get_reply(new_method_call(to, method, signature, body), timeout=20)
        return None if reply.header.message_type.name == "error" else reply.body[0]
