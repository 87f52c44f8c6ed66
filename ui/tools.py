"""What the windows take from other rooms of the program, put together in one place."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.calls import Issued
from app.domain.profile import Catalog, Finding, Profile
from app.domain.secret import Secret
from app.texts import T
from ui.core import Check, Tools
from ui.resources import resource

if TYPE_CHECKING:
    from app.compose import Core
    from app.domain.appearance import Appearance
    from app.domain.approvals import Allowed
    from app.domain.catalogcopy import Addition
    from app.domain.notice import NoticeEvent
    from app.domain.reading import Checks
    from app.importflow import ImportFlow
    from app.keyflow import KeyFlow, KeysState
    from app.ownuser import OwnUser
    from app.roleflow import FlowState, RoleFlow
    from ui.activity.journal import Journal
    from ui.activity.writes import Writes
    from ui.appearance import Follower, MakeFollower
    from ui.exchange import Exchange
    from ui.platform.notifications import MakeService, Service
    from ui.settings.about import About


_REPORT_SECONDS = 60.0  # doctor may wait for a network

_FILE_SECONDS = 30.0  # of a slow disk


def make_tools(core: "Core") -> Tools:
    """Return the tools of the real program."""
    world = core.world
    checks = _checks()

    def role_flow(changed: "Callable[[FlowState], None]") -> "RoleFlow":
        from app.roleflow import RoleFlow

        return RoleFlow(core, changed)

    def own_user() -> "OwnUser":
        from app.ownuser import OwnUser

        return OwnUser(core)

    async def allowed() -> "Sequence[Allowed]":
        from app.allowing import look

        return await look(core)

    def key_flow(source: str, changed: "Callable[[KeysState], None]") -> "KeyFlow":
        from app.keyflow import KeyFlow

        return KeyFlow(own_user(), source, changed)

    def importing() -> "ImportFlow":
        from app.importflow import ImportFlow

        return ImportFlow(core)

    async def console(profile: Profile, issued: Issued) -> None:
        from app.consoling import Choice, console_link, open_console

        choice = Choice()  # the profile's own
        link = await console_link(core, profile, issued, choice, world.sign_in_endpoint)
        await open_console(core, profile, link, choice)

    async def renewing(style: str, profile: Profile, catalog: Catalog) -> str:
        from app.deliveries.exports import export_renewing
        from app.deliveries.renewing import by_process_line

        region = profile.region or catalog.settings.region
        line = profile.delivery.credential_process
        where = by_process_line(profile.name) if line else (await core.serving.served(profile.name)).variables()
        return export_renewing(style, where, region=region, env=profile.env)

    def journal() -> "Journal":

        from ui.activity.reading import journal_of

        return journal_of(core)

    def writes() -> "Writes":

        from ui.activity.reading import writes_of

        return writes_of(core)

    reads = (_read_profile, _read_secret)
    return Tools(
        world.clock,
        world.user,
        world.host,
        _export,
        *checks,
        *reads,
        role_flow=role_flow,
        console=console,
        renewing=renewing,
        about=lambda: _about(core),
        journal=journal,
        writes=writes,
        appearance=_appearance(core) if sys.platform == "linux" else None,
        notices=_notices(core),
        importing=importing,
        home=world.home,
        exchange=_exchange(core),
        own_user=own_user,
        allowed=allowed,
        key_flow=key_flow,
    )


def _appearance(core: "Core") -> "MakeFollower":
    def make(told: "Callable[[Appearance], None]") -> "Follower":
        from app.events.appearance import PortalAppearance
        from app.events.system import session_bus

        return PortalAppearance(session_bus(core.world.environ), told)

    return make


def _notices(core: "Core") -> "MakeService":
    linux = sys.platform == "linux"

    def make(told: "Callable[[NoticeEvent], None]") -> "Service":
        if not linux:
            from app.events.toasts import ToastNotices

            return ToastNotices(resource("icons", "logo.png"), told)
        from app.events.notices import DesktopNotices
        from app.events.system import session_bus

        return DesktopNotices(session_bus(core.world.environ), resource("icons", "logo.svg").as_uri(), told)

    return make


def _exchange(core: "Core") -> "Exchange":
    from app.ports import Pool
    from ui.exchange import Exchange

    def put(path: Path, tables: "Mapping[tuple[str, str], Mapping[str, object]]") -> None:
        from app.catalog.replace import replace, unwritable
        from app.catalog.sharing import shared_text

        try:
            replace(path, shared_text(tables).encode())
        except OSError as error:
            raise unwritable(path, error) from error

    async def write(path: Path, names: Sequence[str]) -> int:
        from app.catalog.sharing import parts_of

        tables = await core.catalogs.raw_all(parts_of(core.catalog, names))
        await core.offload.call(Pool.DISK, lambda: put(path, tables), deadline=_FILE_SECONDS)
        return sum(kind == "profiles" for kind, _ in tables)

    async def read(path: Path) -> "Addition":
        from app.catalog.sharing import addition_of, read_shared

        theirs = await core.offload.call(Pool.DISK, lambda: read_shared(path), deadline=_FILE_SECONDS)
        return addition_of(theirs, await core.catalogs.raw_all(tuple(theirs)))

    return Exchange(write, read)


def _about(core: "Core") -> "About":
    from app import __version__
    from app.autostart import autostart, start_command
    from app.line import process_line
    from app.ports import Pool
    from app.report import write_report
    from ui.settings.about import About

    world, folders = core.world, core.folders
    entry = autostart(world.environ, world.home, start_command(world.environ, process_line(folders).launcher))

    def start(on: bool) -> None:  # noqa: FBT001  as a check box says it
        (entry.turn_on if on else entry.turn_off)()

    async def report(path: Path) -> None:
        work = partial(write_report, path, world, folders, core.catalog)
        await core.offload.call(Pool.DISK, work, deadline=_REPORT_SECONDS)

    places = (
        (T("Catalog"), str(folders.catalog)),
        (T("State and log"), str(folders.state)),
        (T("Starts when you sign in"), entry.place),
    )
    return About(__version__, places, entry.is_on, start, report)


def _export(style: str, issued: Issued, profile: Profile, catalog: Catalog) -> str:
    from app.deliveries.exports import export

    region = str(profile.region or catalog.settings.region)
    return export(
        style, issued.credentials, profile=profile.name, region=region, env=profile.env, expires_at=issued.expires_at
    )


def _checks() -> tuple[Check, Check]:
    """Return the checks of profiles and of sources, which share what they know of a catalog."""
    known: list[Checks] = []

    def checks() -> "Checks":
        from app.domain.reading import Checks

        if not known:
            known.append(Checks())
        return known[0]

    def profile(
        name: str, values: Mapping[str, object], catalog: Catalog, *, original: str | None = None, new: bool = False
    ) -> Sequence[Finding]:
        return checks().profile(name, values, catalog, original=original, new=new)

    def source(
        name: str, values: Mapping[str, object], catalog: Catalog, *, original: str | None = None, new: bool = False
    ) -> Sequence[Finding]:
        return checks().source(name, values, catalog, original=original, new=new)

    return profile, source


def _read_profile(name: str, values: Mapping[str, object]) -> Profile | None:
    from app.domain.reading import parse_profile

    return parse_profile(name, values)[0]


def _read_secret(what: str, text: str) -> Secret:
    from app.domain.secrets_rules import parse_secret

    return parse_secret(what, text)
