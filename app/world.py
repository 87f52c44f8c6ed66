"""What the core takes from outside: environment, home folder, clocks, chance; and what plans see of it."""

import getpass
import os
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from app.domain.chain import Surroundings
from app.domain.names import Region, parse_region
from app.domain.problem import AppError, Problem
from app.domain.profile import Settings
from app.domain.secret import Secret
from app.domain.values import dataclass
from app.files import FileTarget
from app.ports import Clock, LongLivedKeeper, Vault
from app.sign_in_ports import Opener


class SystemClock:
    """The system's clocks."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return monotonic()


@dataclass(frozen=True, slots=True)
class World:
    """What the core takes from outside. `vault` None: the operating system's keyring, or what a person chose.

    `passphrase` asks a person for that of the secrets file, given the problem of the last try; None: nobody is there.
    `lasts`: this process stays and keeps sessions fresh, so that it can keep secrets in memory.
    `opener` None: the system's browser. `sign_in_endpoint` "": AWS's own for the console; tests bring theirs.
    """

    environ: Mapping[str, str]
    home: Path
    user: str
    host: str
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    vault: Vault | None = None
    keeper: LongLivedKeeper | None = None
    opener: Opener | None = None
    passphrase: Callable[[Problem | None], Secret | None] | None = None
    lasts: bool = False
    sign_in_endpoint: str = ""

    @classmethod
    def real(cls) -> "World":
        """Return this process's own environment, home folder, login name and host."""
        environ = dict(os.environ)
        return cls(environ, Path.home(), _login_name(environ), _host_name())


def _host_name() -> str:
    import socket

    return socket.gethostname()


def _login_name(environ: Mapping[str, str]) -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id without a name, as in some containers
        return environ.get("USER") or environ.get("USERNAME") or "user"


def file_target(settings: Settings, world: World) -> FileTarget:
    """Return which AWS files are written, and how."""
    from app.folders import aws_paths

    paths = aws_paths(settings, world.environ, world.home)
    return FileTarget(paths.credentials, paths.config, settings.write)


def surroundings(world: World) -> Surroundings:
    """Return what the environment adds to plans. A region that is none is passed over, as SDKs would fail on it."""
    environ = world.environ
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    endpoint = environ.get("AWS_ENDPOINT_URL_STS") or environ.get("AWS_ENDPOINT_URL")
    return Surroundings(
        world.user,
        world.host,
        _region(environ.get("AWS_REGION")),
        _region(environ.get("AWS_DEFAULT_REGION")),
        None if ignored else endpoint or None,
    )


def _region(text: str | None) -> Region | None:
    try:
        return parse_region(text) if text else None
    except AppError:
        return None
