"""High contrast, less motion, dark or light, as the desktop tells programs: by the portal of settings. Linux alone.

On the other platforms, and on some desktops, Qt tells the same; whoever listens takes either.
"""

# jeepney has no type information; see bus.py
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable
from typing import Any

from jeepney import DBusAddress, new_method_call

from app.domain.appearance import Appearance
from app.events.bus import Listener, Signal

SERVICE, PATH, SETTINGS = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
_ADDRESS = DBusAddress(PATH, SERVICE, SETTINGS)
_COMMON = "org.freedesktop.appearance"
_GNOME, _GNOME_A11Y = "org.gnome.desktop.interface", "org.gnome.desktop.a11y.interface"
_KDE = "org.kde.kdeglobals.KDE"
_SPACES = (_COMMON, _GNOME, _GNOME_A11Y, _KDE)

Told = Callable[[Appearance], None]


class PortalAppearance:
    """`told` gets what is wanted now and whenever it changes, on a thread of its own; it may not block."""

    def __init__(self, address: str, told: Told) -> None:
        """Do nothing yet. `address`: of the session bus."""
        self._told = told
        self._known: dict[tuple[str, str], Any] = {}  # the listener's thread alone
        self._last: Appearance | None = None
        rules = (f"interface='{SETTINGS}',member='SettingChanged'",)
        self._listener = Listener(address, {SERVICE: rules}, self._heard, self._appeared)

    def start(self) -> None:
        """Ask, and listen."""
        self._listener.start()

    def close(self) -> None:
        """Hear nothing more. Any thread."""
        self._listener.close()

    def _appeared(self, service: str) -> None:
        del service
        message = new_method_call(_ADDRESS, "ReadAll", "as", (list(_SPACES),))
        self._listener.invoke(message, self._read, lambda: None)

    def _read(self, body: tuple[Any, ...]) -> None:
        self._known = {
            (space, key): _plain(value) for space, found in dict(body[0]).items() for key, value in found.items()
        }
        self._tell()

    def _heard(self, signal: Signal) -> None:
        if signal.interface == SETTINGS and signal.member == "SettingChanged" and signal.body[0] in _SPACES:
            space, key, value = signal.body
            self._known[str(space), str(key)] = _plain(value)
            self._tell()

    def _tell(self) -> None:
        now = wanted(self._known)
        if now != self._last:
            self._last = now
            self._told(now)


def wanted(known: "dict[tuple[str, str], Any]") -> Appearance:
    """Return what the desktops' own keys say together; what is of another type than promised says nothing."""
    contrast = known.get((_COMMON, "contrast")) == 1 or known.get((_GNOME_A11Y, "high-contrast")) is True
    still = known.get((_COMMON, "reduced-motion")) == 1 or known.get((_GNOME, "enable-animations")) is False
    return Appearance(contrast, still or _nothing(known.get((_KDE, "AnimationDurationFactor"))), _dark(known))


def _dark(known: "dict[tuple[str, str], Any]") -> bool | None:
    """Whether dark is preferred, or light; a desktop that prefers neither says nothing."""
    common, gnome = known.get((_COMMON, "color-scheme")), known.get((_GNOME, "color-scheme"))
    if type(common) is int and common in (1, 2):
        return common == 1
    return {"prefer-dark": True, "prefer-light": False}.get(gnome) if isinstance(gnome, str) else None


def _nothing(factor: object) -> bool:
    """KDE's factor is a text."""
    try:
        return isinstance(factor, str | int | float) and not isinstance(factor, bool) and float(factor) == 0
    except ValueError:
        return False


def _plain(value: object) -> object:
    """Take a value out of its variants; older portals wrap it twice."""
    while isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        value = value[1]
    return value
