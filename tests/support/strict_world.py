"""Who there is in the strict STS's AWS: users, roles, MFA devices, identity providers. Plain data, also from JSON."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def new_key_id(prefix: str = "AKIA") -> str:
    """Return a key id as AWS makes them."""
    return prefix + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))


def new_secret() -> str:
    """Return 40 characters as AWS makes them, slashes and plus signs among them."""
    return secrets.token_urlsafe(30).replace("-", "+").replace("_", "/")


@dataclass(slots=True)
class Device:
    """A virtual MFA device: its serial and base32 seed."""

    serial: str
    seed: str


@dataclass(slots=True)
class User:
    """An IAM user with one long-lived key. `may_assume`: role ARNs its own policy allows; "*": all."""

    name: str
    account: str
    access_key_id: str = field(default_factory=new_key_id)
    secret_access_key: str = field(default_factory=new_secret)
    devices: list[Device] = field(default_factory=list[Device])
    may_assume: list[str] = field(default_factory=lambda: ["*"])

    @property
    def arn(self) -> str:
        """The user's ARN."""
        return f"arn:aws:iam::{self.account}:user/{self.name}"


@dataclass(slots=True)
class Role:
    """A role and its trust policy. `trusts`: ARNs of users, roles or account roots, or a provider's issuer."""

    arn: str
    trusts: list[str]
    external_id: str | None = None
    mfa: bool = False
    max_session: int = 3600
    tag_session: bool = True
    set_source_identity: bool = True
    source_identity: str | None = None
    denied: str | None = None  # words behind AWS's refusal: an explicit deny, a service control policy

    @property
    def account(self) -> str:
        """The account that the role is in."""
        return self.arn.split(":")[4]

    @property
    def name(self) -> str:
        """The role's name without its path."""
        return self.arn.rsplit("/", 1)[-1]


@dataclass(slots=True)
class Provider:
    """An OIDC identity provider of IAM: its issuer, its audiences, and its public key in PEM."""

    issuer: str
    audiences: list[str]
    public_key: str


@dataclass(slots=True)
class World:
    """All that the server knows, and how it is set up.

    `lifetime`: how long sessions really last in seconds, whatever was asked for; None: as asked. `mfa_session_chains`:
    whether a role assumed with a GetSessionToken session is held to the hour of role chaining.
    """

    users: list[User] = field(default_factory=list[User])
    roles: list[Role] = field(default_factory=list[Role])
    providers: list[Provider] = field(default_factory=list[Provider])
    disabled_regions: list[str] = field(default_factory=list[str])
    lifetime: float | None = None
    mfa_session_chains: bool = True
    delay: float = 0.0

    def role(self, arn: str) -> Role | None:
        """Return the role of that ARN."""
        return next((one for one in self.roles if one.arn == arn), None)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "World":
        """Make a world of JSON values with the fields' own names; unknown names are an error."""
        plain = dict(values)
        users = [_user(one) for one in plain.pop("users", [])]
        roles = [Role(**one) for one in plain.pop("roles", [])]
        providers = [Provider(**one) for one in plain.pop("providers", [])]
        return cls(users, roles, providers, **plain)


def _user(values: Mapping[str, Any]) -> User:
    plain = dict(values)
    devices: Sequence[Mapping[str, str]] = plain.pop("devices", [])
    return User(**plain, devices=[Device(**one) for one in devices])


@dataclass(slots=True)
class Session:
    """Temporary credentials that the server gave out. `kind`: "session-token" or "role"."""

    kind: str
    access_key_id: str
    secret_access_key: str
    token: str
    account: str
    arn: str
    user_id: str
    expires_at: float
    principal: str  # what trust policies name: the user's ARN, or the role's
    may_assume: list[str]
    mfa: bool = False
    source_identity: str | None = None
    transitive: dict[str, str] = field(default_factory=dict[str, str])
