"""doctor's checks. Each looks at one thing and yields what is wrong with it; none changes anything."""

import asyncio
import shlex
import stat
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from pathlib import Path

from app.agreement import disagreements, homes_differ
from app.broker.client import BrokerClient
from app.broker.lock import EngineLock
from app.broker.protocol import Ask, Request
from app.broker.wire import items_of
from app.choosing import commands_of, source_of_profile
from app.compose import Core
from app.domain.calls import StsEndpoint
from app.domain.entries import access_key_entry, oidc_entry, totp_entry
from app.domain.files import SectionPut
from app.domain.jwt_view import expired, look_into
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Profile
from app.domain.secret import Credentials, Secret
from app.domain.source import (
    AccessKeys,
    Container,
    InstanceMetadata,
    LongLivedBase,
    MfaMode,
    Oidc,
    SignInFlow,
    Source,
    WebIdentityToken,
)
from app.domain.values import dataclass
from app.domain.vaults import VaultKind, VaultReport
from app.ports import Pool
from app.resolving import endpoint_name, endpoints_used
from app.world import surroundings

NOBODY = Credentials("ASIAXXXXXXXXXXXXXXXX", Secret("x" * 40), Secret("x" * 40))

# an endpoint that fails in one of these ways would fail for everybody
_SILENT = frozenset(
    {
        Code.NETWORK, Code.NETWORK_TIMEOUT, Code.NETWORK_TLS, Code.CA_BUNDLE, Code.NETWORK_PROXY, Code.NETWORK_ANSWER,
        Code.FILE_UNREADABLE, Code.AWS_BROKEN,
    }
)  # fmt: skip
_AT_ONCE = 8


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding of doctor. `subject`: what it is about."""

    problem: Problem
    severity: Severity
    subject: str


Findings = AsyncIterator[Diagnosis]
Check = Callable[[Core], Findings]


def error(problem: Problem, subject: str) -> Diagnosis:
    """Return a finding that keeps something from working."""
    return Diagnosis(problem, Severity.ERROR, subject)


def warning(problem: Problem, subject: str) -> Diagnosis:
    """Return a finding that keeps nothing from working yet."""
    return Diagnosis(problem, Severity.WARNING, subject)


async def check_catalog(core: Core) -> Findings:
    """The catalog's own findings, and whether others can read it."""
    for one in core.catalog.findings:
        yield Diagnosis(one.problem, Severity.WARNING if one.warning else Severity.ERROR, one.table)
    for found in open_to_others(core.catalogs.path):
        yield found


async def check_folders(core: Core) -> Findings:
    """Whether the control socket can stand where it should."""
    try:
        core.folders.require_socket()
    except AppError as failure:
        yield error(failure.problem, str(core.folders.runtime))


async def check_keyring(core: Core) -> Findings:
    """Whether the vault is usable now, and has what the sources need.

    A secrets file is unlocked, and memory is, in the process that keeps sessions fresh: that one is asked.
    """
    held: frozenset[str] | None = None
    report = None if core.vaults is None else await core.vaults.report()
    if report is not None and report.move is not None:
        places = {"source": str(report.move.source), "target": str(report.move.target)}
        yield warning(Problem.of(Code.VAULT_MOVING, Verb.MOVE_VAULT, **places), "keyring")
    if report is not None and _is_elsewhere(report):
        held = await core.offload.call(Pool.DISK, lambda: _names_there(core))
        if held is None:
            if report.problem is not None:
                yield warning(report.problem, "keyring")
            return
    else:
        try:
            await core.vault.check()
        except AppError as failure:
            yield error(failure.problem, "keyring")
            return
    for source in core.catalog.sources.values():
        for problem in await _missing_secrets(core, source, held):
            yield error(problem, f"sources.{source.name}")


def _is_elsewhere(report: VaultReport) -> bool:
    sealed = report.problem is not None and report.problem.code is Code.VAULT_SEALED
    return report.kind is VaultKind.MEMORY or sealed


def _names_there(core: Core) -> frozenset[str] | None:
    """Return what the running Rolecall has; None if there is none, or it cannot say."""
    try:
        with BrokerClient(core.folders.socket) as client:
            return frozenset(str(one) for one in items_of(client.ask(Request(Ask.VAULT_NAMES)).get("names")))
    except AppError:
        return None


async def _missing_secrets(core: Core, source: Source, held: frozenset[str] | None) -> list[Problem]:
    wanted = [access_key_entry(source.access_key_id)] if isinstance(source, AccessKeys) else []
    if isinstance(source, Oidc) and source.client_secret:
        wanted.append(oidc_entry(source.issuer, source.client_id, "client-secret"))
    if isinstance(source, LongLivedBase) and source.mfa.mode is MfaMode.TOTP and source.mfa.serial:
        wanted.append(totp_entry(source.mfa.serial))
    missing: list[Problem] = []
    for entry in wanted:
        try:
            there = entry.service in held if held is not None else await core.vault.read(entry) is not None
            if not there:
                missing.append(
                    Problem.of(
                        Code.VAULT_NO_ENTRY,
                        Verb.SET_SECRET,
                        source.name,
                        entry=entry.what,
                        source=source.name,
                        what=entry.what,
                    )
                )
        except AppError as failure:
            missing.append(failure.problem)
    return missing


async def check_commands(core: Core) -> Findings:
    """Whether every command that a used source names was approved."""
    used = {source_of_profile(core.catalog, one) for one in core.catalog.profiles.values()}
    for source in core.catalog.sources.values():
        for command in commands_of(source):
            if source.name in used and not core.approvals.approved(command):
                problem = Problem.of(
                    Code.APPROVAL_NEEDED, Verb.APPROVE, source.name, source=source.name, command=shlex.join(command)
                )
                yield warning(problem, f"sources.{source.name}")


async def check_tokens(core: Core) -> Findings:
    """Whether each web identity token that a file holds is one, and has not expired. No command is run for it."""
    for source in _used(core):
        if not isinstance(source, WebIdentityToken) or source.token_command:
            continue
        try:
            view = look_into(await core.tokens.token(source))
        except AppError as failure:
            if failure.problem.code is not Code.TOKEN_NEEDED:  # it is pasted when it is needed
                yield error(failure.problem, f"sources.{source.name}")
            continue
        if view is not None and view.ended(core.world.clock.now()):
            yield error(expired(view, source.name), f"sources.{source.name}")


async def check_machine(core: Core) -> Findings:
    """Whether the machine's own endpoint gives the role that a used source asks it for."""
    for source in _used(core):
        if isinstance(source, InstanceMetadata | Container):
            try:
                await core.sources.credentials(source)
            except AppError as failure:
                yield error(failure.problem, f"sources.{source.name}")


async def check_providers(core: Core) -> Findings:
    """Whether the provider of each used source answers, and can do the sign-in that the source names."""
    for source in _used(core):
        if isinstance(source, Oidc):
            try:
                view = await core.signs.look(source)
            except AppError as failure:
                yield error(failure.problem, f"sources.{source.name}")
                continue
            device = source.flow is SignInFlow.DEVICE
            if not (view.device if device else view.browser and view.pkce):
                reason = "lacks-device" if device else "lacks-pkce" if view.browser else "lacks-browser"
                lacks = Problem.of(Code.PROVIDER_LACKS, source=source.name, host=view.host, reason=reason)
                yield error(lacks, f"sources.{source.name}")


def _used(core: Core) -> list[Source]:
    names = {source_of_profile(core.catalog, one) for one in core.catalog.profiles.values()}
    return [one for one in core.catalog.sources.values() if one.name in names]


async def check_sections(core: Core) -> Findings:
    """What would stand in the way of each delivery: someone else's section, shadowing, a broken file."""
    for path in (core.files.path, core.files.config_path):
        for found in open_to_others(path):
            yield found
    puts = [
        SectionPut(section, profile.name, NOBODY)
        for profile in core.catalog.profiles.values()
        for section in profile.delivery.credentials_file
    ]
    if core.catalog.settings.default is not None:
        puts.append(SectionPut("default", core.catalog.settings.default, NOBODY))
    try:
        refusals = await core.files.refusals(puts)
    except AppError as failure:
        yield error(failure.problem, str(core.files.path))
        return
    for put, problem in zip(puts, refusals, strict=True):
        if problem is not None:
            yield error(problem, f"profiles.{put.profile}")


async def check_readers(core: Core) -> Findings:
    """Whether every program reads the same in the AWS files, and looks for them in the same place."""
    paths = core.files.path, core.files.config_path
    for problem in await core.offload.call(Pool.DISK, lambda: disagreements(*paths)):
        make = error if problem.code is Code.FILE_BROKEN else warning
        yield make(problem, str(problem.arguments["path"]))
    apart = homes_differ(core.world)
    if apart is not None:
        yield warning(apart, str(apart.arguments["path"]))


async def check_aws(core: Core) -> Findings:
    """Whether STS answers, knows each stored key, and agrees about the time. Real calls of GetCallerIdentity.

    Each endpoint that a profile or a stored key uses is called once, many at a time; one that does not answer is one
    finding, however many keys are behind it.
    """
    silent = await _silent(core)
    for endpoint, problem in silent.items():
        yield error(problem, endpoint_name(endpoint))
    for source in core.catalog.sources.values():
        if not isinstance(source, AccessKeys) or core.endpoint(source) in silent:
            continue
        try:
            issued = await core.sources.credentials(source)
        except AppError:
            continue  # the keyring's own check says it
        try:
            await core.sts.identity(core.endpoint(source), issued.credentials)
        except AppError as failure:
            yield error(failure.problem, f"sources.{source.name}")


async def _silent(core: Core) -> dict[StsEndpoint, Problem]:
    """Return the endpoints that do not answer as STS does, with why. Nobody's key is sent: to be refused is enough."""
    found = endpoints_used(core.catalog, surroundings(core.world))
    keyed = [core.endpoint(one) for one in core.catalog.sources.values() if isinstance(one, AccessKeys)]
    endpoints = list(dict.fromkeys([*found, *keyed]))
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(endpoint: StsEndpoint) -> Problem | None:
        async with turns:
            try:
                await core.sts.identity(endpoint, NOBODY)
            except AppError as failure:
                return failure.problem if failure.problem.code in _SILENT else None
        return None

    problems = await asyncio.gather(*map(ask, endpoints))
    return {one: problem for one, problem in zip(endpoints, problems, strict=True) if problem is not None}


async def check_engine(core: Core) -> Findings:
    """Whether an engine runs and answers, and whether it rests."""
    try:
        flags = await core.offload.call(Pool.DISK, lambda: _flags(core))
    except AppError as failure:
        if failure.problem.code is not Code.ENGINE_ABSENT:
            yield error(failure.problem, "engine")
        elif EngineLock(core.folders.runtime).taken():
            yield error(Problem.of(Code.ENGINE_UNREACHABLE, reason="its socket does not answer"), "engine")
        elif any(one.auto_start for one in core.catalog.profiles.values()):
            yield warning(failure.problem, "engine")
        return
    if flags.get("locked") is True:
        yield warning(Problem.of(Code.LOCKED, Verb.UNLOCK), "engine")
    if flags.get("paused") is True:
        yield warning(Problem.of(Code.PAUSED, Verb.RESUME, until=str(flags.get("paused_until") or "")), "engine")


def _flags(core: Core) -> dict[str, object]:
    with BrokerClient(core.folders.socket) as client:
        flags = client.ask(Request(Ask.HELLO)).get("engine")
    return dict(flags) if isinstance(flags, dict) else {}  # pyright: ignore[reportUnknownArgumentType]


async def check_endpoint(core: Core) -> Findings:
    """Whether the local endpoint can be served where profiles want it: the port, and its own answer."""
    wanted = [one for one in core.catalog.profiles.values() if one.delivery.endpoint]
    if not wanted:
        return
    try:
        served = await core.offload.call(Pool.DISK, lambda: _served_problems(core, wanted))
    except AppError:
        found = await core.serving.in_the_way(core.catalog.settings.endpoint_port)
        if found is not None:
            yield error(found, "endpoint")
        return
    for name, problem in served:
        yield error(problem, f"profiles.{name}")


def _served_problems(core: Core, wanted: Sequence[Profile]) -> list[tuple[str, Problem]]:
    """What the engine that runs says of the endpoint; a profile that does not run has nothing to be served."""
    found: list[tuple[str, Problem]] = []
    with BrokerClient(core.folders.socket) as client:
        for one in wanted:
            try:
                client.ask(Request(Ask.ENDPOINT, names=(one.name,)))
            except AppError as failure:
                if failure.problem.code in (Code.ENDPOINT_PORT_TAKEN, Code.ENDPOINT_SHADOWED):
                    found.append((one.name, failure.problem))
    return found


def open_to_others(path: Path) -> list[Diagnosis]:
    """Return a warning where group or others may do anything with a file."""
    if sys.platform == "win32":
        return []
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return []
    if not mode & 0o077:
        return []
    return [warning(Problem.of(Code.FILE_MODE, path=str(path), mode=f"{mode:04o}"), str(path))]


OFFLINE: Sequence[Check] = (
    check_folders,
    check_catalog,
    check_keyring,
    check_commands,
    check_tokens,
    check_sections,
    check_readers,
    check_engine,
    check_endpoint,
)
ONLINE: Sequence[Check] = (*OFFLINE, check_aws, check_machine, check_providers)
