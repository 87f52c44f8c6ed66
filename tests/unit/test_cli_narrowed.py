"""env, exec and credentials with a narrower session, in this process: what AWS is asked, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import DEV, OTHERS, PROD
from tests.support.in_process import Office
from tests.support.strict_aws import Called

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
MORE = """
[profiles.user]
source = "acme"

[profiles.user-mfa]
source = "acme"
mfa = true

[profiles.bounded]
source = "acme"
[[profiles.bounded.roles]]
role_arn = "arn:aws:iam::210987654321:role/dev"
policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up(MORE)
        yield one


def key_of(office: Office, *arguments: str) -> str:
    return str(json.loads(office.must("credentials", *arguments).out)["AccessKeyId"])


def last(office: Office) -> Called:
    return office.sts.calls[-1]


def test_read_only_is_a_session_of_its_own_kept_for_the_next_command(office: Office) -> None:
    whole = key_of(office, "prod")
    less = key_of(office, "prod", "--read-only")
    assert less != whole
    assert (last(office).role, last(office).policy_arns, last(office).policy) == (PROD, (READ_ONLY,), "")
    calls = len(office.sts.calls)
    assert key_of(office, "prod", "--read-only") == less
    assert json.loads(office.must("env", "prod", "--read-only", "-f", "json").out)["AWS_ACCESS_KEY_ID"] == less
    assert key_of(office, "prod") == whole
    assert len(office.sts.calls) == calls
    assert office.credentials.read_bytes() == OTHERS
    office.must("stop", "prod")
    assert list((office.folder / "run" / "sessions").iterdir()) == []


def test_what_stands_in_the_file_is_never_handed_out_in_its_place(office: Office) -> None:
    office.must("start", "dev")
    written = office.credentials.read_text()
    less = key_of(office, "dev", "--read-only")
    assert less not in written
    assert office.credentials.read_text() == written
    assert key_of(office, "dev") in written


def test_policies_and_duration_are_sent(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(json.loads(POLICY), indent=4) + "\n")
    arn = "arn:aws:iam::210987654321:policy/mine"
    by_file = key_of(
        office, "dev", "--policy", str(file), "--policy-arn", READ_ONLY, "--policy-arn", arn, "--duration", "20m"
    )
    assert last(office).policy == POLICY
    assert last(office).policy_arns == (READ_ONLY, arn)
    assert last(office).duration == 1200
    calls = len(office.sts.calls)
    given = ("--policy", POLICY, "--policy-arn", READ_ONLY, "--policy-arn", arn, "--duration", "1200")
    assert key_of(office, "dev", *given) == by_file
    assert len(office.sts.calls) == calls
    assert office.run("credentials", "dev", "--policy", f"file://{file}").code == 0


def test_a_user_without_a_role_gets_a_federation_token(office: Office) -> None:
    key_of(office, "user", "--read-only")
    assert last(office).operation == "GetFederationToken"
    assert last(office).policy_arns == (READ_ONLY,)
    key_of(office, "user", "--duration", "1h")
    assert (last(office).operation, last(office).duration) == ("GetSessionToken", 3600)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("prod", "--policy", "no-such-file"), 10, "no-such-file"),
        (("prod", "--policy", "{"), 9, "not valid JSON"),
        (("prod", "--policy", "{}"), 5, "the policy that was given"),
        (("prod", "--policy-arn", "arn:aws:s3:::bucket-of-mine"), 9, "policy_arn is not valid"),
        (("prod", "--policy-arn", "arn:aws:iam::210987654321:policy/mine"), 9, "the role's account"),
        (("prod", "--duration", "2h"), 9, "Allowed: 15 min to 1 h"),
        (("prod", "--read-only", "--policy", POLICY), 9, "does not go with read_only"),
        (("prod", "--read-only", "--policy-arn", READ_ONLY), 9, "does not go with read_only"),
        (("bounded", "--read-only"), 9, "Hop 1 of bounded has session policies of its own"),
        (("user-mfa", "--read-only"), 9, "cannot be narrowed"),
        (("closed", "--read-only"), 5, "AccessDenied"),
    ],
)
@pytest.mark.parametrize("command", ["env", "credentials", "exec"])
def test_where_there_is_no_narrower_session_nothing_is_handed_out(
    office: Office, command: str, arguments: tuple[str, ...], code: int, says: str
) -> None:
    behind = ("--", "true") if command == "exec" else ()
    ran = office.run(command, *arguments, *behind)
    assert ran.code == code, ran
    assert ran.out == ""
    assert says in ran.err
    assert len(ran.err.splitlines()) == 2


def test_a_long_policy_is_tried_and_said(office: Office) -> None:
    long = POLICY.replace("s3:GetObject", "s3:" + "G" * 2048)
    ran = office.run("env", "dev", "--policy", long)
    assert (ran.code, ran.out) == (5, "")
    assert "Warning: policy has" in ran.err
    assert "more than STS accepts" in ran.err


def test_the_renewing_form_is_of_the_whole_session_alone(office: Office) -> None:
    ran = office.run("env", "dev", "--renewing", "--read-only")
    assert ran.code == 2
    assert "--renewing" in ran.err


def test_production_asks_before_less_is_handed_out_too(office: Office) -> None:
    office.edit("schema = 1", 'schema = 1\n\n[accounts."210987654321"]\nproduction = true')
    office.edit(
        "[profiles.dev.delivery]", '[profiles.dev.safety]\nconfirm = "start-and-copy"\n\n[profiles.dev.delivery]'
    )
    assert office.run("env", "dev", "--read-only").code == 4
    office.person.there = office.person.yes = True
    assert office.run("env", "dev", "--read-only").code == 0


def test_the_person_who_approves_is_told_that_it_is_less(office: Office) -> None:
    office.edit(
        "[profiles.dev.delivery]", '[profiles.dev.safety]\napprove_programs = "each-time"\n\n[profiles.dev.delivery]'
    )
    office.person.there = office.person.yes = True
    office.must("env", "dev", "--read-only", "--duration", "15m")
    assert office.person.asked == ["Hand out the session of dev (read-only, 15 min)?"]
    assert last(office).role == DEV
