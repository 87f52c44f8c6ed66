"""What is in the account already: reads alone, as values."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import cast
from urllib.parse import unquote

from app.assistant.answers import at, items, text, texts
from app.assistant.values import Account, ApiCall, Document, Side, Values
from app.domain.problem import AppError, Code
from app.domain.values import dataclass

_GONE = frozenset({"NoSuchEntity", "NoSuchEntityException"})
PAGES_MAXIMUM = 200


@dataclass(frozen=True, slots=True)
class FoundRole:
    """A role as it is. `inline`: documents by name; `attached`: ARNs."""

    arn: str
    path: str
    trust: Document
    max_duration: timedelta
    boundary: str | None = None
    attached: tuple[str, ...] = ()
    inline: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Instance:
    """An EC2 instance, as a person chooses one. `profile`: the ARN of its instance profile."""

    id: str
    name: str
    state: str
    profile: str = ""


def lacks(error: AppError) -> bool:
    """Whether AWS says that there is no such thing."""
    return error.problem.code is Code.AWS_REFUSED and str(error.problem.arguments.get("aws_code")) in _GONE


async def one_of(account: Account, operation: str, **parameters: object) -> Values | None:
    """Return the answer of an IAM read, None where there is no such thing."""
    side = cast(Side, parameters.pop("side", Side.ROLE))
    try:
        return await account.call(ApiCall("iam", operation, parameters, side=side))
    except AppError as error:
        if lacks(error):
            return None
        raise


async def pages(account: Account, call: ApiCall, path: str) -> AsyncIterator[object]:
    """Yield the entries of a list, over all its pages (IAM's Marker, EC2's NextToken)."""
    parameters = dict(call.parameters)
    for _ in range(PAGES_MAXIMUM):
        answer = await account.call(replace(call, parameters=parameters))
        for entry in items(answer, path):
            yield entry
        marker, token = text(answer, "Marker"), text(answer, "NextToken")
        if at(answer, "IsTruncated") is True and marker:
            parameters["Marker"] = marker
        elif token:
            parameters["NextToken"] = token
        else:
            return


async def role(account: Account, name: str) -> FoundRole | None:
    """Return the role with its policies; None if there is none."""
    answer = await one_of(account, "GetRole", RoleName=name)
    if answer is None:
        return None
    attached = ApiCall("iam", "ListAttachedRolePolicies", {"RoleName": name})
    names = ApiCall("iam", "ListRolePolicies", {"RoleName": name})
    inline: dict[str, Document] = {}
    async for one in pages(account, names, "PolicyNames"):
        found = await one_of(account, "GetRolePolicy", RoleName=name, PolicyName=str(one))
        inline[str(one)] = as_document(at(found, "PolicyDocument"))
    seconds = at(answer, "Role.MaxSessionDuration")
    return FoundRole(
        text(answer, "Role.Arn"),
        text(answer, "Role.Path"),
        as_document(at(answer, "Role.AssumeRolePolicyDocument")),
        timedelta(seconds=seconds if isinstance(seconds, int) else 3600),
        text(answer, "Role.PermissionsBoundary.PermissionsBoundaryArn") or None,
        tuple([text(one, "PolicyArn") async for one in pages(account, attached, "AttachedPolicies")]),
        inline,
    )


async def own_policy(account: Account, arn: str) -> Document | None:
    """Return a customer managed policy's document in its default version; None if there is none."""
    answer = await one_of(account, "GetPolicy", PolicyArn=arn)
    if answer is None:
        return None
    version = text(answer, "Policy.DefaultVersionId")
    found = await one_of(account, "GetPolicyVersion", PolicyArn=arn, VersionId=version)
    return as_document(at(found, "PolicyVersion.Document"))


async def instance_profile_roles(account: Account, name: str) -> tuple[str, ...] | None:
    """Return the roles in an instance profile (one at most); None if there is no such profile."""
    answer = await one_of(account, "GetInstanceProfile", InstanceProfileName=name)
    if answer is None:
        return None
    return tuple(text(one, "RoleName") for one in items(answer, "InstanceProfile.Roles"))


async def instances(account: Account, region: str, instance: str | None = None) -> tuple[Instance, ...]:
    """Return the instances of a region that are not gone, or the one; names from their tag."""
    wanted: Values = {"InstanceIds": [instance]} if instance else {}
    call = ApiCall("ec2", "DescribeInstances", wanted, region)
    found = [
        _instance(one)
        async for reservation in pages(account, call, "Reservations")
        for one in items(reservation, "Instances")
    ]
    gone = ("terminated", "shutting-down")
    return tuple(
        sorted((one for one in found if one.state not in gone), key=lambda one: (one.name or "\uffff", one.id))
    )


async def association(account: Account, region: str, instance: str) -> tuple[str, str] | None:
    """Return (association id, profile ARN) of an instance; None where it has none."""
    filters = [{"Name": "instance-id", "Values": [instance]}]
    call = ApiCall("ec2", "DescribeIamInstanceProfileAssociations", {"Filters": filters}, region)
    async for one in pages(account, call, "IamInstanceProfileAssociations"):
        if text(one, "State") in ("associating", "associated"):
            return text(one, "AssociationId"), text(one, "IamInstanceProfile.Arn")
    return None


async def provider_audiences(account: Account, arn: str) -> tuple[str, ...] | None:
    """Return the audiences of an IAM OIDC provider; None if there is none."""
    answer = await one_of(account, "GetOpenIDConnectProvider", OpenIDConnectProviderArn=arn)
    return None if answer is None else texts(answer, "ClientIDList")


async def managed_policies(account: Account, scope: str = "All") -> tuple[tuple[str, str], ...]:
    """Return (name, ARN) of the managed policies that can be attached, by name. `scope`: "AWS", "Local" or "All"."""
    call = ApiCall("iam", "ListPolicies", {"Scope": scope, "MaxItems": 1000})
    found = [(text(one, "PolicyName"), text(one, "Arn")) async for one in pages(account, call, "Policies")]
    return tuple(sorted(found))


async def inline_of(account: Account, kind: str, name: str, policy: str) -> Document | None:
    """Return an inline policy of the caller's user or role, None if there is none."""
    answer = await one_of(
        account, f"Get{kind}Policy", **{f"{kind}Name": name, "PolicyName": policy, "side": Side.CALLER}
    )
    return None if answer is None else as_document(at(answer, "PolicyDocument"))


def as_document(value: object) -> Document:
    """Return a document as botocore gives it: decoded already, or URL-encoded JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(unquote(value))
        except ValueError:
            return {}
    return cast(Document, value) if isinstance(value, Mapping) else {}


def _instance(one: object) -> Instance:
    tags = {text(tag, "Key"): text(tag, "Value") for tag in items(one, "Tags")}
    return Instance(
        text(one, "InstanceId"), tags.get("Name", ""), text(one, "State.Name"), text(one, "IamInstanceProfile.Arn")
    )
