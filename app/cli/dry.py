"""--dry-run: what a command would change in the files, as a diff with secrets masked. Calls nobody, asks nobody."""

import difflib
from collections.abc import Sequence

from app.choosing import profile_named, profile_names
from app.cli.context import Cli
from app.cli.output import note, say, say_diff, say_problem
from app.compose import Core
from app.domain.files import FileChange, FileDiff, LinePut, LineRemove, SectionPut, SectionRemove
from app.domain.problem import Problem
from app.domain.profile import Catalog, Profile
from app.domain.secret import Credentials, Secret
from app.texts import N, T

# stands for what AWS would give: an example key, never one of somebody's
NEW_SESSION = Credentials("ASIAXXXXXXXXXXXXXXXX", Secret("x" * 40), Secret("x" * 400))
DEFAULT = "default"


def say_start_dry(cli: Cli, catalog: Catalog, names: Sequence[str], *, adopt: bool) -> int:
    """Print what starting the profiles would write."""
    changes: list[FileChange] = []
    for name in profile_names(catalog, names):
        profile = catalog.profiles[name]
        changes.extend(_start_changes(profile, catalog, adopt=adopt))
        if catalog.settings.default == name:
            changes.append(SectionPut(DEFAULT, name, NEW_SESSION, adopt))
        if not changes:
            note(T("{name} is written to no file.", name=name))
    return _say(cli, changes)


def _start_changes(profile: Profile, catalog: Catalog, *, adopt: bool) -> list[FileChange]:
    sections = profile.delivery.credentials_file
    changes: list[FileChange] = [SectionPut(one, profile.name, NEW_SESSION, adopt) for one in sections]
    if profile.delivery.config_region:
        region = profile.region or catalog.settings.region
        changes.extend(LinePut(one, "region", region, profile.name, adopt) for one in sections)
    return changes


def say_stop_dry(cli: Cli, names: Sequence[str]) -> int:
    """Print what stopping the profiles (none named: all that are in the file) would give back."""

    async def preview(one: Core) -> tuple[FileDiff, ...]:
        owned = await one.files.owned()
        wanted = {profile_named(one.catalog, name).name for name in names}
        found = [section for section in owned if not names or section.profile in wanted]
        changes: list[FileChange] = [SectionRemove(section.section, section.profile) for section in found]
        for section in found:
            profile = one.catalog.profiles.get(section.profile)
            if profile is not None and profile.delivery.config_region:
                changes.append(LineRemove(section.section, "region", section.profile))
        return await one.files.preview(changes) if changes else ()

    return _say_diffs(cli.on_core(preview))


def say_default_dry(cli: Cli, catalog: Catalog, profile: Profile | None, *, adopt: bool) -> int:
    """Print what making the profile the default would write to [default] and to the catalog."""
    previous = catalog.settings.default
    if profile is not None:
        changes: list[FileChange] = [SectionPut(DEFAULT, profile.name, NEW_SESSION, adopt)]
        if previous != profile.name:
            changes = [*_start_changes(profile, catalog, adopt=adopt), *changes]
    else:
        changes = [SectionRemove(DEFAULT, previous)] if previous else []
    code = _say(cli, changes)
    say(f"{cli.folders.catalog}: settings.default = {profile.name if profile else T('none')}")
    return code


def _say(cli: Cli, changes: Sequence[FileChange]) -> int:
    """Print what the changes would do, and why those that would be refused do nothing."""
    if not changes:
        return _say_diffs(())

    async def look(one: Core) -> tuple[tuple[FileDiff, ...], tuple[Problem | None, ...]]:
        return await one.files.preview(changes), await one.files.refusals(changes)

    diffs, refusals = cli.on_core(look)
    _say_diffs(diffs)
    problems = [one for one in refusals if one is not None]
    for change, problem in zip(changes, refusals, strict=True):
        if problem is not None:
            say_problem(problem, change.profile)
    return int(problems[0].exit) if problems else 0


def _say_diffs(diffs: Sequence[FileDiff]) -> int:
    if not diffs:
        say(T("No file would change."))
    for one in diffs:
        say_diff(one.path, one.lines)
        if one.other_sections:
            note(N("{n} other section stays as it is.", "{n} other sections stay as they are.", one.other_sections))
    return 0


def say_text_diff(path: str, before: str, after: str) -> None:
    """Print the difference of two texts of a file."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="")
    say_diff(path, lines)
