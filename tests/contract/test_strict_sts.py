"""The strict STS itself: what boto3 gets from it, and that it refuses what AWS refuses."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.strict_sts import Device, Role, StrictSts, User, World, sample_world

ROOT = Path(__file__).resolve().parents[2]
ANA = User(
    "ana", "111122223333", devices=[Device("arn:aws:iam::111122223333:mfa/ana", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
)
FIRST = "arn:aws:iam::123456789012:role/team/first"
SECOND = "arn:aws:iam::210987654321:role/second"
LONG = "arn:aws:iam::123456789012:role/long"
EXTERNAL = "arn:aws:iam::123456789012:role/external"
WITH_MFA = "arn:aws:iam::123456789012:role/with-mfa"


@pytest.fixture
def sts() -> Iterator[StrictSts]:
    roles = [
        Role(FIRST, [ANA.arn]),
        Role(SECOND, [FIRST], max_session=43200),
        Role(LONG, ["arn:aws:iam::111122223333:root"], max_session=43200),
        Role(EXTERNAL, [ANA.arn], external_id="ext-1"),
        Role(WITH_MFA, [ANA.arn], mfa=True),
    ]
    with StrictSts(World([ANA], roles)) as server:
        yield server


def client(sts: StrictSts, session: dict[str, Any] | None = None, **other: str) -> Any:
    keys = {"AccessKeyId": ANA.access_key_id, "SecretAccessKey": ANA.secret_access_key, **(session or {}), **other}
    return boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=sts.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}, read_timeout=2, parameter_validation=False),
    )


def refused(call: Any, **parameters: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_chain_and_who_one_is_then(sts: StrictSts) -> None:
    assert client(sts).get_caller_identity()["Arn"] == ANA.arn
    first = client(sts).assume_role(RoleArn=FIRST, RoleSessionName="ana")
    second = client(sts, first["Credentials"]).assume_role(RoleArn=SECOND, RoleSessionName="ana-2")
    identity = client(sts, second["Credentials"]).get_caller_identity()
    assert identity["Account"] == "210987654321"
    assert identity["Arn"] == "arn:aws:sts::210987654321:assumed-role/second/ana-2" == second["AssumedRoleUser"]["Arn"]
    assert [one.operation for one in sts.calls] == [
        "GetCallerIdentity",
        "AssumeRole",
        "AssumeRole",
        "GetCallerIdentity",
    ]
    assert sts.calls[1].access_key_id == ANA.access_key_id
    assert sts.calls[2].role == SECOND
    assert second["ResponseMetadata"]["HTTPHeaders"]["date"].endswith("GMT")


def test_wrong_keys(sts: StrictSts) -> None:
    assert refused(client(sts, AccessKeyId="AKIAUNKNOWN000000001").get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(client(sts, SecretAccessKey="another" * 6).get_caller_identity)[0] == "SignatureDoesNotMatch"
    session = client(sts).get_session_token()["Credentials"]
    assert refused(client(sts, session, SessionToken="forged").get_caller_identity)[0] == "InvalidClientTokenId"
    sts.aws.revoke(session["AccessKeyId"])
    assert refused(client(sts, session).get_caller_identity)[0] == "ExpiredToken"


@pytest.mark.parametrize(("skew", "words"), [(1000, "Signature expired"), (-1000, "Signature not yet current")])
def test_wrong_clock(sts: StrictSts, skew: float, words: str) -> None:
    sts.skew = skew
    code, message = refused(client(sts).get_caller_identity)
    assert code == "SignatureDoesNotMatch"
    assert message.startswith(words)
    sts.skew = skew * 0.8
    assert client(sts).get_caller_identity()["Account"] == "111122223333"


def test_trust_external_id_and_policies(sts: StrictSts) -> None:
    denied = f"User: {ANA.arn} is not authorized to perform: sts:AssumeRole on resource: "
    assume = client(sts).assume_role
    assert refused(assume, RoleArn=SECOND, RoleSessionName="ana") == ("AccessDenied", denied + SECOND)
    assert refused(assume, RoleArn=EXTERNAL, RoleSessionName="ana") == ("AccessDenied", denied + EXTERNAL)
    assert refused(assume, RoleArn=EXTERNAL, RoleSessionName="ana", ExternalId="no")[0] == "AccessDenied"
    assert assume(RoleArn=EXTERNAL, RoleSessionName="ana", ExternalId="ext-1")["Credentials"]
    assert refused(assume, RoleArn=FIRST, RoleSessionName="ana", Policy="{")[0] == "MalformedPolicyDocument"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "x" * 3000}]})
    code, message = refused(assume, RoleArn=FIRST, RoleSessionName="ana", Policy=policy)
    assert code == "PackedPolicyTooLarge"
    assert "%" in message
    sts.world.disabled_regions.append("eu-west-1")
    assert refused(assume, RoleArn=FIRST, RoleSessionName="ana")[0] == "RegionDisabledException"


def test_one_time_codes(sts: StrictSts) -> None:
    serial = ANA.devices[0].serial
    assume = client(sts).assume_role
    assert refused(assume, RoleArn=WITH_MFA, RoleSessionName="ana")[0] == "AccessDenied"
    code = sts.code(serial)
    with_code = {"RoleArn": WITH_MFA, "RoleSessionName": "ana", "SerialNumber": serial, "TokenCode": code}
    assert assume(**with_code)["Credentials"]
    message = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    assert refused(assume, **with_code) == ("AccessDenied", message)
    assert refused(assume, **{**with_code, "TokenCode": sts.code(serial, 5)}) == ("AccessDenied", message)
    assert "must provide both" in refused(assume, RoleArn=WITH_MFA, RoleSessionName="ana", SerialNumber=serial)[1]
    other = {**with_code, "SerialNumber": "arn:aws:iam::111122223333:mfa/bob", "TokenCode": sts.code(serial, 1)}
    assert "unable to validate" in refused(assume, **other)[1]
    session = client(sts).get_session_token(SerialNumber=serial, TokenCode=sts.code(serial, 1))["Credentials"]
    assert client(sts, session).assume_role(RoleArn=WITH_MFA, RoleSessionName="ana")["Credentials"]


def test_durations_and_the_chaining_hour(sts: StrictSts) -> None:
    assume, name = client(sts).assume_role, {"RoleSessionName": "ana"}
    assert refused(assume, RoleArn=FIRST, DurationSeconds=899, **name)[0] == "ValidationError"
    assert "MaxSessionDuration" in refused(assume, RoleArn=FIRST, DurationSeconds=3601, **name)[1]
    assert assume(RoleArn=LONG, DurationSeconds=43200, **name)["Credentials"]
    first = assume(RoleArn=FIRST, **name)["Credentials"]
    message = refused(client(sts, first).assume_role, RoleArn=SECOND, DurationSeconds=3601, **name)[1]
    assert "role chaining" in message
    mfa = client(sts).get_session_token()["Credentials"]
    assert "role chaining" in refused(client(sts, mfa).assume_role, RoleArn=LONG, DurationSeconds=7200, **name)[1]
    sts.world.mfa_session_chains = False
    assert client(sts, mfa).assume_role(RoleArn=LONG, DurationSeconds=7200, **name)["Credentials"]


def test_what_sessions_may_call(sts: StrictSts) -> None:
    session = client(sts).get_session_token()["Credentials"]
    words = "Cannot call GetSessionToken with session credentials"
    assert refused(client(sts, session).get_session_token) == ("AccessDenied", words)
    federated = refused(client(sts, session).get_federation_token, Name="ana")
    assert federated == ("AccessDenied", "Cannot call GetFederationToken with session credentials")
    unknown = client(sts, session).decode_authorization_message
    assert refused(unknown, EncodedMessage="x")[0] == "InvalidAction"


def test_tags_and_source_identity(sts: StrictSts) -> None:
    tags: dict[str, Any] = {"Tags": [{"Key": "team", "Value": "data"}], "TransitiveTagKeys": ["team"]}
    first = client(sts).assume_role(RoleArn=FIRST, RoleSessionName="ana", SourceIdentity="ana", **tags)
    assert first["SourceIdentity"] == "ana"
    assert first["PackedPolicySize"] >= 1
    chained = client(sts, first["Credentials"]).assume_role
    assert refused(chained, RoleArn=SECOND, RoleSessionName="ana", Tags=[{"Key": "TEAM", "Value": "x"}])[0] == (
        "InvalidParameterValue"
    )
    assert "SetSourceIdentity" in refused(chained, RoleArn=SECOND, RoleSessionName="ana", SourceIdentity="bob")[1]
    assert chained(RoleArn=SECOND, RoleSessionName="ana")["SourceIdentity"] == "ana"


def test_lifetimes_are_scaled(sts: StrictSts) -> None:
    sts.world.lifetime = 30
    credentials = client(sts).assume_role(RoleArn=FIRST, RoleSessionName="ana", DurationSeconds=3600)["Credentials"]
    assert 25 < credentials["Expiration"].timestamp() - time.time() <= 30


def test_faults_come_as_often_as_asked(sts: StrictSts) -> None:
    sts.faults.add("throttle", operation="GetCallerIdentity", times=2)
    assert refused(client(sts).get_caller_identity)[0] == "Throttling"
    assert client(sts).get_session_token()["Credentials"]
    assert refused(client(sts).get_caller_identity)[0] == "Throttling"
    assert client(sts).get_caller_identity()["Account"]
    assert sts.faulty == ["GetCallerIdentity"] * 2


def test_as_a_process(tmp_path: Path) -> None:
    from dataclasses import asdict

    world = tmp_path / "world.json"
    world.write_text(json.dumps(asdict(sample_world())))
    command = [sys.executable, "-m", "tests.support.strict_sts", "--port", "0", "--json", str(world), "--seconds", "60"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        url = process.stdout.readline().strip()
        fault = json.dumps({"kind": "throttle", "times": 3}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/-/faults", fault), timeout=5).close()
        with urllib.request.urlopen(f"{url}/-/calls", timeout=5) as answer:
            assert json.load(answer) == []
        process.stdin.close()
        assert process.wait(10) == 0
