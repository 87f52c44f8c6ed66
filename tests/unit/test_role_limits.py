"""What IAM would refuse, and roles that are there already: said before anything is called."""

from datetime import timedelta
from typing import Any

import pytest

from app.assistant import ec2
from app.assistant.policies import document, parse, same, statement
from app.assistant.role import FoundBase
from app.assistant.values import Document, Permissions, RoleWish
from app.domain.problem import AppError, Code
from tests.unit.test_role_recipes import PLACE, code_of, existing, role


def allowing(action: str) -> Document:
    return document(statement("Allow", [action]))


LAMBDA = document(statement("Allow", ["sts:AssumeRole"], Principal={"Service": "lambda.amazonaws.com"}))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {"trust": LAMBDA},
            "role-trust",
        ),
        ({"path": "/other/"}, "role-path"),
        ({"max_duration": timedelta(hours=2)}, "role-duration"),
        ({"boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "role-boundary"),
    ],
)
def test_another_role_of_the_name_is_left_alone(changed: dict[str, Any], reason: str) -> None:
    first = ec2.plan(ec2.Wish(role()), PLACE, ec2.Found(FoundBase()))
    with pytest.raises(AppError) as caught:
        ec2.plan(ec2.Wish(role()), PLACE, ec2.Found(FoundBase(existing(first, **changed))))
    assert (caught.value.problem.code, caught.value.problem.arguments["reason"]) == (Code.ROLE_DIFFERS, reason)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (role("a" * 65), Code.VALUE_LENGTH),
        (role("with space"), Code.VALUE_PATTERN),
        (role(path="no/slashes"), Code.VALUE_PATTERN),
        (role(max_duration=timedelta(hours=13)), Code.VALUE_RANGE),
        (role(max_duration=timedelta(minutes=30)), Code.VALUE_RANGE),
        (role(permissions=Permissions(("arn:aws-cn:iam::aws:policy/ReadOnlyAccess",))), Code.PARTITION_DIFFERS),
        (role(permissions=Permissions(("arn:aws:iam::999988887777:policy/mine",))), Code.VALUE_PATTERN),
        (
            role(permissions=Permissions(inline={"big": allowing("s3:" + "x" * 10_240)})),
            Code.VALUE_LENGTH,
        ),
        (
            role(permissions=Permissions(own={"big": allowing("s3:" + "x" * 6144)})),
            Code.VALUE_LENGTH,
        ),
        (role(tags={"aws:x": "1"}), Code.VALUE_PATTERN),
        (role(tags={"a": "1", "A": "2"}), Code.VALUE_DUPLICATE),
    ],
    ids=str,
)
def test_what_iam_would_refuse_is_refused_before_anything_is_called(wish: RoleWish, code: Code) -> None:
    assert code_of(lambda: ec2.check(ec2.Wish(wish), PLACE)) is code


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Statement": ', "null", '{"Statement": []}'])
def test_policies_that_are_none(text: str) -> None:
    assert code_of(lambda: parse("inline", text)) is Code.POLICY_JSON


def test_documents_are_compared_as_iam_takes_them() -> None:
    one = {
        "Version": "2012-10-17",
        "Statement": {
            "Sid": "x",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
            "Action": ["STS:assumerole"],
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": True}},
        },
    }
    other = document(
        statement(
            "Allow",
            ["sts:AssumeRole"],
            Principal={"AWS": ["999988887777"]},
            Condition={"Bool": {"aws:multifactorauthpresent": "true"}},
        )
    )
    assert same(one, other)
    assert not same(one, document(statement("Allow", ["sts:AssumeRole"], Principal={"AWS": ["999988887777"]})))
