"""Sessions that may do less: what is taken as a wish, and the calls that it ends in."""

import json
from datetime import timedelta

import pytest

from app.domain.calls import AssumeRoleCall, FederationCall, Plan, SessionTokenCall, WebIdentityCall
from app.domain.names import ProfileName, Region, SourceName
from app.domain.narrower import POLICY_LONGEST, parse_narrowing
from app.domain.narrowing import FULL, READ_ONLY, Narrowing
from app.domain.plan import plan_of
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Settings
from app.domain.reading.parameters import only_denies
from app.domain.source import Container, InstanceMetadata, Source, WebIdentityToken
from tests.support.engine_world import AROUND, catalog, keys, process, profile, role, with_mfa

ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"
S3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
OWN = "arn:aws:iam::123456789012:policy/mine"
ALLOW = '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
DENY = '{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'
MINUTES = timedelta(minutes=1)


def plan(name: str, of: Catalog, wish: Narrowing = FULL) -> Plan:
    return plan_of(of.profiles[ProfileName(name)], of, AROUND, wish)


def refused(name: str, of: Catalog, wish: Narrowing) -> Problem:
    with pytest.raises(AppError) as caught:
        plan(name, of, wish)
    return caught.value.problem


def wrong(**given: object) -> Problem:
    with pytest.raises(AppError) as caught:
        parse_narrowing(**given)  # type: ignore[arg-type]
    return caught.value.problem


# The wish


def test_nothing_asked_for_is_the_whole_and_has_no_key() -> None:
    assert parse_narrowing() == FULL
    assert not FULL
    assert FULL.key == ""


def test_a_key_is_the_same_for_what_is_narrowed_alike() -> None:
    written = parse_narrowing(policy=f"  {json.dumps(json.loads(ALLOW), indent=4)}\n", duration="15m")
    assert written == parse_narrowing(policy=ALLOW, duration=900)
    assert written.policy == ALLOW
    assert READ_ONLY.key == "read-only"
    wishes = [
        READ_ONLY,
        parse_narrowing(read_only=True, duration="15m"),
        parse_narrowing(policy=ALLOW),
        parse_narrowing(policy=DENY),
        parse_narrowing(policy_arns=[S3]),
        parse_narrowing(policy_arns=[S3, OWN]),
        parse_narrowing(policy=ALLOW, policy_arns=[S3]),
        parse_narrowing(duration="15m"),
        written,
    ]
    assert len({one.key for one in wishes}) == len(wishes)
    assert parse_narrowing(policy_arns=[S3, OWN]).key == parse_narrowing(policy_arns=[OWN, S3, OWN]).key


def test_a_policy_whose_keys_stand_twice_is_left_as_it_is() -> None:
    twice = '{ "Statement": [], "Statement": [] }'
    assert parse_narrowing(policy=twice).policy == twice


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"policy": ""}, Code.VALUE_MISSING),
        ({"policy": "[]"}, Code.POLICY_JSON),
        ({"policy": "{"}, Code.POLICY_JSON),
        ({"policy": '{"a":"\u2028"}'}, Code.VALUE_PATTERN),
        ({"policy": json.dumps({"a": "x" * POLICY_LONGEST})}, Code.VALUE_LENGTH),
        ({"policy_arns": ["arn:aws:iam::1:policy/x"]}, Code.VALUE_PATTERN),
        ({"policy_arns": [f"{S3}{n}" for n in range(11)]}, Code.VALUE_RANGE),
        ({"duration": "soon"}, Code.VALUE_PATTERN),
        ({"read_only": True, "policy_arns": [S3]}, Code.NARROWING_WIDENS),
        ({"read_only": True, "policy": ALLOW}, Code.NARROWING_WIDENS),
    ],
)
def test_what_is_no_wish_is_refused(given: dict[str, object], code: Code) -> None:
    assert wrong(**given).code is code


@pytest.mark.parametrize(
    ("policy", "denies"),
    [
        (DENY, True),
        ('{"Statement":[{"Effect":"Deny"},{"Effect":"Deny"}]}', True),
        (ALLOW, False),
        ('{"Statement":[{"Effect":"Deny"},{"Effect":"Allow"}]}', False),
        ('{"Statement":[{"Effect":"deny"}]}', False),
        ('{"Statement":[]}', False),
        ('{"Statement":"Deny"}', False),
        ("{}", False),
    ],
)
def test_a_policy_only_denies_where_each_statement_does(policy: str, denies: bool) -> None:
    assert only_denies(policy) is denies


# Roles


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_read_only_is_the_last_call_with_the_partitions_policy(partition: str) -> None:
    hop = role("two")
    hop = type(hop)(type(hop.role_arn)(hop.role_arn.text, partition, hop.role_arn.account, "two"))
    of = catalog(profile("a", role("one"), hop))
    whole, less = plan("a", of), plan("a", of, READ_ONLY)
    assert less.calls[:-1] == whole.calls[:-1]
    assert isinstance(less.last, AssumeRoleCall)
    assert less.last.policy_arns == (f"arn:{partition}:iam::aws:policy/ReadOnlyAccess",)
    assert less.last.key != whole.last.key


def test_every_wish_is_a_call_of_its_own_and_keeps_what_the_hop_sends() -> None:
    of = catalog(profile("a", role("one", external_id="x1", source_identity="ana", session_tags={"t": "v"})))
    whole = plan("a", of).last
    wishes = [
        READ_ONLY,
        parse_narrowing(policy=ALLOW),
        parse_narrowing(policy_arns=[S3, OWN]),
        parse_narrowing(policy=ALLOW, duration="15m"),
        parse_narrowing(duration="15m"),
        parse_narrowing(read_only=True, policy=DENY, duration="20m"),
    ]
    made = [plan("a", of, wish).last for wish in wishes]
    assert len({one.key for one in (whole, *made)}) == len(wishes) + 1
    for one in made:
        assert isinstance(one, AssumeRoleCall)
        assert isinstance(whole, AssumeRoleCall)
        assert (one.external_id, one.source_identity, one.session_tags) == ("x1", "ana", {"t": "v"})
        assert (one.parent, one.session_name, one.hop) == (whole.parent, whole.session_name, whole.hop)
    sent = [(one.policy, one.policy_arns, one.duration) for one in made if isinstance(one, AssumeRoleCall)]
    assert sent == [
        (None, (ARN,), None),
        (ALLOW, (), None),
        (None, (S3, OWN), None),
        (ALLOW, (), 15 * MINUTES),
        (None, (), 15 * MINUTES),
        (DENY, (ARN,), 20 * MINUTES),
    ]


def test_a_profile_on_a_base_is_narrowed_at_the_bases_last_hop() -> None:
    of = catalog(profile("base", role("hub")), profile("alias", base="base"))
    last = plan("alias", of, READ_ONLY).last
    assert isinstance(last, AssumeRoleCall)
    assert last.policy_arns == (ARN,)


def test_web_identity_takes_policies_of_2048_characters() -> None:
    source = WebIdentityToken(name=SourceName("ci"), token_file="/t")
    of = catalog(profile("a", role("one"), source="ci"), sources=[source])
    last = plan("a", of, parse_narrowing(read_only=True, policy=DENY)).last
    assert isinstance(last, WebIdentityCall)
    assert (last.policy, last.policy_arns) == (DENY, (ARN,))
    long = parse_narrowing(policy=ALLOW.replace("s3:*", "s3:" + "x" * 2048))
    assert refused("a", of, long).code is Code.VALUE_LENGTH


def test_a_long_policy_is_a_warning_where_aws_may_take_it() -> None:
    of = catalog(profile("a", role("one")))
    long = parse_narrowing(policy=ALLOW.replace("s3:*", "s3:" + "x" * 2048))
    assert [one.code for one in plan("a", of, long).warnings] == [Code.POLICY_LONG]
    assert plan("a", of, READ_ONLY).warnings == ()


@pytest.mark.parametrize(
    ("arn", "reason"),
    [
        ("arn:aws-cn:iam::aws:policy/x-long-enough", "partition"),
        ("arn:aws:iam::210987654321:policy/x", "other-account"),
    ],
)
def test_a_policy_that_aws_could_not_take_is_refused_here(arn: str, reason: str) -> None:
    problem = refused("a", catalog(profile("a", role("one"))), parse_narrowing(policy_arns=[arn]))
    assert (problem.code, problem.arguments["reason"]) == (Code.VALUE_NOT_HERE, reason)


@pytest.mark.parametrize(
    ("own", "wished", "good"), [(None, 60, True), (None, 61, False), (30, 30, True), (30, 31, False)]
)
def test_no_session_is_longer_than_the_profiles_own(own: int | None, wished: int, good: bool) -> None:
    of = catalog(profile("a", role("one", duration=None if own is None else own * MINUTES)))
    wish = parse_narrowing(duration=f"{wished}m")
    if good:
        assert getattr(plan("a", of, wish).last, "duration") == wished * MINUTES  # noqa: B009  a call of several kinds
    else:
        assert refused("a", of, wish).code is Code.VALUE_RANGE
    assert refused("a", of, parse_narrowing(duration="14m")).code is Code.VALUE_RANGE


# Hops that have session policies of their own


def test_a_policy_beside_the_hops_own_would_widen_it() -> None:
    of = catalog(profile("arns", role("one", policy_arns=(S3, OWN))), profile("inline", role("one", policy=ALLOW)))
    for name, wish in (
        ("arns", READ_ONLY),
        ("arns", parse_narrowing(policy=ALLOW)),
        ("arns", parse_narrowing(policy_arns=[S3, ARN])),
        ("inline", READ_ONLY),
        ("inline", parse_narrowing(policy=DENY)),
        ("inline", parse_narrowing(policy_arns=[S3])),
    ):
        problem = refused(name, of, wish)
        assert (problem.code, problem.arguments["hop"]) == (Code.NARROWING_WIDENS, 1)


def test_beside_policies_of_its_own_a_hop_takes_fewer_of_them_a_no_and_a_shorter_time() -> None:
    of = catalog(profile("a", role("one", policy_arns=(S3, OWN))), profile("b", role("one", policy=ALLOW)))
    fewer = plan("a", of, parse_narrowing(policy_arns=[S3])).last
    without = plan("a", of, parse_narrowing(policy=DENY)).last
    shorter = plan("b", of, parse_narrowing(duration="15m")).last
    assert isinstance(fewer, AssumeRoleCall)
    assert isinstance(without, AssumeRoleCall)
    assert isinstance(shorter, AssumeRoleCall)
    assert (fewer.policy, fewer.policy_arns) == (None, (S3,))
    assert (without.policy, without.policy_arns) == (DENY, (S3, OWN))
    assert (shorter.policy, shorter.duration) == (ALLOW, 15 * MINUTES)


def test_a_profile_that_is_read_only_already_has_no_second_session_for_that() -> None:
    of = catalog(profile("a", role("one"), read_only=True))
    assert plan("a", of, READ_ONLY) == plan("a", of)
    assert plan("a", of, parse_narrowing(read_only=True, duration="15m")) != plan("a", of)


# Users, and what cannot be narrowed


@pytest.mark.parametrize("source", [keys(), process("acme")])
def test_a_users_own_session_is_narrowed_by_a_federation_token(source: Source) -> None:
    of = catalog(profile("a-very-long-name-of-a-profile", duration=2 * 60 * MINUTES), sources=[source])
    whole = plan("a-very-long-name-of-a-profile", of)
    last = plan("a-very-long-name-of-a-profile", of, READ_ONLY).last
    assert isinstance(last, FederationCall)
    assert last.parent == whole.calls[0].key
    assert (last.name, last.policy_arns) == ("ana-a-very-long-name-of-a-profil", (ARN,))
    assert last.duration == 2 * 60 * MINUTES
    assert last.key != whole.last.key


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")]
)
def test_a_users_policy_is_of_the_partition_where_sts_is_asked(region: str, partition: str) -> None:
    of = catalog(profile("a"), settings=Settings(sts_region=Region(region)))
    assert plan("a", of, READ_ONLY).last.policy_arns == (f"arn:{partition}:iam::aws:policy/ReadOnlyAccess",)  # type: ignore[union-attr]


def test_for_a_shorter_time_alone_a_user_has_a_session_token() -> None:
    of = catalog(profile("a", mfa=True), sources=[with_mfa()])
    last = plan("a", of, parse_narrowing(duration="1h")).last
    assert isinstance(last, SessionTokenCall)
    assert (last.duration, last.own_keys, last.mfa is not None) == (60 * MINUTES, True, True)
    assert refused("a", of, parse_narrowing(duration="12h1m")).code is Code.VALUE_RANGE


def test_a_users_session_with_mfa_takes_no_policy() -> None:
    problem = refused("a", catalog(profile("a", mfa=True), sources=[with_mfa()]), READ_ONLY)
    assert (problem.code, problem.arguments["mfa"]) == (Code.NARROWING_IMPOSSIBLE, True)


@pytest.mark.parametrize("kind", [InstanceMetadata, Container])
@pytest.mark.parametrize("wish", [READ_ONLY, parse_narrowing(policy=ALLOW), parse_narrowing(duration="15m")])
def test_what_a_source_gives_as_it_is_cannot_be_narrowed(
    kind: type[InstanceMetadata | Container], wish: Narrowing
) -> None:
    problem = refused("a", catalog(profile("a"), sources=[kind(name=SourceName("acme"))]), wish)
    assert problem.code is Code.NARROWING_IMPOSSIBLE
    assert problem.arguments["kind"] in ("instance-metadata", "container")
