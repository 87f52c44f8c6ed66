"""The set-up that the make targets run, against stand-ins for the system's package tools."""

import os
import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian where `xvfb` alone is installed; apt-get writes down what it was asked. Returns that record."""
    record = tmp_path / "record"
    programs = {
        "dpkg-query": 'for last; do :; done\n[ "$last" = xvfb ] && printf installed || exit 1',
        "apt-get": f'echo "$DEBIAN_FRONTEND: $*" >> {record}',
    }
    for name, body in programs.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return record


def test_root_gets_what_is_missing(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.system_packages("all")
    update, install = debian.read_text().splitlines()
    assert update == "noninteractive: update --quiet=2"
    asked = install.split()
    assert asked[:5] == ["noninteractive:", "--quiet=2", "install", "--yes", "--no-install-recommends"]
    assert {"openbox", "strace", "libegl1"} <= set(asked)
    assert "xvfb" not in asked


def test_others_are_told_the_command(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"sudo apt-get update && sudo apt-get install .*openbox"):
        bootstrap.system_packages("all")
    assert not debian.exists()


def test_the_demo_asks_for_what_qt_needs_and_only_with_a_screen(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.system_packages("screen")
    bootstrap.system_packages("no")
    assert not debian.exists()
    monkeypatch.setenv("DISPLAY", ":0")
    bootstrap.system_packages("screen")
    asked = debian.read_text().splitlines()[1].split()
    assert "libxcb-cursor0" in asked
    assert "openbox" not in asked


def test_elsewhere_the_names_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    bootstrap.system_packages("all")
    assert "openbox" in capsys.readouterr().out


def test_another_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.check_python()
    for version in ((3, 10, 9), (3, 14, 0)):
        monkeypatch.setattr(sys, "version_info", version)
        with pytest.raises(bootstrap.SetupError, match=r"3\.11, 3\.12 or 3\.13"):
            bootstrap.check_python()


def test_a_set_up_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(bootstrap, "PYTHON", python)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    (tmp_path / "stamp").write_text(bootstrap.stamp_of("dev"))
    bootstrap.python_packages("dev")
    for smaller in ("test", "runtime"):
        bootstrap.python_packages(smaller)  # is a part of it


def test_what_is_installed_is_known_by_its_lock_file() -> None:
    assert len({bootstrap.stamp_of(one) for one in bootstrap.SETS}) == 4


def test_a_debian_without_venv_gets_it_first(
    debian: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(bootstrap.SetupError, match=f"apt-get install .* {package}"):
        bootstrap.make_venv()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "executable", "true")
    bootstrap.make_venv()
    assert package in debian.read_text()
    assert "making .venv" in capsys.readouterr().out


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a new Node, and an npm that writes down what it was asked. Returns that record."""
    record, node = tmp_path / "record", tmp_path / "node"
    (node / "node_modules").mkdir(parents=True)  # as an earlier version left it: in our own folder
    for name in ("package.json", "package-lock.json"):
        (node / name).write_text("{}")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    for name, body in {"npm": f'echo "$*" >> {record}; /bin/mkdir -p node_modules', "node": "echo v22.1.0"}.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "NODE", node)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CI", raising=False)
    return record


def test_the_provider_of_the_tests_is_installed_once(npm: Path) -> None:
    bootstrap.node_packages()
    bootstrap.node_packages()
    assert npm.read_text() == "ci --ignore-scripts --no-audit --no-fund --loglevel=error\n"
    link = npm.parent / "node" / "node_modules"
    assert link.is_symlink()
    assert link.resolve() == (npm.parent / "venv" / "node" / "node_modules").resolve()


def test_without_node_the_skipped_tests_are_named_and_in_ci_it_fails(
    npm: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (npm.parent / "bin" / "node").write_text("#!/bin/sh\necho v18.19.0\n")
    bootstrap.node_packages()
    said = capsys.readouterr().out
    assert "are skipped" in said
    for name in bootstrap.NODE_TESTS:
        assert name in said
        assert list(Path(__file__).parents[1].rglob(name)), name
    monkeypatch.setenv("CI", "true")
    with pytest.raises(bootstrap.SetupError, match="nothing is skipped"):
        bootstrap.node_packages()
    assert not npm.exists()
