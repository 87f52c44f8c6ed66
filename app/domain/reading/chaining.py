"""Rules of a chain of hops: what its source and the hops before allow, and what it gives on to those behind it."""

from app.domain.durations import ASSUME_ROLE_MINIMUM, CHAINED_MAXIMUM, say
from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Profile, RoleHop
from app.domain.reading.parameters import (
    POLICY_ARNS_MAXIMUM,
    POLICY_MAXIMUM,
    arn_account,
    arn_partition,
    only_denies,
)
from app.domain.reading.table import Table
from app.domain.source import (
    IdentityCenter,
    LongLivedBase,
    Source,
    UnknownSource,
    kind_of,
    starts_with_web_identity,
    yields_role_session,
)
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a chain has come to. `account` and `partition` are empty where nothing says them."""

    source: Source
    hops: int = 0
    partition: str = ""
    account: str = ""
    identity: str | None = None
    transitive: frozenset[str] = frozenset()
    mfa: bool = False  # a hop asked for MFA


def reach_of(source: Source) -> Reach:
    """Return where a chain stands before its first hop."""
    serial = source.mfa.serial if isinstance(source, LongLivedBase) else None
    if serial is None:
        return Reach(source)
    return Reach(source, partition=arn_partition(serial), account=arn_account(serial))


def check_chain(profile: Profile, before: Reach, table: Table) -> Reach:
    """Check a profile's hops behind `before`; returns where the chain has come to behind them."""
    _check_own(profile, before, table)
    reach = before
    for number, hop in enumerate(profile.roles, 1):
        reach = _check_hop(hop, number, reach, table)
    if profile.roles:
        _check_read_only(profile, table)
    elif profile.account_id:
        return Reach(before.source, before.hops, before.partition, profile.account_id)
    return reach


def _check_own(profile: Profile, before: Reach, table: Table) -> None:
    """The keys of the profile itself that depend on its hops and its source."""
    source = before.source
    if isinstance(source, UnknownSource):
        return
    hops = before.hops + len(profile.roles)
    if not hops and starts_with_web_identity(source):
        table.wrong(Code.HOP_REQUIRED, "roles", profile=profile.name, source=source.name, kind=kind_of(source))
    if profile.safety.read_only and not profile.roles:
        table.wrong(Code.VALUE_NOT_HERE, "safety.read_only", reason="no-hops")
    for key, given in (("duration", profile.duration is not None), ("mfa", profile.mfa)):
        if given and hops:
            table.wrong(Code.VALUE_NOT_HERE, key, reason="has-hops")
        elif given and not isinstance(source, LongLivedBase):
            table.wrong(Code.VALUE_NOT_HERE, key, reason="not-this-kind")
    if profile.mfa and not hops and isinstance(source, LongLivedBase) and source.mfa.serial is None:
        table.wrong(Code.VALUE_MISSING, "mfa_serial")
    _check_identity_center(profile, source, table)


def _check_identity_center(profile: Profile, source: Source, table: Table) -> None:
    wanted = isinstance(source, IdentityCenter) and profile.source is not None
    for key, given in (("account_id", profile.account_id), ("role_name", profile.role_name)):
        if wanted and given is None:
            table.wrong(Code.VALUE_MISSING, key)
        elif given is not None and not wanted:
            table.wrong(Code.VALUE_NOT_HERE, key, warning=True, reason="not-this-kind")


def _check_hop(hop: RoleHop, number: int, before: Reach, table: Table) -> Reach:
    key = f"roles.{number}"
    if before.hops == 0 and starts_with_web_identity(before.source):
        _check_web_identity(hop, key, table)
    else:
        _check_assume_role(hop, key, before, table)
    _check_duration(hop, key, number, before, table)
    partition = hop.role_arn.partition or before.partition
    _check_arns(hop, key, before.partition or partition, table)
    return Reach(
        before.source,
        before.hops + 1,
        before.partition or partition,
        hop.role_arn.account,
        before.identity or hop.source_identity,
        before.transitive.union(one.casefold() for one in hop.transitive_tags),
        before.mfa or hop.mfa,
    )


def _check_web_identity(hop: RoleHop, key: str, table: Table) -> None:
    given = {
        "external_id": hop.external_id,
        "session_tags": hop.session_tags,
        "transitive_tags": hop.transitive_tags,
        "mfa": hop.mfa,
        "mfa_serial": hop.mfa_serial,
        "source_identity": hop.source_identity,
    }
    for name, value in given.items():
        if value:
            table.wrong(Code.VALUE_NOT_HERE, f"{key}.{name}", reason="web-identity")
    if hop.policy and len(hop.policy) > POLICY_MAXIMUM:
        length = len(hop.policy)
        table.wrong(Code.VALUE_LENGTH, f"{key}.policy", length=length, minimum=1, maximum=POLICY_MAXIMUM)


def _check_assume_role(hop: RoleHop, key: str, before: Reach, table: Table) -> None:
    source = before.source
    if hop.policy and len(hop.policy) > POLICY_MAXIMUM:
        table.wrong(Code.POLICY_LONG, f"{key}.policy", warning=True, length=len(hop.policy))
    if hop.mfa and isinstance(source, LongLivedBase):
        if hop.mfa_serial is None and source.mfa.serial is None:
            table.wrong(Code.VALUE_MISSING, f"{key}.mfa_serial")
    elif hop.mfa and not isinstance(source, UnknownSource):
        table.wrong(Code.VALUE_NOT_HERE, f"{key}.mfa", reason="role-session")
    for tag in hop.session_tags:
        if tag.casefold() in before.transitive:
            table.wrong(Code.VALUE_NOT_HERE, f"{key}.session_tags.{tag}", reason="inherited-tag")
    if hop.source_identity and before.identity not in (None, hop.source_identity):
        table.wrong(Code.VALUE_NOT_HERE, f"{key}.source_identity", reason="identity-set")


def _check_duration(hop: RoleHop, key: str, number: int, before: Reach, table: Table) -> None:
    """An hour once a role's session signs; behind a GetSessionToken session a longer wish is tried."""
    if hop.duration is None or hop.duration <= CHAINED_MAXIMUM:
        return
    asked, longest = say(hop.duration), say(CHAINED_MAXIMUM)
    source = before.source
    if before.hops or yields_role_session(source):
        shortest = say(ASSUME_ROLE_MINIMUM)
        table.wrong(Code.VALUE_RANGE, f"{key}.duration", value=asked, minimum=shortest, maximum=longest)
    elif hop.mfa and isinstance(source, LongLivedBase) and source.mfa.session is not None:
        given = {"key": f"{key}.duration", "hop": number, "asked": asked, "maximum": longest}
        table.add(Problem.of(Code.CHAINING_LIMIT, Verb.EDIT_HOP, str(number), **given), warning=True)


def _check_arns(hop: RoleHop, key: str, partition: str, table: Table) -> None:
    role = hop.role_arn
    if not role.text:
        return
    if role.partition != partition:
        table.wrong(Code.VALUE_NOT_HERE, f"{key}.role_arn", reason="partition")
    if hop.mfa_serial and arn_partition(hop.mfa_serial) not in ("", role.partition):
        table.wrong(Code.VALUE_NOT_HERE, f"{key}.mfa_serial", reason="partition")
    for number, arn in enumerate(hop.policy_arns, 1):
        if arn_partition(arn) != role.partition:
            table.wrong(Code.VALUE_NOT_HERE, f"{key}.policy_arns.{number}", reason="partition")
        elif arn_account(arn) not in ("aws", role.account):
            table.wrong(Code.VALUE_NOT_HERE, f"{key}.policy_arns.{number}", reason="other-account")


def _check_read_only(profile: Profile, table: Table) -> None:
    """ReadOnlyAccess takes one of the ten places of the last hop, and policies beside it add to what may be done."""
    hop, last = profile.roles[-1], f"roles.{len(profile.roles)}"
    if profile.safety.read_only and hop.policy is not None and not only_denies(hop.policy):
        table.wrong(Code.VALUE_NOT_HERE, f"{last}.policy", warning=True, reason="beside-read-only")
    if profile.safety.read_only and any(not one.endswith(":policy/ReadOnlyAccess") for one in hop.policy_arns):
        table.wrong(Code.VALUE_NOT_HERE, f"{last}.policy_arns", warning=True, reason="beside-read-only")
    full = len(hop.policy_arns) >= POLICY_ARNS_MAXIMUM
    if profile.safety.read_only and full and not any(one.endswith(":policy/ReadOnlyAccess") for one in hop.policy_arns):
        key = f"{last}.policy_arns"
        limit = str(POLICY_ARNS_MAXIMUM - 1)
        table.wrong(Code.VALUE_RANGE, key, value=str(len(hop.policy_arns)), minimum="0", maximum=limit)
