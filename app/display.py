"""Whether there is a screen to show windows on. Asked before Qt is loaded, which would end the process without one."""

import socket
from collections.abc import Mapping
from pathlib import Path

_X11_SOCKETS = "/tmp/.X11-unix"  # noqa: S108  where every X server listens
_X11_PORT = 6000
_WAIT = 2.0


def unreachable(environ: Mapping[str, str], platform: str) -> str:
    """Return why no window can be shown (a reason of app/texts.py), empty if one can.

    Only Linux and its like can be without a screen. Opens and closes a connection to the display; waits at most 2 s
    for one on another machine.
    """
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in {"win32", "darwin"} or chosen not in {"", "xcb", "wayland"}:
        return ""
    display, wayland = environ.get("DISPLAY", ""), environ.get("WAYLAND_DISPLAY", "")
    if not (display or wayland):
        return "no-display"
    if (wayland and _answers_wayland(wayland, environ)) or (display and _answers_x11(display)):
        return ""
    return "display-silent"


def _answers_wayland(name: str, environ: Mapping[str, str]) -> bool:
    path = Path(environ.get("XDG_RUNTIME_DIR", "/")) / name  # an absolute name stands for itself
    return _answers(socket.AF_UNIX, str(path))


def _answers_x11(display: str) -> bool:
    host, _, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not number.isdigit():
        return Path(display).is_socket()  # macOS's launchd form, or nonsense
    if host in {"", "unix"}:
        path = f"{_X11_SOCKETS}/X{number}"
        return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")
    return _answers_tcp(host.strip("[]"), _X11_PORT + int(number))


def _answers(family: int, address: str) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(_WAIT)
        try:
            one.connect(address)
        except OSError:
            return False
    return True


def _answers_tcp(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _WAIT):
            return True
    except OSError:
        return False
