"""A desk over an engine in a made-up world: requests of the control protocol, without a socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from app import compose
from app.broker.protocol import Request
from app.broker.wire import parse_question, parse_status
from app.desk import EngineDesk, FrontEnd
from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.programs import UNKNOWN, Program
from app.domain.session import Question, Status
from app.files import FileTarget
from app.folders import Folders
from app.serving import Serving
from app.sessioncache import SessionCache
from tests.support.engine_world import World


class FakeCatalogs:
    """The catalog as a value; `file` is what a reading gives."""

    path = Path("/home/ana/.config/rolecall/profiles.toml")

    def __init__(self, catalog: Catalog) -> None:
        self.file = catalog
        self.saved: list[tuple[str, str, dict[str, object]]] = []
        self.refuse: Exception | None = None

    async def load(self) -> Catalog:
        return self.file

    async def raw(self, table: str, name: str) -> Mapping[str, object]:
        default = self.file.settings.default
        return {"default": default} if table == "settings" and default else {}

    async def put(self, table: str, name: str, values: Mapping[str, object]) -> Catalog:
        if self.refuse is not None:
            raise self.refuse
        self.saved.append((table, name, dict(values)))
        default = values.get("default")
        settings = replace(self.file.settings, default=None if default is None else ProfileName(str(default)))
        self.file = replace(self.file, settings=settings)
        return self.file


OUR_COMMAND_LINE = 7  # the process that asks for its parent
NOBODY = 9  # a process of which nothing is told


class FakeProcesses:
    """Every process runs terraform, but for ours and one that is gone."""

    def program(
        self, pid: int, *, connected_at: float | None = None, alive: Callable[[], bool] | None = None
    ) -> Program:
        del connected_at, alive
        if pid == NOBODY:
            return UNKNOWN
        asks = 3980 if pid == OUR_COMMAND_LINE else pid
        return Program(asks, "/usr/bin/terraform", folder="/srv", user="ana", key="k", process=f"process {asks}")

    def at_port(self, client: int, server: int, *, connected_at: float | None = None) -> Program:
        raise NotImplementedError


@dataclass
class DeskWorld:
    """A core of fakes around a real engine, and the desk over it."""

    folder: Path
    world: World = field(default_factory=World)

    async def open(self, catalog: Catalog, front_end: FrontEnd | None = None) -> EngineDesk:
        """Open the engine without starting anything."""
        engine = await self.world.open(catalog, auto=False)
        self.catalogs = FakeCatalogs(catalog)
        around = compose.World({}, self.folder, "ana", "host", self.world.clock, Random(1))
        parts: dict[str, Any] = {
            "offload": None, "vault": None, "watch": None, "tokens": None, "signs": None, "sts": self.world.sts,
            "sources": self.world.sources, "mfa": self.world.mfa, "approvals": self.world.approvals,
            "state": self.world.state,
        }  # fmt: skip
        files: Any = self.world.files
        files.target = FileTarget(Path("/nowhere"), Path("/nowhere"), catalog.settings.write)
        files.target = compose.file_target(catalog.settings, around)
        folders = Folders(self.folder, self.folder, self.folder)
        self.core = compose.Core(
            world=around,
            folders=folders,
            catalogs=self.catalogs,
            current=compose.Current(catalog),
            files=files,
            engine=engine,
            serving=Serving(folders, self.world.state, around, parts["offload"]),
            processes=FakeProcesses(),
            **parts,
        )
        self.desk = EngineDesk(self.core, front_end)
        return self.desk

    async def ask(self, request: Request) -> "Answer":
        """Perform a request while time goes by."""
        return Answer(await self.world.until(self.desk.perform(request)))

    @property
    def cache(self) -> SessionCache:
        """The sessions that commands keep."""
        return self.core.kept_sessions()


class Answer:
    """What a request gave, parsed."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    @property
    def statuses(self) -> list[Status]:
        entries = self.raw["profiles"]
        return [parse_status(one.get("status", one)) for one in entries]

    @property
    def problems(self) -> list[str | None]:
        return [one["problem"]["code"] if one["problem"] else None for one in self.raw["profiles"]]

    @property
    def questions(self) -> list[Question]:
        return [parse_question(one) for one in self.raw["questions"]]
