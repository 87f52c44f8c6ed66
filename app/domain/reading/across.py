"""Rules that need more than one table of the catalog: chains of bases, first hops, sections, names."""

from collections.abc import Mapping

from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Finding, Profile
from app.domain.reading.chaining import Reach, check_chain, reach_of
from app.domain.reading.claims import Claims
from app.domain.reading.table import Table, nearest, place_of
from app.domain.source import SharedProfile, Source
from app.domain.values import dataclass

DEEPEST = 100  # AWS ends chained sessions after an hour, long before so many hops make sense
SHOWN = 20  # names of a ring


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a profile: where its chain ends, its own findings, and what is wrong below it."""

    reach: Reach | None
    findings: tuple[Finding, ...] = ()
    below: tuple[Problem, ...] = ()


class Across:
    """Checks profiles against sources and one another. Each profile is looked at once, however many stand on it."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        profiles: Mapping[str, Profile],
        broken: Mapping[str, tuple[Problem, ...]],
        claims: Claims | None = None,
    ) -> None:
        """Take what was read; `broken` holds the tables that are there but not usable, `claims` what profiles claim."""
        self._sources = sources
        self._profiles = profiles
        self._broken = broken
        self._verdicts: dict[str, Verdict] = {}
        self._depths: dict[str, int] = {}  # how many profiles stand on each other, itself included
        self._claims = claims or Claims(profiles)

    def writers(self, section: str) -> list[str]:
        """Return the profiles that write a section of the credentials file."""
        return self._claims.writers(section)

    def check_source(self, source: Source, default: str | None) -> tuple[Finding, ...]:
        """Return SELF_READING where a shared profile is one that Rolecall delivers."""
        if not isinstance(source, SharedProfile):
            return ()
        section = source.profile
        handed = self.writers(section) or self._claims.hands_out(section) or (section == "default" and default)
        if not handed:
            return ()
        place = place_of("sources", source.name)
        table = Table(place, {})
        table.wrong(Code.SELF_READING, "profile", source=source.name, section=section)
        return tuple(table.findings)

    def verdict(self, name: str) -> Verdict:
        """Return what became of a profile, with the profiles that it stands on looked at first."""
        waiting: list[str] = []
        on_the_way: set[str] = set()
        current: str | None = name
        while current is not None and current not in self._verdicts:
            if current in on_the_way:
                self._loop(waiting[waiting.index(current) :])
                break
            profile = self._profiles.get(current)
            if profile is None:
                break
            waiting.append(current)
            on_the_way.add(current)
            current = profile.base
        for one in reversed(waiting):
            if one not in self._verdicts:
                self._verdicts[one] = self._judge(self._profiles[one])
        return self._verdicts[name]

    def _loop(self, members: list[str]) -> None:
        for index, name in enumerate(members):
            ring = [*members[index:], *members[:index]] if len(members) <= SHOWN else [name, "…"]
            chain = " > ".join([*ring, name])
            table = Table(place_of("profiles", name), {})
            table.wrong(Code.BASE_LOOP, "base", profile=name, chain=chain)
            self._verdicts[name] = Verdict(None, tuple(table.findings))

    def _judge(self, profile: Profile) -> Verdict:
        table = Table(place_of("profiles", profile.name), {})
        self._depths[profile.name] = self._depths.get(profile.base or "", 0) + 1
        self._check_sections(profile, table)
        self._check_aliases(profile, table)
        before = self._before(profile, table)
        if isinstance(before, Reach):
            after = check_chain(profile, before, table)
            return Verdict(None if table.failed else after, tuple(table.findings))
        return Verdict(None, tuple(table.findings), before)

    def _before(self, profile: Profile, table: Table) -> Reach | tuple[Problem, ...]:
        """Where the chain has come to in front of a profile, or what is wrong there."""
        if profile.base is not None and profile.source is None:
            return self._behind(profile, profile.base, table)
        if profile.source is None or profile.base is not None:
            return ()
        source = self._sources.get(profile.source)
        if source is not None:
            return reach_of(source)
        problems = self._broken.get(f"sources.{profile.source}")
        if problems is not None:
            return problems
        near = nearest(profile.source, self._sources)
        table.wrong(Code.SOURCE_UNKNOWN, "source", source=profile.source, profile=profile.name, nearest=near)
        return ()

    def _behind(self, profile: Profile, base: str, table: Table) -> Reach | tuple[Problem, ...]:
        verdict = self._verdicts.get(base)
        if verdict is not None:
            if verdict.reach is not None and self._depths.get(base, 0) >= DEEPEST:
                table.wrong(Code.VALUE_NOT_HERE, "base", reason="chain-deep")
                return ()
            if verdict.reach is not None:
                return verdict.reach
            return verdict.below or tuple(one.problem for one in verdict.findings if not one.warning)
        problems = self._broken.get(f"profiles.{base}")
        if problems is not None:
            return problems
        near = nearest(base, self._profiles)
        table.wrong(Code.BASE_UNKNOWN, "base", profile=profile.name, base=base, nearest=near)
        return ()

    def _check_sections(self, profile: Profile, table: Table) -> None:
        delivery = profile.delivery
        for section in delivery.credentials_file:
            writers = self.writers(section)
            if len(writers) > 1:
                names = ", ".join(writers[:10])
                key = "delivery.credentials_file"
                table.wrong(Code.SECTION_SHARED, key, section=section, profiles=names)
        if delivery.credential_process and self.writers(profile.name):
            key = "delivery.credential_process"
            table.wrong(Code.SECTION_BESIDE_PROCESS, key, profile=profile.name, section=profile.name)

    def _check_aliases(self, profile: Profile, table: Table) -> None:
        """A name wins over an alias, so a clash is a warning: it changes nothing for the profile itself."""
        for number, alias in enumerate(profile.aliases, 1):
            taken = alias in self._profiles or f"profiles.{alias}" in self._broken or len(self._claims.named(alias)) > 1
            if taken:
                table.wrong(Code.NAME_TAKEN, f"aliases.{number}", warning=True, name=alias)


def check_default(default: str | None, across: Across, names: Mapping[str, object]) -> tuple[Finding, ...]:
    """Return what is wrong with `settings.default`: no such profile, or another one that writes [default] already."""
    table = Table(place_of("settings", ""), {})
    if default is None:
        return ()
    if default not in names:
        near = nearest(default, names)
        table.add(Problem.of(Code.PROFILE_UNKNOWN, Verb.EDIT_CATALOG, key="default", profile=default, nearest=near))
    others = [name for name in across.writers("default") if name != default]
    if others:
        profiles = ", ".join([default, *others[:10]])
        table.wrong(Code.SECTION_SHARED, "default", section="default", profiles=profiles)
    return tuple(table.findings)
