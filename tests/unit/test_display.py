"""Whether there is a screen."""

import socket
from pathlib import Path

import pytest

from app import display


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_always_have_one(platform: str) -> None:
    assert display.unreachable({}, platform) == ""


def test_without_variables_there_is_none() -> None:
    assert display.unreachable({}, "linux") == "no-display"


def test_a_platform_without_a_screen_needs_none() -> None:
    assert display.unreachable({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert display.unreachable({"QT_QPA_PLATFORM": "xcb"}, "linux") == "no-display"


@pytest.mark.parametrize("name", [":7", ":7.0", "unix:7"])
def test_an_x_server_answers_on_its_socket(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_X11_SOCKETS", str(tmp_path))
    assert display.unreachable({"DISPLAY": name}, "linux") == "display-silent"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "X7"))
        server.listen()
        assert display.unreachable({"DISPLAY": name}, "linux") == ""
    assert display.unreachable({"DISPLAY": name}, "linux") == "display-silent"


def test_an_x_server_answers_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(display, "_X11_PORT", port - 10)
        assert display.unreachable({"DISPLAY": "localhost:10.0"}, "linux") == ""
    assert display.unreachable({"DISPLAY": "localhost:10.0"}, "linux") == "display-silent"


def test_a_wayland_compositor_answers_where_x_does_not(tmp_path: Path) -> None:
    environ = {"DISPLAY": "nonsense", "WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert display.unreachable(environ, "linux") == "display-silent"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-9"))
        server.listen()
        assert display.unreachable(environ, "linux") == ""
