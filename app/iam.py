"""The IAM calls that replace an IAM user's own access key. The user is the one whose key signs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.ports import Offload, Pool
from app.refusals import Asked, network_problem, refusal
from app.sts import CALL_SECONDS, CONNECT_SECONDS, READ_SECONDS, isolated_session

T = TypeVar("T")
KEYS_MAXIMUM = 2  # IAM's own limit for one user


class BotoIam:
    """Makes, lists and deletes access keys; failures are the problems of STS calls. One client per call: it is rare."""

    def __init__(self, offload: Offload) -> None:
        """Import nothing yet."""
        self._offload = offload

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
        work: Callable[[], dict[str, Any]] = lambda: _called(endpoint, signer, asked, method, parameters)  # noqa: E731
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host="iam", seconds=int(CALL_SECONDS)) from None


def _called(
    endpoint: StsEndpoint, signer: Credentials, asked: Asked, method: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        proxies={"http": endpoint.proxy, "https": endpoint.proxy} if endpoint.proxy else None,
    )
    client: Any = isolated_session().create_client(
        "iam",
        region_name=endpoint.region,
        verify=endpoint.ca_bundle,
        config=config,
        aws_access_key_id=signer.access_key_id,
        aws_secret_access_key=signer.secret_access_key.reveal(),
        aws_session_token=None if signer.session_token is None else signer.session_token.reveal(),
    )
    try:
        return getattr(client, method)(**parameters)
    except ClientError as error:
        raise AppError(refusal(error.response, asked, None)) from None
    except (BotoCoreError, OSError) as error:
        raise AppError(network_problem(error, "iam")) from None
    finally:
        client.close()
