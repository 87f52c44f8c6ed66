"""The calls of a plan with every parameter resolved, and what they give back."""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import cast

from app.domain.digests import sha256
from app.domain.names import MfaSerial, Region, RoleArn, SourceName
from app.domain.problem import Problem
from app.domain.secret import Credentials
from app.domain.source import Source, kind_of
from app.domain.values import dataclass

CallKey = str


@dataclass(frozen=True, slots=True)
class StsEndpoint:
    """Where and how STS is reached. None: AWS's own endpoint, proxy and CA of the environment."""

    region: Region
    endpoint_url: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None


@dataclass(frozen=True, slots=True)
class MfaUse:
    """A call sends a code of this device; `source` says how codes are got."""

    serial: MfaSerial
    source: SourceName


@dataclass(frozen=True, slots=True)
class SourceCall:
    """Ask the source itself for credentials (vault, environment, process, …).

    `account_id`, `role_name`: which of those that a person has at Identity Center; empty for every other kind.
    """

    key: CallKey
    source: SourceName
    account_id: str = ""
    role_name: str = ""


@dataclass(frozen=True, slots=True)
class SessionTokenCall:
    """GetSessionToken, signed with the long-lived keys of `parent`. Skipped where the parent's are temporary.

    `own_keys`: not skipped but refused then, because what the parent gave is more than what was asked for.
    """

    key: CallKey
    parent: CallKey
    endpoint: StsEndpoint
    duration: timedelta | None
    mfa: MfaUse | None
    own_keys: bool = False


@dataclass(frozen=True, slots=True)
class FederationCall:
    """GetFederationToken, signed with the long-lived keys of `parent`: a user's session with session policies."""

    key: CallKey
    parent: CallKey
    endpoint: StsEndpoint
    name: str
    duration: timedelta | None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssumeRoleCall:
    """AssumeRole, signed with the session of `parent`. `hop` counts from 1 within the whole chain."""

    key: CallKey
    parent: CallKey
    endpoint: StsEndpoint
    hop: int
    role_arn: RoleArn
    session_name: str
    duration: timedelta | None
    external_id: str | None = None
    mfa: MfaUse | None = None
    source_identity: str | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    session_tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    transitive_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebIdentityCall:
    """AssumeRoleWithWebIdentity, unsigned, with the token of `source`. Always hop 1."""

    key: CallKey
    source: SourceName
    endpoint: StsEndpoint
    role_arn: RoleArn
    session_name: str
    duration: timedelta | None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    provider_id: str | None = None
    hop: int = 1


Call = SourceCall | SessionTokenCall | FederationCall | AssumeRoleCall | WebIdentityCall


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered calls from a profile to its session. The last call's result is delivered.

    `endpoint`: where STS is reached for this profile, also where no call of it goes there.
    """

    calls: tuple[Call, ...]
    warnings: tuple[Problem, ...] = ()
    endpoint: StsEndpoint | None = None

    @property
    def last(self) -> Call:
        """The call whose result is the profile's session."""
        return self.calls[-1]

    @property
    def shared(self) -> tuple[Call, ...]:
        """The calls before the last one, whose results other profiles may use too."""
        return self.calls[:-1]


@dataclass(frozen=True, slots=True)
class Issued:
    """What a call gave.

    `received_at` by our clock; `clock_offset`: our clock minus the server's, None: not measured.
    """

    credentials: Credentials = field(repr=False)
    received_at: datetime
    arn: str | None = None
    account: str | None = None
    packed_policy_size: int | None = None
    source_identity: str | None = None
    clock_offset: timedelta | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When the credentials end, as AWS said it, corrected to our clock where the offset is known."""
        expires = self.credentials.expires_at
        if expires is None or self.clock_offset is None:
            return expires
        return expires + self.clock_offset

    def moved(self, by: timedelta) -> "Issued":
        """Return the same by a clock that was set forward by `by` (back, where negative)."""
        offset = (self.clock_offset or timedelta()) + by
        return replace(self, received_at=self.received_at + by, clock_offset=offset)


@dataclass(frozen=True, slots=True)
class Identity:
    """GetCallerIdentity's answer."""

    account: str
    arn: str
    user_id: str


def source_parts(source: Source) -> Mapping[str, object]:
    """Return what a source's first credentials depend on: neither its name nor its title, MFA or way to STS."""
    return {
        "kind": kind_of(source),
        **{one.name: getattr(source, one.name) for one in fields(source) if one.name not in _NOT_OF_CREDENTIALS},
    }


_NOT_OF_CREDENTIALS = frozenset({"name", "title", "mfa", "sts_region", "endpoint_url"})


def call_key(kind: str, parent: str, **parts: object) -> CallKey:
    """Return the same key for two calls whose every resolved parameter is equal."""
    digest = sha256(f"{kind}\n{parent}".encode())
    for name in sorted(parts):
        digest.update(f"\n{name}={_plain(parts[name])}".encode())
    return digest.hexdigest()[:32]


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        items = [(str(key), _plain(item)) for key, item in cast("Mapping[object, object]", value).items()]
        return repr(sorted(items))
    if isinstance(value, MfaUse):
        return repr(value.serial)  # whichever source names it, the device is the same
    if isinstance(value, StsEndpoint):
        return repr([getattr(value, one.name) for one in fields(value)])
    return repr(value)
