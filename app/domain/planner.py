"""One planning: the calls of a chain of profiles, put together hop by hop."""

from datetime import timedelta

from app.domain.calls import (
    AssumeRoleCall,
    Call,
    MfaUse,
    Plan,
    SessionTokenCall,
    SourceCall,
    WebIdentityCall,
    call_key,
    source_parts,
)
from app.domain.chain import Surroundings
from app.domain.durations import CHAINED_MAXIMUM, say
from app.domain.endpoints import sts_endpoint
from app.domain.names import MfaSerial, session_name
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog, Profile, RoleHop
from app.domain.source import (
    IdentityCenter,
    LongLivedBase,
    Oidc,
    Source,
    WebIdentityToken,
    kind_of,
    starts_with_web_identity,
    yields_role_session,
)


class Planner:
    """One planning; small state that would otherwise run through every signature."""

    def __init__(
        self,
        catalog: Catalog,
        around: Surroundings,
        source: Source,
        chain: tuple[Profile, ...],
    ) -> None:
        self._around = around
        self._source = source
        self._chain = chain
        self._hops = [(one, hop, number) for one in chain for number, hop in enumerate(one.roles, 1)]
        self._endpoint = sts_endpoint(source, chain, catalog, around)
        self._calls: list[Call] = []
        self._warnings: list[Problem] = []

    def plan(self) -> Plan:
        """Return the calls, or raise what can never work."""
        last = self._chain[-1]
        if not self._hops:
            self._check_without_hops(last)
        if not starts_with_web_identity(self._source):
            self._calls.append(self._first())
        if isinstance(self._source, LongLivedBase):
            self._session_tokens(self._source)
        for index in range(len(self._hops)):
            self._hop(index)
        return Plan(tuple(self._calls), tuple(self._warnings), self._endpoint)

    def _first(self) -> SourceCall:
        """Return the call for the source's own credentials; at Identity Center the profile says which role's."""
        source, first, parts = self._source, self._chain[0], source_parts(self._source)
        if not isinstance(source, IdentityCenter):
            return SourceCall(call_key("source", "", parts=parts), source.name)
        account, role = first.account_id, first.role_name
        if not account or not role:
            missing = "role_name" if account else "account_id"
            raise AppError.of(Code.VALUE_MISSING, Verb.EDIT_PROFILE, first.name, key=missing)
        # how a person signs in decides nothing about what comes of it
        own = {name: one for name, one in parts.items() if name != "flow"}
        return SourceCall(call_key("source", "", parts=own, account=account, role=role), source.name, account, role)

    def _check_without_hops(self, last: Profile) -> None:
        if starts_with_web_identity(self._source):
            kind = kind_of(self._source)
            raise AppError.of(
                Code.HOP_REQUIRED,
                Verb.EDIT_PROFILE,
                last.name,
                profile=last.name,
                source=self._source.name,
                kind=kind,
            )
        if any(one.safety.read_only for one in self._chain):
            # GetSessionToken takes no policy: the session would be anything but read-only
            raise AppError.of(
                Code.VALUE_NOT_HERE,
                Verb.EDIT_PROFILE,
                last.name,
                key="safety.read_only",
                reason="no-hops",
            )

    def _session_tokens(self, source: LongLivedBase) -> None:
        """Put one GetSessionToken first where it is needed.

        That is where the chain has no hop, or begins with a profile that has none, or where one MFA code is to serve
        every hop.
        """
        leading: list[Profile] = []
        for one in self._chain:
            if one.roles:
                break
            leading.append(one)
        wanting = [hop for _, hop, _ in self._hops if hop.mfa] if source.mfa.session is not None else []
        if not leading and not wanting:
            return
        wished = next((one.duration for one in reversed(leading) if one.duration), None)
        mfa = None
        if wanting or any(one.mfa for one in leading):
            mfa = self._mfa_use(next((hop.mfa_serial for hop in wanting if hop.mfa_serial), None))
        duration = wished or (source.mfa.session if mfa else None)
        parent = self._calls[-1].key
        key = call_key("session-token", parent, endpoint=self._endpoint, duration=duration, mfa=mfa)
        self._calls.append(SessionTokenCall(key, parent, self._endpoint, duration, mfa))

    def _mfa_use(self, serial: MfaSerial | None) -> MfaUse:
        own = self._source.mfa.serial if isinstance(self._source, LongLivedBase) else None
        chosen = serial or own
        if chosen is None:
            raise AppError.of(
                Code.VALUE_MISSING,
                Verb.EDIT_SOURCE,
                self._source.name,
                key="mfa_serial",
            )
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
        policy_arns = hop.policy_arns + self._read_only(index, hop)
        if index == 0 and isinstance(self._source, WebIdentityToken | Oidc):
            self._web_identity(self._source, hop, name, duration, policy_arns)
        else:
            self._assume_role(index, hop, name, duration, policy_arns)

    def _read_only(self, index: int, hop: RoleHop) -> tuple[str, ...]:
        """Return ReadOnlyAccess for the last hop of a profile that wants it.

        A profile without hops of its own counts for the last hop before it.
        """
        owner, _, number = self._hops[index]
        if number != len(owner.roles):
            return ()
        wanted = owner.safety.read_only
        for one in self._chain[self._chain.index(owner) + 1 :]:
            if one.roles:
                break
            wanted = wanted or one.safety.read_only
        arn = f"arn:{hop.role_arn.partition}:iam::aws:policy/ReadOnlyAccess"
        return (arn,) if wanted and arn not in hop.policy_arns else ()

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
        self,
        source: WebIdentityToken | Oidc,
        hop: RoleHop,
        name: str,
        duration: timedelta | None,
        policy_arns: tuple[str, ...],
    ) -> None:
        key = call_key(
            "web-identity",
            "",
            source=source_parts(source),
            pasted=_pasted(source),
            endpoint=self._endpoint,
            role=hop.role_arn.text,
            name=name,
            duration=duration,
            policy=hop.policy,
            arns=policy_arns,
        )
        call = WebIdentityCall(
            key,
            source.name,
            self._endpoint,
            hop.role_arn,
            name,
            duration,
            hop.policy,
            policy_arns,
            source.provider_id,
        )
        self._calls.append(call)

    def _assume_role(
        self,
        index: int,
        hop: RoleHop,
        name: str,
        duration: timedelta | None,
        policy_arns: tuple[str, ...],
    ) -> None:
        parent = self._calls[-1].key
        mfa = self._own_code(hop)
        key = call_key(
            "assume-role",
            parent,
            endpoint=self._endpoint,
            role=hop.role_arn.text,
            name=name,
            duration=duration,
            external=hop.external_id,
            mfa=mfa,
            identity=hop.source_identity,
            policy=hop.policy,
            arns=policy_arns,
            tags=hop.session_tags,
            transitive=tuple(sorted(hop.transitive_tags)),
        )
        call = AssumeRoleCall(
            key,
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
        self._calls.append(call)

    def _own_code(self, hop: RoleHop) -> MfaUse | None:
        """With `mfa_session = false` each hop that wants MFA sends a code of its own."""
        if not hop.mfa or any(isinstance(call, SessionTokenCall) and call.mfa for call in self._calls):
            return None
        return self._mfa_use(hop.mfa_serial)


def _pasted(source: WebIdentityToken | Oidc) -> str:
    """What a person pastes belongs to one source, however alike another may look."""
    named = isinstance(source, Oidc) or source.token_file or source.token_command
    return "" if named else source.name
