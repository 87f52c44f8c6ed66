"""The sources of a plan: one for all chains that begin alike, under the catalog's own name where it has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from app.domain.names import SourceName
from app.domain.problem import AppError, Code
from app.importing.existing import Existing, Identity, identity
from app.importing.names import Taken, clean_name, is_name
from app.importing.origins import Origin
from app.importing.values import SourceRow

LONG_LIVED = frozenset({"access-keys", "environment", "process", "shared-profile"})
_WAYS = frozenset({"environment", "instance-metadata", "container"})


@dataclass(slots=True)
class PlannedSource:
    """A source on its way. `name` is empty until all are known; `known`: the catalog has it, under that name."""

    origin: Origin
    values: dict[str, object]
    plain: bool  # STS is called where it is called for everything
    name: str = ""
    known: bool = False
    serials: set[str] = field(default_factory=set)

    def row(self) -> SourceRow:
        """Return it as a row."""
        return SourceRow(SourceName(self.name), MappingProxyType(dict(self.values)), self.origin.secret)


class Sourcing:
    """Collects sources."""

    def __init__(self, existing: Existing) -> None:
        """Begin with none."""
        self._existing = existing
        self._sources: dict[Identity, PlannedSource] = {}
        self._secrets: dict[str, Origin] = {}

    def source(self, origin: Origin, reached: Mapping[str, str], serials: Iterable[str]) -> PlannedSource:
        """Return the source of an origin; `reached`: its values that say how STS is reached.

        Raises IMPORT_SECRETS_DIFFER where the files have another secret for the same key.
        """
        values: dict[str, object] = {**dict(origin.values), **reached}
        if "command" in values:
            values["command"] = list(cast(tuple[str, ...], values["command"]))
        self._require_one_secret(origin)
        found = self._sources.setdefault(identity(values), PlannedSource(origin, values, not reached))
        found.serials.update(serials)
        return found

    def _require_one_secret(self, origin: Origin) -> None:
        if origin.secret is None:
            return
        key_id = str(dict(origin.values)["access_key_id"])
        if self._secrets.setdefault(key_id, origin).secret != origin.secret:
            raise AppError.of(Code.IMPORT_SECRETS_DIFFER, key_id=key_id)

    def settle(self) -> None:
        """Name them, and give each the MFA device that all its chains have. Once, when all are collected."""
        taken = Taken(self._existing.source_names())
        for one in sorted(self._sources.values(), key=lambda one: not one.plain):
            name = self._existing.source(identity(one.values))
            one.known = name is not None
            one.name = name or taken.free(_name(one.origin))
            if not one.known and len(one.serials) == 1 and one.origin.kind in LONG_LIVED:
                one.values["mfa_serial"] = next(iter(one.serials))

    def serial(self, source: PlannedSource) -> str | None:
        """Return the MFA device that a source names."""
        if source.known:
            return self._existing.serial(source.name)
        return cast(str | None, source.values.get("mfa_serial"))

    def for_checks(self) -> dict[str, dict[str, object]]:
        """Return the values of all, as the catalog will have them."""
        found: dict[str, dict[str, object]] = {}
        for one in self._sources.values():
            serial = self.serial(one)
            found[one.name] = {**one.values, **({"mfa_serial": serial} if serial else {})}
        return found

    def rows(self, used: Iterable[str]) -> dict[str, SourceRow]:
        """Return those that the catalog lacks, of the names given."""
        wanted = set(used)
        return {one.name: one.row() for one in self._sources.values() if not one.known and one.name in wanted}


def _name(origin: Origin) -> str:
    if origin.kind in _WAYS:
        return origin.kind
    return origin.section if is_name(origin.section) else clean_name(origin.section, origin.kind)
