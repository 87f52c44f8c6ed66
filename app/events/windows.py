"""What Windows tells a window that is never shown: sleep, wake, the lock, a clock that was set; and new addresses."""

import asyncio
import ctypes
import logging
import threading
from collections.abc import Callable
from typing import Any

from app.domain.happening import Happening
from app.events.threads import on_loop

_log = logging.getLogger(__name__)
_POWER, _TIME_CHANGE, _SESSION, _CLOSE, _DESTROY = 0x0218, 0x001E, 0x02B1, 0x0010, 0x0002  # WM_…
_OF_POWER = {4: Happening.SLEEP, 7: Happening.WAKE, 0x12: Happening.WAKE}  # PBT_APMSUSPEND, …RESUMESUSPEND, …AUTOMATIC
_OF_SESSION = {7: Happening.LOCKED, 8: Happening.UNLOCKED}  # WTS_SESSION_LOCK, WTS_SESSION_UNLOCK
_THIS_SESSION = 0
_HELD = 1.5  # seconds; Windows waits two
_CLASS = "RolecallEvents"


def happening_of(message: int, parameter: int) -> Happening | None:
    """Return what a window message means; None for all others."""
    if message == _POWER:
        return _OF_POWER.get(parameter)
    if message == _SESSION:
        return _OF_SESSION.get(parameter)
    return Happening.CLOCK if message == _TIME_CHANGE else None


class WindowsEvents:
    """A hidden window on a thread of its own. Written after Microsoft's documentation; see ADR 13."""

    def __init__(self) -> None:
        """Do nothing yet."""
        self._window: int | None = None
        self._released = threading.Event()
        self._told: Callable[[Happening], None] = lambda _: None
        self._over = False

    def open(self, told: Callable[[Happening], None]) -> None:
        """Listen from now on."""
        self._told = on_loop(asyncio.get_running_loop(), told, lambda: self._over)
        for work in (self._messages, self._addresses):
            threading.Thread(target=self._guarded, args=(work,), name="rolecall-events", daemon=True).start()

    def may_sleep(self) -> None:
        """Let the message of the sleep be answered."""
        self._released.set()

    def close(self) -> None:
        """Listen no more; the threads end with the process at the latest."""
        self._over = True
        self._released.set()
        if self._window is not None:
            _windll().user32.PostMessageW(ctypes.c_void_p(self._window), _CLOSE, 0, 0)

    def heard(self, message: int, parameter: int) -> None:
        """Tell of a message; before a sleep wait until what must be done is done, no longer than Windows does."""
        what = happening_of(message, parameter)
        if what is None:
            return
        self._released.clear()
        self._told(what)
        if what is Happening.SLEEP:
            self._released.wait(_HELD)

    def _guarded(self, work: Callable[[Any], None]) -> None:
        try:
            work(_windll())
        except (OSError, AttributeError, ValueError) as error:
            _log.info("events of Windows are not heard: %s", type(error).__name__)

    def _messages(self, windll: Any) -> None:  # noqa: ANN401  ctypes knows no type for it
        from ctypes import wintypes

        user32 = windll.user32
        result, long_parameter = ctypes.c_ssize_t, ctypes.c_ssize_t
        parameters = (wintypes.HWND, wintypes.UINT, ctypes.c_size_t, long_parameter)
        procedure = getattr(ctypes, "WINFUNCTYPE")(result, *parameters)  # noqa: B009  Windows alone has it
        user32.DefWindowProcW.argtypes, user32.DefWindowProcW.restype = list(parameters), result

        @procedure
        def handle(window: int, message: int, parameter: int, more: int) -> int:
            self.heard(message, parameter)
            if message == _DESTROY:
                user32.PostQuitMessage(0)
                return 0
            return int(user32.DefWindowProcW(window, message, parameter, more))

        class WindowClass(ctypes.Structure):
            _fields_ = (
                ("style", wintypes.UINT), ("procedure", procedure), ("extra", ctypes.c_int), ("more", ctypes.c_int),
                ("instance", wintypes.HINSTANCE), ("icon", wintypes.HICON), ("cursor", wintypes.HANDLE),
                ("background", wintypes.HBRUSH), ("menu", wintypes.LPCWSTR), ("name", wintypes.LPCWSTR),
            )  # fmt: skip

        kind = WindowClass()
        kind.procedure, kind.name = handle, _CLASS
        user32.RegisterClassW(ctypes.byref(kind))
        user32.CreateWindowExW.restype = wintypes.HWND
        self._window = user32.CreateWindowExW(0, _CLASS, _CLASS, 0, 0, 0, 0, 0, None, None, None, None)
        if not self._window:
            return
        windll.wtsapi32.WTSRegisterSessionNotification(wintypes.HWND(self._window), _THIS_SESSION)
        message = wintypes.MSG()
        while not self._over and user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user32.TranslateMessage(ctypes.byref(message))
            user32.DispatchMessageW(ctypes.byref(message))

    def _addresses(self, windll: Any) -> None:  # noqa: ANN401  as above
        while not self._over and windll.iphlpapi.NotifyAddrChange(None, None) == 0:
            self._told(Happening.NETWORK)


def _windll() -> Any:  # noqa: ANN401  as above
    return getattr(ctypes, "windll")  # noqa: B009  Windows alone has it
