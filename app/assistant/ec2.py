"""A role for EC2 instances: role, instance profile of the same name, and its association with an instance."""

from app.assistant import looking, role, trust
from app.assistant.limits import check_role, instance_id
from app.assistant.role import FoundBase
from app.assistant.values import Account, Addition, ApiCall, Output, Place, Recipe, RolePlan, RoleWish, Step
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

_FIT = frozenset({"running", "stopped"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`instance` None: no instance gets it now. `replace`: an instance profile that it has may be taken away."""

    role: RoleWish
    instance: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """`roles`: those of the instance profile, None without one; `association`: (id, profile ARN) of the instance."""

    base: FoundBase
    roles: tuple[str, ...] | None = None
    instance: looking.Instance | None = None
    association: tuple[str, str] | None = None


def check(wish: Wish, place: Place) -> None:
    """Check what was typed; VALUE_*."""
    check_role(wish.role, place, trust.ec2(place))
    if wish.instance is not None:
        instance_id(wish.instance)


async def look(account: Account, wish: Wish, place: Place) -> Found:
    """Read what the plan depends on."""
    base = await role.look(account, wish.role, place)
    roles = await looking.instance_profile_roles(account, wish.role.name)
    if wish.instance is None:
        return Found(base, roles)
    try:
        there = await looking.instances(account, place.region, wish.instance)
    except AppError as error:
        if "InvalidInstanceID" not in str(error.problem.arguments.get("aws_code")):
            raise
        there = ()
    association = await looking.association(account, place.region, wish.instance)
    return Found(base, roles, there[0] if there else None, association)


def plan(wish: Wish, place: Place, found: Found) -> RolePlan:
    """Return the calls; ROLE_DIFFERS, INSTANCE_GONE, INSTANCE_STATE, INSTANCE_TAKEN."""
    policy = trust.ec2(place)
    steps = [*role.role_steps(wish.role, place, policy, found.base), *_profile(wish.role, found)]
    warnings: list[Problem] = role.role_warnings(wish.role, policy, found.base)
    arn = place.arn("iam", f"instance-profile{wish.role.path}{wish.role.name}")
    if wish.instance is not None:
        steps.append(_association(wish, wish.instance, place, found, arn))
        if steps[-1].call.operation.startswith("Replace"):
            warnings.append(Problem.of(Code.INSTANCE_LOSES, instance=wish.instance, profile=_name(found.association)))
    return RolePlan(
        Recipe.EC2,
        place.account,
        role.role_arn(wish.role, place),
        tuple(steps),
        tuple(warnings),
        (Output("instance-profile", arn),),
        role.all_of_it(wish.role),
    )


def addition(profile: str, place: Place) -> Addition:
    """Return the profile that uses the role on the instance itself."""
    values = {"source": "ec2", "region": place.region, "delivery": {"credentials_file": profile}}
    return Addition(profile, values, {"ec2": {"kind": "instance-metadata"}}, local=False)


def _profile(wish: RoleWish, found: Found) -> list[Step]:
    name = {"InstanceProfileName": wish.name}
    with_role = {**name, "RoleName": wish.name}
    if found.roles and found.roles != (wish.name,):
        raise AppError.of(Code.ROLE_DIFFERS, role=wish.name, reason="instance-profile-role")
    return [
        Step(
            ApiCall("iam", "CreateInstanceProfile", {**name, "Path": wish.path}),
            wish.name,
            (ApiCall("iam", "DeleteInstanceProfile", name),),
            found.roles is not None,
        ),
        Step(
            ApiCall("iam", "AddRoleToInstanceProfile", with_role),
            wish.name,
            (ApiCall("iam", "RemoveRoleFromInstanceProfile", with_role),),
            bool(found.roles),
        ),
    ]


def _association(wish: Wish, instance: str, place: Place, found: Found, arn: str) -> Step:
    if found.instance is None:
        raise AppError.of(Code.INSTANCE_GONE, instance=instance, region=place.region)
    if found.instance.state not in _FIT:
        raise AppError.of(Code.INSTANCE_STATE, instance=instance, state=found.instance.state)
    given = {"IamInstanceProfile": {"Name": wish.role.name}}
    result = "IamInstanceProfileAssociation.AssociationId"
    new_id = {"AssociationId": {"$result": result}}
    call = ApiCall("ec2", "AssociateIamInstanceProfile", {**given, "InstanceId": instance}, place.region)
    undo = ApiCall("ec2", "DisassociateIamInstanceProfile", new_id, place.region)
    if found.association is None:
        return Step(call, instance, (undo,))
    old_id, old_arn = found.association
    if old_arn == arn:
        return Step(call, instance, (undo,), there=True)
    if not wish.replace:
        raise AppError.of(Code.INSTANCE_TAKEN, instance=instance, profile=_name(found.association))
    replace = "ReplaceIamInstanceProfileAssociation"
    back = ApiCall("ec2", replace, {**new_id, "IamInstanceProfile": {"Arn": old_arn}}, place.region)
    return Step(ApiCall("ec2", replace, {**given, "AssociationId": old_id}, place.region), instance, (back,))


def _name(association: tuple[str, str] | None) -> str:
    return association[1].rsplit("/", 1)[-1] if association else ""
