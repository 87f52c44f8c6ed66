"""Where Rolecall keeps its files, and where the AWS files are. Environment and home folder come in."""

import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.problem import AppError, Code, Verb
from app.domain.values import dataclass

if TYPE_CHECKING:  # its dataclasses take longer to make than the tray takes to show
    from app.domain.profile import Settings

NAME = "rolecall"
SOCKET_NAME = "control.sock"
SOCKET_PATH_MAXIMUM = 103 if sys.platform == "darwin" else 107  # bytes of sun_path without the final NUL
_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Folders:
    """The three folders, absolute. `find_folders` names them, `make` makes them."""

    config: Path
    state: Path
    runtime: Path

    @property
    def catalog(self) -> Path:
        """The catalog, profiles.toml."""
        return self.config / "profiles.toml"

    @property
    def log(self) -> Path:
        """The log file; its folder is made by `make`."""
        return self.state / "log" / "rolecall.log"

    @property
    def backups(self) -> Path:
        """Bytes of someone else's that a write replaced."""
        return self.state / "backups"

    @property
    def journal(self) -> Path:
        """Writes in place that are under way."""
        return self.state / "journal"

    @property
    def socket(self) -> Path:
        """The control socket of the one engine."""
        return self.runtime / SOCKET_NAME

    def require_socket(self) -> Path:
        """Return the socket's path, or raise SOCKET_PATH_LONG where the system cannot take it."""
        length = len(os.fsencode(self.socket))
        if sys.platform != "win32" and length > SOCKET_PATH_MAXIMUM:
            raise AppError.of(Code.SOCKET_PATH_LONG, path=str(self.socket), length=length, maximum=SOCKET_PATH_MAXIMUM)
        return self.socket

    def make(self) -> "Folders":
        """Make what is missing, 0700, and take group's and others' bits off the rest; FOLDER_UNUSABLE otherwise."""
        _make(self.config, read_only_will_do=True)
        for folder in (self.state, self.runtime, self.log.parent, self.backups, self.journal):
            _make(folder)
        return self


def find_folders(environ: Mapping[str, str], home: Path) -> Folders:
    """Return the folders for this environment; nothing is made.

    ROLECALL_CONFIG_DIR, ROLECALL_STATE_DIR and ROLECALL_RUNTIME_DIR win, then the platform's. Without a runtime folder
    of our own (XDG_RUNTIME_DIR) it is `run` in the state folder, never the temporary folder.
    """
    config, state = _platform_folders(environ, home)
    config = _override(environ, home, "ROLECALL_CONFIG_DIR") or config
    state = _override(environ, home, "ROLECALL_STATE_DIR") or state
    runtime = _override(environ, home, "ROLECALL_RUNTIME_DIR") or _runtime(environ) or state / "run"
    return Folders(config, state, runtime)


def _override(environ: Mapping[str, str], home: Path, name: str) -> Path | None:
    value = environ.get(name, "")
    return expanded(value, environ, home).absolute() if value else None


def _platform_folders(environ: Mapping[str, str], home: Path) -> tuple[Path, Path]:
    if sys.platform in ("win32", "darwin"):
        import platformdirs  # only where the system must be asked

        dirs = platformdirs.PlatformDirs(NAME, appauthor=False)
        return dirs.user_config_path, dirs.user_state_path
    return (
        (_absolute(environ, "XDG_CONFIG_HOME") or home / ".config") / NAME,
        (_absolute(environ, "XDG_STATE_HOME") or home / ".local" / "state") / NAME,
    )


def _absolute(environ: Mapping[str, str], name: str) -> Path | None:
    """The XDG specification: a relative path is as if it were not set."""
    value = environ.get(name, "")
    return Path(value) if value and Path(value).is_absolute() else None


def _runtime(environ: Mapping[str, str]) -> Path | None:
    """XDG_RUNTIME_DIR if it is ours alone: after `su` or `sudo` it can be another user's."""
    if sys.platform in ("win32", "darwin"):
        return None
    folder = _absolute(environ, "XDG_RUNTIME_DIR")
    if folder is None:
        return None
    try:
        found = folder.stat()
    except OSError:
        return None
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder / NAME if ours else None


def _make(folder: Path, *, read_only_will_do: bool = False) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        if sys.platform == "win32":
            return
        if found.st_uid not in (os.getuid(), 0 if read_only_will_do else os.getuid()):
            raise AppError.of(Code.FOLDER_UNUSABLE, Verb.NONE, path=str(folder), reason="other-owner")
        if found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) & 0o077:
            _close_to_others(folder, read_only_will_do=read_only_will_do)
    except (FileExistsError, NotADirectoryError):
        raise AppError.of(Code.FOLDER_UNUSABLE, path=str(folder), reason="not-a-folder") from None
    except OSError as error:
        raise AppError.of(Code.FOLDER_UNUSABLE, path=str(folder), reason=error.strerror or "error") from None
    if not read_only_will_do and not os.access(folder, os.W_OK | os.X_OK):
        raise AppError.of(Code.FOLDER_UNUSABLE, path=str(folder), reason="read-only")


def _close_to_others(folder: Path, *, read_only_will_do: bool) -> None:
    try:
        folder.chmod(0o700)
    except OSError:
        if not read_only_will_do:  # a catalog on read-only media can still be read
            raise


@dataclass(frozen=True, slots=True)
class AwsPaths:
    """The shared credentials file and the config file, absolute, symlinks not followed."""

    credentials: Path
    config: Path


def aws_paths(settings: "Settings", environ: Mapping[str, str], home: Path) -> AwsPaths:
    """Return the AWS files: the settings', else the environment's, else those in `~/.aws`.

    `~` and variables are expanded as botocore does. A relative path counts from the home folder in the settings and
    from the working directory in the environment.
    """
    return AwsPaths(
        _aws_path(settings.credentials_file, "AWS_SHARED_CREDENTIALS_FILE", "credentials", environ, home),
        _aws_path(settings.config_file, "AWS_CONFIG_FILE", "config", environ, home),
    )


def _aws_path(setting: str | None, variable: str, name: str, environ: Mapping[str, str], home: Path) -> Path:
    if setting:
        return home / expanded(setting, environ, home)
    value = environ.get(variable, "")
    return expanded(value, environ, home).absolute() if value else home / ".aws" / name


def sdk_home(environ: Mapping[str, str], home: Path, *, windows: bool) -> Path:
    """Return where the SDKs for other languages look for `~`: HOME first, on Windows too, where botocore does not.

    `home`: what the language itself takes for it, where no variable says.
    """
    drive, rest = environ.get("HOMEDRIVE", ""), environ.get("HOMEPATH", "")
    named = environ.get("USERPROFILE") or (drive + rest if drive and rest else "") if windows else ""
    found = environ.get("HOME") or named
    return Path(found) if found else home


def expanded(text: str, environ: Mapping[str, str], home: Path) -> Path:
    """Return the path with `~` and `$NAME`, `${NAME}` filled in; unknown variables stay as they are."""
    filled = _VARIABLE.sub(lambda match: environ.get(match[1].strip("{}"), match[0]), text)
    if filled == "~" or filled.startswith(("~/", "~" + os.sep)):
        return home / filled[2:]
    return Path(filled).expanduser() if filled.startswith("~") else Path(filled)
