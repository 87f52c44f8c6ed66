"""The IAM calls that replace an IAM user's own access key. The user is the one whose key signs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.ports import Offload, Pool
from app.sts.calls import CALL_SECONDS
from app.sts.clients import Clients, host_of, signed_by
from app.sts.failures import network_problem
from app.sts.refusals import Asked, refusal

T = TypeVar("T")
KEYS_MAXIMUM = 2  # IAM's own limit for one user


class BotoIam:
    """Makes, lists and deletes access keys; failures are the problems of STS calls."""

    def __init__(self, offload: Offload, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._offload = offload
        self._clients = Clients(environ)

    async def keys(self, endpoint: StsEndpoint, signer: Credentials) -> tuple[str, ...]:
        """ListAccessKeys: the ids of the user's keys."""
        answer = await self._call(endpoint, signer, "ListAccessKeys", "list_access_keys", {})
        return tuple(str(one["AccessKeyId"]) for one in answer["AccessKeyMetadata"])

    async def create(self, endpoint: StsEndpoint, signer: Credentials) -> Credentials:
        """CreateAccessKey: a new key, valid within some seconds."""
        answer = await self._call(endpoint, signer, "CreateAccessKey", "create_access_key", {})
        made = answer["AccessKey"]
        return Credentials(str(made["AccessKeyId"]), Secret(str(made["SecretAccessKey"])))

    async def delete(self, endpoint: StsEndpoint, signer: Credentials, key_id: str) -> None:
        """DeleteAccessKey."""
        await self._call(endpoint, signer, "DeleteAccessKey", "delete_access_key", {"AccessKeyId": key_id})

    async def _call(
        self, endpoint: StsEndpoint, signer: Credentials, operation: str, method: str, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        asked = Asked(operation, key_id=signer.access_key_id)
        work: Callable[[], dict[str, Any]] = lambda: _called(self._clients, endpoint, signer, asked, method, parameters)  # noqa: E731
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host="iam", seconds=int(CALL_SECONDS)) from None


def _called(
    clients: Clients,
    endpoint: StsEndpoint,
    signer: Credentials,
    asked: Asked,
    method: str,
    parameters: Mapping[str, str],
) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    client = clients.get(endpoint, "iam")
    try:
        with signed_by(signer):
            return getattr(client, method)(**parameters)
    except ClientError as error:
        raise AppError(refusal(error.response, asked, None)) from None
    except (BotoCoreError, ResponseParserError, OSError, ValueError) as error:
        raise AppError(network_problem(error, host_of(client.meta.endpoint_url))) from None
