"""import: sources and profiles out of the AWS files."""

import contextlib
from collections.abc import Sequence

import click

from app.broker.protocol import Ask, Request
from app.choosing import nearest
from app.cli.commands.sessions import dry_option, json_option
from app.cli.context import Cli
from app.cli.imported import say_done, say_dry, say_not_taken
from app.compose import Core
from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Exit
from app.importflow import READ_SECONDS, line_values
from app.importing.differing import differences
from app.importing.executor import Done, Importer
from app.importing.planner import plan_import
from app.importing.reading import AwsConfig, read_aws_files
from app.importing.values import ImportOptions, ImportPlan
from app.ports import Pool


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
@click.option("--keep-key", "keep", multiple=True, metavar="NAME", help="The key of this name stays there. Repeat it.")
@click.option(
    "--from-config",
    "from_config",
    multiple=True,
    metavar="NAME",
    help="Where the two files differ about this name, the config file's values count. Repeat it.",
)
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
    keep: tuple[str, ...],
    from_config: tuple[str, ...],
    as_json: bool,
    dry_run: bool,
) -> int:
    """Take sources and profiles over from the AWS config and credentials files; without names, what is safe to.

    Keys go into the keyring, and leave the files where nothing else names them. Commands are taken over with --all or
    by name alone, and run only once they are approved. Nothing is run or called here. Undo: rolecall undo
    """

    async def prepare(one: Core) -> tuple[ImportPlan, frozenset[str], tuple[FileDiff, ...]]:
        files = await _read(one)
        options = ImportOptions(
            frozenset(take_over),
            keep_keys=keep_keys,
            keep=frozenset(keep),
            from_config=frozenset((name, each.key) for name in from_config for each in differences(name, files)),
        )
        plan = plan_import(files, one.catalog, options)
        chosen = _chosen(plan, files, (*names, *take_over), everything=everything, named=bool(names))
        takes = [take for row in plan.profiles if row.origin in chosen for take in row.takes]
        return plan, chosen, await one.files.preview(takes) if takes and dry_run else ()

    async def run(one: Core) -> tuple[ImportPlan, Done]:
        plan, chosen, _ = await prepare(one)
        return plan, await Importer(one.catalogs, one.vault, one.files, line_values(cli.folders)).carry_out(
            plan, chosen
        )

    if dry_run:
        plan, chosen, diffs = cli.on_core(prepare)
        say_dry(cli, plan, chosen, diffs, as_json=as_json)
        say_not_taken(plan, take_over)
        return int(Exit.DONE)
    plan, done = cli.on_core(run)
    say_not_taken(plan, take_over)
    with cli.running() as engine, contextlib.suppress(AppError):  # it follows the file by itself, only a little later
        if engine is not None:
            engine.ask(Request(Ask.RELOAD))
    return say_done(plan, done, as_json=as_json)


async def _read(one: Core) -> AwsConfig:
    config, credentials = one.files.config_path, one.files.path
    return await one.offload.call(Pool.DISK, lambda: read_aws_files(config, credentials), deadline=READ_SECONDS)


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
