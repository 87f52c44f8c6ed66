"""The STS calls over boto3: one shared client per endpoint and region, each request signed with its own credentials.

The session behind it sees the environment's endpoint, CA, proxy and FIPS settings, and nothing of a person's profiles:
a call without credentials of its own fails instead of using someone else's. The engine alone retries.
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from app.domain.calls import AssumeRoleCall, Identity, Issued, SessionTokenCall, StsEndpoint, WebIdentityCall
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.ports import Clock, Offload, Pool
from app.refusals import Asked, network_problem, refusal

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.client import BaseClient
    from botocore.credentials import Credentials as BotoCredentials
    from botocore.session import Session

T = TypeVar("T")

_SIGNER: ContextVar[Any] = ContextVar("signer")
CONNECT_SECONDS = 5
READ_SECONDS = 10
CALL_SECONDS = 20.0
CONNECTIONS = 16


class BotoSts:
    """The port Sts. Every call runs on the `aws` pool and ends within 20 s, whatever the server does."""

    def __init__(self, offload: Offload, clock: Clock, environ: Mapping[str, str]) -> None:
        """Import nothing yet: boto3 comes with the first call, on its thread."""
        self._offload = offload
        self._clock = clock
        self._environ = environ
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._clients: dict[tuple[StsEndpoint, bool], BaseClient] = {}

    async def session_token(self, call: SessionTokenCall, signer: Credentials, code: str | None) -> Issued:
        """GetSessionToken."""
        parameters: dict[str, object] = {}
        if call.duration is not None:
            parameters["DurationSeconds"] = int(call.duration.total_seconds())
        if call.mfa is not None and code is not None:
            parameters |= {"SerialNumber": call.mfa.serial, "TokenCode": code}
        asked = Asked("GetSessionToken", key_id=signer.access_key_id, code=code, mfa=call.mfa, duration=call.duration)
        return await self._issue(call.endpoint, "get_session_token", parameters, signer, asked)

    async def assume_role(self, call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
        """AssumeRole, with every parameter that the hop has."""
        parameters = _role_parameters(call)
        parameters |= {
            name: value
            for name, value in (
                ("ExternalId", call.external_id),
                ("SourceIdentity", call.source_identity),
                ("Tags", [{"Key": key, "Value": value} for key, value in call.session_tags.items()]),
                ("TransitiveTagKeys", list(call.transitive_tags)),
            )
            if value
        }
        if call.mfa is not None and code is not None:
            parameters |= {"SerialNumber": call.mfa.serial, "TokenCode": code}
        asked = Asked(
            "AssumeRole",
            hop=call.hop,
            role=call.role_arn,
            key_id=signer.access_key_id,
            code=code,
            mfa=call.mfa,
            external_id=call.external_id is not None,
            duration=call.duration,
            signed_long_lived=signer.long_lived,
        )
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
            return Identity(answer["Account"], answer["Arn"], answer["UserId"])

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
            return self._issued(self._call(endpoint, method, parameters, signer, asked), asked)

        return await self._run(endpoint, work)

    async def _run(self, endpoint: StsEndpoint, work: Callable[[], T]) -> T:
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError as error:
            host = endpoint.endpoint_url or f"sts.{endpoint.region}"
            raise AppError.of(
                Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=_host(host), seconds=int(CALL_SECONDS)
            ) from error

    def _call(
        self,
        endpoint: StsEndpoint,
        method: str,
        parameters: Mapping[str, object],
        signer: Credentials | None,
        asked: Asked,
    ) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        client = self._client(endpoint, signed=signer is not None)
        reset = _SIGNER.set(_boto_credentials(signer))
        try:
            return getattr(client, method)(**parameters)
        except ClientError as error:
            offset = self._offset(error.response.get("ResponseMetadata", {}))
            raise AppError(refusal(error.response, asked, offset)) from None
        except (BotoCoreError, OSError, ValueError) as error:
            raise AppError(network_problem(error, _host(client.meta.endpoint_url))) from None
        finally:
            _SIGNER.reset(reset)

    def _issued(self, answer: Mapping[str, Any], asked: Asked) -> Issued:
        received = self._clock.now()
        found = answer.get("Credentials")
        if not found:
            raise AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host="STS")
        user = answer.get("AssumedRoleUser", {})
        offset = self._offset(answer.get("ResponseMetadata", {}))
        issued = Issued(
            Credentials(
                found["AccessKeyId"],
                Secret(found["SecretAccessKey"]),
                Secret(found["SessionToken"]),
                found["Expiration"].astimezone(UTC),
            ),
            received,
            arn=user.get("Arn"),
            account=_account(user.get("Arn")),
            packed_policy_size=answer.get("PackedPolicySize"),
            source_identity=answer.get("SourceIdentity"),
            clock_offset=offset,
        )
        if issued.expires_at is not None and issued.expires_at <= received:
            raise AppError.of(Code.ALREADY_EXPIRED, Verb.SET_CLOCK, profile=asked.role_name or asked.operation)
        return issued

    def _offset(self, metadata: Mapping[str, Any]) -> timedelta | None:
        """Our clock minus the server's, to the second, from the answer's Date header."""
        try:
            date = parsedate_to_datetime(metadata["HTTPHeaders"]["date"])
        except (KeyError, TypeError, ValueError):
            return None
        return self._clock.now() - date.astimezone(UTC)

    def _client(self, endpoint: StsEndpoint, *, signed: bool) -> "BaseClient":
        with self._lock:
            client = self._clients.get((endpoint, signed))
            if client is None:
                client = self._new_client(endpoint, signed=signed)
                self._clients[endpoint, signed] = client
            return client

    def _new_client(self, endpoint: StsEndpoint, *, signed: bool) -> "BaseClient":
        from botocore import UNSIGNED
        from botocore.config import Config

        own_ca = endpoint.ca_bundle or self._environ.get("AWS_CA_BUNDLE") or self._environ.get("REQUESTS_CA_BUNDLE")
        if not own_ca:
            import truststore

            truststore.inject_into_ssl()
        if self._session is None:
            self._session = isolated_session()
        options: dict[str, Any] = (
            {"proxies": {"http": endpoint.proxy, "https": endpoint.proxy}} if endpoint.proxy else {}
        )
        if not signed:
            options["signature_version"] = UNSIGNED
        config = Config(
            max_pool_connections=CONNECTIONS,
            retries={"total_max_attempts": 1},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            **options,
        )
        client = self._session.create_client(
            "sts",
            region_name=endpoint.region,
            endpoint_url=endpoint.endpoint_url,
            verify=endpoint.ca_bundle,
            config=config,
        )
        client.meta.events.register_first("before-sign.sts", _sign_with_own)
        return client


def isolated_session() -> "Session":
    """Return a botocore session that reads no profile, no config file and has no credentials of its own."""
    from botocore.credentials import CredentialResolver
    from botocore.session import Session

    session = Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    session.register_component("credential_provider", CredentialResolver([]))
    return session


def _sign_with_own(request: "AWSRequest", **_: object) -> None:
    signer = _SIGNER.get(None)
    if signer is not None:
        request.context.setdefault("signing", {})["request_credentials"] = signer


def _boto_credentials(signer: Credentials | None) -> "BotoCredentials | None":
    if signer is None:
        return None
    from botocore.credentials import Credentials as BotoCredentials

    token = None if signer.session_token is None else signer.session_token.reveal()
    return BotoCredentials(signer.access_key_id, signer.secret_access_key.reveal(), token)


def _role_parameters(call: AssumeRoleCall | WebIdentityCall) -> dict[str, object]:
    parameters: dict[str, object] = {"RoleArn": call.role_arn.text, "RoleSessionName": call.session_name}
    if call.duration is not None:
        parameters["DurationSeconds"] = int(call.duration.total_seconds())
    if call.policy:
        parameters["Policy"] = call.policy
    if call.policy_arns:
        parameters["PolicyArns"] = [{"arn": arn} for arn in call.policy_arns]
    return parameters


def _account(arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    return parts[4] if len(parts) > 5 else None


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0]
