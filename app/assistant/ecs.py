"""A role for ECS tasks, or for pods of EKS by pod identity: the role, and what goes into task definition or cluster."""

import json
import re

from app.assistant import role, trust
from app.assistant.limits import check_role, same_partition
from app.assistant.role import FoundBase
from app.assistant.values import Account, Addition, Document, Output, Place, Recipe, RolePlan, RoleWish
from app.domain.names import matched
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

_CLUSTER = re.compile(r"[0-9A-Za-z][\w-]{0,99}", re.ASCII)
_CLUSTER_ARN = re.compile(r"arn:(aws[a-z0-9-]*):eks:[a-z0-9-]+:\d{12}:cluster/[0-9A-Za-z][\w-]{0,99}", re.ASCII)
_KUBERNETES = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods of EKS that get the role. `cluster` is a name or an ARN.

    None may be empty unless a person widened it.
    """

    cluster: str = ""
    namespace: str = ""
    service_account: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """`pods` None: a role for ECS tasks."""

    role: RoleWish
    pods: Pods | None = None
    wide: bool = False


def check(wish: Wish, place: Place) -> None:
    """Check what was typed; VALUE_*, TRUST_WIDE where a part of the pods is left open and that was not asked for."""
    check_role(wish.role, place, _trust(wish, place))
    pods = wish.pods
    if pods is None:
        return
    if pods.cluster and not _CLUSTER_ARN.fullmatch(pods.cluster):
        matched("cluster", pods.cluster, _CLUSTER, "eks-cluster", 1, 100)
    for key, value in (("namespace", pods.namespace), ("service account", pods.service_account)):
        if value:
            matched(key, value, _KUBERNETES, "kubernetes-name", 1, 253)
    if not (pods.cluster and pods.namespace and pods.service_account) and not wish.wide:
        raise AppError.of(Code.TRUST_WIDE, reason="pods-open")


async def look(account: Account, wish: Wish, place: Place) -> FoundBase:
    """Read what the plan depends on."""
    return await role.look(account, wish.role, place)


def plan(wish: Wish, place: Place, found: FoundBase) -> RolePlan:
    """Return the calls; ROLE_DIFFERS."""
    policy = _trust(wish, place)
    warnings = role.role_warnings(wish.role, policy, found)
    if wish.pods is not None and not (wish.pods.cluster and wish.pods.namespace and wish.pods.service_account):
        warnings.append(Problem.of(Code.TRUST_WIDE, reason="pods-open"))
    arn = role.role_arn(wish.role, place)
    return RolePlan(
        Recipe.ECS if wish.pods is None else Recipe.EKS,
        place.account,
        arn,
        tuple(role.role_steps(wish.role, place, policy, found)),
        tuple(warnings),
        _for_tasks(arn) if wish.pods is None else _for_pods(arn, wish.pods, place),
        role.all_of_it(wish.role),
    )


def addition(profile: str, place: Place) -> Addition:
    """Return the profile that uses the role inside the task or pod."""
    values = {"source": "container", "region": place.region, "delivery": {"credentials_file": profile}}
    return Addition(profile, values, {"container": {"kind": "container"}}, local=False)


def _trust(wish: Wish, place: Place) -> Document:
    if wish.pods is None:
        return trust.ecs(place)
    cluster = wish.pods.cluster
    if cluster.startswith("arn:"):
        found = _CLUSTER_ARN.fullmatch(cluster)
        if found is None:
            raise AppError.of(Code.VALUE_PATTERN, key="cluster", rule="eks-cluster")
        same_partition("cluster", found[1], place)
    elif cluster:
        cluster = f"arn:{place.partition}:eks:{place.region}:{place.account}:cluster/{cluster}"
    return trust.eks(cluster, wish.pods.namespace, wish.pods.service_account)


def _for_tasks(arn: str) -> tuple[Output, ...]:
    text = json.dumps({"taskRoleArn": arn}, indent=2)
    override = f"--overrides '{json.dumps({'taskRoleArn': arn})}'"
    return (Output("task-definition", text), Output("run-task", override))


def _for_pods(arn: str, pods: Pods, place: Place) -> tuple[Output, ...]:
    cluster = pods.cluster.rsplit("/", 1)[-1] or "CLUSTER"
    words = (
        f"aws eks create-pod-identity-association --region {place.region} --cluster-name {cluster}",
        f"  --namespace {pods.namespace or 'NAMESPACE'} --service-account {pods.service_account or 'SERVICE_ACCOUNT'}",
        f"  --role-arn {arn}",
    )
    return (Output("pod-identity", " \\\n".join(words)),)
