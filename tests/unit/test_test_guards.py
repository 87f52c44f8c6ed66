"""The guards that hold for every test do hold."""

import logging
import os
import socket
from pathlib import Path

import pytest

from tests.support.logfail import ExpectedLogs, WarningCollector
from tests.support.network import NetworkRefusedError, is_local

pytest_plugins = ("pytester",)


def test_the_environment_is_the_tests_own() -> None:
    home = Path(os.environ["HOME"])
    assert list(home.iterdir()) == []
    assert home.stat().st_mode & 0o777 == 0o700
    ambient = {name for name in os.environ if name.startswith(("AWS_", "PIP_", "SSL_"))}
    assert ambient == {"AWS_EC2_METADATA_DISABLED"}
    assert not {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "REQUESTS_CA_BUNDLE"} & set(os.environ)


def test_the_runtime_folder_leaves_room_for_a_socket() -> None:
    assert len(os.environ["XDG_RUNTIME_DIR"]) < 60


@pytest.mark.network_refused
def test_an_address_outside_is_refused() -> None:
    with socket.socket() as one, pytest.raises(NetworkRefusedError):
        one.connect(("192.0.2.1", 443))
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("sts.amazonaws.com", 443)


def test_a_name_that_cannot_exist_is_not_found() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("a.b", False)],
)
def test_loopback_is_told_from_the_rest(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_an_announced_warning_passes(expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.some", "half")
    logging.getLogger("app.some.room").warning("half of it")


def test_a_warning_that_was_not_announced_is_named() -> None:
    collector, expected = WarningCollector(), ExpectedLogs()
    expected.add("app.some", "half")
    collector.emit(logging.makeLogRecord({"name": "app.someone", "levelname": "WARNING", "msg": "half of it"}))
    assert collector.unexpected(expected) == ["WARNING app.someone: half of it"]
    assert expected.missing() == ["app.some: …half…"]


def test_both_guards_fail_a_test_for_real(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    pytester.makeconftest((pytestconfig.rootpath / "tests" / "conftest.py").read_text())
    pytester.makepyfile(
        """
        import logging, socket

        def test_warns():
            logging.getLogger("x").warning("unheard of")

        def test_reaches_out_and_swallows_it():
            try:
                socket.getaddrinfo("example.com", 80)
            except RuntimeError:
                pass

        def test_announces_for_nothing(expected_logs):
            expected_logs.add("x", "never")

        def test_behaves():
            pass
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=4, errors=3)
    result.stdout.fnmatch_lines(["*not announced: WARNING x: unheard of*"])
    result.stdout.fnmatch_lines(["*tests stay on loopback: socket.getaddrinfo example.com*"])
    result.stdout.fnmatch_lines(["*announced, never logged: x:*never*"])
