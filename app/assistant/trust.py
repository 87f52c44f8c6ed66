"""Trust policies: who may assume a role, and under which conditions. Least privilege unless a person widens it.

Sources: AWS's IAM user guide on confused deputies, EKS's on pod identities, the guides of the providers named.
"""

import re
from collections.abc import Mapping, Sequence

from app.assistant.policies import document, statement
from app.assistant.values import Document, Place
from app.domain.names import parse_account_id
from app.domain.problem import AppError, Code

_IDENTITY = re.compile(r"arn:(aws[a-z0-9-]*):iam::(\d{12}):(root|(?:user|role)/[\x21-\x7e]+)", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
ASSUME, WEB_IDENTITY = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"


def ec2(place: Place) -> Document:
    """EC2 gives the role to its instances. In China the service has its own name (CDK's table of principals)."""
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    return document(statement("Allow", [ASSUME], Principal={"Service": f"ec2.{suffix}"}))


def ecs(place: Place) -> Document:
    """ECS gives the role to tasks of this account and region alone (AWS's guard against confused deputies)."""
    source = f"arn:{place.partition}:ecs:{place.region}:{place.account}:*"
    when = {"StringEquals": {"aws:SourceAccount": place.account}, "ArnLike": {"aws:SourceArn": source}}
    return document(statement("Allow", [ASSUME], Principal={"Service": "ecs-tasks.amazonaws.com"}, Condition=when))


def eks(cluster: str, namespace: str, service_account: str) -> Document:
    """EKS pod identity gives the role to pods of one service account of one cluster, by its ARN; "" leaves one open."""
    tags = {
        "eks-cluster-arn": cluster,
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": service_account,
    }
    pinned = {f"aws:RequestTag/{key}": value for key, value in tags.items() if value}
    when = {"StringEquals": pinned} if pinned else {}
    who = {"Service": "pods.eks.amazonaws.com"}
    return document(statement("Allow", [ASSUME, "sts:TagSession"], Principal=who, Condition=when))


def identity(
    arn: str, external_id: str | None, *, mfa: bool, mfa_seconds: int | None = None, tags: bool = False
) -> Document:
    """A user, a role or (root) an account may assume the role."""
    equals: dict[str, object] = {} if external_id is None else {"sts:ExternalId": checked_external_id(external_id)}
    when: dict[str, object] = {"StringEquals": equals} if equals else {}
    if mfa:
        when["Bool"] = {"aws:MultiFactorAuthPresent": "true"}
    if mfa_seconds is not None:
        when["NumericLessThan"] = {"aws:MultiFactorAuthAge": str(mfa_seconds)}
    actions = [ASSUME, "sts:TagSession"] if tags else [ASSUME]
    return document(statement("Allow", actions, Principal={"AWS": arn}, Condition=when))


def federated(principal: str, pinned: Mapping[str, Sequence[str]]) -> Document:
    """A token of the provider assumes the role where every key is one of its values; `*` and `?` stand for anything."""
    equals = {key: _one(values) for key, values in pinned.items() if not _wild(values)}
    like = {key: _one(values) for key, values in pinned.items() if _wild(values)}
    when = {name: keys for name, keys in (("StringEquals", equals), ("StringLike", like)) if keys}
    return document(statement("Allow", [WEB_IDENTITY], Principal={"Federated": principal}, Condition=when))


def parse_identity(text: str, place: Place) -> tuple[str, str, str]:
    """Return (ARN, account, "root" | "user/…" | "role/…") of what may be trusted; VALUE_*, PARTITION_DIFFERS."""
    if text.isdigit():
        account = parse_account_id(text, "principal")
        return f"arn:{place.partition}:iam::{account}:root", account, "root"
    if ":assumed-role/" in text:
        raise AppError.of(Code.VALUE_PATTERN, key="principal", rule="principal-session")
    found = _IDENTITY.fullmatch(text)
    if not found or "*" in text:
        raise AppError.of(Code.VALUE_PATTERN, key="principal", rule="principal")
    if found[1] != place.partition:
        raise AppError.of(Code.PARTITION_DIFFERS, key="principal", partition=found[1], expected=place.partition)
    return text, found[2], found[3]


def checked_external_id(text: str) -> str:
    """Return an external id of 2 to 1,224 characters as STS takes it."""
    if not _EXTERNAL_ID.fullmatch(text):
        raise AppError.of(Code.VALUE_PATTERN, key="external id", rule="external-id")
    return text


def _wild(values: Sequence[str]) -> bool:
    return any("*" in one or "?" in one for one in values)


def _one(values: Sequence[str]) -> object:
    return values[0] if len(values) == 1 else list(values)
