"""The IAM calls that replace an IAM user's own access key. The user is the one whose key signs."""

from collections.abc import Mapping

from app.awsapi import BotoApi
from app.domain.calls import StsEndpoint
from app.domain.secret import Credentials, Secret
from app.ports import Offload

KEYS_MAXIMUM = 2  # IAM's own limit for one user


class BotoIam:
    """Makes, lists and deletes access keys; failures are the problems of STS calls."""

    def __init__(self, offload: Offload, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._api = BotoApi(offload, environ)

    async def keys(self, endpoint: StsEndpoint, signer: Credentials) -> tuple[str, ...]:
        """ListAccessKeys: the ids of the user's keys."""
        answer = await self._api.call(endpoint, signer, "iam", "ListAccessKeys", {})
        return tuple(str(one["AccessKeyId"]) for one in answer["AccessKeyMetadata"])

    async def create(self, endpoint: StsEndpoint, signer: Credentials) -> Credentials:
        """CreateAccessKey: a new key, valid within some seconds."""
        answer = await self._api.call(endpoint, signer, "iam", "CreateAccessKey", {})
        made = answer["AccessKey"]
        return Credentials(str(made["AccessKeyId"]), Secret(str(made["SecretAccessKey"])))

    async def delete(self, endpoint: StsEndpoint, signer: Credentials, key_id: str) -> None:
        """DeleteAccessKey."""
        await self._api.call(endpoint, signer, "iam", "DeleteAccessKey", {"AccessKeyId": key_id})
