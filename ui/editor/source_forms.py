"""The fields of each kind of source."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from app.texts import T
from ui.editor.browsing import browsed
from ui.editor.choices import Option, RadioField, SegmentField
from ui.editor.command_field import CommandField
from ui.editor.draft import Draft
from ui.editor.duration_field import DurationField
from ui.editor.fields import (
    CheckField,
    Field,
    NumberField,
    TextField,
)
from ui.editor.hint_field import HintField
from ui.editor.pills import PillsField
from ui.editor.region_field import RegionField
from ui.editor.secret_field import SeedField
from ui.style.fonts import grown
from ui.widgets.basics import plain
from ui.widgets.flow import Flow

KINDS = (
    *("access-keys", "identity-center", "oidc", "web-identity-token"),
    *("instance-metadata", "container", "environment", "shared-profile", "process"),
)
RARE: Mapping[str, tuple[str, ...]] = {"oidc": ("client_secret", "redirect_port"), "identity-center": ("scopes",)}
COMMON = ("sts_region", "endpoint_url", "proxy", "ca_bundle")  # keys of every kind
WITH_MFA = frozenset({"access-keys", "environment", "shared-profile", "process"})


def kind_help(kind: str) -> str:
    """Return a line about a kind."""
    words = {
        "access-keys": T("An IAM user's long-lived access key. The secret goes to the keyring."),
        "identity-center": T("Sign in at AWS IAM Identity Center. The sign-in is kept in the keyring."),
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
    """Return the fields that only this kind has, without those that few need."""
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
    return [CommandField("command", T("Command"), _how_to_write())]


def _token() -> list[Field]:
    return [
        browsed(
            TextField(
                "token_file",
                T("Token file"),
                T("Neither file nor command: AWS_WEB_IDENTITY_TOKEN_FILE, else you paste one."),
                code=True,
            )
        ),
        CommandField("token_command", T("Token command"), _how_to_write()),
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
        PillsField("scopes", T("Scopes"), placeholder=T("Add scope"), fixed="openid"),
        flow_field(),
        token_field(),
        TextField("provider_id", T("Provider ID"), T("Only with the access token."), code=True),
    ]


def _how_to_write() -> str:
    return T("The program's path, then one argument on each line. No shell.")


def rare_fields(kind: str) -> list[Field]:
    """Return the fields that only this kind has and few need, those of RARE."""
    if kind == "identity-center":
        return [PillsField("scopes", T("Scopes"), placeholder=T("Add scope"), fixed="sso:account:access")]
    if kind == "oidc":
        return [
            CheckField("client_secret", T("Client secret"), T("The client has a secret, in the keyring")),
            NumberField("redirect_port", T("Redirect port"), T("0: any free port on 127.0.0.1."), placeholder="0"),
        ]
    return []


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


def token_field() -> Field:
    """Return the choice of the token that AWS gets."""
    tokens = (Option("id", T("ID token")), Option("access", T("Access token")))
    made = SegmentField("token", T("Token for AWS"), tokens, T("Sent to AssumeRoleWithWebIdentity."), default="id")
    made.put_beside(0)
    return made


def _identity_center() -> list[Field]:
    return [
        TextField(
            "start_url",
            T("Start URL"),
            T("Of the access portal, or the issuer URL."),
            placeholder="https://example.awsapps.com/start",
            code=True,
        ),
        RegionField("region", T("Region"), T("The region of the Identity Center instance.")),
        flow_field(),
    ]


def _container() -> list[Field]:
    said = T("Empty: the usual environment variable.")
    return [
        TextField("full_uri", T("Full URI"), said, code=True),
        TextField("relative_uri", T("Relative URI"), said, code=True),
        TextField("token", T("Token"), T("Stands in the catalog in plain text. A token file is better."), code=True),
        browsed(TextField("token_file", T("Token file"), said, code=True)),
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
        CommandField("mfa_command", T("Code command"), _how_to_write()),
        CheckField("mfa_unattended", T("Unattended"), T("The command needs no person")),
        MfaSessionField(),
    ]


def hold_codes(mfa: Sequence[Field], totp: SeedField) -> list[Field]:
    """Put what belongs to one way of getting codes below its choice, and return the rest."""
    codes = next(field for field in mfa if isinstance(field, RadioField))
    held = {"mfa_command": "command", "mfa_unattended": "command", totp.key: "totp"}
    codes.put_at_end("totp", totp.shown)
    for field in mfa:
        if field.key in held:
            codes.hold(held[field.key], field)
    return [field for field in mfa if field.key not in held]


def common_fields() -> list[Field]:
    """Return the fields of every kind, those of COMMON."""
    return [
        RegionField(
            "sts_region", T("STS region"), T("Where STS is called for this source."), placeholder=T("the settings'")
        ),
        HintField("endpoint_url", T("STS endpoint"), hint=T("AWS's own")),
        HintField("proxy", T("Proxy"), hint=T("the settings' or the environment's")),
        browsed(HintField("ca_bundle", T("CA bundle"), hint=T("the settings' or the environment's"))),
    ]


class MfaSessionField(DurationField):
    """Whether one MFA session serves all hops, and for how long; off: a code for each hop."""

    def __init__(self) -> None:
        """Make the field."""
        said = T("One code serves all hops for so long. Off: a code for each hop.")
        super().__init__("mfa_session", T("First call"), ("1 h", "4 h", "12 h", "36 h"), said, empty="12 h")
        self.check = QCheckBox()
        words = T("GetSessionToken with MFA, kept for")
        self.check.setAccessibleName(words)
        self.box.setFixedWidth(grown(110))
        self.box.setAccessibleName(words)
        box = self.body.layout()
        if isinstance(box, QVBoxLayout):
            box.removeWidget(self.box)
            line = Flow(spacing=8, lines=4)
            self.check.setText(words)
            for one in (self.check, self.box):
                line.addWidget(one)
            holder = plain()
            holder.setLayout(line)
            box.insertWidget(0, holder)
        self.check.toggled.connect(self._toggled)

    def _toggled(self, on: object) -> None:
        self.box.setEnabled(bool(on))
        if not self._quiet:
            self.changed.emit()
            self.left.emit()

    def _load(self, draft: Draft) -> None:
        on = draft.get(self.key) is not False
        self.check.setChecked(on)
        self.box.setEnabled(on)
        if on:
            super()._load(draft)

    def store(self, draft: Draft) -> None:
        """Write the duration, or that there is none."""
        if not self.check.isChecked():
            draft.set(self.key, False)
            return
        if draft.get(self.key) is False:
            draft.set(self.key, None)
        super().store(draft)
