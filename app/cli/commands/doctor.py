"""doctor: checks everything, explains what is wrong and what to do; says what profiles resolve to, and why."""

import asyncio
from dataclasses import dataclass, field

import click

from app.choosing import problem_of, profile_named
from app.cli.context import Cli
from app.cli.output import say, say_json
from app.cli.resolved import resolution_row, say_resolution
from app.compose import Core, core
from app.domain.names import ProfileName
from app.domain.problem import AppError, Exit, Problem
from app.domain.profile import Catalog
from app.examination import OFFLINE, ONLINE, Diagnosis, Severity
from app.listing import JSON_VERSION, problem_row
from app.resolving import Resolution
from app.texts import N, T, describe

_TABLE = "profiles."


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--profiles", "every", is_flag=True, help="Say what each profile resolves to, and which setting wins.")
@click.option("--offline", is_flag=True, help="Call nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(cli: Cli, names: tuple[str, ...], *, every: bool, offline: bool, as_json: bool) -> int:
    """Check catalog, keyring, files, permissions, shadowed sections, clock, engine, folders and STS.

    With NAMEs, say too what these profiles resolve to and which setting wins. Ends with 1 if something keeps a profile
    from working.
    """
    found = asyncio.run(_examine(cli, names, every=every, offline=offline))
    if found.refused is not None:
        raise AppError(found.refused)
    findings = found.findings
    if as_json:
        rows = [_row(one) for one in findings]
        more = {"profiles": [resolution_row(one) for one in found.profiles]} if names or every else {}
        say_json({"version": JSON_VERSION, "findings": rows, **more})
    else:
        for one in found.profiles:
            say_resolution(one)
        _say(findings)
    return int(Exit.UNEXPECTED) if any(one.severity is Severity.ERROR for one in findings) else 0


@dataclass(slots=True)
class _Found:
    """What doctor found, and what the profiles that were asked for resolve to. `refused`: a name that is none."""

    findings: list[Diagnosis] = field(default_factory=list[Diagnosis])
    profiles: tuple[Resolution, ...] = ()
    refused: Problem | None = None


async def _examine(cli: Cli, names: tuple[str, ...], *, every: bool, offline: bool) -> _Found:
    """Without folders or a catalog nothing else can be looked at."""
    found = _Found()
    try:
        async with core(cli.world) as one:
            found.refused = await _resolve(one, names, found, every=every)
            for check in () if found.refused else OFFLINE if offline else ONLINE:
                new = [finding async for finding in check(one)]
                found.findings.extend([finding for finding in new if finding not in found.findings])
    except AppError as error:
        subject = str(error.problem.arguments.get("path", "rolecall"))
        found.findings.append(Diagnosis(error.problem, Severity.ERROR, subject))
    found.findings.sort(key=lambda finding: finding.severity is not Severity.ERROR)
    return found


async def _resolve(one: Core, names: tuple[str, ...], found: _Found, *, every: bool) -> Problem | None:
    """Put in what the profiles resolve to, broken ones with why; return what is wrong with a name."""
    if not (names or every):
        return None
    try:
        wanted = _all_of(one.catalog) if every else tuple(dict.fromkeys(_named(one.catalog, name) for name in names))
    except AppError as error:
        return error.problem
    resolve = one.resolver(await one.catalogs.raw("settings", ""))
    profiles = one.catalog.profiles
    found.profiles = tuple(
        resolve(profiles[name]) if name in profiles else Resolution(name, problem_of(one.catalog, "profiles", name))
        for name in wanted
    )
    return None


def _all_of(catalog: Catalog) -> tuple[ProfileName, ...]:
    names: list[str] = [*catalog.profiles]
    names += [one.removeprefix(_TABLE) for one in catalog.broken if one.startswith(_TABLE)]
    return tuple(map(ProfileName, sorted(names)))


def _named(catalog: Catalog, text: str) -> ProfileName:
    if problem_of(catalog, "profiles", text) is not None:
        return ProfileName(text)
    return profile_named(catalog, text).name


def _row(finding: Diagnosis) -> dict[str, object]:
    return {**problem_row(finding.problem), "severity": str(finding.severity), "subject": finding.subject}


def _say(findings: list[Diagnosis]) -> None:
    for one in findings:
        words = describe(one.problem)
        mark = T("Error") if one.severity is Severity.ERROR else T("Warning")
        say(f"{mark}: {one.subject}: {words.title}")
        say(f"  {words.detail}")
        if words.remedy:
            say(f"  {words.remedy}")
    count = len(findings)
    say(N("{n} finding.", "{n} findings.", count) if count else T("Everything is as it should be."))
