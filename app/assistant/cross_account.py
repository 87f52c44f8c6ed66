"""A role that an identity of another account (or of the same one) may assume, and what that identity needs for it."""

import re
from collections.abc import Callable
from datetime import timedelta

from app.assistant import looking, role, trust
from app.assistant.limits import check_role
from app.assistant.policies import USER_INLINE_MAXIMUM, document, fit, same, shown, statement, written
from app.assistant.role import FoundBase
from app.assistant.values import (
    Account,
    Addition,
    ApiCall,
    Document,
    Output,
    Place,
    Recipe,
    RolePlan,
    RoleWish,
    Side,
    Step,
)
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

_UNFIT = re.compile(r"[^\w+=,.@-]", re.ASCII)
EXTERNAL_ID_BYTES = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """`principal`: ARN of a user or role, or an account. `external_id` None: none is asked for.

    `grant`: also give the identity the policy that it needs, with a session of its account.
    """

    role: RoleWish
    principal: str
    external_id: str | None = None
    mfa: bool = False
    mfa_seconds: int | None = None
    grant: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """`granted`: the policy of our name that the identity has already."""

    base: FoundBase
    granted: Document | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How the profile at the end gets to the role: from a source or another profile."""

    source: str = ""
    base: str = ""


def new_external_id(token: Callable[[int], str]) -> str:
    """Return an external id that nobody guesses; `token` gives text of so many random bytes."""
    return f"rolecall-{token(EXTERNAL_ID_BYTES)}"


def check(wish: Wish, place: Place) -> None:
    """Check what was typed; VALUE_*, TRUST_WIDE where another account is trusted without an external id."""
    arn, account, kind = trust.parse_identity(wish.principal, place)
    check_role(wish.role, place, _trust(wish, place))
    if account != place.account and wish.external_id is None and not wish.wide:
        raise AppError.of(Code.TRUST_WIDE, reason="no-external-id")
    if wish.mfa_seconds is not None and not 900 <= wish.mfa_seconds <= 129_600:
        raise AppError.of(
            Code.VALUE_RANGE, key="MFA age", value=f"{wish.mfa_seconds} s", minimum="15 min", maximum="36 h"
        )
    if wish.grant and kind == "root":
        raise AppError.of(Code.VALUE_NOT_HERE, key="grant", reason="grant-account")
    del arn


async def look(account: Account, caller: Account | None, wish: Wish, place: Place) -> Found:
    """Read what the plan depends on; `caller` sees the identity's account, where the policy is given too."""
    base = await role.look(account, wish.role, place)
    if not wish.grant or caller is None:
        return Found(base)
    kind, name = _identity(wish, place)
    return Found(base, await looking.inline_of(caller, kind, name, _policy_name(wish)))


def plan(wish: Wish, place: Place, found: Found) -> RolePlan:
    """Return the calls; ROLE_DIFFERS."""
    policy, arn = _trust(wish, place), role.role_arn(wish.role, place)
    steps = role.role_steps(wish.role, place, policy, found.base)
    caller = document(statement("Allow", [trust.ASSUME], Resource=arn))
    if wish.grant:
        steps.append(_grant(wish, place, caller, found.granted))
    _, account, kind = trust.parse_identity(wish.principal, place)
    warnings = [
        *role.role_warnings(wish.role, policy, found.base),
        *_warnings(wish, kind, other_account=account != place.account),
    ]
    needed = account != place.account or kind == "root"
    outputs = [Output("caller-policy", shown(caller))] if needed and not wish.grant else []
    if wish.external_id is not None:
        outputs.append(Output("external-id", wish.external_id))
    return RolePlan(
        Recipe.CROSS_ACCOUNT,
        place.account,
        arn,
        tuple(steps),
        tuple(warnings),
        tuple(outputs),
        role.all_of_it(wish.role),
    )


def addition(profile: str, wish: Wish, place: Place, way: Way) -> Addition:
    """Return the profile that assumes the role."""
    hop: dict[str, object] = {"role_arn": role.role_arn(wish.role, place), "duration": _short(wish.role.max_duration)}
    if way.base or wish.mfa:
        del hop["duration"]  # a chained role, or one behind an MFA session, has an hour: AWS's default
    if wish.external_id is not None:
        hop["external_id"] = wish.external_id
    if wish.mfa:
        hop["mfa"] = True
    start = {"base": way.base} if way.base else {"source": way.source}
    return Addition(
        profile, {**start, "region": place.region, "roles": [hop], "delivery": {"credentials_file": profile}}
    )


def _trust(wish: Wish, place: Place) -> Document:
    arn, _, _ = trust.parse_identity(wish.principal, place)
    return trust.identity(arn, wish.external_id, mfa=wish.mfa, mfa_seconds=wish.mfa_seconds)


def _warnings(wish: Wish, kind: str, *, other_account: bool) -> list[Problem]:
    found: list[Problem] = []
    if other_account and wish.external_id is None:
        found.append(Problem.of(Code.TRUST_WIDE, reason="no-external-id"))
    if kind == "root":
        found.append(Problem.of(Code.TRUST_WIDE, reason="whole-account"))
    if kind.startswith("role/") and (wish.mfa or wish.mfa_seconds is not None):
        found.append(Problem.of(Code.TRUST_NEVER, reason="mfa-of-role"))
    return found


def _short(duration: timedelta) -> str:
    """A duration as the catalog has it: "1h30m"."""
    minutes = int(duration.total_seconds()) // 60
    return f"{minutes // 60}h" + (f"{minutes % 60}m" if minutes % 60 else "")


def _policy_name(wish: Wish) -> str:
    return _UNFIT.sub("-", f"assume-{wish.role.name}")[:128]


def _identity(wish: Wish, place: Place) -> tuple[str, str]:
    """Return ("User" or "Role", the name without its path)."""
    _, _, rest = trust.parse_identity(wish.principal, place)
    kind, _, name = rest.partition("/")
    return kind.capitalize(), name.rsplit("/", 1)[-1]


def _grant(wish: Wish, place: Place, policy: Document, there: Document | None) -> Step:
    kind, name = _identity(wish, place)
    if there is not None and not same(policy, there):
        raise AppError.of(Code.ROLE_DIFFERS, role=name, reason="role-inline")
    if kind == "User":
        fit("policy", policy, USER_INLINE_MAXIMUM)
    known = {f"{kind}Name": name, "PolicyName": _policy_name(wish)}
    call = ApiCall("iam", f"Put{kind}Policy", {**known, "PolicyDocument": written(policy)}, side=Side.CALLER)
    undo = ApiCall("iam", f"Delete{kind}Policy", known, side=Side.CALLER)
    return Step(call, name, (undo,), there is not None)
