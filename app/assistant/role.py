"""The steps that every recipe has: the role, and what it may do."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from app.assistant.looking import FoundRole, one_of, own_policy, role
from app.assistant.policies import TRUST_DEFAULT, same, size, written
from app.assistant.values import Account, ApiCall, Document, Place, RoleWish, Step
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

_ADMINISTRATOR = ("policy/AdministratorAccess", "policy/IAMFullAccess", "policy/PowerUserAccess")
_ALL_OF_IT = _ADMINISTRATOR[:2]


@dataclass(frozen=True, slots=True)
class FoundBase:
    """What is there of the role and of the policies that are made for it."""

    role: FoundRole | None = None
    own: Mapping[str, Document | None] = field(default_factory=lambda: MappingProxyType({}))


async def look(account: Account, wish: RoleWish, place: Place) -> FoundBase:
    """Read what the plan depends on; POLICY_ABSENT where a policy is not there."""
    for arn in wish.permissions.managed:
        await _require(account, arn)
    own = {name: await own_policy(account, own_arn(wish, place, name)) for name in wish.permissions.own}
    return FoundBase(await role(account, wish.name), own)


async def _require(account: Account, arn: str) -> None:
    """A policy that is not there is said before anything is made; where it may not be looked at, AWS will tell."""
    try:
        if await one_of(account, "GetPolicy", PolicyArn=arn) is None:
            raise AppError.of(Code.POLICY_ABSENT, policy=arn)
    except AppError as error:
        if error.problem.code is not Code.ACCESS_DENIED:
            raise


def role_arn(wish: RoleWish, place: Place) -> str:
    """Return the ARN that the role has or will have."""
    return place.arn("iam", f"role{wish.path}{wish.name}")


def own_arn(wish: RoleWish, place: Place, name: str) -> str:
    """Return the ARN of a policy that is made for the role."""
    return place.arn("iam", f"policy{wish.path}{name}")


def role_steps(wish: RoleWish, place: Place, trust: Document, found: FoundBase) -> list[Step]:
    """Return the steps to the role and its permissions; ROLE_DIFFERS where one of the name is another."""
    there = found.role is not None
    if found.role is not None and (what := _difference(wish, trust, found.role)):
        raise AppError.of(Code.ROLE_DIFFERS, role=wish.name, reason=what)
    undo = ApiCall("iam", "DeleteRole", {"RoleName": wish.name})
    create = Step(ApiCall("iam", "CreateRole", _parameters(wish, trust)), wish.name, (undo,), there)
    return [create, *_own(wish, place, found), *_attached(wish, place, found.role), *_inline(wish, found.role)]


def role_warnings(wish: RoleWish, trust: Document, found: FoundBase) -> list[Problem]:
    """Return what a person should know of the role before it is made."""
    said = [
        Problem.of(Code.ROLE_POWERFUL, policy=one) for one in wish.permissions.managed if one.endswith(_ADMINISTRATOR)
    ]
    if size(trust) > TRUST_DEFAULT:
        said.append(Problem.of(Code.TRUST_LONG, length=size(trust), maximum=TRUST_DEFAULT))
    if found.role is not None:
        wanted = {*wish.permissions.managed, *wish.permissions.own}
        more = [one for one in found.role.attached if one not in wanted and one.rsplit("/", 1)[-1] not in wanted]
        more += [one for one in found.role.inline if one not in wish.permissions.inline]
        if more:
            said.append(Problem.of(Code.ROLE_HAS_MORE, role=wish.name, policies=", ".join(more)))
    return said


def all_of_it(wish: RoleWish) -> bool:
    """Whether the role may do everything in the account, or give itself that."""
    return any(one.endswith(_ALL_OF_IT) for one in wish.permissions.managed)


def _difference(wish: RoleWish, trust: Document, found: FoundRole) -> str:
    """Return what of an existing role is not as wished, a key of the words; "" for nothing."""
    if not same(trust, found.trust):
        return "role-trust"
    if found.path != wish.path:
        return "role-path"
    if found.max_duration != wish.max_duration:
        return "role-duration"
    return "" if found.boundary == wish.boundary else "role-boundary"


def _parameters(wish: RoleWish, trust: Document) -> dict[str, object]:
    found: dict[str, object] = {
        "RoleName": wish.name,
        "Path": wish.path,
        "AssumeRolePolicyDocument": written(trust),
        "MaxSessionDuration": int(wish.max_duration.total_seconds()),
    }
    if wish.description:
        found["Description"] = wish.description
    if wish.boundary:
        found["PermissionsBoundary"] = wish.boundary
    if wish.tags:
        found["Tags"] = tags_of(wish.tags)
    return found


def tags_of(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as IAM takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _own(wish: RoleWish, place: Place, found: FoundBase) -> list[Step]:
    steps: list[Step] = []
    for name, document in wish.permissions.own.items():
        arn, there = own_arn(wish, place, name), found.own.get(name)
        if there is not None and not same(document, there):
            raise AppError.of(Code.ROLE_DIFFERS, role=name, reason="policy-document")
        parameters = {"PolicyName": name, "Path": wish.path, "PolicyDocument": written(document)}
        undo = ApiCall("iam", "DeletePolicy", {"PolicyArn": arn})
        steps.append(Step(ApiCall("iam", "CreatePolicy", parameters), name, (undo,), there is not None))
    return steps


def _attached(wish: RoleWish, place: Place, found: FoundRole | None) -> list[Step]:
    wanted = [*wish.permissions.managed, *(own_arn(wish, place, name) for name in wish.permissions.own)]
    return [
        Step(
            ApiCall("iam", "AttachRolePolicy", {"RoleName": wish.name, "PolicyArn": arn}),
            arn.rsplit("/", 1)[-1],
            (ApiCall("iam", "DetachRolePolicy", {"RoleName": wish.name, "PolicyArn": arn}),),
            found is not None and arn in found.attached,
        )
        for arn in wanted
    ]


def _inline(wish: RoleWish, found: FoundRole | None) -> list[Step]:
    steps: list[Step] = []
    for name, document in wish.permissions.inline.items():
        there = None if found is None else found.inline.get(name)
        if there is not None and not same(document, there):
            raise AppError.of(Code.ROLE_DIFFERS, role=wish.name, reason="role-inline")
        parameters = {"RoleName": wish.name, "PolicyName": name, "PolicyDocument": written(document)}
        undo = ApiCall("iam", "DeleteRolePolicy", {"RoleName": wish.name, "PolicyName": name})
        steps.append(Step(ApiCall("iam", "PutRolePolicy", parameters), name, (undo,), there is not None))
    return steps
