"""Source "instance-metadata": the role of the EC2 instance, from its metadata service (IMDSv2).

The service is reached as AWS's SDKs reach it: by their variables of the environment, else by the same settings of the
AWS config file, in the section of `AWS_DEFAULT_PROFILE` or `AWS_PROFILE`, else in `[default]`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials
from app.domain.source import InstanceMetadata
from app.domain.values import dataclass
from app.sources.machine import Recorder, answered, credentials_of, failed

if TYPE_CHECKING:
    from botocore.utils import InstanceMetadataFetcher

# The service gives what has expired while it cannot get anything new: AWS goes on taking it, and all SDKs use it on.
EXTENSION = timedelta(minutes=15)
_OPERATION = "The instance metadata service"
_DISABLED = "AWS_EC2_METADATA_DISABLED"
_ENDPOINT = "ec2_metadata_service_endpoint"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_ROLE_PATH = "/latest/meta-data/iam/security-credentials/"


def instance_credentials(
    source: InstanceMetadata, environ: Mapping[str, str], now: datetime, config: Mapping[str, Any] = _NOTHING
) -> Credentials:
    """Return the instance role's credentials with the expiry that the service gives. Blocking, a few seconds at most.

    What has expired by that is used for 15 min more. `config`: the section of the AWS config file that counts where the
    environment says nothing. Raises METADATA_*, THROTTLED, AWS_BROKEN.
    """
    from botocore.exceptions import BotoCoreError

    if _true(environ.get(_DISABLED)):
        raise AppError.of(Code.METADATA_OFF, Verb.EDIT_SOURCE, source.name, source=source.name, variable=_DISABLED)
    named = MetadataSettings(environ, config)
    address = "169.254.169.254"
    try:
        fetcher, recorder = fetcher_of(named)
        address = urlsplit(fetcher.get_base_url()).netloc
        found: Mapping[str, Any] = fetcher.retrieve_iam_role_credentials()
    except (BotoCoreError, ValueError) as error:
        raise AppError(_raised(source, error, locals().get("recorder"), address, named)) from None
    if not found:
        raise AppError(_nothing(source, recorder, address))
    credentials, _ = credentials_of(source, _as_answered(found), address)
    if credentials.expires_at is not None and credentials.expires_at <= now:
        return replace(credentials, expires_at=now + EXTENSION)
    return credentials


@dataclass(frozen=True, slots=True)
class MetadataSettings:
    """What SDKs read from the environment, else from the config file."""

    environ: Mapping[str, str]
    config: Mapping[str, Any]

    def __call__(self, key: str) -> str:
        """Return a setting by its key in the file; empty where nobody says it."""
        return self.environ.get(self.variable(key)) or self._of_file(key)

    def place(self, key: str) -> str:
        """Return where a setting is said."""
        variable = self.variable(key)
        return variable if self.environ.get(variable) else key

    @staticmethod
    def variable(key: str) -> str:
        """Return the variable of a key."""
        return f"AWS_{key.upper()}"

    def _of_file(self, key: str) -> str:
        value = self.config.get(key)
        return value if isinstance(value, str) else ""  # a nested block is none


def fetcher_of(named: MetadataSettings) -> "tuple[InstanceMetadataFetcher, Recorder]":
    """Return botocore's fetcher by AWS's own settings; their defaults are botocore's."""
    from botocore.utils import InstanceMetadataFetcher

    class Plain(InstanceMetadataFetcher):
        def _evaluate_expiration(self, credentials: dict[str, Any]) -> None:
            """Leave the expiry as the service gives it: the engine renews by that."""

    mode = named("ec2_metadata_service_endpoint_mode").lower()
    if not mode:
        mode = "ipv6" if _true(named("imds_use_ipv6")) else "ipv4"
    fetcher = Plain(
        timeout=_number(named("metadata_service_timeout")),
        num_attempts=_number(named("metadata_service_num_attempts")),
        env=dict(named.environ),
        user_agent="rolecall",
        config={
            "ec2_metadata_service_endpoint": named(_ENDPOINT) or None,
            "ec2_metadata_service_endpoint_mode": mode,
            "ec2_metadata_v1_disabled": _true(named("ec2_metadata_v1_disabled")),
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


def _raised(
    source: InstanceMetadata, error: Exception, recorder: Recorder | None, host: str, named: MetadataSettings
) -> Problem:
    """Return what botocore's error means: no IMDSv2 where version 1 is forbidden, or an address that is none."""
    from botocore.exceptions import MetadataRetrievalError

    if recorder is None:
        return Problem.of(Code.VALUE_PATTERN, Verb.NONE, key=named.place(_ENDPOINT), rule="url")
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
