"""The demo's sandbox: home, folders and catalog in a temporary folder, an embedded AWS, a vault in memory."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.compose import Core, World, open_core
from app.domain.entries import access_key_entry, totp_entry
from app.logs import Logs, start_logging

if TYPE_CHECKING:
    from app.demo.server import EmbeddedAws

CATALOG = Path("demo") / "profiles.toml"
# what of the person's environment counts in the sandbox too: the screen, the language, where programs are
_DROPPED_PREFIXES = ("AWS_", "ROLECALL_", "BOTO_")
_DROPPED = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "REQUESTS_CA_BUNDLE"}
)


class Sandbox:
    """A world of its own between `with` and its end. This process's own environment is the sandbox's meanwhile."""

    def __init__(self, outside: World, lifetime: timedelta) -> None:
        """`lifetime`: how long a session lasts in the embedded AWS."""
        self._outside = outside
        self.lifetime = lifetime
        self._folder = Path()
        self._environ: dict[str, str] = {}
        self._logs: Logs | None = None
        self.aws: EmbeddedAws | None = None
        self.world = outside

    def __enter__(self) -> Self:
        from app.demo.server import start_embedded_aws

        self.aws = start_embedded_aws(self.lifetime)
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="rolecall-demo-"))
            self._build()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def aws_environment(self) -> Mapping[str, str]:
        """What a program needs to read the sandbox's files and to reach its AWS."""
        return self._aws_environment(self.world.home)

    def _aws_environment(self, home: Path) -> dict[str, str]:
        return {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
            "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
            "AWS_ENDPOINT_URL": "" if self.aws is None else self.aws.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    async def open_core(self) -> Core:
        """Return a core of the sandbox, with the IAM user's secret in its vault."""
        core = await open_core(self.world)
        await self._fill(core)
        return core

    def _build(self) -> None:
        from app.vault.memory import MemoryKeeper, MemoryVault

        for name in ("home/.aws", "config", "state", "run"):
            (self._folder / name).mkdir(parents=True, mode=0o700)
        home = self._folder / "home"
        kept = {name: value for name, value in self._outside.environ.items() if not _dropped(name)}
        environ = {
            **kept,
            **self._aws_environment(home),
            "ROLECALL_CONFIG_DIR": str(self._folder / "config"),
            "ROLECALL_STATE_DIR": str(self._folder / "state"),
            "ROLECALL_RUNTIME_DIR": str(self._folder / "run"),
        }
        self.world = World(
            environ, home, "mira", "demo", self._outside.clock, self._outside.random, MemoryVault(), MemoryKeeper()
        )
        shutil.copyfile(resource(CATALOG), self._folder / "config" / "profiles.toml")
        # botocore reads this process's own environment
        self._environ = dict(os.environ)
        os.environ.clear()
        os.environ.update(environ)
        self._logs = start_logging(self._folder / "state" / "log")
        self._logs.hook()

    async def _fill(self, core: Core) -> None:
        """Put the IAM user's secrets into the vault in memory; the catalog names the same key and device."""
        if self.aws is not None:
            await core.vault.write(access_key_entry(self.aws.access_key_id), self.aws.secret_access_key)
            await core.vault.write(totp_entry(self.aws.mfa_serial), self.aws.totp_seed)

    def _close(self) -> None:
        if self._logs is not None:
            self._logs.close()
        if self._environ:
            os.environ.clear()
            os.environ.update(self._environ)
        if self.aws is not None:
            self.aws.stop()
        if self._folder != Path():
            shutil.rmtree(self._folder, ignore_errors=True)


def _dropped(name: str) -> bool:
    return name.startswith(_DROPPED_PREFIXES) or name in _DROPPED


def resource(name: Path) -> Path:
    """Return where a file of `resources` is, in the source tree and where Rolecall is installed."""
    return Path(__file__).resolve().parents[2] / "resources" / name
