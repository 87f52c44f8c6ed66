"""The calls of one OAuth client, by Authlib, on a worker thread: codes and refresh tokens in, tokens out."""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote_plus

from app.domain.digests import equal
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import Oidc, SignInFlow
from app.domain.values import dataclass
from app.oidc.http import Answer, Http, host_of
from app.oidc.provider import Provider

_SAID_MAXIMUM = 200
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token endpoint gave."""

    id_token: Secret | None
    access_token: Secret | None
    refresh_token: Secret | None
    lasts: float | None  # seconds that the access token is good for


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a device authorization endpoint gave."""

    device_code: Secret
    user_code: str = field(repr=False)
    page: str
    link: str = field(repr=False)
    interval: float
    lasts: float


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client at a provider. `secret` None: a public one."""

    source: Oidc
    provider: Provider
    http: Http
    secret: Secret | None

    @property
    def host(self) -> str:
        """The provider, for problems."""
        return self.provider.host

    @property
    def entrance(self) -> str:
        """The host of the page where the person signs in."""
        return host_of(self.provider.authorization)

    @property
    def redirect(self) -> tuple[int, str]:
        """Port and path that the browser comes back to."""
        return self.source.redirect_port, "/callback"

    def offers(self, flow: SignInFlow) -> bool:
        """Whether the provider has what a flow begins with."""
        return bool(self.provider.device if flow is SignInFlow.DEVICE else self.provider.authorization)

    def code(self, values: Mapping[str, str]) -> Secret:
        """Return the code that a redirect brought (see code_of)."""
        return code_of(self.source, self.provider, values)

    def authorization(self, redirect: str, state: str, nonce: str, verifier: Secret) -> str:
        """Return the address of the page where the person signs in."""
        oauth = self._oauth()
        more: dict[str, str] = {"nonce": nonce}
        if "offline_access" in self.source.scopes:
            more["prompt"] = "consent"  # OpenID Connect gives a refresh token only then
        link, _ = oauth.create_authorization_url(
            self.provider.authorization, state=state, code_verifier=verifier.reveal(), redirect_uri=redirect, **more
        )
        return str(link)

    def by_code(self, code: Secret, redirect: str, verifier: Secret) -> Tokens:
        """Return the tokens for an authorization code."""
        return self._tokens(
            grant_type="authorization_code",
            code=code.reveal(),
            redirect_uri=redirect,
            code_verifier=verifier.reveal(),
        )

    def by_refresh(self, refresh_token: Secret) -> Tokens:
        """Return new tokens for a refresh token."""
        return self._tokens(grant_type="refresh_token", refresh_token=refresh_token.reveal(), scope=None)

    def by_device(self, code: DeviceCode) -> Tokens:
        """Return the tokens for a device code, once the person is done."""
        return self._tokens(grant_type=DEVICE_GRANT, device_code=code.device_code.reveal(), scope=None)

    def device(self, interval: float) -> DeviceCode:
        """Begin a sign-in by device code. `interval`: how often to ask where the provider does not say."""
        auth = self._oauth().client_auth(self._method())
        answer = self.http.post(self.provider.device, {"scope": " ".join(self.source.scopes)}, auth=auth)
        table = self._told(answer)
        device, user, page = (str(table.get(key) or "") for key in ("device_code", "user_code", "verification_uri"))
        link = str(table.get("verification_uri_complete") or page)
        if not (
            device and user and page.startswith(("https://", "http://")) and link.startswith(("https://", "http://"))
        ):
            raise answer.unfit("no-device-code")
        every, lasts = _seconds(table.get("interval")), _seconds(table.get("expires_in"))
        return DeviceCode(Secret(device), user[:100], page, link, every or interval, min(lasts or 600.0, 1800.0))

    def revoke(self, refresh_token: Secret) -> None:
        """Have the provider forget a refresh token."""
        answer = self._oauth().revoke_token(self.provider.revocation, refresh_token.reveal(), "refresh_token")
        if isinstance(answer, Answer) and answer.status_code >= 300:
            self._told(answer)

    def _tokens(self, **form: Any) -> Tokens:
        oauth = self._oauth()
        from authlib.oauth2.base import OAuth2Error

        try:
            given = cast("Mapping[str, object]", oauth.fetch_token(self.provider.token, **form))
        except OAuth2Error as error:
            raise self._refused(str(error.error), str(error.description or "")) from None
        except ValueError:
            host, source = self.provider.host, self.source.name
            raise AppError.of(Code.PROVIDER_ANSWER, source=source, host=host, reason="no-json-object") from None
        access = _secret(given.get("access_token"))
        if access is None:
            source, host = self.source.name, self.provider.host
            raise AppError.of(Code.PROVIDER_ANSWER, Verb.NONE, source=source, host=host, reason="no-token")
        identity, refresh = _secret(given.get("id_token")), _secret(given.get("refresh_token"))
        return Tokens(identity, access, refresh, _seconds(given.get("expires_in")))

    def _told(self, answer: Answer) -> Mapping[str, object]:
        """Return a good answer's object, or raise what the provider says is wrong."""
        try:
            value = answer.json()
        except ValueError:
            return answer.table()
        if isinstance(value, dict) and answer.status_code < 500:
            table = cast("Mapping[str, object]", value)
            if isinstance(table.get("error"), str):
                raise self._refused(str(table["error"]), str(table.get("error_description") or ""))
        return answer.table()

    def _refused(self, oauth: str, said: str) -> AppError:
        return refused(self.source, self.provider, oauth, said)

    def _method(self) -> Any:  # noqa: ANN401  a name that Authlib knows, or a function of its kind
        if self.secret is None:
            return "none"
        methods = self.provider.secret_methods
        return (
            "client_secret_post" if "client_secret_basic" not in methods and "client_secret_post" in methods else _basic
        )

    def _oauth(self) -> Any:  # noqa: ANN401  Authlib's OAuth2Client, whose methods have no types
        from authlib.oauth2.client import OAuth2Client

        return OAuth2Client(
            _Session(self.http),
            client_id=self.source.client_id,
            client_secret=None if self.secret is None else self.secret.reveal(),
            token_endpoint_auth_method=self._method(),
            revocation_endpoint_auth_method=self._method(),
            scope=" ".join(self.source.scopes),
            code_challenge_method="S256",
        )


class _Session:
    """What Authlib sends with."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def post(self, url: str, **more: Any) -> Answer:
        """POST a form."""
        answer = self._http.post(url, more.get("data") or {}, more.get("headers"), more.get("auth"))
        if answer.status_code >= 500 or answer.status_code == 429:
            answer.raise_for_status()
        return answer


def refused(source: Oidc, provider: Provider, oauth: str, said: str) -> AppError:
    """Return the problem of an OAuth error."""
    oauth, said, host = oauth[:_SAID_MAXIMUM], said[:_SAID_MAXIMUM], provider.host
    if oauth == "access_denied":
        return AppError.of(Code.SIGN_IN_DENIED, Verb.SIGN_IN, source=source.name, host=host)
    if oauth in _CLIENT_ERRORS:
        return AppError.of(
            Code.SIGN_IN_CLIENT, Verb.NONE, source=source.name, host=host, client=source.client_id, oauth=oauth
        )
    return AppError.of(Code.SIGN_IN_REFUSED, Verb.NONE, source=source.name, host=host, oauth=oauth, said=said)


def code_of(source: Oidc, provider: Provider, values: Mapping[str, str]) -> Secret:
    """Return the code that a redirect brought; the problem where it brought another provider's, or an error."""
    issuer = values.get("iss")
    named = issuer is not None and equal(issuer.encode(), provider.issuer.encode())
    if (issuer is not None or provider.names_itself) and not named:
        raise AppError.of(
            *(Code.PROVIDER_ISSUER, Verb.EDIT_SOURCE, source.name),
            source=source.name,
            issuer=provider.issuer,
            said=(issuer or "")[:_SAID_MAXIMUM],
        )
    if "error" in values:
        raise refused(source, provider, values["error"], values.get("error_description", ""))
    return Secret(values["code"])


def lasting(tokens: Tokens, now: datetime) -> datetime | None:
    """Return when the access token ends."""
    return None if tokens.lasts is None else datetime.fromtimestamp(now.timestamp() + tokens.lasts, UTC)


def _basic(client: Any, method: str, uri: str, headers: dict[str, str], body: str) -> Any:  # noqa: ANN401  Authlib's
    """HTTP Basic with both halves encoded, as RFC 6749 says (2.3.1)."""
    from urllib3.util import make_headers

    del method
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return uri, {**headers, "Authorization": make_headers(basic_auth=pair)["authorization"]}, body


def _secret(value: object) -> Secret | None:
    return Secret(value) if isinstance(value, str) and value else None


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e9 else None
