"""Sources: where the first credentials come from. A closed union; `match` over it ends in assert_never."""

from dataclasses import field
from datetime import timedelta
from enum import StrEnum

from app.domain.names import AccessKeyId, MfaSerial, Region, SourceName
from app.domain.values import dataclass

DEFAULT_MFA_SESSION = timedelta(hours=12)
ACCOUNT_ACCESS = "sso:account:access"  # the scope of Identity Center for accounts and roles, and for refresh tokens


class MfaMode(StrEnum):
    """Where a source's MFA code comes from."""

    PROMPT = "prompt"
    TOTP = "totp"
    COMMAND = "command"


class SignInFlow(StrEnum):
    """How a person signs in."""

    BROWSER = "browser"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Mfa:
    """A source's MFA device and how codes are got. `session` None: a code of its own for each hop."""

    serial: MfaSerial | None = None
    mode: MfaMode = MfaMode.PROMPT
    command: tuple[str, ...] = ()
    unattended: bool = False
    session: timedelta | None = DEFAULT_MFA_SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBase:
    """What every source may say: its title, and how STS is reached for it."""

    name: SourceName
    title: str = ""
    sts_region: Region | None = None
    endpoint_url: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LongLivedBase(SourceBase):
    """A source that may yield long-lived keys, which can therefore use MFA."""

    mfa: Mfa = field(default_factory=Mfa)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKeys(LongLivedBase):
    """An IAM user's access key; the secret access key is in the vault."""

    access_key_id: AccessKeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(LongLivedBase):
    """AWS_ACCESS_KEY_ID and its companions of the environment that Rolecall was started with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedProfile(LongLivedBase):
    """A profile of the AWS config files, resolved by botocore."""

    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(LongLivedBase):
    """A command that speaks the credential_process contract."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebIdentityToken(SourceBase):
    """A web identity token from a file, a command, the environment, or pasted (none of them given)."""

    token_file: str | None = None
    token_command: tuple[str, ...] = ()
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc(SourceBase):
    """A sign-in at an OpenID Connect provider."""

    issuer: str
    client_id: str
    scopes: tuple[str, ...] = ("openid",)
    flow: SignInFlow = SignInFlow.BROWSER
    token: str = "id"  # noqa: S105  which token goes to STS: "id" or "access"
    provider_id: str | None = None
    client_secret: bool = False
    redirect_port: int = 0

    @property
    def access(self) -> bool:
        """Whether the access token goes to STS, not the ID token."""
        return self.token == "access"  # noqa: S105  which of the two


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCenter(SourceBase):
    """A sign-in at AWS IAM Identity Center. `region` is that of the instance; `start_url` may be its issuer URL."""

    start_url: str
    region: Region
    flow: SignInFlow = SignInFlow.BROWSER
    scopes: tuple[str, ...] = (ACCOUNT_ACCESS,)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceMetadata(SourceBase):
    """The role of the EC2 instance that Rolecall runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(SourceBase):
    """The role of the ECS task or EKS pod that Rolecall runs in."""

    full_uri: str | None = None
    relative_uri: str | None = None
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSource(SourceBase):
    """A kind from a newer version, or a reserved one: kept, shown, never started."""

    kind: str


Source = (
    AccessKeys
    | Environment
    | SharedProfile
    | Process
    | WebIdentityToken
    | Oidc
    | IdentityCenter
    | InstanceMetadata
    | Container
    | UnknownSource
)

SignInSource = Oidc | IdentityCenter  # a person signs in to these

KINDS: dict[str, type[SourceBase]] = {
    "access-keys": AccessKeys,
    "environment": Environment,
    "shared-profile": SharedProfile,
    "process": Process,
    "web-identity-token": WebIdentityToken,
    "oidc": Oidc,
    "identity-center": IdentityCenter,
    "instance-metadata": InstanceMetadata,
    "container": Container,
}


def signs_in_at(source: SignInSource) -> str:
    """Return the address that a person signs in at: the provider's, or the start URL."""
    return source.issuer if isinstance(source, Oidc) else source.start_url


def kind_of(source: Source) -> str:
    """Return the word of the catalog for a source's kind."""
    if isinstance(source, UnknownSource):
        return source.kind
    return next(kind for kind, of in KINDS.items() if type(source) is of)


def starts_with_web_identity(source: Source) -> bool:
    """Whether the first call is AssumeRoleWithWebIdentity, so that a hop is required and some fields are not."""
    return isinstance(source, WebIdentityToken | Oidc)


def yields_role_session(source: Source) -> bool:
    """Whether what the source yields is a role's session already, so that the first hop is a chained one."""
    return isinstance(source, InstanceMetadata | Container | IdentityCenter)
