"""doctor: checks everything, explains what is wrong and what to do."""

import asyncio

import click

from app.cli.context import Cli
from app.cli.output import say, say_json
from app.compose import core
from app.domain.problem import AppError, Exit
from app.examination import OFFLINE, ONLINE, Diagnosis, Severity
from app.listing import JSON_VERSION, problem_row
from app.texts import N, T, describe


@click.command()
@click.option("--offline", is_flag=True, help="Call nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(cli: Cli, *, offline: bool, as_json: bool) -> int:
    """Check catalog, keyring, files, permissions, shadowed sections, clock, engine, folders and STS.

    Ends with 1 if something keeps a profile from working.
    """
    findings = asyncio.run(_examine(cli, offline=offline))
    if as_json:
        say_json({"version": JSON_VERSION, "findings": [_row(one) for one in findings]})
    else:
        _say(findings)
    return int(Exit.UNEXPECTED) if any(one.severity is Severity.ERROR for one in findings) else 0


async def _examine(cli: Cli, *, offline: bool) -> list[Diagnosis]:
    """Without folders or a catalog nothing else can be looked at."""
    found: list[Diagnosis] = []
    try:
        async with core(cli.world) as one:
            for check in OFFLINE if offline else ONLINE:
                found.extend([finding async for finding in check(one)])
    except AppError as error:
        subject = str(error.problem.arguments.get("path", "rolecall"))
        found.append(Diagnosis(error.problem, Severity.ERROR, subject))
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


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
