"""What `rolecall import` says: the plan, and what came of it."""

from collections.abc import Mapping, Sequence

from app.cli.context import Cli
from app.cli.output import note, say, say_diff, say_json, say_problem, say_warning
from app.cli.saving import save
from app.domain.files import FileDiff
from app.domain.problem import Exit
from app.domain.profile import Catalog
from app.importing.executor import Done
from app.importing.values import ImportPlan, ProfileRow
from app.listing import JSON_VERSION, problem_row
from app.ports import CatalogStore
from app.texts import N, T, describe

Plain = dict[str, object]


def say_dry(cli: Cli, plan: ImportPlan, chosen: frozenset[str], diffs: tuple[FileDiff, ...], *, as_json: bool) -> None:
    """Print the plan, and what it would change in the files."""
    if as_json:
        say_json(_document(plan, chosen))
        return
    _say_rows(plan, chosen)
    _say_skipped(plan)
    rows = [row for row in plan.profiles if row.origin in chosen]

    async def put(store: CatalogStore) -> Catalog:
        names = dict.fromkeys(row.source for row in rows if row.source in plan.sources)
        sources = {("sources", name): plan.sources[name].values for name in names}
        return await store.put_all(sources | {("profiles", row.name): row.values for row in rows})

    if rows:
        save(cli, put, dry_run=True)
    for diff in diffs:
        say_diff(diff.path, diff.lines)


def say_not_taken(plan: ImportPlan, take_over: Sequence[str]) -> None:
    """Name those whose lines stay although they were to be taken over: imported before, or not theirs alone."""
    taken = {row.origin for row in plan.profiles if row.origin in plan.take_over and row.takes}
    rest = [name for name in dict.fromkeys(take_over) if name not in taken]
    if rest:
        note(T("Nothing to take over, or in the catalog already: {names}", names=", ".join(rest)))


def _document(plan: ImportPlan, chosen: frozenset[str]) -> Plain:
    return {
        "version": JSON_VERSION,
        "sources": {name: _plain(row.values) for name, row in plan.sources.items()},
        "profiles": {row.name: _plain(row.values) for row in plan.profiles},
        "skipped": [_skipped_row(plan, at) for at in range(len(plan.skipped))],
        "present": list(plan.present),
        "selected": [row.name for row in plan.profiles if row.origin in chosen],
        "rows": [_json_row(row, chosen) for row in plan.profiles],
    }


def _skipped_row(plan: ImportPlan, at: int) -> Plain:
    one = plan.skipped[at]
    words = describe(one.why, english=True)
    return {"name": one.name, "why": f"{words.title}: {words.detail}", "problem": problem_row(one.why)}


def _json_row(row: ProfileRow, chosen: frozenset[str]) -> Plain:
    leaves = [
        {"file": "config" if take.in_config else "credentials", "section": take.section, "keys": list(take.keys)}
        for take in row.takes
    ]
    return {
        "name": row.name,
        "aws_name": row.origin,
        "preselected": row.preselected,
        "selected": row.origin in chosen,
        "choices": [str(choice) for choice in row.choices],
        "leaves": leaves,
        "findings": [problem_row(one) for one in row.findings],
    }


def _plain(values: Mapping[str, object]) -> Plain:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in values.items()}  # pyright: ignore[reportUnknownArgumentType]


def _say_rows(plan: ImportPlan, chosen: frozenset[str]) -> None:
    for row in plan.profiles:
        mark = "+" if row.origin in chosen else "-"
        say(f"{mark} {row.name}: {' > '.join(_chain(row))}{_where(row)}")
        for finding in row.findings:
            words = describe(finding)
            say(f"    {words.title}: {words.detail}")
        for take in row.takes:
            path = T("config file") if take.in_config else T("credentials file")
            say(
                "    "
                + T(
                    "Leaves [{section}] of the {file}: {keys}",
                    section=take.section,
                    file=path,
                    keys=", ".join(take.keys),
                )
            )


def _chain(row: ProfileRow) -> list[str]:
    roles = row.values.get("roles", ())
    first = str(row.values.get("source") or row.values.get("base"))
    arns = [str(hop["role_arn"]) for hop in roles] if isinstance(roles, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return [first, *([str(row.values["role_name"])] if "role_name" in row.values else []), *arns]


def _where(row: ProfileRow) -> str:
    delivery = row.values.get("delivery")
    if not isinstance(delivery, Mapping):
        return ""
    return f", credential_process [{row.name}]" if row.serves else f", [{delivery['credentials_file']}]"


def _say_skipped(plan: ImportPlan) -> None:
    for one in plan.skipped:
        words = describe(one.why)
        say(T("Skipped {name}: {why}", name=one.name, why=f"{words.title}: {words.detail}"))
    if plan.present:
        say(N("{n} is in the catalog already.", "{n} are in the catalog already.", len(plan.present)))


def say_done(plan: ImportPlan, done: Done, *, as_json: bool) -> int:
    """Print what came of an import; return the first failure's exit code."""
    problems = dict(done.problems)
    if as_json:
        say_json(
            {
                "version": JSON_VERSION,
                "sources": {name: _plain(plan.sources[name].values) for name in done.sources},
                "profiles": {row.name: _plain(row.values) for row in plan.profiles if row.name in done.profiles},
                "skipped": [_skipped_row(plan, at) for at in range(len(plan.skipped))],
                "present": list(plan.present),
                "problems": [{"name": name, **problem_row(problem)} for name, problem in problems.items()],
            }
        )
    else:
        _say_rows_done(plan, done)
    for warning in done.warnings:
        say_warning(warning)
    for name, problem in problems.items():
        say_problem(problem, name)
    return int(next(iter(problems.values())).exit) if problems else int(Exit.DONE)


def _say_rows_done(plan: ImportPlan, done: Done) -> None:
    added = [row for row in plan.profiles if row.name in done.profiles]
    for row in added:
        say(T("Added profile {name}.", name=row.name) + f" {' > '.join(_chain(row))}{_where(row)}")
        for finding in row.findings:
            say_warning(finding)
    _say_skipped(plan)
    rest = [row.name for row in plan.profiles if not row.preselected and row not in added]
    if rest:
        note(T("Not taken over unless named, or with --all: {names}", names=", ".join(rest)))
    for take in done.taken:
        note(T("Now comments in [{section}]: {keys}", section=take.section, keys=", ".join(take.keys)))
    if done.taken:
        note("  " + T("To put them back, run: rolecall undo"))
    if not added:
        say(T("Nothing new in the AWS files."))
