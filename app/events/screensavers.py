"""The desktops' own screen lockers on the session bus, where the desktop does not tell logind."""

from collections.abc import Callable

from app.domain.happening import Happening
from app.events.bus import Listener, Signal

NAMES = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)


class SessionBus:
    """Lock and unlock as the session bus tells them."""

    def __init__(self, address: str, told: Callable[[Happening], None]) -> None:
        """`told` is called on a thread of its own."""
        self._told = told
        services = {name: (f"interface='{name}',member='ActiveChanged'",) for name in NAMES}
        self._listener = Listener(address, services, self._heard)

    def start(self) -> None:
        """Begin."""
        self._listener.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._listener.close()

    def _heard(self, signal: Signal) -> None:
        if signal.member == "ActiveChanged":
            self._told(Happening.LOCKED if signal.body[0] else Happening.UNLOCKED)
