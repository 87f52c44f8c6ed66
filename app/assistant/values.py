"""What flows through the assistant: wishes of a person, calls to AWS, plans, and what came of them."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from app.domain.names import AccountId
from app.domain.problem import Problem
from app.domain.values import dataclass

Document = Mapping[str, object]  # a policy as JSON has it
Values = Mapping[str, object]
NOTHING: Values = MappingProxyType({})


class Recipe(StrEnum):
    """What kind of role is made."""

    EC2 = "ec2"
    ECS = "ecs"
    EKS = "eks"
    CROSS_ACCOUNT = "cross-account"
    WEB_IDENTITY = "web-identity"


class Side(StrEnum):
    """Whose session signs a call: the account of the new role, or that of the identity which will assume it."""

    ROLE = "role"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call with its full parameters, as botocore's service model names them. `region` "": the session's own.

    A parameter value `{"$result": "Key.Key"}` in an undo call stands for what its step's call answered there.
    """

    service: str
    operation: str
    parameters: Values = field(default_factory=lambda: NOTHING)
    region: str = ""
    side: Side = Side.ROLE

    @property
    def name(self) -> str:
        """As IAM policies name the action: "iam:CreateRole"."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a plan. `there`: the account has it as wished, so it is not made, nor undone.

    `about` names what it is about, for people.
    """

    call: ApiCall
    about: str
    undo: tuple[ApiCall, ...] = ()
    there: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """Something to be copied: an ARN, a policy, a piece of configuration. `kind` is a key of the words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What the catalog gets at the end: tables of `sources` and one of `profiles`, in the catalog's own terms.

    `local`: a session can be had on this machine, so that it is tried once.
    """

    profile: str
    values: Values
    sources: Mapping[str, Values] = field(default_factory=lambda: MappingProxyType({}))
    local: bool = True


@dataclass(frozen=True, slots=True)
class RolePlan:
    """Everything that will be done, in order. Nothing was done yet."""

    recipe: Recipe
    account: AccountId
    role_arn: str
    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...] = ()
    outputs: tuple[Output, ...] = ()
    confirm_twice: bool = False  # it gives all of the account

    @property
    def open(self) -> tuple[Step, ...]:
        """The steps that are left to do."""
        return tuple(one for one in self.steps if not one.there)


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the role may do. `managed`: ARNs; `inline` and `own` (customer managed, made for it): documents by name."""

    managed: tuple[str, ...] = ()
    inline: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))
    own: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RoleWish:
    """The role itself. Checked by `app.assistant.limits`; durations and names within IAM's model."""

    name: str
    path: str = "/"
    description: str = ""
    max_duration: timedelta = timedelta(hours=1)
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    permissions: Permissions = field(default_factory=Permissions)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the role is made: what GetCallerIdentity says of the session that makes it, and its region."""

    account: AccountId
    partition: str
    region: str
    caller: str  # the ARN

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN of the account without a region, as IAM's are."""
        return f"arn:{self.partition}:{service}::{self.account}:{rest}"


class Account(Protocol):
    """AWS as a session sees it."""

    async def call(self, call: ApiCall) -> Values:
        """Make one call and return its answer; AppError with what AWS or the network said."""
        ...
