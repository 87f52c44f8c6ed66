"""The IAM calls that an IAM user may make about itself. The user is the one whose key or session signs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.awsapi import BotoApi
from app.domain.calls import StsEndpoint
from app.domain.keys import UserKey
from app.domain.secret import Credentials, Secret
from app.ports import Offload

KEYS_MAXIMUM = 2  # IAM's own limit for one user


class BotoIam:
    """Access keys, MFA devices, the account's alias; failures are the problems of STS calls."""

    def __init__(self, offload: Offload, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._api = BotoApi(offload, environ)

    async def keys(self, endpoint: StsEndpoint, signer: Credentials) -> tuple[UserKey, ...]:
        """ListAccessKeys: the user's keys, the oldest first."""
        answer = await self._api.call(endpoint, signer, "iam", "ListAccessKeys", {})
        found = [
            UserKey(str(one["AccessKeyId"]), _time(one.get("CreateDate")), active=one.get("Status") != "Inactive")
            for one in answer["AccessKeyMetadata"]
        ]
        return tuple(sorted(found, key=lambda one: (one.made_at or datetime.min.replace(tzinfo=UTC), one.key_id)))

    async def used_at(self, endpoint: StsEndpoint, signer: Credentials, key_id: str) -> datetime | None:
        """GetAccessKeyLastUsed: None where it never was, as far as AWS keeps that."""
        parameters = {"AccessKeyId": key_id}
        answer = await self._api.call(endpoint, signer, "iam", "GetAccessKeyLastUsed", parameters)
        return _time(answer.get("AccessKeyLastUsed", {}).get("LastUsedDate"))

    async def create(self, endpoint: StsEndpoint, signer: Credentials) -> Credentials:
        """CreateAccessKey: a new key, valid within some seconds."""
        answer = await self._api.call(endpoint, signer, "iam", "CreateAccessKey", {})
        made = answer["AccessKey"]
        return Credentials(str(made["AccessKeyId"]), Secret(str(made["SecretAccessKey"])))

    async def switch(self, endpoint: StsEndpoint, signer: Credentials, key_id: str, *, active: bool) -> None:
        """UpdateAccessKey: switch a key on or off."""
        parameters = {"AccessKeyId": key_id, "Status": "Active" if active else "Inactive"}
        await self._api.call(endpoint, signer, "iam", "UpdateAccessKey", parameters)

    async def delete(self, endpoint: StsEndpoint, signer: Credentials, key_id: str) -> None:
        """DeleteAccessKey."""
        await self._api.call(endpoint, signer, "iam", "DeleteAccessKey", {"AccessKeyId": key_id})

    async def devices(self, endpoint: StsEndpoint, signer: Credentials) -> tuple[str, ...]:
        """ListMFADevices: the serials of the user's devices that make codes; a passkey makes none."""
        answer = await self._api.call(endpoint, signer, "iam", "ListMFADevices", {})
        serials = (str(one["SerialNumber"]) for one in answer["MFADevices"])
        return tuple(one for one in serials if ":u2f/" not in one)

    async def alias(self, endpoint: StsEndpoint, signer: Credentials) -> str:
        """ListAccountAliases: the account's alias, an empty text where it has none."""
        answer = await self._api.call(endpoint, signer, "iam", "ListAccountAliases", {})
        return next((str(one) for one in answer["AccountAliases"]), "")


def _time(value: Any) -> datetime | None:  # noqa: ANN401  as botocore parsed it
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
