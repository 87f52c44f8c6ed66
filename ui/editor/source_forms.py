"""The fields of each kind of source."""

from collections.abc import Callable, Mapping

from app.texts import T
from ui.editor.choices import Option, RadioField, SegmentField
from ui.editor.draft import Draft
from ui.editor.duration_field import DurationField
from ui.editor.fields import (
    CheckField,
    Field,
    LinesField,
    NumberField,
    TextField,
    TextsField,
)
from ui.editor.region_field import RegionField

KINDS = (
    *("access-keys", "identity-center", "oidc", "web-identity-token"),
    *("instance-metadata", "container", "environment", "shared-profile", "process"),
)
WITH_MFA = frozenset({"access-keys", "environment", "shared-profile", "process"})


def kind_help(kind: str) -> str:
    """Return a line about a kind."""
    words = {
        "access-keys": T("An IAM user's long-lived access key. The secret goes to the keyring."),
        "identity-center": T(
            "Sign in at AWS IAM Identity Center. It can be kept here; starting it comes in a later version."
        ),
        "oidc": T("Sign in at an OpenID Connect provider. The refresh token goes to the keyring."),
        "web-identity-token": T("A web identity token from a file or a command, or one that you paste."),
        "instance-metadata": T("The role of the EC2 instance that Rolecall runs on."),
        "container": T("The role of the ECS task or EKS pod that Rolecall runs in."),
        "environment": T("AWS_ACCESS_KEY_ID and its companions of the environment that Rolecall was started with."),
        "shared-profile": T("A profile of the AWS config files, resolved as the AWS CLI does."),
        "process": T("A command that prints credentials in the credential_process form."),
    }
    return words.get(kind, T("This kind is from a newer version. It is kept as it is."))


def own_fields(kind: str) -> list[Field]:
    """Return the fields that only this kind has."""
    makers: Mapping[str, Callable[[], list[Field]]] = {
        "access-keys": _access_keys,
        "shared-profile": _shared_profile,
        "process": _process,
        "web-identity-token": _token,
        "oidc": _oidc,
        "identity-center": _identity_center,
        "container": _container,
    }
    return makers[kind]() if kind in makers else []


def _access_keys() -> list[Field]:
    return [TextField("access_key_id", T("Access key ID"), placeholder="AKIA…", code=True, ticks=True)]


def _shared_profile() -> list[Field]:
    return [TextField("profile", T("AWS profile"), T("As named in ~/.aws/config or ~/.aws/credentials."), code=True)]


def _process() -> list[Field]:
    return [
        LinesField(
            "command",
            T("Command"),
            T("The program's path, then one argument on each line. No shell. Saving allows exactly this."),
            code=True,
        )
    ]


def _token() -> list[Field]:
    return [
        TextField(
            "token_file",
            T("Token file"),
            T("Neither file nor command: AWS_WEB_IDENTITY_TOKEN_FILE, else you paste one."),
            code=True,
        ),
        LinesField(
            "token_command",
            T("Token command"),
            T("The program's path, then one argument on each line. Saving allows exactly this."),
            code=True,
        ),
        TextField(
            "provider_id",
            T("Provider ID"),
            T("Only for OAuth 2.0 providers: graph.facebook.com, www.amazon.com"),
            code=True,
        ),
    ]


def _oidc() -> list[Field]:
    return [
        TextField("issuer", T("Issuer"), placeholder="https://id.example.com", code=True),
        TextField("client_id", T("Client ID"), code=True),
        TextsField("scopes", T("Scopes"), placeholder="openid"),
        flow_field(),
        SegmentField(
            "token",
            T("Token for AWS"),
            (Option("id", T("ID token")), Option("access", T("Access token"))),
            T("Sent to AssumeRoleWithWebIdentity."),
            default="id",
        ),
        TextField("provider_id", T("Provider ID"), T("Only with the access token."), code=True),
        CheckField("client_secret", T("Client secret"), T("The client has a secret, in the keyring")),
        NumberField("redirect_port", T("Redirect port"), T("0: any free port on 127.0.0.1."), placeholder="0"),
    ]


def flow_field() -> Field:
    """Return the choice between the two ways of signing in."""
    ways = (
        Option(
            "browser",
            T("Browser on this machine"),
            T("Authorization code with PKCE, back to a free port on 127.0.0.1"),
        ),
        Option("device", T("Device code"), T("For a remote desktop or a browser elsewhere")),
    )
    return RadioField("flow", T("Sign-in"), ways, default="browser")


def _identity_center() -> list[Field]:
    return [
        TextField("start_url", T("Start URL"), placeholder="https://example.awsapps.com/start", code=True),
        RegionField("region", T("Region"), T("The region of the Identity Center instance.")),
        flow_field(),
    ]


def _container() -> list[Field]:
    said = T("Empty: the usual environment variable.")
    return [
        TextField("full_uri", T("Full URI"), said, code=True),
        TextField("relative_uri", T("Relative URI"), said, code=True),
        TextField("token", T("Token"), T("Stands in the catalog in plain text. A token file is better."), code=True),
        TextField("token_file", T("Token file"), said, code=True),
    ]


def mfa_fields() -> list[Field]:
    """Return the fields of MFA."""
    modes = (
        Option("prompt", T("Ask me each time")),
        Option("totp", T("Generate here")),
        Option("command", T("A command prints them")),
    )
    return [
        TextField("mfa_serial", T("MFA device"), placeholder="arn:aws:iam::111122223333:mfa/ana", code=True),
        RadioField("mfa", T("MFA codes"), modes, default="prompt"),
        LinesField(
            "mfa_command",
            T("Code command"),
            T("The program's path, then one argument on each line. Saving allows exactly this."),
            code=True,
        ),
        CheckField("mfa_unattended", T("Unattended"), T("The command needs no person")),
        _MfaSession(
            "mfa_session",
            T("MFA session"),
            ("1 h", "4 h", "12 h", "36 h"),
            T("One GetSessionToken with MFA serves all hops for so long. Off: a code for each hop."),
        ),
    ]


def common_fields() -> list[Field]:
    """Return the fields of every kind, shown under Connection."""
    return [
        RegionField(
            "sts_region", T("STS region"), T("Where STS is called for this source."), placeholder=T("the settings'")
        ),
        TextField("endpoint_url", T("STS endpoint"), placeholder=T("AWS's own"), code=True),
        TextField("proxy", T("Proxy"), placeholder=T("the settings' or the environment's"), code=True),
        TextField("ca_bundle", T("CA bundle"), placeholder=T("the settings' or the environment's"), code=True),
    ]


class _MfaSession(DurationField):
    """A duration, or "off" for a code at each hop."""

    def __init__(self, key: str, title: str, suggestions: tuple[str, ...], help_text: str) -> None:
        super().__init__(key, title, (*suggestions, T("off")), help_text)
        line = self.box.lineEdit()
        if line is not None:
            line.setPlaceholderText("12 h")

    def _load(self, draft: Draft) -> None:
        if draft.get(self.key) is False:
            self.box.setCurrentText(T("off"))
        else:
            super()._load(draft)

    def store(self, draft: Draft) -> None:
        if self.box.currentText().strip() == T("off"):
            draft.set(self.key, False)
        else:
            super().store(draft)
