"""The role assistant by command line against moto over HTTP: made, made again, taken back; and what goes wrong."""

import json
from pathlib import Path

import pytest

from tests.support.moto_office import MotoOffice

BOB = "arn:aws:iam::999988887777:user/bob"


def common(office: MotoOffice, folder: Path) -> list[str]:
    (folder / "list.json").write_text(
        json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:List*", "Resource": "*"}]})
    )
    arn = office.client("iam").create_policy(PolicyName="read", PolicyDocument=(folder / "list.json").read_text())[
        "Policy"
    ]["Arn"]
    return ["--with", "admin", "--policy", arn, "--inline", f"listing={folder / 'list.json'}", "--tag", "team=data"]


RECIPES = {
    "ec2": ["--instance", "INSTANCE"],
    "ecs": [],
    "eks": ["--cluster", "prod", "--namespace", "shop", "--service-account", "cart"],
    "cross-account": ["--principal", BOB, "--source", "acme"],
    "web-identity": ["--provider", "github", "--repository", "me/it", "--branch", "main"],
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_made_once_found_the_second_time_and_taken_back(office: MotoOffice, tmp_path: Path, recipe: str) -> None:
    instance = office.instance()
    words = [instance if one == "INSTANCE" else one for one in RECIPES[recipe]]
    command = ["role", "create", recipe, "web", *words, *common(office, tmp_path), "--yes"]
    catalog, before = office.catalog.read_bytes(), office.state()
    planned = office.must_json(*command, "--dry-run")
    assert office.state() == before
    assert all(not one["there"] for one in planned["steps"])

    made = office.must_json(*command)
    after = office.state()
    assert set(after["roles"]) - set(before["roles"]) == {"web"}
    assert [one["operation"] for one in made["record"]["made"]] == [one["operation"] for one in planned["steps"]]
    assert "web" in office.catalog.read_text()

    again = office.must_json(*command)
    assert all(one["there"] for one in again["steps"])
    assert again["record"]["made"] == []
    assert office.state() == after

    office.must("role", "undo", "--yes")
    assert office.state() == before
    assert office.catalog.read_bytes() == catalog


def test_the_session_of_a_cross_account_role_is_in_the_credentials_file(office: MotoOffice) -> None:
    made = office.must_json(
        "role", "create", "cross-account", "web", "--with", "admin", "--principal", BOB, "--source", "acme", "--yes"
    )
    assert made["status"]["state"] == "active"
    assert "[web]" in office.credentials.read_text()
    external = next(one["text"] for one in made["outputs"] if one["kind"] == "external-id")
    assert made["profile"]["values"]["roles"][0]["external_id"] == external
    office.must("role", "undo", "--yes")
    assert "[web]" not in office.credentials.read_text()


def test_the_identity_is_given_its_policy_with_a_session_of_its_own(office: MotoOffice) -> None:
    ana = "arn:aws:iam::123456789012:user/ana"
    words = ["--principal", ana, "--with", "admin", "--grant-with", "admin", "--source", "acme", "--yes"]
    office.must("role", "create", "cross-account", "web", *words, "--no-external-id")
    assert office.state()["users"]["ana"] == ["assume-web"]
    office.must("role", "undo", "--yes")
    assert office.state()["users"]["ana"] == []


def test_trust_is_explained(office: MotoOffice) -> None:
    words = ["--with", "admin", "--provider", "github", "--repository", "me/it", "--branch", "main"]
    office.must("role", "create", "web-identity", "ci", *words, "--yes", "--no-start")
    said = office.must("role", "trust", "ci", "--with", "admin").out
    assert "identities of token.actions.githubusercontent.com" in said
    assert "the token's subject is repo:me/it:ref:refs/heads/main" in said
    found = office.must_json("role", "trust", "admin")["trust"]
    assert found[0]["wide"] is True
    assert office.run("role", "trust", "nobody", "--with", "admin").code == 3


def test_instances_and_policies_can_be_chosen(office: MotoOffice) -> None:
    instance = office.instance()
    office.client("ec2").create_tags(Resources=[instance], Tags=[{"Key": "Name", "Value": "shop"}])
    rows = office.must_json("role", "instances", "--with", "admin")["instances"]
    assert rows == [{"id": instance, "name": "shop", "state": "running", "instance_profile": ""}]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    office.client("iam").create_policy(PolicyName="mine", PolicyDocument=json.dumps(policy))
    found = office.must_json("role", "policies", "mine", "--with", "admin")["policies"]
    assert [one["name"] for one in found] == ["mine"]


def test_a_failure_in_the_middle_is_recorded_and_can_be_gone_on_with(office: MotoOffice) -> None:
    before = office.state()
    iam = office.client("iam")
    iam.create_role(RoleName="other", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="other")
    ran = office.run("role", "create", "ec2", "web", "--with", "admin", "--yes")
    assert ran.code == 8
    assert "another" in ran.err
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="other")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.delete_role(RoleName="other")
    assert office.state() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ec2", "web", "--with", "bare"], 5, "cannot call IAM"),
        (["ec2", "web", "--with", "nobody"], 3, "no profile"),
        (["ec2", "web", "--with", "admin", "--instance", "i-0123456789abcdef0"], 3, "no instance"),
        (["ec2", "web", "--with", "admin", "--instance", "web-server"], 9, "instance"),
        (["ec2", "web", "--with", "admin", "--policy", "NoSuchPolicyAtAll"], 3, "no policy"),
        (["ec2", "web", "--with", "admin", "--policy", "arn:aws-cn:iam::aws:policy/X"], 9, "partition"),
        (["ec2", "web", "--with", "admin", "--inline", "x=/nowhere.json"], 10, "/nowhere.json"),
        (["ec2", "web", "--with", "admin", "--inline", "x"], 2, "NAME=VALUE"),
        (["ec2", "web", "--with", "admin", "--profile", "admin"], 9, "taken"),
        (["cross-account", "web", "--with", "admin", "--principal", BOB], 2, "--source"),
        (["cross-account", "web", "--with", "admin", "--principal", "*", "--source", "acme"], 9, "principal"),
        (
            ["cross-account", "web", "--with", "admin", "--principal", BOB, "--no-external-id", "--source", "acme"],
            9,
            "external ID",
        ),
        (["web-identity", "web", "--with", "admin", "--provider", "github"], 9, "subject"),
        (["web-identity", "web", "--with", "admin", "--issuer", "http://x.example", "--audience", "a"], 9, "issuer"),
        (["web-identity", "web", "--with", "admin", "--provider", "google", "--subject", "1"], 9, "audience"),
    ],
    ids=lambda one: " ".join(one)[:60] if isinstance(one, list) else None,
)
def test_what_is_wrong_is_said_and_changes_nothing(office: MotoOffice, words: list[str], code: int, said: str) -> None:
    before, catalog = office.state(), office.catalog.read_bytes()
    ran = office.run("role", "create", *words, "--yes")
    assert ran.code == code, ran
    assert said in ran.err
    assert office.state() == before
    assert office.catalog.read_bytes() == catalog


def test_nothing_is_made_without_a_word(office: MotoOffice) -> None:
    before = office.state()
    assert office.run("role", "create", "ecs", "web", "--with", "admin").code == 2
    office.person.there = True
    assert office.run("role", "create", "ecs", "web", "--with", "admin").code == 11
    assert office.state() == before
    assert "Make this in account 123456789012?" in office.person.asked


def test_a_role_that_may_do_everything_asks_twice(office: MotoOffice) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    arn = office.client("iam").create_policy(PolicyName="AdministratorAccess", PolicyDocument=json.dumps(policy))
    words = ["role", "create", "ecs", "web", "--with", "admin", "--policy", arn["Policy"]["Arn"], "--no-start"]
    assert office.run(*words, "--yes").code == 2
    office.person.there = office.person.yes = True
    office.must(*words)
    assert len(office.person.asked) == 2
    assert "nearly everything" in office.run(*words, "--dry-run").err


def test_nothing_to_take_back(office: MotoOffice) -> None:
    assert office.run("role", "undo", "--yes").code == 3
    assert "nothing" in office.run("role", "list").err.lower()
