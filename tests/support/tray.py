"""The application's tray item as the tray host sees it: over D-Bus, its menu included."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.desktop import wait_for

_WATCHER = DBusAddress(
    "/StatusNotifierWatcher", bus_name="org.kde.StatusNotifierWatcher", interface="org.kde.StatusNotifierWatcher"
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu, with those below it."""

    id: int
    label: str
    enabled: bool
    checked: bool
    entries: tuple["MenuEntry", ...]

    def find(self, *path: str) -> "MenuEntry | None":
        """Return the entry whose label contains each word of the path in turn (mnemonics removed)."""
        if not path:
            return self
        for entry in self.entries:
            if path[0] in entry.label:
                return entry.find(*path[1:])
        return None

    def lines(self, depth: int = 0) -> list[str]:
        """Return the menu as text."""
        rows = [f"{'  ' * depth}{entry.label}{'' if entry.enabled else ' (off)'}" for entry in self.entries]
        return [line for row, entry in zip(rows, self.entries, strict=True) for line in [row, *entry.lines(depth + 1)]]


class Tray:
    """The one tray item on a bus."""

    def __init__(self, address: str) -> None:
        """Connect to the session bus at the address."""
        self._bus: DBusConnection = open_dbus_connection(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.close()

    def item(self, seconds: float = 20.0) -> DBusAddress:
        """Wait for the tray item and return its address."""
        name = wait_for("a tray item", self._first, seconds)
        bus_name, _, path = name.partition("/")
        return DBusAddress(f"/{path}", bus_name=bus_name, interface="org.kde.StatusNotifierItem")

    def property(self, name: str) -> Any:
        """Return a property of the tray item (Status, ToolTip, IconPixmap, Menu …); None: the item has just gone."""
        reply = self._bus.send_and_get_reply(Properties(self.item()).get(name), timeout=10)
        return None if reply.header.message_type.name == "error" else reply.body[0][1]

    def menu(self) -> MenuEntry:
        """Return the whole menu as it is now, an empty one while there is none."""
        if not self.property("Menu"):
            return MenuEntry(0, "", enabled=False, checked=False, entries=())
        address = self._menu_address()
        self._call(address, "AboutToShow", "i", (0,))
        body = self._call(address, "GetLayout", "iias", (0, -1, []))
        return _entry(body[1])

    def click(self, entry: MenuEntry) -> None:
        """Click an entry, as a tray host does."""
        self._call(self._menu_address(), "Event", "isvu", (entry.id, "clicked", ("i", 0), 0))

    def activate(self) -> None:
        """Left click on the icon."""
        self._call(self.item(), "Activate", "ii", (0, 0))

    def middle_click(self) -> None:
        """Click the icon with the middle button."""
        self._call(self.item(), "SecondaryActivate", "ii", (0, 0))

    def _menu_address(self) -> DBusAddress:
        item = self.item()
        return DBusAddress(self.property("Menu"), bus_name=item.bus_name, interface="com.canonical.dbusmenu")

    def _first(self) -> str | None:
        reply = self._bus.send_and_get_reply(Properties(_WATCHER).get("RegisteredStatusNotifierItems"), timeout=10)
        if reply.header.message_type.name == "error":
            return None
        names: list[str] = reply.body[0][1]
        return names[0] if names else None

    def _call(self, address: DBusAddress, method: str, signature: str, body: tuple[Any, ...]) -> Any:
        reply = self._bus.send_and_get_reply(new_method_call(address, method, signature, body), timeout=10)
        if reply.header.message_type.name == "error":
            raise AssertionError(f"{method}: {reply.body}")
        return reply.body


def _entry(layout: Any) -> MenuEntry:
    number, properties, children = layout
    value = {name: variant[1] for name, variant in properties.items()}
    return MenuEntry(
        number,
        str(value.get("label", "")).replace("_", ""),
        bool(value.get("enabled", True)),
        value.get("toggle-state") == 1,
        tuple(_entry(child[1]) for child in children if child[1][1].get("type", ("s", ""))[1] != "separator"),
    )
