"""The calls behind a chain in the catalog's terms: hops, and what the chosen profile says about reaching STS."""

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType

from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass
from app.importing.chains import Link
from app.importing.hops import Hop, chained, endpoint_of, hop_of, is_known_host
from app.importing.origins import Origin, text_of
from app.importing.reading import AwsConfig

_BY_ROLE = frozenset({"instance-metadata", "container", "identity-center"})


@dataclass(frozen=True, slots=True)
class Called:
    """`source_values` are those of the source that say how STS is reached; `notes` what differs from the files."""

    hops: tuple[Hop, ...] = ()
    source_values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Problem, ...] = ()

    @property
    def is_harmless(self) -> bool:
        """Whether STS is called at AWS, or on this machine."""
        url = self.source_values.get("endpoint_url")
        return url is None or is_known_host(url)


class Calling:
    """Reads each section's role once."""

    def __init__(self, files: AwsConfig) -> None:
        """Read nothing yet."""
        self._files = files
        self._hops: dict[tuple[str, bool], Hop | Problem] = {}

    def called(self, name: str, link: Link, *, by_role: Callable[[str], bool], calls_sts: bool) -> Called:
        """Return the calls of the profile; raises VALUE_* for what cannot be taken over.

        `by_role`: whether a profile of the catalog, on which the chain stands, yields a role's session.
        """
        role = link.origin.kind in _BY_ROLE or (bool(link.origin.ours) and by_role(link.origin.ours))
        hops: list[Hop] = []
        notes: list[Problem] = []
        for number, section in enumerate(link.roles(), 1):
            hop = self._hop(section, by_web_identity=link.origin.hop and number == 1)
            hop, note = chained(hop, number, name, by_role=role)
            role = True
            hops.append(hop)
            notes += [note] if note else []
        if link.depth:
            self._require_sso_session(name)
        values = self._reached(name) if calls_sts and not link.origin.ours else {}
        return Called(tuple(hops), MappingProxyType(values), tuple(notes))

    def _hop(self, section: str, *, by_web_identity: bool) -> Hop:
        key = (section, by_web_identity)
        if key not in self._hops:
            try:
                self._hops[key] = hop_of(self._files.merged[section], by_web_identity=by_web_identity)
            except AppError as error:
                self._hops[key] = error.problem
        found = self._hops[key]
        if isinstance(found, Problem):
            raise AppError(found)
        return found

    def _require_sso_session(self, name: str) -> None:
        """With an sso-session that is not there, or half, botocore calls nothing for the profile, whatever it needs."""
        session = text_of(self._files.merged[name], "sso_session")
        if session is None:
            return
        if session not in self._files.sso_sessions:
            raise AppError.of(Code.IMPORT_NAMES_NOTHING, profile=name, key="sso_session", other=session)
        for key in ("sso_start_url", "sso_region"):
            if key not in self._files.sso_sessions[session]:
                raise AppError.of(Code.VALUE_MISSING, key=key)

    def _reached(self, name: str) -> dict[str, str]:
        section = self._files.merged[name]
        given = {"endpoint_url": endpoint_of(name, section, self._files), "ca_bundle": text_of(section, "ca_bundle")}
        return {key: value for key, value in given.items() if value}

    def serial_of_keys(self, origin: Origin) -> tuple[str, ...]:
        """Return the MFA device that a section with keys of its own names beside them."""
        section = self._files.merged.get(origin.section, {})
        serial = section.get("mfa_serial")
        alone = origin.kind == "access-keys" and "role_arn" not in section
        return (serial,) if alone and isinstance(serial, str) and serial else ()
