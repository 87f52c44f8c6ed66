"""From what a person typed to a profile or source of the catalog: exact names first, then aliases."""

from collections.abc import Iterable, Mapping

from app.domain.names import ProfileName, SourceName, parse_profile_name, parse_source_name
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Profile
from app.domain.source import LongLivedBase, MfaMode, Process, Source, WebIdentityToken


def profile_named(catalog: Catalog, text: str) -> Profile:
    """Return the profile of that name or alias.

    Raises VALUE_* for what is no name, the profile's own problem where it is broken, PROFILE_UNKNOWN otherwise.
    """
    found = catalog.profiles.get(text)
    if found is not None:
        return found
    parse_profile_name(text)
    broken = problem_of(catalog, "profiles", text)
    if broken is not None:
        raise AppError(broken)
    for profile in catalog.profiles.values():
        if text in profile.aliases:
            return profile
    names = [*catalog.profiles, *(alias for one in catalog.profiles.values() for alias in one.aliases)]
    raise AppError.of(Code.PROFILE_UNKNOWN, profile=text, nearest=nearest(text, names))


def source_named(catalog: Catalog, text: str) -> Source:
    """Return the source of that name; raises VALUE_*, the source's own problem, or SOURCE_UNKNOWN."""
    found = catalog.sources.get(text)
    if found is not None:
        return found
    parse_source_name(text)
    broken = problem_of(catalog, "sources", text)
    if broken is not None:
        raise AppError(broken)
    raise AppError.of(Code.SOURCE_UNKNOWN, source=text, profile="", nearest=nearest(text, catalog.sources))


def problem_of(catalog: Catalog, table: str, name: str) -> Problem | None:
    """Return why `[table.name]` is broken; None if it is not."""
    problems = catalog.broken.get(f"{table}.{name}", ())
    return problems[0] if problems else None


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the name that is spelled most alike, empty if none is close."""
    import difflib  # only where something is wrong

    close = difflib.get_close_matches(text, list(names), n=1)
    return close[0] if close else ""


def profile_names(catalog: Catalog, texts: Iterable[str]) -> tuple[ProfileName, ...]:
    """Return the names of the profiles that were typed, each once, in order; raises for the first that is none."""
    return tuple(dict.fromkeys(profile_named(catalog, one).name for one in texts))


def source_of_profile(catalog: Catalog, profile: Profile) -> SourceName | None:
    """Return the source that a profile's chain of bases begins with; None where the chain is broken."""
    seen: set[str] = set()
    one: Profile | None = profile
    profiles: Mapping[str, Profile] = catalog.profiles
    while one is not None and one.source is None and one.base is not None and one.name not in seen:
        seen.add(one.name)
        one = profiles.get(one.base)
    return one.source if one is not None else None


def commands_of(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return the commands that a source itself names, each of which needs its approval."""
    found: list[tuple[str, ...]] = []
    if isinstance(source, Process):
        found.append(source.command)
    if isinstance(source, WebIdentityToken) and source.token_command:
        found.append(source.token_command)
    if isinstance(source, LongLivedBase) and source.mfa.mode is MfaMode.COMMAND and source.mfa.command:
        found.append(source.mfa.command)
    return tuple(found)
