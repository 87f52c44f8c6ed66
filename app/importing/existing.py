"""What the catalog has already: sources that are the same, profiles that are the same, sections that it serves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from app.domain.chain import chain_of
from app.domain.problem import AppError
from app.domain.profile import Catalog, Profile, RoleHop
from app.domain.source import (
    AccessKeys,
    IdentityCenter,
    LongLivedBase,
    Process,
    SharedProfile,
    Source,
    WebIdentityToken,
    kind_of,
    yields_role_session,
)
from app.importing.origins import has_role, is_temporary
from app.importing.reading import AwsConfig

Identity = tuple[object, ...]


def identity(values: Mapping[str, object]) -> Identity:
    """Return what tells one source from another, of values in the catalog's terms."""
    command = values.get("command")
    keys = ("kind", "access_key_id", "profile", "token_file", "start_url", "region", "endpoint_url", "ca_bundle")
    return (
        *(values.get(key) for key in keys),
        tuple(cast(list[str], command)) if isinstance(command, list | tuple) else command,
    )


def identity_of(source: Source) -> Identity:
    """Return the same for a source of the catalog."""
    values: dict[str, object] = {
        "kind": kind_of(source),
        "endpoint_url": source.endpoint_url,
        "ca_bundle": source.ca_bundle,
    }
    match source:
        case AccessKeys():
            values["access_key_id"] = source.access_key_id
        case SharedProfile():
            values["profile"] = source.profile
        case WebIdentityToken():
            values |= {"token_file": source.token_file, "command": source.token_command}
        case IdentityCenter():
            values |= {"start_url": source.start_url, "region": source.region}
        case Process():
            values["command"] = source.command
        case _:
            pass
    return identity(values)


class Existing:
    """The catalog, looked up by what an import needs to know."""

    def __init__(self, catalog: Catalog, files: AwsConfig) -> None:
        """Index it; linear."""
        self.catalog = catalog
        self._sources = {identity_of(one): name for name, one in catalog.sources.items()}
        self._writers: dict[str, str] = {}
        for name, profile in catalog.profiles.items():
            for section in profile.delivery.credentials_file:
                self._writers[str(section)] = name
            if profile.delivery.credential_process:
                self._writers[name] = name
        self._files = files

    def source(self, wanted: Identity) -> str | None:
        """Return the name of the source that is the same."""
        return self._sources.get(wanted)

    def serial(self, source: str) -> str | None:
        """Return the MFA device that a source names."""
        found = self.catalog.sources.get(source)
        return found.mfa.serial if isinstance(found, LongLivedBase) else None

    def has_profile(self, name: str) -> bool:
        """Whether there is a profile of that name, broken ones too."""
        return name in self.catalog.profiles or f"profiles.{name}" in self.catalog.broken

    def source_names(self) -> set[str]:
        """Return the names of all sources, broken ones too."""
        broken = {one.removeprefix("sources.") for one in self.catalog.broken if one.startswith("sources.")}
        return {*self.catalog.sources, *broken}

    def writer(self, section: str) -> str:
        """Return the profile that delivers to a name of the AWS files, "" for none."""
        return self._writers.get(section, "")

    def serves(self, section: str) -> str:
        """Return the profile that answers for a name: it delivers there, and nothing else of the files counts."""
        writer = self.writer(section)
        if not writer or has_role(self._files.merged.get(section, {})):
            return ""
        keys = self._files.credentials.get(section, {})
        foreign = "aws_access_key_id" in keys and not is_temporary(keys)
        return "" if foreign or "aws_access_key_id" in self._files.config.get(section, {}) else writer

    def by_role(self, name: str) -> bool:
        """Whether what a profile yields is a role's session."""
        profile = self.catalog.profiles.get(name)
        if profile is None:
            return False
        source, roles, _ = self._expanded(profile)
        return bool(roles) or (source is not None and yields_role_session(source))

    def is_same(self, planned: Profile, sources: Mapping[str, Source]) -> bool:
        """Whether the catalog's profile of that name makes the same calls as the planned one."""
        mine = self.catalog.profiles.get(planned.name)
        if mine is None:
            return False
        theirs = planned
        source: Source | None = sources.get(planned.source or "") or self.catalog.sources.get(planned.source or "")
        roles = _plain(planned.roles, source)
        if planned.base is not None:
            base = self.catalog.profiles.get(planned.base)
            if base is None or base.name == planned.name:
                return base is not None
            source, before, theirs = self._expanded(base)
            roles = (*before, *_plain(planned.roles, source))
        found, own, first = self._expanded(mine)
        if source is None or found is None or identity_of(source) != identity_of(found):
            return False
        return own == roles and (first.account_id, first.role_name) == (theirs.account_id, theirs.role_name)

    def _expanded(self, profile: Profile) -> tuple[Source | None, tuple[RoleHop, ...], Profile]:
        try:
            chain = chain_of(profile, self.catalog)
        except AppError:
            return None, (), profile
        source = self.catalog.sources.get(chain[0].source or "")
        roles = tuple(hop for one in chain for hop in one.roles)
        return source, _plain(roles, source), chain[0]


def _plain(roles: tuple[RoleHop, ...], source: Source | None) -> tuple[RoleHop, ...]:
    """Hops with the MFA device that counts in each."""
    default = source.mfa.serial if isinstance(source, LongLivedBase) else None
    return tuple(replace(hop, mfa_serial=hop.mfa_serial or default) if hop.mfa else hop for hop in roles)
