"""From a wish for less to the calls that keep to it. Pure.

AWS lets a session do what any of its session policies allows, so that a policy put beside another one adds to it. What
is made here is never more than the profile's own session: where that cannot be kept to, it is a problem, and nothing
is handed out in its place.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.domain.calls import (
    AssumeRoleCall,
    FederationCall,
    Plan,
    SessionTokenCall,
    WebIdentityCall,
    call_key,
)
from app.domain.chain import Surroundings
from app.domain.durations import ASSUME_ROLE_MINIMUM, CHAINED_MAXIMUM, parse_duration, say
from app.domain.endpoints import partition_of
from app.domain.names import federated_name
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Profile
from app.domain.reading.parameters import (
    POLICY_ARNS_MAXIMUM,
    POLICY_MAXIMUM,
    arn_account,
    arn_partition,
    only_denies,
    policy_arn,
)
from app.domain.reading.parameters import policy as checked_policy

POLICY_LONGEST = 10_240  # what is longer cannot be a session policy, whatever AWS makes of it
SESSION_TOKEN_DEFAULT = timedelta(hours=12)  # AWS's own, for GetSessionToken
_READ_ONLY = "iam::aws:policy/ReadOnlyAccess"


def parse_narrowing(
    *,
    read_only: bool = False,
    policy: str | None = None,
    policy_arns: Sequence[str] = (),
    duration: str | int | None = None,
) -> Narrowing:
    """Return what was wished for, checked; VALUE_*, POLICY_JSON, NARROWING_WIDENS."""
    text = None if policy is None else _policy(policy)
    arns = tuple(dict.fromkeys(policy_arn(one, "policy_arn") for one in policy_arns))
    if len(arns) > POLICY_ARNS_MAXIMUM:
        most = str(POLICY_ARNS_MAXIMUM)
        raise AppError.of(Code.VALUE_RANGE, key="policy_arn", value=str(len(arns)), minimum="1", maximum=most)
    if read_only and arns:
        raise AppError.of(Code.NARROWING_WIDENS, option="policy_arn")
    if read_only and text is not None and not only_denies(text):
        raise AppError.of(Code.NARROWING_WIDENS, option="policy")
    return Narrowing(read_only, text, arns, None if duration is None else parse_duration(duration, "duration"))


def _policy(text: str) -> str:
    """Return a policy on as few characters as can be: AWS counts them."""
    found = checked_policy(text.strip(), "policy")
    short = _compact(found)
    if len(short) > POLICY_LONGEST:
        raise AppError.of(Code.VALUE_LENGTH, key="policy", length=len(short), minimum=1, maximum=POLICY_LONGEST)
    return short


def _compact(text: str) -> str:
    def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key stands twice: which one counts is for AWS to say")
        return dict(pairs)

    try:
        value: object = json.loads(text, object_pairs_hook=object_of)
    except ValueError:
        return text
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def warnings_of(plan: Plan, wish: Narrowing) -> tuple[Problem, ...]:
    """Return what AWS may have to say against it: its documents and its service differ about long policies."""
    text = wish.policy or ""
    if isinstance(plan.last, AssumeRoleCall) and len(text) > POLICY_MAXIMUM:
        return (Problem.of(Code.POLICY_LONG, key="policy", length=len(text)),)
    return ()


def narrowed(plan: Plan, wish: Narrowing, profile: Profile, kind: str, around: Surroundings) -> Plan:
    """Return the calls for the narrower session: those of the profile, with another last one.

    `kind`: that of the chain's source. Raises NARROWING_IMPOSSIBLE, NARROWING_WIDENS, VALUE_RANGE, VALUE_LENGTH,
    VALUE_NOT_HERE. Where the profile's own session is no more than what is wished for, its own calls come back.
    """
    if not wish:
        return plan
    call = plan.last
    match call:
        case AssumeRoleCall() | WebIdentityCall():
            made: AssumeRoleCall | WebIdentityCall | SessionTokenCall | FederationCall = _of_role(call, wish, profile)
        case SessionTokenCall():
            made = _of_user(call, wish, profile, around)
        case _:  # what a source gives as it is
            raise impossible(profile, kind=kind)
    if made == call:
        return plan
    parts = {"policy": wish.policy, "arns": wish.policy_arns, "read_only": wish.read_only, "duration": wish.duration}
    made = replace(made, key=call_key("narrowed", call.key, **parts))
    return replace(plan, calls=(*plan.calls[:-1], made), warnings=(*plan.warnings, *warnings_of(plan, wish)))


def impossible(profile: Profile, **why: str | bool) -> AppError:
    """Return the problem of a session that cannot be narrowed."""
    name = profile.name
    return AppError.of(Code.NARROWING_IMPOSSIBLE, Verb.EDIT_PROFILE, name, profile=name, **why)


def _of_role(
    call: AssumeRoleCall | WebIdentityCall, wish: Narrowing, profile: Profile
) -> AssumeRoleCall | WebIdentityCall:
    duration = _shorter(wish.duration, call.duration, CHAINED_MAXIMUM)
    if not wish.policies:
        return replace(call, duration=duration)
    role = call.role_arn
    for arn in wish.policy_arns:
        if arn_partition(arn) != role.partition:
            raise AppError.of(Code.VALUE_NOT_HERE, key="policy_arn", reason="partition")
        if arn_account(arn) not in ("aws", role.account):
            raise AppError.of(Code.VALUE_NOT_HERE, key="policy_arn", reason="other-account")
    arns = (f"arn:{role.partition}:{_READ_ONLY}",) if wish.read_only else wish.policy_arns
    if isinstance(call, WebIdentityCall):
        _short_enough(wish.policy)
    if call.policy is None and not call.policy_arns:
        return replace(call, duration=duration, policy=wish.policy, policy_arns=arns)
    # beside policies of the hop's own: some of these alone, or one that only denies; anything else would add to them
    fewer = set(arns) <= set(call.policy_arns) and call.policy is None
    if not fewer or (wish.policy is not None and not only_denies(wish.policy)):
        raise AppError.of(Code.NARROWING_WIDENS, Verb.NONE, str(call.hop), hop=call.hop, profile=profile.name)
    return replace(call, duration=duration, policy=wish.policy, policy_arns=arns or call.policy_arns)


def _of_user(
    call: SessionTokenCall, wish: Narrowing, profile: Profile, around: Surroundings
) -> SessionTokenCall | FederationCall:
    """GetSessionToken takes no policy. GetFederationToken does, and no MFA code."""
    duration = _shorter(wish.duration, call.duration, SESSION_TOKEN_DEFAULT)
    if not wish.policies:
        return replace(call, duration=duration, own_keys=True)
    if call.mfa is not None:
        raise impossible(profile, mfa=True)
    _short_enough(wish.policy)
    arns = (f"arn:{partition_of(call.endpoint.region)}:{_READ_ONLY}",) if wish.read_only else wish.policy_arns
    name = federated_name(f"{around.user}-{profile.name}")
    return FederationCall("", call.parent, call.endpoint, name, duration, wish.policy, arns)


def _short_enough(policy: str | None) -> None:
    if policy is not None and len(policy) > POLICY_MAXIMUM:
        raise AppError.of(Code.VALUE_LENGTH, key="policy", length=len(policy), minimum=1, maximum=POLICY_MAXIMUM)


def _shorter(wished: timedelta | None, own: timedelta | None, default: timedelta) -> timedelta | None:
    """Return the duration to ask for, never longer than the profile's own; `default`: AWS's, where that is not said."""
    most = own or default
    if wished is not None and not ASSUME_ROLE_MINIMUM <= wished <= most:
        limits = {"value": say(wished), "minimum": say(ASSUME_ROLE_MINIMUM), "maximum": say(most)}
        raise AppError.of(Code.VALUE_RANGE, key="duration", **limits)
    return own if wished is None else wished
