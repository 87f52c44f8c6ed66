"""A section's role as a hop of the catalog, and what the chosen profile says about calling STS."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from app.domain.durations import CHAINED_MAXIMUM, say, write
from app.domain.names import require_session_name
from app.domain.problem import AppError, Code, Problem
from app.importing.origins import text_of
from app.importing.reading import AwsConfig, Section

Hop = dict[str, object]
_AWS_HOSTS = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
)
_SIGN_IN_HOSTS = (".awsapps.com", ".awsapps.cn", ".app.aws", ".amazonaws.com", ".amazonaws.cn", ".amazonaws-us-gov.com")


def hop_of(section: Section, *, by_web_identity: bool) -> Hop:
    """Return the hop's values; `duration` as a timedelta. Raises VALUE_* for what botocore could not send either.

    Of a web identity botocore sends the role and the session's name alone. A duration that is no number is no duration.
    """
    hop: Hop = {"role_arn": text_of(section, "role_arn")}
    name = text_of(section, "role_session_name")
    if name is not None:
        if "{" in name:
            raise AppError.of(Code.VALUE_PATTERN, key="role_session_name", rule="session-name")
        hop["session_name"] = require_session_name(name, "role_session_name")
    if by_web_identity:
        return hop
    if (external_id := text_of(section, "external_id")) is not None:
        hop["external_id"] = external_id
    if (serial := text_of(section, "mfa_serial")) is not None:
        hop["mfa"], hop["mfa_serial"] = True, serial
    seconds = _seconds(text_of(section, "duration_seconds"))
    if seconds is not None:
        hop["duration"] = seconds
    return hop


def _seconds(text: str | None) -> timedelta | None:
    try:
        return None if text is None else timedelta(seconds=int(text))
    except ValueError:
        return None
    except OverflowError:
        raise AppError.of(Code.VALUE_PATTERN, key="duration_seconds", rule="duration") from None


def chained(hop: Hop, number: int, profile: str, *, by_role: bool) -> tuple[Hop, Problem | None]:
    """Return the hop as the catalog has it, and what was shortened: an hour once a role's session assumes a role."""
    asked = hop.get("duration")
    if not isinstance(asked, timedelta):
        return hop, None
    if not by_role or asked <= CHAINED_MAXIMUM:
        return {**hop, "duration": write(asked)}, None
    shortened = Problem.of(
        Code.IMPORT_SHORTENED, profile=profile, hop=number, asked=say(asked), maximum=say(CHAINED_MAXIMUM)
    )
    return {**hop, "duration": write(CHAINED_MAXIMUM)}, shortened


def endpoint_of(name: str, section: Section, files: AwsConfig) -> str | None:
    """Return where the profile has STS called, None for AWS's own place; raises where botocore could not tell."""
    if (text_of(section, "ignore_configured_endpoint_urls") or "").lower() == "true":
        return None
    services = text_of(section, "services")
    if services is not None:
        table = files.services.get(services)
        if not table:
            raise AppError.of(Code.IMPORT_NAMES_NOTHING, profile=name, key="services", other=services)
        sts = table.get("sts", {})
        if not isinstance(sts, Mapping):
            raise AppError.of(Code.VALUE_TYPE, key="sts", expected="table")
        if url := sts.get("endpoint_url"):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            return str(url)  # pyright: ignore[reportUnknownArgumentType]
    return text_of(section, "endpoint_url") or None


def is_known_host(url: str) -> bool:
    """Whether an address is AWS's own, or this machine."""
    host = _host(url)
    return host in ("localhost", "::1") or host.startswith("127.") or f".{host}".endswith(_AWS_HOSTS)


def is_sign_in_host(url: str) -> bool:
    """Whether an address is one where Identity Center lets people sign in."""
    return f".{_host(url)}".endswith(_SIGN_IN_HOSTS)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
