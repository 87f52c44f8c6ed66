"""A machine of its own for imports: AWS files in a home, a keyring in memory, and the real rest."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

from app.compose import Core, World, core
from app.domain.entries import access_key_entry
from app.domain.names import ProfileName
from app.domain.problem import Problem
from app.domain.profile import Catalog
from app.importing.executor import Done, Importer
from app.importing.planner import plan_import
from app.importing.reading import read_aws_files
from app.importing.values import ImportOptions, ImportPlan, ProfileRow
from app.vault.memory import MemoryKeeper, MemoryVault

T = TypeVar("T")
SECRET = "abcdefghijabcdefghijabcdefghijabcdefghij"
ROLE = "arn:aws:iam::123456789012:role/{}"


def keys(number: int) -> str:
    """The two lines of a long-lived key pair."""
    return f"aws_access_key_id = {key_id(number)}\naws_secret_access_key = {SECRET[:-2]}{number:02}\n"


def key_id(number: int) -> str:
    return f"AKIA{number:016}"


def secret(number: int) -> str:
    return f"{SECRET[:-2]}{number:02}"


def role(source: str, name: str = "r", **more: object) -> str:
    """The lines of a role."""
    lines = {"role_arn": ROLE.format(name), "source_profile": source, **more}
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


@dataclass
class ImportWorld:
    """Both files in `home/.aws`. What is stored in the keyring stays over several cores."""

    home: Path
    vault: MemoryVault = field(default_factory=MemoryVault)
    keeper: MemoryKeeper = field(default_factory=MemoryKeeper)

    def __post_init__(self) -> None:
        self.environ = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home / "run")}
        (self.home / "run").mkdir(mode=0o700, exist_ok=True)
        (self.home / ".aws").mkdir(mode=0o700, exist_ok=True)
        self.world = World(
            self.environ, self.home, "ana", "host", random=Random(1), vault=self.vault, keeper=self.keeper
        )

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def credentials(self) -> Path:
        return self.home / ".aws" / "credentials"

    @property
    def profiles(self) -> Path:
        return self.home / ".config" / "rolecall" / "profiles.toml"

    def write(self, config: str = "", credentials: str = "") -> None:
        """Put both files in place."""
        for path, text in ((self.config, config), (self.credentials, credentials)):
            path.write_text(text)
            path.chmod(0o600)

    def plan(self, *take_over: str, keep_keys: bool = False, catalog: Catalog | None = None) -> ImportPlan:
        """What an import would do, by the catalog as it is in the file."""
        options = ImportOptions(frozenset(take_over), keep_keys=keep_keys)
        known = catalog or self.run(_catalog)
        return plan_import(read_aws_files(self.config, self.credentials), known, options)

    def row(self, name: str, *take_over: str, keep_keys: bool = False) -> ProfileRow:
        """One row of the plan, by its name in the AWS files."""
        return next(one for one in self.plan(*take_over, keep_keys=keep_keys).profiles if one.origin == name)

    def skipped(self) -> dict[str, Problem]:
        return {one.name: one.why for one in self.plan().skipped}

    def carry_out(self, plan: ImportPlan, *chosen: str) -> Done:
        """Carry out the rows, without names all that are ticked."""
        names = chosen or tuple(row.origin for row in plan.profiles if row.preselected)

        async def work(one: Core) -> Done:
            return await Importer(one.catalogs, one.vault, one.files, _line).carry_out(plan, names)

        return self.run(work)

    def run(self, work: Callable[[Core], Awaitable[T]]) -> T:
        """Run something on a core of these folders."""

        async def inside() -> T:
            async with core(self.world) as one:
                return await work(one)

        return asyncio.run(inside())

    def stored(self, number: int) -> str | None:
        """The secret that the keyring has for a key id."""
        found = asyncio.run(self.vault.read(access_key_entry(key_id(number))))
        return found.reveal() if found else None

    def undo(self) -> None:
        """Put back what the last write replaced."""
        self.run(lambda one: one.files.undo(None))


async def _catalog(one: Core) -> Catalog:
    return one.catalog


def _line(name: ProfileName) -> str:
    return f"/stub credentials {name}"
