"""Source "container": the role of an ECS task or EKS pod, from the endpoint that its agent serves."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials
from app.domain.source import Container
from app.sources.machine import Recorder, answered, credentials_of, failed

RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105  the name of a variable
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105
_OPERATION = "The container's credentials endpoint"
_HEADER_MAXIMUM = 64 * 1024


def container_credentials(
    source: Container, environ: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
) -> tuple[Credentials, str | None]:
    """Return the task's or pod's credentials with the expiry that the endpoint gives, and the account if it says one.

    Blocking; three attempts of 2 s, `sleep` in between. What the source does not say comes from the environment; there
    the relative URI wins, and the token file over the token. Raises SOURCE_EMPTY, METADATA_*, FILE_UNREADABLE,
    THROTTLED, AWS_BROKEN.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session
    from botocore.utils import ContainerMetadataFetcher

    recorder = Recorder(URLLib3Session(timeout=ContainerMetadataFetcher.TIMEOUT_SECONDS))
    fetcher = ContainerMetadataFetcher(session=recorder, sleep=sleep)
    relative = source.relative_uri or (None if source.full_uri else environ.get(RELATIVE_URI))
    address = fetcher.full_url(relative) if relative else source.full_uri or environ.get(FULL_URI)
    if not address:
        raise AppError.of(Code.SOURCE_EMPTY, Verb.EDIT_SOURCE, source.name, source=source.name, missing=RELATIVE_URI)
    token = _token(source, environ)
    host = _host(address)
    if not address.startswith(("http://", "https://")):
        raise AppError.of(Code.METADATA_HOST, Verb.EDIT_SOURCE, source.name, source=source.name, host=host)
    try:
        values: Any = fetcher.retrieve_full_uri(address, headers={"Authorization": token} if token else None)
    except ValueError:
        raise AppError.of(Code.METADATA_HOST, Verb.EDIT_SOURCE, source.name, source=source.name, host=host) from None
    except BotoCoreError:
        raise AppError(failed(source, recorder, host, _OPERATION)) from None
    try:
        return credentials_of(source, values, host)
    except AppError:  # what else it says explains more
        raise AppError(answered(source, recorder, host)) from None


def _token(source: Container, environ: Mapping[str, str]) -> str | None:
    """Return the authorization token, read anew each time from its file."""
    path, token = source.token_file, source.token
    if path is None and token is None:
        path, token = environ.get(TOKEN_FILE), environ.get(TOKEN)
    if path:
        token = _of_file(path)
    if token and any(one in token for one in "\r\n"):
        raise AppError.of(Code.METADATA_HEADER, Verb.EDIT_SOURCE, source.name, source=source.name)
    return token or None


def _of_file(path: str) -> str:
    try:
        file = Path(path)
        if not file.is_file():
            reason = "not-a-file" if file.exists() else "There is none."
            raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=path, reason=reason)
        with file.open(encoding="utf-8", newline="") as opened:
            return opened.read(_HEADER_MAXIMUM)
    except UnicodeDecodeError:
        raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=path, reason="not-utf-8-text") from None
    except OSError as error:
        raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=path, reason=f"{error.strerror or 'error'}.") from None


def _host(address: str) -> str:
    """Return host and port of an address, which may hold a secret in other places."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or "?"
    except ValueError:
        return "?"
