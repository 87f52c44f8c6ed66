"""import: sources and profiles out of the AWS files."""

import contextlib
from collections.abc import Callable, Mapping, Sequence

import click

from app.broker.protocol import Ask, Request
from app.choosing import nearest
from app.cli.commands.sessions import dry_option, json_option
from app.cli.context import Cli
from app.cli.output import note, say, say_diff, say_json, say_problem, say_warning
from app.cli.saving import save
from app.compose import Core
from app.domain.files import FileDiff
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Exit, Verb
from app.domain.profile import Catalog
from app.importing.executor import Done, Importer
from app.importing.planner import plan_import
from app.importing.reading import AwsConfig, read_aws_files
from app.importing.values import ImportOptions, ImportPlan, ProfileRow
from app.line import process_line, write_stub
from app.listing import JSON_VERSION, problem_row
from app.ports import CatalogStore, Pool
from app.texts import N, T, describe

Plain = dict[str, object]
READ_SECONDS = 120.0  # files of a hundred thousand sections on a slow machine


@click.command("import")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--all", "everything", is_flag=True, help="Everything that can be, commands and unknown addresses too.")
@click.option(
    "--take-over",
    "take_over",
    multiple=True,
    metavar="NAME",
    help="Let Rolecall have this very name: what the AWS files say for it becomes comments. Repeat it.",
)
@click.option("--keep-keys", is_flag=True, help="Long-lived keys stay in the AWS files, beside the keyring.")
@json_option
@dry_option
@click.pass_obj
def import_profiles(
    cli: Cli,
    names: tuple[str, ...],
    *,
    everything: bool,
    take_over: tuple[str, ...],
    keep_keys: bool,
    as_json: bool,
    dry_run: bool,
) -> int:
    """Take sources and profiles over from the AWS config and credentials files; without names, what is safe to.

    Keys go into the keyring, and leave the files where nothing else names them. Commands are taken over with --all or
    by name alone, and run only once they are approved. Nothing is run or called here. Undo: rolecall undo
    """
    options = ImportOptions(frozenset(take_over), keep_keys=keep_keys)

    async def prepare(one: Core) -> tuple[ImportPlan, frozenset[str], tuple[FileDiff, ...]]:
        files = await _read(one)
        plan = plan_import(files, one.catalog, options)
        chosen = _chosen(plan, files, (*names, *take_over), everything=everything, named=bool(names))
        takes = [take for row in plan.profiles if row.origin in chosen for take in row.takes]
        return plan, chosen, await one.files.preview(takes) if takes and dry_run else ()

    async def run(one: Core) -> tuple[ImportPlan, Done]:
        plan, chosen, _ = await prepare(one)
        return plan, await Importer(one.catalogs, one.vault, one.files, _line_writer(cli)).carry_out(plan, chosen)

    if dry_run:
        plan, chosen, diffs = cli.on_core(prepare)
        _say_dry(cli, plan, chosen, diffs, as_json=as_json)
        _say_not_taken(plan, take_over)
        return int(Exit.DONE)
    plan, done = cli.on_core(run)
    _say_not_taken(plan, take_over)
    with cli.running() as engine, contextlib.suppress(AppError):  # it follows the file by itself, only a little later
        if engine is not None:
            engine.ask(Request(Ask.RELOAD))
    return _say_done(plan, done, as_json=as_json)


async def _read(one: Core) -> AwsConfig:
    config, credentials = one.files.config_path, one.files.path
    return await one.offload.call(Pool.DISK, lambda: read_aws_files(config, credentials), deadline=READ_SECONDS)


def _line_writer(cli: Cli) -> Callable[[ProfileName], str]:
    """Return what gives the value of a process line, and brings the stub that it runs up to date."""

    def value(name: ProfileName) -> str:
        line = process_line(cli.folders)
        write_stub(line)
        if not line.stub.is_file():
            raise AppError.of(
                Code.FILE_UNWRITABLE, Verb.MAKE_WRITABLE, str(line.stub), path=str(line.stub), reason="read-only"
            )
        return line.command(name)

    return value


def _chosen(
    plan: ImportPlan, files: AwsConfig, typed: Sequence[str], *, everything: bool, named: bool
) -> frozenset[str]:
    """The rows that were named, else those that are ticked; PROFILE_UNKNOWN, or why one cannot be taken over."""
    origins = {row.origin for row in plan.profiles} | {row.name: row.origin for row in plan.profiles}.keys()
    by_name = {str(row.name): row.origin for row in plan.profiles} | {row.origin: row.origin for row in plan.profiles}
    skipped = {one.name: one.why for one in plan.skipped}
    found: set[str] = set()
    for name in typed:
        if name in by_name:
            found.add(by_name[name])
        elif name in skipped:
            raise AppError(skipped[name])
        elif name not in plan.present:
            raise AppError.of(Code.PROFILE_UNKNOWN, profile=name, nearest=nearest(name, [*origins, *files.merged]))
    if not named:
        found |= {row.origin for row in plan.profiles if everything or row.preselected}
    return frozenset(found)


# what is said


def _say_dry(cli: Cli, plan: ImportPlan, chosen: frozenset[str], diffs: tuple[FileDiff, ...], *, as_json: bool) -> None:
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


def _say_not_taken(plan: ImportPlan, take_over: Sequence[str]) -> None:
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


def _say_done(plan: ImportPlan, done: Done, *, as_json: bool) -> int:
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
