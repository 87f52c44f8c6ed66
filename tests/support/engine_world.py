"""An engine in a made-up world, and the sources and profiles that it is tried with."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app.domain.chain import Surroundings
from app.domain.names import (
    MfaSerial,
    ProfileName,
    SourceName,
    parse_access_key_id,
    parse_mfa_serial,
    parse_role_arn,
    parse_section_name,
)
from app.domain.profile import Catalog, Delivery, Profile, RoleHop, Safety, Settings
from app.domain.session import Question, Starter, Status, state_name
from app.domain.source import AccessKeys, Mfa, Process, Source, WebIdentityToken
from app.engine.engine import Engine, EnginePorts
from tests.support.fake_files import FakeFiles
from tests.support.fakes import (
    FakeApprovals,
    FakeClock,
    FakeMfa,
    FakeSources,
    FakeState,
    FakeSts,
    FakeTokens,
    FakeWatch,
    settle,
)

SERIAL = parse_mfa_serial("arn:aws:iam::111122223333:mfa/ana")
AROUND = Surroundings("ana", "workstation")


def keys(name: str = "acme", key_id: str = "AKIAEXAMPLE0000001", *, mfa: Mfa | None = None, **more: Any) -> AccessKeys:
    """An IAM user's source."""
    return AccessKeys(name=SourceName(name), access_key_id=parse_access_key_id(key_id), mfa=mfa or Mfa(), **more)


def with_mfa(name: str = "acme", session: timedelta | None = timedelta(hours=12), **more: Any) -> AccessKeys:
    """An IAM user's source with an MFA device."""
    return keys(name, mfa=Mfa(SERIAL, session=session, **more))


def process(name: str = "helper", *command: str) -> Process:
    """A source that is a command."""
    return Process(name=SourceName(name), command=command or ("/opt/bin/helper", "--a b"))


def web(name: str = "ci", **more: Any) -> WebIdentityToken:
    """A source with a web identity token."""
    return WebIdentityToken(name=SourceName(name), **more)


def role(name: str, account: str = "123456789012", **more: Any) -> RoleHop:
    """A hop."""
    return RoleHop(parse_role_arn(f"arn:aws:iam::{account}:role/{name}"), **more)


def profile(
    name: str,
    *roles: RoleHop,
    source: str | None = "acme",
    base: str | None = None,
    sections: Iterable[str] | None = None,
    auto_stop: timedelta | None = None,
    read_only: bool = False,
    config_region: bool = False,
    **more: Any,
) -> Profile:
    """A profile that is delivered into the section of its own name, unless `sections` says else."""
    wanted = (name,) if sections is None else sections
    return Profile(
        ProfileName(name),
        source=None if base or source is None else SourceName(source),
        base=None if base is None else ProfileName(base),
        roles=roles,
        delivery=Delivery(tuple(parse_section_name(one) for one in wanted), config_region=config_region),
        safety=Safety(auto_stop=auto_stop, read_only=read_only),
        **more,
    )


def catalog(
    *profiles: Profile,
    sources: Iterable[Source] | None = None,
    settings: Settings | None = None,
    broken: Mapping[str, Any] | None = None,
) -> Catalog:
    """A catalog; with the source `acme` unless others are given."""
    those = (keys(),) if sources is None else sources
    return Catalog(
        settings or Settings(),
        sources={one.name: one for one in those},
        profiles={one.name: one for one in profiles},
        broken=broken or {},
    )


@dataclass
class World:
    """An engine with everything around it."""

    clock: FakeClock = field(default_factory=FakeClock)
    state: FakeState = field(default_factory=FakeState)
    mfa: FakeMfa = field(default_factory=FakeMfa)
    approvals: FakeApprovals = field(default_factory=FakeApprovals)
    watch: FakeWatch = field(default_factory=FakeWatch)
    signs: Any = None
    portal: Any = None
    opener: Any = None

    def __post_init__(self) -> None:
        self.sts = FakeSts(self.clock)
        self.sources = FakeSources(self.clock)
        self.tokens = FakeTokens()
        self.files = FakeFiles(self.clock, self.watch)
        self.engine: Engine | None = None
        self.catalog = Catalog()

    async def open(self, catalog: Catalog, *names: str, auto: bool = True) -> Engine:
        """Make and open an engine; the files and the state are those of an engine that was closed before."""
        self.catalog = catalog
        ports = EnginePorts(
            self.clock,
            self.sts,
            self.sources,
            self.mfa,
            self.approvals,
            self.files,
            self.state,
            self.watch,
            AROUND,
            later=self.clock.later,
            tokens=self.tokens,
            signs=self.signs,
            portal=self.portal,
            opener=self.opener,
        )
        self.engine = Engine(ports, catalog, random=random.Random(7))
        await self.engine.open(names=[ProfileName(one) for one in names] or None, auto=auto)
        await settle()
        return self.engine

    async def close(self) -> None:
        """Close the engine, if one is open."""
        engine, self.engine = self.engine, None
        if engine is not None:
            await engine.close()

    async def start(self, *names: str, by: Starter = Starter.WINDOW, adopt: bool = False) -> None:
        """Start profiles and give them a second."""
        assert self.engine is not None
        for name in names:
            self.engine.start(ProfileName(name), by=by, adopt=adopt)
        await self.clock.advance(1)

    async def stop(self, *names: str) -> tuple[Status, ...]:
        """Stop profiles; time goes by meanwhile."""
        assert self.engine is not None
        task = asyncio.ensure_future(self.engine.stop(*(ProfileName(one) for one in names)))
        while not task.done():
            await self.clock.advance(0.1)
        return task.result()

    async def until(self, work: Any) -> Any:
        """Let time go by until an awaitable is done; return its result."""
        task = asyncio.ensure_future(work)
        for _ in range(10_000):
            await self.clock.advance(0.1)
            if task.done():
                return task.result()
        raise AssertionError("it never ends")

    def status(self, name: str) -> Status:
        """What the engine publishes of a profile."""
        assert self.engine is not None
        return self.engine.store.status(ProfileName(name))

    def states(self, *names: str) -> list[str]:
        """The words of the profiles' states."""
        return [state_name(self.status(name).state) for name in names]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The open questions."""
        assert self.engine is not None
        return self.engine.store.questions

    async def use(self, catalog: Catalog) -> None:
        """Hand the engine an edited catalog and give it a second."""
        assert self.engine is not None
        self.catalog = catalog
        self.engine.set_catalog(catalog)
        await self.clock.advance(1)

    async def edit(self, *profiles: Profile, sources: Iterable[Source] | None = None) -> None:
        """Replace profiles and sources of the catalog."""
        await self.use(
            replace(
                self.catalog,
                profiles={**self.catalog.profiles, **{one.name: one for one in profiles}},
                sources={**self.catalog.sources, **{one.name: one for one in sources or ()}},
            )
        )


__all__ = ["AROUND", "SERIAL", "MfaSerial", "World", "catalog", "keys", "process", "profile", "role", "web", "with_mfa"]
