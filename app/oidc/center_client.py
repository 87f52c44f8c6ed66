"""The OAuth of Identity Center (the service sso-oidc): clients that register themselves, codes and refresh tokens."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from app.domain.calls import StsEndpoint
from app.domain.digests import sha256
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import IdentityCenter, SignInFlow
from app.domain.values import dataclass
from app.oidc.aws import Aws, RefusedError
from app.oidc.client import DEVICE_GRANT, DeviceCode, Tokens
from app.oidc.http import host_of

T = TypeVar("T")
REDIRECT_PATH = "/oauth/callback"
_REDIRECT = f"http://127.0.0.1{REDIRECT_PATH}"  # registered without its port: RFC 8252, 7.3
_CODE_GRANTS = ("authorization_code", "refresh_token")
_SERVICE, _NAME = "sso-oidc", "Rolecall"
_SAID_MAXIMUM = 200
_UNKNOWN = frozenset({"invalid_request", "invalid_client_metadata"})
_LONGEST_CODE = 1800.0  # seconds that a device code is waited for at most


@dataclass(frozen=True, slots=True)
class Registration:
    """A client that AWS registered, and what for."""

    client_id: str
    secret: Secret
    until: datetime
    flow: SignInFlow
    scopes: tuple[str, ...]

    def fits(self, source: IdentityCenter, flow: SignInFlow, now: datetime) -> bool:
        """Whether it can be used for a sign-in now."""
        return (self.flow, self.scopes) == (flow, source.scopes) and self.until > now


@dataclass(frozen=True, slots=True)
class CenterClient:
    """A registered client of one source."""

    source: IdentityCenter
    at: StsEndpoint
    aws: Aws
    registration: Registration = field(repr=False)

    @property
    def host(self) -> str:
        """Whom the person knows: the start URL's host."""
        return host_of(self.source.start_url)

    @property
    def entrance(self) -> str:
        """The same: AWS's own address leads on to it."""
        return self.host

    @property
    def redirect(self) -> tuple[int, str]:
        """Any free port, and the path that was registered."""
        return 0, REDIRECT_PATH

    def offers(self, flow: SignInFlow) -> bool:
        """Identity Center has both flows."""
        del flow
        return True

    def authorization(self, redirect: str, state: str, nonce: str, verifier: Secret) -> str:
        """Return the address of the page where the person signs in."""
        del nonce  # there is no ID token that could carry it
        digest = sha256(verifier.reveal().encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": self.registration.client_id,
            "redirect_uri": redirect,
            "state": state,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "scopes": " ".join(self.source.scopes),
        }
        return f"{self.aws.address(self.at, _SERVICE)}/authorize?{urlencode(parameters)}"

    def code(self, values: Mapping[str, str]) -> Secret:
        """Return the code that a redirect brought."""
        if "error" in values:
            raise refused(self.source, values["error"], values.get("error_description", ""))
        return Secret(values["code"])

    def by_code(self, code: Secret, redirect: str, verifier: Secret) -> Tokens:
        """Return the tokens for an authorization code."""
        more = {"code": code.reveal(), "redirectUri": redirect, "codeVerifier": verifier.reveal()}
        return self._tokens(grantType="authorization_code", **more)

    def by_device(self, code: DeviceCode) -> Tokens:
        """Return the tokens for a device code; CENTER_REFUSED with `oauth` while the person is not done."""
        return self._tokens(grantType=DEVICE_GRANT, deviceCode=code.device_code.reveal())

    def by_refresh(self, refresh_token: Secret) -> Tokens:
        """Return new tokens for a refresh token."""
        return self._tokens(grantType="refresh_token", refreshToken=refresh_token.reveal())

    def device(self, interval: float) -> DeviceCode:
        """Begin a sign-in by device code. `interval`: how often to ask where AWS does not say."""
        told = self._asked("StartDeviceAuthorization", {**self._client(), "startUrl": start_url(self.source)})
        device, user, page = (str(told.get(key) or "") for key in ("deviceCode", "userCode", "verificationUri"))
        link = str(told.get("verificationUriComplete") or page)
        if not (device and user and page.startswith(("https://", "http://"))):
            raise unfit(self.source)
        every, lasts = _seconds(told.get("interval")) or interval, _seconds(told.get("expiresIn")) or 600.0
        return DeviceCode(Secret(device), user[:100], page, link, every, min(lasts, _LONGEST_CODE))

    def _tokens(self, **parameters: str) -> Tokens:
        told = self._asked("CreateToken", {**self._client(), **parameters})
        access, refresh = told.get("accessToken"), told.get("refreshToken")
        if not isinstance(access, str) or not access:
            raise unfit(self.source)
        again = Secret(refresh) if isinstance(refresh, str) and refresh else None
        return Tokens(None, Secret(access), again, _seconds(told.get("expiresIn")))

    def _client(self) -> dict[str, str]:
        return {"clientId": self.registration.client_id, "clientSecret": self.registration.secret.reveal()}

    def _asked(self, operation: str, parameters: Mapping[str, object]) -> Mapping[str, Any]:
        return asked(self.source, operation, lambda: self.aws.call(self.at, _SERVICE, operation, parameters)).table


def register(source: IdentityCenter, flow: SignInFlow, at: StsEndpoint, aws: Aws) -> Registration:
    """Have AWS register a public client for one flow; CENTER_*, NETWORK*."""
    parameters: dict[str, object] = {"clientName": _NAME, "clientType": "public", "scopes": list(source.scopes)}
    if flow is SignInFlow.BROWSER:
        grants = {"grantTypes": list(_CODE_GRANTS), "redirectUris": [_REDIRECT], "issuerUrl": start_url(source)}
        parameters |= grants
    told = asked(source, "RegisterClient", lambda: aws.call(at, _SERVICE, "RegisterClient", parameters)).table
    client, secret = told.get("clientId"), told.get("clientSecret")
    if not isinstance(client, str) or not isinstance(secret, str) or not client or not secret:
        raise unfit(source)
    try:
        until = datetime.fromtimestamp(int(told["clientSecretExpiresAt"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise unfit(source) from None
    return Registration(client, Secret(secret), until, flow, source.scopes)


def start_url(source: IdentityCenter) -> str:
    """Return the start URL as AWS takes it: what is copied from a browser ends in "#/"."""
    return source.start_url.partition("#")[0]


def asked(source: IdentityCenter, operation: str, work: Callable[[], T]) -> T:
    """Return what a call of sign-in gives; its refusal as a problem."""
    try:
        return work()
    except RefusedError as refusal:
        if refusal.status == 429 or (operation != "CreateToken" and refusal.error == "slow_down"):
            raise AppError.of(Code.THROTTLED, operation=operation) from None
        if refusal.status >= 500:
            raise AppError.of(Code.AWS_BROKEN, operation=operation, status=refusal.status) from None
        if refusal.region or (operation != "CreateToken" and refusal.error in _UNKNOWN):
            raise AppError.of(
                *(Code.CENTER_UNKNOWN, Verb.EDIT_SOURCE, source.name),
                source=source.name,
                start_url=source.start_url,
                region=source.region,
                other=refusal.region[:40],
                said=plain_words(refusal.said) or refusal.error,
            ) from None
        raise refused(source, refusal.error, refusal.said) from None


def refused(source: IdentityCenter, oauth: str, said: str) -> AppError:
    """Return the problem of an OAuth error."""
    host = host_of(source.start_url)
    if oauth == "access_denied":
        return AppError.of(Code.SIGN_IN_DENIED, Verb.SIGN_IN, source=source.name, host=host)
    oauth, said = plain_words(oauth), plain_words(said)
    return AppError.of(Code.CENTER_REFUSED, Verb.NONE, source=source.name, host=host, oauth=oauth, said=said)


def unfit(source: IdentityCenter) -> AppError:
    """Return the problem of an answer that is none of Identity Center's."""
    return AppError.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=f"Identity Center, {source.region}")


def plain_words(text: str) -> str:
    """One line without anything that could be a token."""
    return re.sub(r"\S{60,}", "…", " ".join(text.split()))[:_SAID_MAXIMUM]


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
