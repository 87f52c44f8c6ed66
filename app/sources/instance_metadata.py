"""Source "instance-metadata": the role of the EC2 instance, from its metadata service (IMDSv2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from app.domain.source import InstanceMetadata
from app.sources.machine import Recorder, answered, credentials_of, failed

if TYPE_CHECKING:
    from botocore.utils import InstanceMetadataFetcher

# The service gives what has expired while it cannot get anything new: AWS goes on taking it, and all SDKs use it on.
EXTENSION = timedelta(minutes=15)
_OPERATION = "The instance metadata service"
_DISABLED, _V1_DISABLED = "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_V1_DISABLED"
_ROLE_PATH = "/latest/meta-data/iam/security-credentials/"


def instance_credentials(source: InstanceMetadata, environ: Mapping[str, str], now: datetime) -> Credentials:
    """Return the instance role's credentials with the expiry that the service gives. Blocking, a few seconds at most.

    What has expired by that is used for 15 min more. Raises METADATA_*, THROTTLED, AWS_BROKEN.
    """
    from botocore.exceptions import BotoCoreError

    if _true(environ.get(_DISABLED)):
        raise AppError.of(Code.METADATA_OFF, Verb.EDIT_SOURCE, source.name, source=source.name, variable=_DISABLED)
    address = environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or "169.254.169.254"
    try:
        fetcher, recorder = _fetcher(environ)
        address = urlsplit(fetcher.get_base_url()).netloc
        found: Mapping[str, Any] = fetcher.retrieve_iam_role_credentials()
    except (BotoCoreError, ValueError) as error:
        raise AppError(_raised(source, error, locals().get("recorder"), address)) from None
    if not found:
        raise AppError(_nothing(source, recorder, address))
    credentials, _ = credentials_of(source, _as_answered(found), address)
    if credentials.expires_at is not None and credentials.expires_at <= now:
        return replace(credentials, expires_at=now + EXTENSION)
    return credentials


def _fetcher(environ: Mapping[str, str]) -> "tuple[InstanceMetadataFetcher, Recorder]":
    """Return botocore's fetcher by AWS's own variables; their defaults are botocore's."""
    from botocore.utils import InstanceMetadataFetcher

    class Plain(InstanceMetadataFetcher):
        def _evaluate_expiration(self, credentials: dict[str, Any]) -> None:
            """Leave the expiry as the service gives it: the engine renews by that."""

    mode = (environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") or "").lower()
    if not mode:
        mode = "ipv6" if _true(environ.get("AWS_IMDS_USE_IPV6")) else "ipv4"
    fetcher = Plain(
        timeout=_number(environ.get("AWS_METADATA_SERVICE_TIMEOUT")),
        num_attempts=_number(environ.get("AWS_METADATA_SERVICE_NUM_ATTEMPTS")),
        env=dict(environ),
        user_agent="rolecall",
        config={
            "ec2_metadata_service_endpoint": environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or None,
            "ec2_metadata_service_endpoint_mode": mode,
            "ec2_metadata_v1_disabled": _true(environ.get(_V1_DISABLED)),
        },
    )
    holder: Any = fetcher
    recorder = Recorder(holder._session)  # noqa: SLF001  botocore offers no other way to its answers
    holder._session = recorder  # noqa: SLF001
    return fetcher, recorder


def _as_answered(found: Mapping[str, Any]) -> Mapping[str, object]:
    """Return what botocore's fetcher gives under the names that the service uses."""
    names = {"AccessKeyId": "access_key", "SecretAccessKey": "secret_key", "Token": "token"}
    return {name: found.get(its) for name, its in names.items()} | {"Expiration": found.get("expiry_time")}


def _raised(source: InstanceMetadata, error: Exception, recorder: Recorder | None, host: str) -> Problem:
    """Return what botocore's error means: no IMDSv2 where version 1 is forbidden, or an address that is none."""
    from botocore.exceptions import MetadataRetrievalError

    if recorder is None:
        return Problem.of(Code.VALUE_PATTERN, Verb.NONE, key="AWS_EC2_METADATA_SERVICE_ENDPOINT", rule="url")
    if isinstance(error, MetadataRetrievalError) and recorder.status("PUT") in (403, 404, 405):
        return Problem.of(Code.METADATA_OLD, Verb.NONE, source=source.name, host=host)
    return failed(source, recorder, host, _OPERATION)


def _nothing(source: InstanceMetadata, recorder: Recorder, host: str) -> Problem:
    ways = [(path, status) for method, path, status in recorder.statuses if method == "GET"]
    if ways and ways[-1] == (_ROLE_PATH, 404):
        return Problem.of(Code.METADATA_ROLE, Verb.NONE, source=source.name, host=host)
    if ways and ways[-1][1] == 200:
        return answered(source, recorder, host)
    return failed(source, recorder, host, _OPERATION)


def _true(text: str | None) -> bool:
    return (text or "").strip().lower() == "true"


def _number(text: str | None) -> int:
    """Return a whole number from 1 to 10, botocore's default of 1 for anything else: a start never hangs for long."""
    return min(int(text), 10) if text and text.isascii() and text.isdigit() and int(text) > 0 else 1
