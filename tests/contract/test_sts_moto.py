"""The port Sts on moto's server over HTTP: another implementation of STS than our own strict one."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pyotp
import pytest

from app.demo.server import EmbeddedAws, start_embedded_aws
from app.domain.calls import FederationCall
from app.domain.problem import AppError, Code
from app.engine.offload import ThreadOffload
from app.sts import BotoSts
from tests.support import sts_calls as calls
from tests.support.sts_calls import OffsetClock, keys

ORG = "arn:aws:iam::444455556666:role/OrgAccess"
ANALYST = "arn:aws:iam::456789012345:role/data/Analyst"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    embedded = start_embedded_aws(timedelta(seconds=60))
    yield embedded
    embedded.stop()


@pytest.fixture
async def sts() -> AsyncIterator[BotoSts]:
    offload = ThreadOffload()
    yield BotoSts(offload, OffsetClock(), {})
    offload.close()


async def test_a_chain(sts: BotoSts, aws: EmbeddedAws) -> None:
    url = aws.endpoint_url
    assert (await sts.identity(calls.endpoint(url), keys(aws))).arn == "arn:aws:iam::444455556666:user/mira.lind"
    first = await sts.assume_role(calls.assume(url, ORG), keys(aws), None)
    second = await sts.assume_role(calls.assume(url, ANALYST, name="mira", hop=2), first.credentials, None)
    assert second.account == "456789012345"
    assert second.arn == "arn:aws:sts::456789012345:assumed-role/Analyst/mira"
    assert second.clock_offset == timedelta()
    assert second.expires_at is not None
    assert timedelta(seconds=50) < second.expires_at - second.received_at <= timedelta(seconds=60)
    identity = await sts.identity(calls.endpoint(url), second.credentials)
    assert (identity.arn, identity.account) == (second.arn, second.account)


async def test_an_mfa_session(sts: BotoSts, aws: EmbeddedAws) -> None:
    call = calls.session_token(aws.endpoint_url, mfa=calls.mfa(aws.mfa_serial), duration=timedelta(hours=12))
    right = pyotp.TOTP(aws.totp_seed.reveal()).now()
    with pytest.raises(AppError) as caught:
        await sts.session_token(call, keys(aws), f"{(int(right) + 1) % 1_000_000:06d}")
    assert caught.value.problem.code is Code.MFA_REFUSED
    issued = await sts.session_token(call, keys(aws), right)
    assert (await sts.assume_role(calls.assume(aws.endpoint_url, ANALYST), issued.credentials, None)).arn


async def test_a_role_that_is_not_there(sts: BotoSts, aws: EmbeddedAws) -> None:
    role = "arn:aws:iam::456789012345:role/Nobody"
    with pytest.raises(AppError) as caught:
        await sts.assume_role(calls.assume(aws.endpoint_url, role), keys(aws), None)
    assert caught.value.problem.code in {Code.ACCESS_DENIED, Code.ACCESS_DENIED_MFA}


async def test_a_federation_token(sts: BotoSts, aws: EmbeddedAws) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    call = FederationCall(
        "key", "", calls.endpoint(aws.endpoint_url), "mira-org", timedelta(minutes=15), policy_arns=(arn,)
    )
    issued = await sts.federation_token(call, keys(aws))
    assert issued.arn is not None
    assert issued.arn.endswith(":federated-user/mira-org")
    assert issued.account == issued.arn.split(":")[4]
    assert issued.credentials.session_token is not None
