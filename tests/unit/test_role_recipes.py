"""Recipes: what is called, what is there already, whom the trust policy lets in."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistant import cross_account, ec2, ecs, providers, web_identity
from app.assistant.cross_account import Way
from app.assistant.looking import FoundRole, Instance
from app.assistant.recipes import AnyWish, addition
from app.assistant.role import FoundBase
from app.assistant.values import Permissions, Place, RolePlan, RoleWish
from app.domain.names import AccountId
from app.domain.problem import AppError, Code
from app.domain.reading.catalog import read_catalog
from tests.support.trust_evaluator import Caller, lets_in

PLACE = Place(AccountId("123456789012"), "aws", "eu-west-1", "arn:aws:iam::123456789012:user/ana")
BOB = "arn:aws:iam::999988887777:user/bob"
NAMES = st.from_regex(r"[A-Za-z0-9_+=,.@-]{1,64}", fullmatch=True)
PATHS = st.one_of(st.just("/"), st.from_regex(r"/[!-~]{1,40}/", fullmatch=True))
TAG_TEXT = st.text(st.sampled_from("abcXYZ019 _.:/=+-@äß"), max_size=60)


def role(name: str = "web", **more: Any) -> RoleWish:
    return RoleWish(name, **more)


def trust_of(plan: RolePlan) -> Mapping[str, Any]:
    found = next(one for one in plan.steps if one.call.operation == "CreateRole")
    return json.loads(str(found.call.parameters["AssumeRolePolicyDocument"]))


def existing(plan: RolePlan, **changed: Any) -> FoundRole:
    """The role that a plan makes, as IAM would give it back."""
    values: dict[str, Any] = {
        "arn": plan.role_arn,
        "path": "/",
        "trust": trust_of(plan),
        "max_duration": timedelta(hours=1),
        "attached": tuple(
            str(one.call.parameters["PolicyArn"]) for one in plan.steps if one.call.operation == "AttachRolePolicy"
        ),
    }
    return FoundRole(**values | changed)


def code_of(call: Any) -> Code:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.problem.code


def operations(plan: RolePlan) -> list[str]:
    return [one.call.operation for one in plan.open]


# EC2


def test_ec2_makes_role_profile_and_association() -> None:
    wish = ec2.Wish(role(permissions=Permissions(("arn:aws:iam::aws:policy/ReadOnlyAccess",))), "i-0abcdef1234567890")
    found = ec2.Found(FoundBase(), None, Instance("i-0abcdef1234567890", "web", "running"))
    plan = ec2.plan(wish, PLACE, found)
    assert operations(plan) == [
        "CreateRole",
        "AttachRolePolicy",
        "CreateInstanceProfile",
        "AddRoleToInstanceProfile",
        "AssociateIamInstanceProfile",
    ]
    assert plan.steps[-1].call.region == "eu-west-1"
    undone = [call.operation for one in reversed(plan.steps) for call in one.undo]
    assert undone == [
        "DisassociateIamInstanceProfile",
        "RemoveRoleFromInstanceProfile",
        "DeleteInstanceProfile",
        "DetachRolePolicy",
        "DeleteRole",
    ]
    assert lets_in(trust_of(plan), Caller("Service", "ec2.amazonaws.com"))
    assert not lets_in(trust_of(plan), Caller("Service", "lambda.amazonaws.com"))


def test_ec2_in_china_trusts_the_service_by_its_name_there() -> None:
    place = Place(AccountId("123456789012"), "aws-cn", "cn-north-1", "arn:aws-cn:iam::123456789012:user/ana")
    plan = ec2.plan(ec2.Wish(role()), place, ec2.Found(FoundBase()))
    assert lets_in(trust_of(plan), Caller("Service", "ec2.amazonaws.com.cn"))
    assert plan.role_arn.startswith("arn:aws-cn:iam::")


def test_a_second_run_finds_everything_there() -> None:
    wish = ec2.Wish(role(), "i-0abcdef1234567890")
    instance = Instance("i-0abcdef1234567890", "", "stopped")
    first = ec2.plan(wish, PLACE, ec2.Found(FoundBase(), None, instance))
    associated = ("iip-assoc-1", "arn:aws:iam::123456789012:instance-profile/web")
    second = ec2.plan(wish, PLACE, ec2.Found(FoundBase(existing(first)), ("web",), instance, associated))
    assert second.open == ()


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (ec2.Found(FoundBase(), None, None), Code.INSTANCE_GONE),
        (ec2.Found(FoundBase(), None, Instance("i-0abcdef1234567890", "", "pending")), Code.INSTANCE_STATE),
        (
            ec2.Found(
                FoundBase(), None, Instance("i-0abcdef1234567890", "", "running"), ("a-1", "arn:x:instance-profile/old")
            ),
            Code.INSTANCE_TAKEN,
        ),
        (ec2.Found(FoundBase(), ("other",), Instance("i-0abcdef1234567890", "", "running")), Code.ROLE_DIFFERS),
    ],
)
def test_ec2_refuses_what_would_take_something_away(found: ec2.Found, code: Code) -> None:
    assert code_of(lambda: ec2.plan(ec2.Wish(role(), "i-0abcdef1234567890"), PLACE, found)) is code


def test_an_association_is_replaced_only_when_asked_and_comes_back_on_undo() -> None:
    found = ec2.Found(
        FoundBase(), None, Instance("i-0abcdef1234567890", "", "running"), ("a-1", "arn:x:instance-profile/old")
    )
    plan = ec2.plan(ec2.Wish(role(), "i-0abcdef1234567890", replace=True), PLACE, found)
    step = plan.steps[-1]
    assert step.call.operation == "ReplaceIamInstanceProfileAssociation"
    assert step.undo[0].parameters["IamInstanceProfile"] == {"Arn": "arn:x:instance-profile/old"}
    assert [one.code for one in plan.warnings] == [Code.INSTANCE_LOSES]


# ECS and EKS


def test_ecs_trusts_tasks_of_its_own_account_and_region() -> None:
    policy = trust_of(ecs.plan(ecs.Wish(role()), PLACE, FoundBase()))

    def task(account: str, region: str) -> Caller:
        source = f"arn:aws:ecs:{region}:{account}:*"
        return Caller("Service", "ecs-tasks.amazonaws.com", {"aws:SourceAccount": account, "aws:SourceArn": source})

    assert lets_in(policy, task("123456789012", "eu-west-1"))
    assert not lets_in(policy, task("999988887777", "eu-west-1"))
    assert not lets_in(policy, task("123456789012", "us-east-1"))
    assert not lets_in(policy, Caller("Service", "ecs-tasks.amazonaws.com"))


def test_ecs_shows_what_goes_into_the_task_definition() -> None:
    plan = ecs.plan(ecs.Wish(role("task")), PLACE, FoundBase())
    assert json.loads(plan.outputs[0].text) == {"taskRoleArn": "arn:aws:iam::123456789012:role/task"}


def test_eks_pins_cluster_namespace_and_service_account() -> None:
    wish = ecs.Wish(role(), ecs.Pods("prod", "shop", "cart"))
    ecs.check(wish, PLACE)
    policy = trust_of(ecs.plan(wish, PLACE, FoundBase()))
    tags = {
        "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
        "aws:RequestTag/kubernetes-namespace": "shop",
        "aws:RequestTag/kubernetes-service-account": "cart",
    }
    assert lets_in(policy, Caller("Service", "pods.eks.amazonaws.com", tags))
    for key in tags:
        assert not lets_in(policy, Caller("Service", "pods.eks.amazonaws.com", {**tags, key: "other"}))
    assert code_of(lambda: ecs.check(ecs.Wish(role(), ecs.Pods("prod", "shop")), PLACE)) is Code.TRUST_WIDE
    ecs.check(ecs.Wish(role(), ecs.Pods("prod", "shop"), wide=True), PLACE)


# other accounts


@pytest.mark.parametrize("principal", [BOB, "arn:aws:iam::999988887777:role/ops", "999988887777"])
def test_another_account_needs_its_external_id(principal: str) -> None:
    wish = cross_account.Wish(role(), principal, "ext-1")
    cross_account.check(wish, PLACE)
    policy = trust_of(cross_account.plan(wish, PLACE, cross_account.Found(FoundBase())))
    caller = BOB if principal.isdigit() else principal
    assert lets_in(policy, Caller("AWS", caller, {"sts:ExternalId": "ext-1"}))
    assert not lets_in(policy, Caller("AWS", caller, {"sts:ExternalId": "ext-2"}))
    assert not lets_in(policy, Caller("AWS", caller))
    assert not lets_in(policy, Caller("AWS", "arn:aws:iam::111122223333:user/eve", {"sts:ExternalId": "ext-1"}))


def test_mfa_and_its_age_are_asked_for() -> None:
    wish = cross_account.Wish(role(), "arn:aws:iam::123456789012:user/ana", mfa=True, mfa_seconds=3600)
    cross_account.check(wish, PLACE)
    policy = trust_of(cross_account.plan(wish, PLACE, cross_account.Found(FoundBase())))

    def ana(**context: str) -> Caller:
        named = {f"aws:MultiFactorAuth{key}": value for key, value in context.items()}
        return Caller("AWS", "arn:aws:iam::123456789012:user/ana", named)

    assert lets_in(policy, ana(Present="true", Age="120"))
    assert not lets_in(policy, ana(Present="true", Age="7200"))
    assert not lets_in(policy, ana(Present="false", Age="120"))
    assert not lets_in(policy, ana())


def test_what_is_wide_is_refused_unless_wanted_and_then_warned_about() -> None:
    open_wish = cross_account.Wish(role(), BOB)
    assert code_of(lambda: cross_account.check(open_wish, PLACE)) is Code.TRUST_WIDE
    wide = cross_account.Wish(role(), "999988887777", wide=True)
    cross_account.check(wide, PLACE)
    warnings = cross_account.plan(wide, PLACE, cross_account.Found(FoundBase())).warnings
    assert [one.arguments["reason"] for one in warnings] == ["no-external-id", "whole-account"]


def test_a_role_never_meets_an_mfa_condition() -> None:
    wish = cross_account.Wish(role(), "arn:aws:iam::999988887777:role/ops", "ext-1", mfa=True)
    warnings = cross_account.plan(wish, PLACE, cross_account.Found(FoundBase())).warnings
    assert [one.code for one in warnings] == [Code.TRUST_NEVER]


@pytest.mark.parametrize(
    ("principal", "code"),
    [
        ("*", Code.VALUE_PATTERN),
        ("arn:aws:iam::999988887777:user/*", Code.VALUE_PATTERN),
        ("arn:aws:sts::999988887777:assumed-role/ops/me", Code.VALUE_PATTERN),
        ("12345", Code.VALUE_PATTERN),
        ("arn:aws-cn:iam::999988887777:user/bob", Code.PARTITION_DIFFERS),
    ],
)
def test_principals_that_are_none(principal: str, code: Code) -> None:
    assert code_of(lambda: cross_account.check(cross_account.Wish(role(), principal, "ext-1"), PLACE)) is code


def test_the_identity_gets_the_policy_that_it_needs_and_no_more() -> None:
    wish = cross_account.Wish(role(), BOB, "ext-1", grant=True)
    plan = cross_account.plan(wish, PLACE, cross_account.Found(FoundBase()))
    step = plan.steps[-1]
    assert (step.call.operation, step.call.parameters["UserName"]) == ("PutUserPolicy", "bob")
    assert json.loads(str(step.call.parameters["PolicyDocument"]))["Statement"] == [
        {"Effect": "Allow", "Resource": plan.role_arn, "Action": "sts:AssumeRole"}
    ]
    assert [one.kind for one in plan.outputs] == ["external-id"]


# web identities


@pytest.mark.parametrize(
    ("name", "audience", "subject", "other"),
    [
        ("github", "sts.amazonaws.com", "repo:me/it:ref:refs/heads/main", "repo:me/it:pull_request"),
        ("gitlab", "https://gitlab.com", "project_path:me/it:ref_type:branch:ref:main", "project_path:eve/it:x"),
        ("google", "1234.apps.googleusercontent.com", "110169484474386276334", "2"),
        ("amazon", "amzn1.application.1", "amzn1.account.A", "amzn1.account.B"),
        ("facebook", "1234567890", "10", "11"),
    ],
)
def test_tokens_are_pinned_to_audience_and_subject(name: str, audience: str, subject: str, other: str) -> None:
    provider = providers.provider(name)
    wish = web_identity.Wish(role(), provider, (audience,), (subject,))
    web_identity.check(wish, PLACE)
    plan = web_identity.plan(wish, PLACE, web_identity.Found(FoundBase()))
    policy, principal = trust_of(plan), provider.principal_in(PLACE)

    def token(aud: str, sub: str) -> Caller:
        return Caller("Federated", principal, {provider.audience_key: aud, provider.subject_key: sub})

    assert lets_in(policy, token(audience, subject))
    assert not lets_in(policy, token("other", subject))
    assert not lets_in(policy, token(audience, other))
    assert not lets_in(policy, Caller("Federated", "accounts.other.com", token(audience, subject).context))
    assert ("CreateOpenIDConnectProvider" in operations(plan)) is (name in ("github", "gitlab"))


@pytest.mark.parametrize("subject", [(), ("*",), ("repo:*",)])
def test_a_subject_that_is_open_needs_a_word(subject: tuple[str, ...]) -> None:
    wish = web_identity.Wish(role(), providers.provider("github"), ("sts.amazonaws.com",), subject)
    assert code_of(lambda: web_identity.check(wish, PLACE)) is Code.TRUST_WIDE


def test_a_subject_with_a_star_is_warned_about() -> None:
    subject = providers.github_subject("me/it")
    wish = web_identity.Wish(role(), providers.provider("github"), ("sts.amazonaws.com",), (subject,))
    plan = web_identity.plan(wish, PLACE, web_identity.Found(FoundBase()))
    assert [one.arguments["reason"] for one in plan.warnings] == ["some-subjects"]
    key = "token.actions.githubusercontent.com"
    context = {f"{key}:aud": "sts.amazonaws.com", f"{key}:sub": "repo:me/it:pull_request"}
    assert lets_in(trust_of(plan), Caller("Federated", f"arn:aws:iam::123456789012:oidc-provider/{key}", context))
    assert not lets_in(
        trust_of(plan),
        Caller(
            "Federated", f"arn:aws:iam::123456789012:oidc-provider/{key}", {**context, f"{key}:sub": "repo:me/it2:x"}
        ),
    )


def test_an_identity_provider_that_is_there_gets_the_audience_that_it_lacks() -> None:
    wish = web_identity.Wish(role(), providers.of_issuer("https://id.example.com/a"), ("mine", "there"), ("u1",))
    plan = web_identity.plan(wish, PLACE, web_identity.Found(FoundBase(), ("there",)))
    assert operations(plan)[:2] == ["AddClientIDToOpenIDConnectProvider", "CreateRole"]
    assert plan.open[0].call.parameters["ClientID"] == "mine"


@pytest.mark.parametrize(
    "issuer",
    ["http://id.example.com", "https://id.example.com:8443", "https://id.example.com?x=1", "id.example.com", ""],
)
def test_issuers_that_iam_does_not_take(issuer: str) -> None:
    assert code_of(lambda: providers.of_issuer(issuer)) is Code.VALUE_PATTERN


# all of them


WISHES: list[AnyWish] = [
    ec2.Wish(role()),
    ecs.Wish(role()),
    cross_account.Wish(role(max_duration=timedelta(hours=4)), BOB, "ext-1", mfa=True),
    web_identity.Wish(role(), providers.provider("amazon"), ("app",), ("me",)),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda one: type(one).__module__.rsplit(".", 1)[-1])
def test_the_profile_at_the_end_is_one_that_the_catalog_takes(wish: AnyWish) -> None:
    one = addition(wish, PLACE, "mine", Way(source="acme"))
    sources = {"acme": {"kind": "access-keys", "access_key_id": "AKIAEXAMPLE000000001", "mfa_serial": "123456789"}}
    if isinstance(wish, web_identity.Wish):
        one = addition(wish, PLACE, "mine", Way())
    tables = {"schema": 1, "sources": {**sources, **one.sources}, "profiles": {one.profile: one.values}}
    catalog = read_catalog(tables, "profiles.toml").catalog
    assert catalog.broken == {}
    assert "mine" in catalog.profiles


@given(NAMES, PATHS, st.dictionaries(TAG_TEXT.filter(bool), TAG_TEXT, max_size=5))
def test_whatever_iam_takes_is_taken_and_the_second_run_makes_nothing(
    name: str, path: str, tags: dict[str, str]
) -> None:
    lowered = [key.lower() for key in tags]
    if len(set(lowered)) != len(lowered) or any(key.startswith("aws:") for key in lowered):
        return
    wish = ec2.Wish(role(name, path=path, tags=tags))
    ec2.check(wish, PLACE)
    first = ec2.plan(wish, PLACE, ec2.Found(FoundBase()))
    assert first.role_arn == f"arn:aws:iam::123456789012:role{path}{name}"
    again = ec2.plan(wish, PLACE, ec2.Found(FoundBase(existing(first, path=path)), (name,)))
    assert again.open == ()
