import os
import sys
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code
from app.domain.profile import Settings
from app.folders import Folders, aws_paths, find_folders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and sockets of POSIX")


def test_defaults_are_those_of_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    found = find_folders({}, tmp_path)
    assert found.config == platformdirs.user_config_path("rolecall", appauthor=False)
    assert found.state == platformdirs.user_state_path("rolecall", appauthor=False)
    assert found.runtime == found.state / "run"


@pytest.mark.skipif(sys.platform == "darwin", reason="XDG")
def test_xdg_folders_count_where_absolute(tmp_path: Path) -> None:
    found = find_folders({"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "relative"}, tmp_path)
    assert found.config == Path("/c/rolecall")
    assert found.state == tmp_path / ".local/state/rolecall"


def test_own_variables_win(tmp_path: Path) -> None:
    environ = {
        "ROLECALL_CONFIG_DIR": str(tmp_path / "c"),
        "ROLECALL_STATE_DIR": "~/s",
        "ROLECALL_RUNTIME_DIR": "$BASE/r",
        "BASE": str(tmp_path),
        "XDG_CONFIG_HOME": "/elsewhere",
    }
    assert find_folders(environ, tmp_path) == Folders(tmp_path / "c", tmp_path / "s", tmp_path / "r")


@pytest.mark.skipif(sys.platform == "darwin", reason="XDG")
@pytest.mark.parametrize(("mode", "used"), [(0o700, True), (0o755, True), (0o777, False), (0o770, False)])
def test_runtime_folder_only_where_nobody_else_writes(tmp_path: Path, mode: int, used: bool) -> None:
    runtime = tmp_path / "xdg"
    runtime.mkdir()
    runtime.chmod(mode)
    found = find_folders({"XDG_RUNTIME_DIR": str(runtime)}, tmp_path)
    assert found.runtime == (runtime / "rolecall" if used else found.state / "run")


def test_a_missing_runtime_folder_never_means_the_temporary_one(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path / "gone"), "TMPDIR": "/tmp"}
    assert find_folders(environ, tmp_path).runtime == find_folders(environ, tmp_path).state / "run"


def test_make_gives_0700_and_takes_bits_away(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "a/c", tmp_path / "a/s", tmp_path / "a/s/run")
    folders.config.mkdir(parents=True)
    folders.config.chmod(0o755)
    folders.make()
    for folder in (
        folders.config,
        folders.state,
        folders.runtime,
        folders.log.parent,
        folders.backups,
        folders.journal,
    ):
        assert folder.stat().st_mode & 0o777 == 0o700, folder
    folders.make()


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("")
    with pytest.raises(AppError) as caught:
        Folders(tmp_path / "c", tmp_path / "s", tmp_path / "r").make()
    assert caught.value.problem.code is Code.FOLDER_UNUSABLE
    assert caught.value.problem.arguments["path"] == str(tmp_path / "s")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "c", tmp_path / "s", tmp_path / "s/run")
    folders.state.mkdir()
    os.chown(folders.state, 12345, 12345)
    with pytest.raises(AppError) as caught:
        folders.make()
    assert caught.value.problem.arguments["reason"] == "other-owner"


def test_a_socket_path_too_long(tmp_path: Path) -> None:
    short = Folders(tmp_path, tmp_path, Path("/run/u"))
    assert short.require_socket() == Path("/run/u/control.sock")
    with pytest.raises(AppError) as caught:
        Folders(tmp_path, tmp_path, Path("/" + "ü" * 60)).require_socket()
    assert caught.value.problem.code is Code.SOCKET_PATH_LONG
    assert caught.value.problem.arguments["length"] == 1 + 120 + len("/control.sock")


def test_aws_files_by_default(tmp_path: Path) -> None:
    paths = aws_paths(Settings(), {"AWS_CONFIG_FILE": ""}, tmp_path)
    assert (paths.credentials, paths.config) == (tmp_path / ".aws/credentials", tmp_path / ".aws/config")


def test_aws_files_of_the_environment_and_the_settings(tmp_path: Path) -> None:
    environ = {"AWS_SHARED_CREDENTIALS_FILE": "~/c", "AWS_CONFIG_FILE": "$D/x", "D": "/d"}
    paths = aws_paths(Settings(), environ, tmp_path)
    assert (paths.credentials, paths.config) == (tmp_path / "c", Path("/d/x"))
    paths = aws_paths(Settings(credentials_file="${D}/s", config_file="aws/config"), environ, tmp_path)
    assert (paths.credentials, paths.config) == (Path("/d/s"), tmp_path / "aws/config")
