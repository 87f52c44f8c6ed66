"""The answer of the credential_process contract."""

import json
from datetime import datetime

from app.deliveries.variables import say_expiry, temporary
from app.domain.secret import Credentials


def credential_process(
    credentials: Credentials, *, expires_at: datetime | None = None, account: str | None = None
) -> str:
    """Return the JSON that SDKs read from a process line, on one line with a line end.

    `expires_at` None: what the credentials say; without either SDKs never ask again. Raises UNEXPECTED for a
    long-lived key.
    """
    key_id, secret, token = temporary(credentials)
    answer: dict[str, str | int] = {
        "Version": 1,
        "AccessKeyId": key_id,
        "SecretAccessKey": secret,
        "SessionToken": token,
    }
    expiry = expires_at or credentials.expires_at
    if expiry is not None:
        answer["Expiration"] = say_expiry(expiry)
    if account:
        answer["AccountId"] = account
    return json.dumps(answer) + "\n"
