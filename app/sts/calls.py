"""The port Sts over botocore. The engine alone tries again; every call here is made once."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from app.domain.calls import (
    AssumeRoleCall,
    FederationCall,
    Identity,
    Issued,
    SessionTokenCall,
    StsEndpoint,
    WebIdentityCall,
)
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.ports import Clock, Offload, Pool
from app.sts.clients import Clients, host_of, signed_by
from app.sts.failures import network_problem
from app.sts.refusals import Asked, refusal

T = TypeVar("T")

CALL_SECONDS = 20.0
_CODES_REMEMBERED_SECONDS = 120.0  # AWS takes a code for 90 s at most
_DATE_SECONDS = 1.0  # the Date header tells whole seconds


class BotoSts:
    """The port Sts. Every call runs on the `aws` pool and ends within 20 s, whatever the server does."""

    def __init__(self, offload: Offload, clock: Clock, environ: Mapping[str, str]) -> None:
        """Import nothing yet: botocore comes with the first call, on its thread."""
        self._offload = offload
        self._clock = clock
        self._clients = Clients(environ)
        self._lock = threading.Lock()
        self._codes: dict[tuple[str, str], float] = {}

    async def session_token(self, call: SessionTokenCall, signer: Credentials, code: str | None) -> Issued:
        """GetSessionToken."""
        parameters = _duration(call.duration)
        asked = Asked("GetSessionToken", key_id=signer.access_key_id, duration=call.duration)
        if call.mfa is not None and code is not None:
            parameters |= {"SerialNumber": call.mfa.serial, "TokenCode": code}
            asked = replace(asked, mfa=call.mfa, code=code, code_before=self._sent_before(call.mfa.serial, code))
        return await self._issue(call.endpoint, "get_session_token", parameters, signer, asked)

    async def federation_token(self, call: FederationCall, signer: Credentials) -> Issued:
        """GetFederationToken: what it gives may do what both the user and the policies allow."""
        parameters = {"Name": call.name} | _duration(call.duration) | _policies(call)
        asked = Asked("GetFederationToken", key_id=signer.access_key_id, duration=call.duration)
        return await self._issue(call.endpoint, "get_federation_token", parameters, signer, asked)

    async def assume_role(self, call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
        """AssumeRole, with every parameter that the hop has."""
        parameters = _role_parameters(call) | _of_assume_role(call)
        asked = Asked(
            "AssumeRole",
            hop=call.hop,
            role=call.role_arn,
            key_id=signer.access_key_id,
            external_id=call.external_id is not None,
            duration=call.duration,
            signed_long_lived=signer.long_lived,
        )
        if call.mfa is not None and code is not None:
            parameters |= {"SerialNumber": call.mfa.serial, "TokenCode": code}
            asked = replace(asked, mfa=call.mfa, code=code, code_before=self._sent_before(call.mfa.serial, code))
        return await self._issue(call.endpoint, "assume_role", parameters, signer, asked)

    async def web_identity(self, call: WebIdentityCall, token: Secret) -> Issued:
        """AssumeRoleWithWebIdentity, unsigned."""
        parameters = _role_parameters(call) | {"WebIdentityToken": token.reveal()}
        if call.provider_id is not None:
            parameters["ProviderId"] = call.provider_id
        asked = Asked("AssumeRoleWithWebIdentity", hop=call.hop, role=call.role_arn, duration=call.duration)
        return await self._issue(call.endpoint, "assume_role_with_web_identity", parameters, None, asked)

    async def identity(self, endpoint: StsEndpoint, signer: Credentials) -> Identity:
        """GetCallerIdentity."""
        asked = Asked("GetCallerIdentity", key_id=signer.access_key_id)

        def work() -> Identity:
            answer = self._call(endpoint, "get_caller_identity", {}, signer, asked)
            try:
                return Identity(answer["Account"], answer["Arn"], answer["UserId"])
            except KeyError:
                raise _not_of_aws(endpoint) from None

        return await self._run(endpoint, work)

    async def _issue(
        self,
        endpoint: StsEndpoint,
        method: str,
        parameters: Mapping[str, object],
        signer: Credentials | None,
        asked: Asked,
    ) -> Issued:
        def work() -> Issued:
            sent = self._clock.now()
            answer = self._call(endpoint, method, parameters, signer, asked)
            return self._issued(endpoint, answer, asked, sent)

        return await self._run(endpoint, work)

    async def _run(self, endpoint: StsEndpoint, work: Callable[[], T]) -> T:
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            seconds = int(CALL_SECONDS)
            host = _host(endpoint)
            raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds) from None

    def _call(
        self,
        endpoint: StsEndpoint,
        method: str,
        parameters: Mapping[str, object],
        signer: Credentials | None,
        asked: Asked,
    ) -> Mapping[str, Any]:
        """Make the call on this thread; whatever goes wrong is an AppError that quotes no parameter."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        client = self._clients.get(endpoint)
        host, sent = host_of(client.meta.endpoint_url), self._clock.now()
        try:
            with self._clients.turns.turn(), signed_by(signer):
                return getattr(client, method)(**parameters)
        except ClientError as error:
            offset = _offset(error.response, sent, self._clock.now())
            told = replace(asked, region=endpoint.region, host=host)
            raise AppError(refusal(error.response, told, offset)) from None
        except (BotoCoreError, ResponseParserError, OSError, ValueError) as error:
            raise AppError(network_problem(error, host)) from None

    def _issued(self, endpoint: StsEndpoint, answer: Mapping[str, Any], asked: Asked, sent: datetime) -> Issued:
        received = self._clock.now()
        user = answer.get("AssumedRoleUser", answer.get("FederatedUser", {}))
        issued = Issued(
            _credentials(endpoint, answer),
            received,
            arn=user.get("Arn"),
            account=_account(user.get("Arn")),
            packed_policy_size=answer.get("PackedPolicySize"),
            source_identity=answer.get("SourceIdentity"),
            clock_offset=_offset(answer, sent, received),
        )
        if issued.expires_at is not None and issued.expires_at <= received:
            raise AppError.of(Code.ALREADY_EXPIRED, profile=asked.role_name or asked.operation)
        return issued

    def _sent_before(self, serial: str, code: str) -> bool:
        """Note that a code is sent; whether this process sent it before. AWS takes each once."""
        now = self._clock.monotonic()
        with self._lock:
            self._codes = {one: at for one, at in self._codes.items() if now - at < _CODES_REMEMBERED_SECONDS}
            before = (serial, code) in self._codes
            self._codes[serial, code] = now
        return before


def _credentials(endpoint: StsEndpoint, answer: Mapping[str, Any]) -> Credentials:
    try:
        found = answer["Credentials"]
        return Credentials(
            found["AccessKeyId"],
            Secret(found["SecretAccessKey"]),
            Secret(found["SessionToken"]),
            found["Expiration"].astimezone(UTC),
        )
    except (KeyError, AttributeError):
        raise _not_of_aws(endpoint) from None


def _not_of_aws(endpoint: StsEndpoint) -> AppError:
    return AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=_host(endpoint))


def _offset(answer: Mapping[str, Any], sent: datetime, received: datetime) -> timedelta | None:
    """Return our clock minus the server's, from the Date header; zero where it is no more than can be measured."""
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return None
    took = max(received - sent, timedelta())
    offset = sent + took / 2 - (date + timedelta(seconds=_DATE_SECONDS / 2))
    return timedelta() if abs(offset) <= took / 2 + timedelta(seconds=_DATE_SECONDS) else offset


def _duration(wanted: timedelta | None) -> dict[str, object]:
    return {} if wanted is None else {"DurationSeconds": int(wanted.total_seconds())}


def _role_parameters(call: AssumeRoleCall | WebIdentityCall) -> dict[str, object]:
    parameters: dict[str, object] = {"RoleArn": call.role_arn.text, "RoleSessionName": call.session_name}
    return parameters | _duration(call.duration) | _policies(call)


def _policies(call: AssumeRoleCall | WebIdentityCall | FederationCall) -> dict[str, object]:
    found: dict[str, object] = {"Policy": call.policy} if call.policy else {}
    return found | ({"PolicyArns": [{"arn": arn} for arn in call.policy_arns]} if call.policy_arns else {})


def _of_assume_role(call: AssumeRoleCall) -> dict[str, object]:
    wanted = {
        "ExternalId": call.external_id,
        "SourceIdentity": call.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in call.session_tags.items()],
        "TransitiveTagKeys": list(call.transitive_tags),
    }
    return {name: value for name, value in wanted.items() if value}


def _account(arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    return parts[4] if len(parts) > 5 else None


def _host(endpoint: StsEndpoint) -> str:
    return host_of(endpoint.endpoint_url) if endpoint.endpoint_url else f"sts.{endpoint.region}"
