"""The menus that come up on a desktop, heard over AT-SPI: menus stand in no application's tree, but they say so."""

from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, message_bus, new_method_call

from tests.support.at_spi import Box, Node, Reader
from tests.support.desktop import wait_for

_REGISTRY = DBusAddress(
    "/org/a11y/atspi/registry", bus_name="org.a11y.atspi.Registry", interface="org.a11y.atspi.Registry"
)
_CHANGES = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a menu on the screen."""

    name: str
    enabled: bool
    box: Box


class Menus:
    """Hears menus of Qt and GTK come up, as a context. `forget` before what opens one, `lines` after it."""

    def __init__(self, reader: Reader) -> None:
        """Hear with a reader's connection."""
        self._reader = reader
        self._heard: deque[Message] = deque()
        self._nodes: dict[str, Node] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        bus = self._reader.bus
        bus.send_and_get_reply(
            new_method_call(_REGISTRY, "RegisterEvent", "sass", ("object:state-changed:showing", [], "")), timeout=20
        )
        bus.send_and_get_reply(message_bus.AddMatch(_CHANGES), timeout=20)
        self._stack.enter_context(bus.filter(_CHANGES, queue=self._heard))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def forget(self) -> None:
        """From now on only menus that come up later count."""
        self._receive()
        self._heard.clear()
        self._nodes.clear()

    def lines(self, count: int = 0) -> list[Line]:
        """Wait for a menu with so many entries (0: at least one) to come to rest; return them from top to bottom."""
        before: list[list[Line]] = []

        def shown() -> list[Line] | None:
            found = self._lines()
            if found and count in (0, len(found)) and all(one.box.width for one in found) and found in before:
                return found
            before[:] = [found]
            return None

        return wait_for(f"a menu with {count or 'some'} entries", shown)

    def _lines(self) -> list[Line]:
        self._receive()
        while self._heard:
            self._take(self._heard.popleft())
        return sorted(
            (Line(one.name.strip(), one.enabled, self._reader.box(one)) for one in self._nodes.values()),
            key=lambda line: line.box.y,
        )

    def _take(self, message: Message) -> None:
        detail, on = message.body[:2]
        fields = message.header.fields
        if detail != "showing" or not on:
            return
        node = self._reader.node(fields[HeaderFields.sender], fields[HeaderFields.path])
        if node is None:
            return
        found = self._reader.children(node) if node.role == "popup menu" else [node]  # Qt's tells of itself alone
        for one in found:
            if one.name.strip() and (one.role.endswith("menu item") or one.role == "menu"):
                self._nodes[one.address.object_path] = one

    def _receive(self) -> None:
        while True:
            try:
                self._reader.bus.recv_messages(timeout=0)
            except TimeoutError:
                return
