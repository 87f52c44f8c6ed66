"""The role assistant as the windows use it, against moto over HTTP: form, preview, made, taken back."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app import roleflow
from app.assistant.form import Form, wish_of
from app.assistant.values import ApiCall, Recipe, Values
from app.domain.problem import Code
from app.roleflow import FlowState, Page, RoleFlow
from tests.support.moto_office import MotoOffice, opened

FORM = Form(
    recipe=Recipe.CROSS_ACCOUNT,
    name="auditor",
    signer="admin",
    principal="arn:aws:iam::999988887777:user/bob",
    source="acme",
)

ALLOWS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}


def test_from_the_form_to_a_session_and_back(office: MotoOffice) -> None:
    before, seen = office.state(), list[FlowState]()

    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, seen.append)
            assert not flow.state.can_go_on
            flow.edit(replace(FORM, principal="*"))
            await flow.prepare()
            assert flow.state.page is Page.FORM
            assert flow.state.problem is not None
            assert flow.state.problem.code is Code.VALUE_PATTERN
            flow.edit(FORM)
            await flow.prepare()
            assert flow.state.page is Page.PREVIEW, flow.state.problem
            assert office.state() == before
            flow.back()
            assert flow.state.page is Page.FORM
            await flow.prepare()
            await flow.make()
            assert flow.state.page is Page.RESULT
            assert flow.state.problem is None
            assert flow.state.status is not None
            assert flow.state.status.valid(datetime.now(UTC))
            assert "[auditor]" in office.credentials.read_text()
            assert flow.state.can_undo
            await flow.undo()
            assert flow.state.problem is None
            assert not flow.state.can_undo

    asyncio.run(scenario())
    assert office.state() == before
    assert "auditor" not in office.catalog.read_text()
    assert "[auditor]" not in office.credentials.read_text()
    assert any(state.busy for state in seen)


EACH = {
    Recipe.CROSS_ACCOUNT: {"principal": FORM.principal, "source": "acme", "mfa": False},
    Recipe.WEB_IDENTITY: {"provider": "github", "subject": "repo:acme/site:ref:refs/heads/main"},
    Recipe.EC2: {"instance": "INSTANCE"},
    Recipe.ECS: {},
    Recipe.EKS: {"cluster": "blue", "namespace": "shop", "service_account": "web"},
}


@pytest.mark.parametrize("recipe", Recipe)
def test_each_recipe_is_made_found_again_and_taken_back(office: MotoOffice, recipe: Recipe) -> None:
    instance = office.instance()
    more = {key: instance if value == "INSTANCE" else value for key, value in EACH[recipe].items()}
    form = Form(recipe=recipe, name="web", signer="admin", **more)  # type: ignore[arg-type]
    before = office.state()

    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, lambda _state: None)
            flow.edit(form)
            await flow.prepare()
            assert flow.state.page is Page.PREVIEW, flow.state.problem
            assert office.state() == before, "a preview changes nothing"
            await flow.make()
            assert flow.state.problem is None
            assert flow.state.outcome is not None
            assert flow.state.outcome.made
            made = office.state()
            assert made != before
            assert "[profiles.web]" in office.catalog.read_text()

            again = RoleFlow(one, lambda _state: None)
            again.edit(form)
            await again.prepare()
            assert again.state.prepared is not None
            assert not again.state.prepared.plan.open, "everything is there already"
            assert office.state() == made

            await flow.undo()
            assert flow.state.problem is None

    asyncio.run(scenario())
    assert office.state() == before
    assert "[profiles.web]" not in office.catalog.read_text()


def test_a_role_for_another_machine_is_not_called_a_failure(office: MotoOffice) -> None:
    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, lambda _state: None)
            flow.edit(Form(recipe=Recipe.ECS, name="task", signer="admin"))
            await flow.prepare()
            await flow.make()
            assert flow.state.problem is None
            assert flow.state.elsewhere

    asyncio.run(scenario())
    assert "[profiles.task]" in office.catalog.read_text()


def test_what_the_account_has_can_be_picked(office: MotoOffice) -> None:
    own = office.client("iam").create_policy(PolicyName="mine", PolicyDocument=json.dumps(ALLOWS))["Policy"]["Arn"]
    instance = office.instance()

    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, lambda _state: None)
            await flow.look("policies")
            assert flow.state.offered is None, "nobody signs yet"
            flow.edit(Form(recipe=Recipe.EC2, name="web", signer="admin"))
            await flow.look("policies")
            assert flow.state.offered is not None
            offers = {offer.value: offer for offer in flow.state.offered.offers}
            assert offers[own].title == "mine"
            await flow.look("instance")
            assert flow.state.offered is not None
            (offer,) = flow.state.offered.offers
            assert offer.value == instance
            assert "running" in offer.detail
            flow.edit(Form(recipe=Recipe.EC2, name="web", signer="admin", policies=(own,)))
            assert flow.state.offered is None
            await flow.prepare()
            assert flow.state.problem is None
            assert flow.state.page is Page.PREVIEW

    asyncio.run(scenario())


def test_an_account_that_cannot_be_asked_is_a_problem_and_the_form_stays(office: MotoOffice) -> None:
    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, lambda _state: None)
            flow.edit(Form(recipe=Recipe.EC2, name="web", signer="nobody"))
            await flow.look("instance")
            assert flow.state.problem is not None
            assert flow.state.problem.code is Code.PROFILE_UNKNOWN
            assert not flow.state.busy
            assert flow.state.form.name == "web"

    asyncio.run(scenario())


def test_a_session_that_cannot_call_iam_is_refused_before_aws_is_asked(office: MotoOffice) -> None:
    async def scenario() -> None:
        async with opened(office) as one:
            flow = RoleFlow(one, lambda _state: None)
            flow.edit(replace(FORM, signer="bare"))
            await flow.prepare()
            assert flow.state.page is Page.FORM
            assert flow.state.problem is not None
            assert flow.state.problem.code is Code.SESSION_WITHOUT_IAM

    asyncio.run(scenario())


async def test_aws_own_policies_are_named_with_their_path() -> None:
    arns = ("arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "arn:aws-cn:iam::aws:policy/service-role/AWSBatch")

    class Listing:
        async def call(self, call: ApiCall) -> Values:
            assert call.operation == "ListPolicies"
            return {"Policies": [{"PolicyName": arn.rpartition("/")[2], "Arn": arn} for arn in arns]}

    offers = await roleflow._policies(Listing())
    assert [one.value for one in offers] == ["service-role/AWSBatch", "ReadOnlyAccess"]
    wish = wish_of(Form(name="web", recipe=Recipe.EC2, policies=tuple(one.value for one in offers)), "aws-cn")
    assert set(wish.role.permissions.managed) == set(arns)
