"""What profiles claim that others may not: sections of the credentials file, process lines, other names."""

from collections.abc import Mapping

from app.domain.profile import Profile


class Claims:
    """An index over profiles: made once, it answers for each section and name at once."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        """Look at every profile, in their order."""
        self._writers: dict[str, list[str]] = {}
        self._processes: set[str] = set()
        self._aliases: dict[str, list[str]] = {}
        for name, profile in profiles.items():
            for section in profile.delivery.credentials_file:
                self._writers.setdefault(section, []).append(name)
            if profile.delivery.credential_process:
                self._processes.add(name)
            for alias in profile.aliases:
                self._aliases.setdefault(alias, []).append(name)

    def writers(self, section: str) -> list[str]:
        """Return the profiles that write a section of the credentials file."""
        return self._writers.get(section, [])

    def hands_out(self, name: str) -> bool:
        """Whether a profile has a process line."""
        return name in self._processes

    def named(self, alias: str) -> list[str]:
        """Return the profiles that have another name."""
        return self._aliases.get(alias, [])


class Changed(Claims):
    """The claims of a catalog with one profile as it is typed in the place of what it was; the rest stays indexed."""

    def __init__(self, all_of: Claims, gone: frozenset[str], name: str, profile: Profile) -> None:
        """Leave out what is `gone`; the profile comes last."""
        super().__init__({name: profile})
        self._all, self._gone = all_of, gone | {name}

    def writers(self, section: str) -> list[str]:
        """Return the profiles that write a section of the credentials file."""
        return [*self._others(self._all.writers(section)), *super().writers(section)]

    def hands_out(self, name: str) -> bool:
        """Whether a profile has a process line."""
        return super().hands_out(name) or (name not in self._gone and self._all.hands_out(name))

    def named(self, alias: str) -> list[str]:
        """Return the profiles that have another name."""
        return [*self._others(self._all.named(alias)), *super().named(alias)]

    def _others(self, names: list[str]) -> list[str]:
        return [one for one in names if one not in self._gone]
