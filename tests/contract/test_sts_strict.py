"""The port Sts against the strict STS: every parameter arrives, every refusal becomes the right problem."""

import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials, Secret
from app.engine.offload import ThreadOffload
from app.sts import BotoSts
from app.texts import describe
from tests.support import sts_calls as calls
from tests.support import web_tokens
from tests.support.strict_sts import Device, Role, StrictSts, User, World
from tests.support.sts_calls import OffsetClock, keys

SERIAL = "arn:aws:iam::111122223333:mfa/ana"
ANA = User("ana", "111122223333", devices=[Device(SERIAL, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")])
SAME = "arn:aws:iam::111122223333:role/same"
FIRST = "arn:aws:iam::123456789012:role/team/first"
SECOND = "arn:aws:iam::210987654321:role/second"
LONG = "arn:aws:iam::123456789012:role/long"
EXTERNAL = "arn:aws:iam::123456789012:role/external"
WITH_MFA = "arn:aws:iam::111122223333:role/with-mfa"
DENIED = "arn:aws:iam::123456789012:role/denied"


@pytest.fixture
def server() -> Iterator[StrictSts]:
    roles = [
        Role(SAME, [ANA.arn]),
        Role(FIRST, [ANA.arn]),
        Role(SECOND, [FIRST], max_session=43200),
        Role(LONG, ["arn:aws:iam::111122223333:root"], max_session=43200),
        Role(EXTERNAL, [ANA.arn], external_id="ext-1"),
        Role(WITH_MFA, [ANA.arn], mfa=True),
        Role(DENIED, [ANA.arn], denied="with an explicit deny in a service control policy"),
    ]
    with StrictSts(World([ANA], roles)) as running:
        yield running


@pytest.fixture
def clock() -> OffsetClock:
    return OffsetClock()


@pytest.fixture
async def sts(clock: OffsetClock) -> AsyncIterator[BotoSts]:
    offload = ThreadOffload()
    yield BotoSts(offload, clock, {})
    offload.close()


async def refused(call: Awaitable[object]) -> Problem:
    with pytest.raises(AppError) as caught:
        await call
    problem = caught.value.problem
    words = describe(problem)
    assert "…" not in f"{words.title} {words.detail} {words.remedy}".replace("AKIA…", "").replace("ASIA…", ""), words
    assert words.remedy
    return problem


def told(problem: Problem) -> tuple[Code, dict[str, object]]:
    """Return what a refusal says, after a look at AWS's id of the request, which is another each time."""
    arguments = dict(problem.arguments)
    assert uuid.UUID(str(arguments.pop("request_id")))
    return problem.code, arguments


async def test_a_chain_with_every_parameter(sts: BotoSts, server: StrictSts) -> None:
    server.world.roles[4].source_identity = "ana"
    first = await sts.assume_role(
        calls.assume(
            server.url,
            EXTERNAL,
            duration=timedelta(minutes=15),
            external_id="ext-1",
            source_identity="ana",
            policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
            policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AWSSupportAccess"),
            session_tags=MappingProxyType({"team": "data", "Größe": "x y"}),
            transitive_tags=("team",),
        ),
        keys(ANA),
        None,
    )
    assert (first.account, first.arn) == ("123456789012", "arn:aws:sts::123456789012:assumed-role/external/ana-session")
    assert first.source_identity == "ana"
    assert first.packed_policy_size is not None
    assert first.clock_offset == timedelta()
    assert first.expires_at == first.credentials.expires_at
    assert timedelta(minutes=14) < (first.expires_at or first.received_at) - first.received_at < timedelta(minutes=16)
    assert not first.credentials.long_lived
    session = server.aws.session(first.credentials.access_key_id)
    assert session
    assert session.transitive == {"team": "data"}
    identity = await sts.identity(calls.endpoint(server.url), first.credentials)
    assert identity.arn == first.arn
    assert identity.account == first.account
    assert server.calls[0].duration == 900
    assert server.calls[0].region == "eu-west-1"


async def test_the_second_hop_is_signed_with_the_first_session(sts: BotoSts, server: StrictSts) -> None:
    first = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    second = await sts.assume_role(calls.assume(server.url, SECOND, hop=2), first.credentials, None)
    assert second.account == "210987654321"
    assert [one.access_key_id for one in server.calls] == [ANA.access_key_id, first.credentials.access_key_id]


async def test_session_token_with_and_without_a_code(sts: BotoSts, server: StrictSts) -> None:
    plain = await sts.session_token(calls.session_token(server.url, duration=timedelta(hours=1)), keys(ANA), None)
    assert (plain.arn, plain.account) == (None, None)
    assert server.calls[-1].duration == 3600
    with_code = calls.session_token(server.url, mfa=calls.mfa(SERIAL))
    issued = await sts.session_token(with_code, keys(ANA), server.code(SERIAL))
    session = server.aws.session(issued.credentials.access_key_id)
    assert session
    assert session.mfa
    assert (await sts.assume_role(calls.assume(server.url, WITH_MFA), issued.credentials, None)).arn


async def test_a_code_of_its_own(sts: BotoSts, server: StrictSts) -> None:
    call = calls.assume(server.url, WITH_MFA, mfa=calls.mfa(SERIAL))
    assert (await sts.assume_role(call, keys(ANA), server.code(SERIAL))).arn


async def test_a_code_is_refused_wrong_and_used(sts: BotoSts, server: StrictSts) -> None:
    call, right, wrong = calls.assume(server.url, WITH_MFA, mfa=calls.mfa(SERIAL)), server.code(SERIAL), "000000"
    assert right != wrong
    problem = await refused(sts.assume_role(call, keys(ANA), wrong))
    assert told(problem) == (Code.MFA_REFUSED, {"code": wrong, "serial": SERIAL})
    await sts.assume_role(call, keys(ANA), right)
    problem = await refused(sts.assume_role(call, keys(ANA), right))
    assert told(problem) == (Code.MFA_REUSED, {"code": right, "serial": SERIAL})
    other = calls.assume(server.url, WITH_MFA, mfa=calls.mfa("arn:aws:iam::111122223333:mfa/bob"))
    assert (await refused(sts.assume_role(other, keys(ANA), server.code(SERIAL, 1)))).code is Code.MFA_REFUSED


@pytest.mark.parametrize(
    ("role", "how", "code"),
    [
        (EXTERNAL, {}, Code.ACCESS_DENIED_EXTERNAL_ID),
        (EXTERNAL, {"external_id": "wrong"}, Code.ACCESS_DENIED_MFA),
        (WITH_MFA, {}, Code.ACCESS_DENIED_MFA),
        (DENIED, {}, Code.ACCESS_DENIED),
    ],
)
async def test_denied(sts: BotoSts, server: StrictSts, role: str, how: dict[str, Any], code: Code) -> None:
    problem = await refused(sts.assume_role(calls.assume(server.url, role, hop=2, **how), keys(ANA), None))
    assert problem.code is code
    assert problem.arguments["hop"] == 2
    assert problem.arguments["role"] == role.rsplit("/", 1)[-1]
    assert str(problem.remedy) == "edit-hop 2"
    assert "Most likely" in describe(problem).detail
    assert not problem.transient


async def test_denied_where_nothing_tells_why(sts: BotoSts, server: StrictSts) -> None:
    first = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    call = calls.assume(server.url, LONG, hop=2, external_id="given")
    problem = await refused(sts.assume_role(call, first.credentials, None))
    assert problem.code is Code.ACCESS_DENIED
    assert "is not authorized to perform" in str(problem.arguments["aws"])


async def test_tagging_that_is_not_allowed_is_named(sts: BotoSts, server: StrictSts) -> None:
    server.world.roles[1].tag_session = False
    call = calls.assume(server.url, FIRST, session_tags=MappingProxyType({"team": "data"}))
    problem = await refused(sts.assume_role(call, keys(ANA), None))
    assert (problem.code, problem.arguments["operation"]) == (Code.ACCESS_DENIED, "TagSession")


async def test_durations(sts: BotoSts, server: StrictSts) -> None:
    long = timedelta(hours=2)
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST, duration=long), keys(ANA), None))
    assert told(problem) == (Code.ROLE_MAXIMUM, {"hop": 1, "role": "first", "asked": "2 h"})
    first = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    call = calls.assume(server.url, SECOND, hop=2, duration=long)
    problem = await refused(sts.assume_role(call, first.credentials, None))
    assert told(problem) == (Code.CHAINING_LIMIT, {"hop": 2, "asked": "2 h", "maximum": "1 h"})
    problem = await refused(
        sts.assume_role(calls.assume(server.url, FIRST, duration=timedelta(0, 60)), keys(ANA), None)
    )
    assert problem.code is Code.VALIDATION
    assert "durationSeconds" in str(problem.arguments["aws"])


async def test_policies(sts: BotoSts, server: StrictSts) -> None:
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST, policy="{"), keys(ANA), None))
    assert problem.code is Code.POLICY_MALFORMED
    long = json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "x" * 3000}]})
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST, policy=long), keys(ANA), None))
    assert problem.code is Code.POLICY_PACKED
    assert int(problem.arguments["percent"]) > 100


async def test_wrong_keys(sts: BotoSts, server: StrictSts) -> None:
    call = calls.assume(server.url, FIRST)
    problem = await refused(sts.assume_role(call, Credentials("AKIAUNKNOWN000000001", Secret("x" * 40)), None))
    assert (problem.code, problem.arguments["key_id"]) == (Code.KEY_UNKNOWN, "AKIAUNKNOWN000000001")
    assert problem.remedy.verb is Verb.REPLACE_KEY
    gone = Credentials("ASIAUNKNOWN000000001", Secret("x" * 40), Secret("x" * 200))
    problem = await refused(sts.assume_role(call, gone, None))
    assert (problem.code, problem.remedy.verb) == (Code.KEY_UNKNOWN, Verb.TRY_AGAIN), "a session: nobody can replace it"
    assert "session" in describe(problem).title
    problem = await refused(sts.assume_role(call, Credentials(ANA.access_key_id, Secret("x" * 40)), None))
    assert (problem.code, problem.remedy.verb) == (Code.SIGNATURE, Verb.SET_SECRET)


async def test_the_signing_session_has_ended(sts: BotoSts, server: StrictSts) -> None:
    first = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    server.aws.revoke(first.credentials.access_key_id)
    problem = await refused(sts.assume_role(calls.assume(server.url, SECOND, hop=2), first.credentials, None))
    assert problem.code is Code.SESSION_EXPIRED


async def test_session_tokens_are_for_long_lived_keys(sts: BotoSts, server: StrictSts) -> None:
    first = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    problem = await refused(sts.session_token(calls.session_token(server.url), first.credentials, None))
    assert problem.code is Code.LONG_LIVED_ONLY


async def test_the_region_is_switched_off(sts: BotoSts, server: StrictSts) -> None:
    server.world.disabled_regions.append("eu-west-1")
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None))
    assert told(problem) == (Code.REGION_DISABLED, {"region": "eu-west-1"})


@pytest.mark.parametrize("ahead", [-1200, 1200])
async def test_a_wrong_clock_is_proved_by_the_date(
    sts: BotoSts, server: StrictSts, clock: OffsetClock, ahead: float
) -> None:
    # botocore signs with this machine's clock, which cannot be moved here: AWS's is, and ours goes along
    server.skew = -ahead
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None))
    assert problem.code is Code.CLOCK_SKEW
    assert abs(int(problem.arguments["seconds"]) - ahead) <= 2


async def test_a_wrong_clock_that_aws_takes_is_measured(sts: BotoSts, server: StrictSts) -> None:
    server.skew = -600.0
    issued = await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    assert issued.clock_offset is not None
    assert abs(issued.clock_offset.total_seconds() - 600) <= 2
    left = (issued.expires_at or issued.received_at) - issued.received_at
    assert abs(left.total_seconds() - 3600) <= 3, "by our clock, the session lasts as long as AWS says"


async def test_without_a_date_nothing_is_measured(sts: BotoSts, server: StrictSts) -> None:
    server.faults.add("no-date")
    assert (await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)).clock_offset is None


async def test_a_date_that_is_off_alone_proves_nothing(sts: BotoSts, server: StrictSts) -> None:
    server.date_offset = 1200.0
    problem = await refused(sts.assume_role(calls.assume(server.url, EXTERNAL), keys(ANA), None))
    assert problem.code is Code.ACCESS_DENIED_EXTERNAL_ID


async def test_a_session_that_has_ended_already_is_an_error(sts: BotoSts, server: StrictSts) -> None:
    server.faults.add("expired")
    problem = await refused(sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None))
    assert problem.code is Code.ALREADY_EXPIRED


async def test_aws_says_something_new(sts: BotoSts, server: StrictSts) -> None:
    server.faults.add("error", code="OptInRequired", status=403, message="Subscribe first. " + "A" * 80)
    with pytest.raises(AppError) as caught:
        await sts.assume_role(calls.assume(server.url, FIRST), keys(ANA), None)
    problem = caught.value.problem
    assert (problem.code, problem.arguments["aws_code"]) == (Code.AWS_REFUSED, "OptInRequired")
    assert problem.arguments["aws"] == "Subscribe first. …", "what could be a token is not shown"


async def test_web_identity_is_not_signed(sts: BotoSts, server: StrictSts) -> None:
    provider, token = web_tokens.provider("https://id.example.com", "rolecall"), web_tokens.token
    server.world.providers.append(provider.known)
    server.world.roles.append(Role(LONG + "-web", ["https://id.example.com"]))
    call = calls.web_identity(server.url, LONG + "-web")
    issued = await sts.web_identity(call, Secret(token(provider, time.time() + 60)))
    assert isinstance(issued, Issued)
    assert issued.account == "123456789012"
    assert server.calls[-1].access_key_id == ""
    old = await refused(sts.web_identity(call, Secret(token(provider, time.time() - 60))))
    assert old.code is Code.TOKEN_EXPIRED
    other = await refused(sts.web_identity(call, Secret(token(provider, time.time() + 60, audience="other"))))
    assert told(other) == (Code.IDENTITY_TOKEN, {"aws": "Incorrect token audience"})
