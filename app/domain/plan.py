"""From a profile to the ordered calls that yield its session. Pure: names of user and host come in.

Two calls are the same, and made once, when source, endpoint, STS region and every resolved parameter are equal;
their keys are equal then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.domain.calls import (
    AssumeRoleCall,
    Call,
    MfaUse,
    Plan,
    SessionTokenCall,
    SourceCall,
    StsEndpoint,
    WebIdentityCall,
    call_key,
)
from app.domain.durations import CHAINED_MAXIMUM, say
from app.domain.names import MfaSerial, Region, session_name
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog, Profile, RoleHop
from app.domain.source import (
    LongLivedBase,
    Source,
    WebIdentityToken,
    Oidc,
    UnknownSource,
    kind_of,
    starts_with_web_identity,
    yields_role_session,
)

_PARTITION_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the environment adds to a plan: login name, host, and AWS_REGION / AWS_DEFAULT_REGION if set."""

    user: str
    host: str
    aws_region: Region | None = None
    aws_default_region: Region | None = None
    endpoint_url: str | None = None  # AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL


def chain_of(profile: Profile, catalog: Catalog) -> tuple[Profile, ...]:
    """Return the profiles from the one that names a source down to `profile`; loops and gaps are problems."""
    chain = [profile]
    seen = {profile.name}
    while chain[-1].base is not None:
        base = chain[-1].base
        if base in seen:
            names = " > ".join([*(one.name for one in chain), base])
            raise AppError.of(Code.BASE_LOOP, Verb.EDIT_PROFILE, profile.name, profile=profile.name, chain=names)
        found = catalog.profiles.get(base)
        if found is None:
            raise AppError.of(Code.BASE_UNKNOWN, Verb.EDIT_PROFILE, chain[-1].name, profile=chain[-1].name, base=base)
        seen.add(base)
        chain.append(found)
    return tuple(reversed(chain))


def source_of(profile: Profile, catalog: Catalog) -> Source:
    """Return the source that a profile's chain begins with."""
    first = chain_of(profile, catalog)[0]
    source = catalog.sources.get(first.source or "")
    if source is None:
        raise AppError.of(
            Code.SOURCE_UNKNOWN, Verb.EDIT_PROFILE, first.name, source=first.source or "", profile=first.name, nearest=""
        )
    return source


def plan_of(profile: Profile, catalog: Catalog, around: Surroundings) -> Plan:
    """Return the calls for a profile, or raise AppError for what can never work."""
    chain = chain_of(profile, catalog)
    source = source_of(profile, catalog)
    if isinstance(source, UnknownSource):
        raise AppError.of(Code.SOURCE_KIND_UNKNOWN, Verb.UPDATE, source=source.name, kind=source.kind)
    return _Planner(catalog, around, source, chain).plan()


class _Planner:
    """One planning; small state that would otherwise run through every signature."""

    def __init__(self, catalog: Catalog, around: Surroundings, source: Source, chain: tuple[Profile, ...]) -> None:
        self._catalog = catalog
        self._around = around
        self._source = source
        self._chain = chain
        self._hops = [(one, hop, number) for one in chain for number, hop in enumerate(one.roles, 1)]
        self._endpoint = self._sts_endpoint()
        self._calls: list[Call] = []
        self._warnings: list[Problem] = []

    def plan(self) -> Plan:
        web_identity = starts_with_web_identity(self._source)
        if web_identity and not self._hops:
            name = self._chain[-1].name
            raise AppError.of(
                Code.HOP_REQUIRED,
                Verb.EDIT_PROFILE,
                name,
                profile=name,
                source=self._source.name,
                kind=kind_of(self._source),
            )
        if not web_identity:
            key = call_key("source", "", source=self._source.name, is_=repr(self._source))
            self._calls.append(SourceCall(key, self._source.name))
        if not self._hops:
            self._session_token_alone()
        elif isinstance(self._source, LongLivedBase):
            self._mfa_session(self._source)
        for index in range(len(self._hops)):
            self._hop(index)
        return Plan(tuple(self._calls), tuple(self._warnings))

    def _sts_endpoint(self) -> StsEndpoint:
        settings, source = self._catalog.settings, self._source
        region = (
            source.sts_region
            or settings.sts_region
            or self._around.aws_region
            or self._around.aws_default_region
            or self._partition_region()
        )
        return StsEndpoint(
            Region(region),
            source.endpoint_url or self._around.endpoint_url,
            source.proxy or settings.proxy,
            source.ca_bundle or settings.ca_bundle,
        )

    def _partition_region(self) -> str:
        for _, hop, _ in self._hops:
            return _PARTITION_REGIONS.get(hop.role_arn.partition, "us-east-1")
        if isinstance(self._source, LongLivedBase) and self._source.mfa.serial:
            parts = self._source.mfa.serial.split(":")
            return _PARTITION_REGIONS.get(parts[1] if len(parts) > 1 else "", "us-east-1")
        return "us-east-1"

    def _session_token_alone(self) -> None:
        """Long-lived keys are never delivered: without a hop, GetSessionToken makes a session of them."""
        if not isinstance(self._source, LongLivedBase):
            return
        profile = self._chain[-1]
        mfa = self._mfa_use(None) if profile.mfa else None
        duration = profile.duration or (self._source.mfa.session if mfa else None)
        self._session_token(duration, mfa)

    def _mfa_session(self, source: LongLivedBase) -> None:
        """One GetSessionToken takes the code and serves every hop, where `mfa_session` is set."""
        wanting = [hop for _, hop, _ in self._hops if hop.mfa]
        if not wanting or source.mfa.session is None:
            return
        serial = next((hop.mfa_serial for hop in wanting if hop.mfa_serial), None)
        self._session_token(source.mfa.session, self._mfa_use(serial))

    def _session_token(self, duration: timedelta | None, mfa: MfaUse | None) -> None:
        parent = self._calls[-1].key
        key = call_key("session-token", parent, endpoint=self._endpoint, duration=duration, mfa=mfa)
        self._calls.append(SessionTokenCall(key, parent, self._endpoint, duration, mfa))

    def _mfa_use(self, serial: MfaSerial | None) -> MfaUse:
        own = self._source.mfa.serial if isinstance(self._source, LongLivedBase) else None
        chosen = serial or own
        if chosen is None:
            raise AppError.of(Code.VALUE_MISSING, Verb.EDIT_SOURCE, self._source.name, key="mfa_serial")
        return MfaUse(chosen, self._source.name)

    def _hop(self, index: int) -> None:
        owner, hop, number_in_profile = self._hops[index]
        last_of_owner = number_in_profile == len(owner.roles)
        template = hop.session_name or ("{user}-{profile}" if last_of_owner else "{user}-{source}")
        names: dict[str, str] = {
            "user": self._around.user,
            "host": self._around.host,
            "profile": owner.name,
            "source": self._source.name,
        }
        name = session_name(template, names)
        duration = self._duration(index, hop)
        policy_arns = hop.policy_arns + self._read_only(owner, last_of_owner, hop)
        if index == 0 and isinstance(self._source, WebIdentityToken | Oidc):
            self._web_identity(hop, name, duration, policy_arns)
        else:
            self._assume_role(index, hop, name, duration, policy_arns)

    def _read_only(self, owner: Profile, last_of_owner: bool, hop: RoleHop) -> tuple[str, ...]:
        arn = f"arn:{hop.role_arn.partition}:iam::aws:policy/ReadOnlyAccess"
        wanted = owner.safety.read_only and last_of_owner and arn not in hop.policy_arns
        return (arn,) if wanted else ()

    def _duration(self, index: int, hop: RoleHop) -> timedelta | None:
        """Chained roles end after an hour; behind a GetSessionToken session an hour is planned, a longer wish tried."""
        if hop.duration is None or hop.duration <= CHAINED_MAXIMUM:
            return hop.duration
        problem = Problem.of(
            Code.CHAINING_LIMIT,
            Verb.EDIT_HOP,
            str(index + 1),
            hop=index + 1,
            asked=say(hop.duration),
            maximum=say(CHAINED_MAXIMUM),
        )
        if index > 0 or yields_role_session(self._source):
            raise AppError(problem)
        if any(isinstance(call, SessionTokenCall) for call in self._calls):
            self._warnings.append(problem)
        return hop.duration

    def _web_identity(
        self, hop: RoleHop, name: str, duration: timedelta | None, policy_arns: tuple[str, ...]
    ) -> None:
        source = self._source
        provider = source.provider_id if isinstance(source, WebIdentityToken | Oidc) else None
        parts: dict[str, object] = {
            "source": repr(source),
            "endpoint": self._endpoint,
            "role": hop.role_arn.text,
            "name": name,
            "duration": duration,
            "policy": hop.policy,
            "arns": policy_arns,
        }
        key = call_key("web-identity", "", **parts)
        self._calls.append(
            WebIdentityCall(
                key, source.name, self._endpoint, hop.role_arn, name, duration, hop.policy, policy_arns, provider
            )
        )

    def _assume_role(
        self, index: int, hop: RoleHop, name: str, duration: timedelta | None, policy_arns: tuple[str, ...]
    ) -> None:
        parent = self._calls[-1].key
        mfa = self._own_code(hop)
        parts: Mapping[str, object] = {
            "endpoint": self._endpoint,
            "role": hop.role_arn.text,
            "name": name,
            "duration": duration,
            "external": hop.external_id,
            "mfa": mfa,
            "identity": hop.source_identity,
            "policy": hop.policy,
            "arns": policy_arns,
            "tags": hop.session_tags,
            "transitive": hop.transitive_tags,
        }
        self._calls.append(
            AssumeRoleCall(
                call_key("assume-role", parent, **parts),
                parent,
                self._endpoint,
                index + 1,
                hop.role_arn,
                name,
                duration,
                hop.external_id,
                mfa,
                hop.source_identity,
                hop.policy,
                policy_arns,
                hop.session_tags,
                hop.transitive_tags,
            )
        )

    def _own_code(self, hop: RoleHop) -> MfaUse | None:
        """With `mfa_session = false` each hop that wants MFA sends a code of its own."""
        if not hop.mfa or any(isinstance(call, SessionTokenCall) and call.mfa for call in self._calls):
            return None
        return self._mfa_use(hop.mfa_serial)
