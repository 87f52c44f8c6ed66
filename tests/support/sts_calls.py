"""Calls and credentials for tests of the port Sts: as a plan would make them, against a server on loopback."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.calls import AssumeRoleCall, MfaUse, SessionTokenCall, StsEndpoint, WebIdentityCall
from app.domain.names import MfaSerial, Region, SourceName, parse_role_arn
from app.domain.secret import Credentials, Secret

REGION = Region("eu-west-1")


class OffsetClock:
    """The wall clock, ahead by some seconds."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = timedelta(seconds=ahead)

    def now(self) -> datetime:
        """The time that this machine would believe in."""
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return datetime.now(UTC).timestamp()


def endpoint(url: str | None, **how: Any) -> StsEndpoint:
    """Return an endpoint at `url`."""
    return StsEndpoint(how.pop("region", REGION), url, **how)


def keys(user: Any) -> Credentials:
    """Return the long-lived keys of a strict or embedded user."""
    secret = user.secret_access_key
    return Credentials(user.access_key_id, secret if isinstance(secret, Secret) else Secret(secret))


def mfa(serial: str) -> MfaUse:
    """Return the use of a device."""
    return MfaUse(MfaSerial(serial), SourceName("acme"))


def assume(url: str, role: str, name: str = "ana-session", **how: Any) -> AssumeRoleCall:
    """Return an AssumeRole call; other fields by their names."""
    fields: dict[str, Any] = {"duration": None, "hop": 1, **how}
    return AssumeRoleCall("key", "", endpoint(url), role_arn=parse_role_arn(role), session_name=name, **fields)


def session_token(url: str, **how: Any) -> SessionTokenCall:
    """Return a GetSessionToken call."""
    return SessionTokenCall("key", "", endpoint(url), how.get("duration"), how.get("mfa"))


def web_identity(url: str, role: str, **how: Any) -> WebIdentityCall:
    """Return an AssumeRoleWithWebIdentity call."""
    return WebIdentityCall(
        "key",
        SourceName("ci"),
        endpoint(url),
        parse_role_arn(role),
        "ana-session",
        how.get("duration"),
        how.get("policy"),
    )
