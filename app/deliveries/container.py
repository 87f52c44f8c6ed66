"""The answers of the container-credentials contract."""

import json
from datetime import datetime

from app.deliveries.variables import say_expiry, temporary
from app.domain.secret import Credentials


def container_credentials(credentials: Credentials, *, expires_at: datetime | None, account: str | None) -> bytes:
    """Return the JSON that SDKs read from a container's endpoint. Raises UNEXPECTED for a long-lived key.

    `expires_at` None: what the credentials say; without either SDKs never ask again.
    """
    key_id, secret, token = temporary(credentials)
    answer = {"AccessKeyId": key_id, "SecretAccessKey": secret, "Token": token}
    expiry = expires_at or credentials.expires_at
    if expiry is not None:
        answer["Expiration"] = say_expiry(expiry)
    if account:
        answer["AccountId"] = account
    return json.dumps(answer).encode()


def container_refusal(code: str, message: str) -> bytes:
    """Return the JSON of a refusal: AWS's own two fields, which SDKs show to the person."""
    return json.dumps({"code": code, "message": message}).encode()
