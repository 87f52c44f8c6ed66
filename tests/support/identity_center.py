"""A strict Identity Center on loopback: sso-oidc and the access portal at the level of the wire, as AWS answers.

It knows one instance. What AWS refuses it refuses: clients that did not register or whose registration has ended,
redirects that are not registered, a challenge that the verifier does not fit, codes and refresh tokens used twice.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.strict_world import new_key_id, new_secret

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
REDIRECT = "http://127.0.0.1/oauth/callback"
START_URL = "https://acme.awsapps.com/start"
ACCOUNTS = {
    "111122223333": ("acme-dev", ("Developer", "ReadOnly")),
    "222233334444": ("acme prod", ("Admin", "BillingReadOnly")),
    "333344445555": ("", ("ReadOnly",)),
}


@dataclass(slots=True)
class Client:
    """A registered client."""

    secret: str
    until: float
    scopes: list[str]
    grants: list[str]
    redirects: list[str]


class FaultError(Exception):
    """An answer that is a refusal."""

    def __init__(self, status: int, name: str, **body: str) -> None:
        self.status = status
        self.name = name
        self.body = body


def oauth(name: str, status: int = 400, **more: str) -> FaultError:
    """Return a refusal of sso-oidc: "invalid_grant" is InvalidGrantException."""
    title = "".join(part.title() for part in name.split("_")) + "Exception"
    return FaultError(status, title, error=name, **more)


@dataclass
class IdentityCenter:
    """The instance as a context. Its fields are what a test may change while it runs."""

    start_url: str = START_URL
    region: str = ""  # where AWS says that it is, where another one is asked
    accounts: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=lambda: dict(ACCOUNTS))
    person: str = "agrees"  # "denies", "waits"; "at once": a device code needs nobody
    registration_lasts: float = 90 * 86_400.0
    token_lasts: float = 3600.0
    session_lasts: float = 3600.0  # a role's
    refreshes: bool = True
    interval: int = 0  # seconds; 0: AWS does not say
    page: int = 2
    throttle: int = 0  # so many calls of the portal are answered with 429
    slow_down: int = 0  # so many polls are told to slow down
    down: bool = False
    html: str = ""  # a network's own page, in place of every answer
    asked: list[str] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)  # access tokens, until when
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # with the client whose they are
    given: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._codes: dict[str, dict[str, str]] = {}
        self._devices: dict[str, dict[str, Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.owner = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environ(self) -> dict[str, str]:
        """The variables that lead AWS's tools here."""
        return {"AWS_ENDPOINT_URL_SSO": self.url, "AWS_ENDPOINT_URL_SSO_OIDC": self.url}

    def revoke(self) -> None:
        """End every session of the person, as an administrator does."""
        self.tokens.clear()
        self.refresh_tokens.clear()

    def count(self, what: str) -> int:
        """How often something was asked."""
        return self.asked.count(what)

    def check_up(self) -> None:
        """Whether anything is answered at all."""
        if self.down:
            raise FaultError(500, "InternalServerException", error="server_error")

    # sso-oidc

    def register(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("clientType") != "public" or not given.get("clientName"):
            raise oauth("invalid_client_metadata")
        grants = given.get("grantTypes") or [DEVICE, "refresh_token"]
        if "authorization_code" in grants:
            if given.get("redirectUris") != [REDIRECT]:
                raise oauth("invalid_redirect_uri")
            self._known_start_url(given.get("issuerUrl"))
        name, secret, until = secrets.token_urlsafe(16), "s" * 1500 + secrets.token_urlsafe(16), time.time()
        until += self.registration_lasts
        scopes = list(given.get("scopes") or [])
        self.clients[name] = Client(secret, until, scopes, list(grants), list(given.get("redirectUris") or []))
        return {
            "clientId": name, "clientSecret": secret, "clientIdIssuedAt": int(time.time()),
            "clientSecretExpiresAt": int(until),
        }  # fmt: skip

    def device(self, given: dict[str, Any]) -> dict[str, Any]:
        self._client(given, DEVICE)
        self._known_start_url(given.get("startUrl"))
        code, user = secrets.token_urlsafe(32), secrets.token_hex(4).upper()
        self._devices[code] = {"user_code": user, "client": given["clientId"], "state": "waits"}
        answer = {
            "deviceCode": code, "userCode": user, "verificationUri": f"{self.url}/device", "expiresIn": 600,
            "verificationUriComplete": f"{self.url}/device?user_code={user}",
        }  # fmt: skip
        return answer | ({"interval": self.interval} if self.interval else {})

    def settle(self, user_code: str, state: str = "agrees") -> None:
        """The person confirms a device code ("denies", "expires")."""
        for one in self._devices.values():
            if one["user_code"] == user_code:
                one["state"] = state

    def token(self, given: dict[str, Any]) -> dict[str, Any]:
        grant = str(given.get("grantType"))
        client = self._client(given, grant)
        if grant == "authorization_code":
            self._by_code(given)
        elif grant == DEVICE:
            self._by_device(given)
        elif grant == "refresh_token":
            if self.refresh_tokens.pop(str(given.get("refreshToken")), None) != given["clientId"]:
                raise oauth("invalid_grant")
        else:
            raise oauth("unsupported_grant_type")
        access = secrets.token_urlsafe(400)
        self.tokens[access] = time.time() + self.token_lasts
        answer: dict[str, Any] = {"accessToken": access, "tokenType": "Bearer", "expiresIn": int(self.token_lasts)}
        if self.refreshes and "sso:account:access" in client.scopes:
            refresh = secrets.token_urlsafe(500)
            self.refresh_tokens[refresh] = given["clientId"]
            answer["refreshToken"] = refresh
        return answer

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes; a fault is a page that it stays on."""
        client = self.clients.get(query.get("client_id", ""))
        back = urlsplit(query.get("redirect_uri", ""))
        if client is None or back.hostname != "127.0.0.1" or f"http://127.0.0.1{back.path}" not in client.redirects:
            raise oauth("invalid_request")
        right = (query.get("response_type"), query.get("code_challenge_method")) == ("code", "S256")
        if not right or set(query.get("scopes", "").split()) != set(client.scopes):
            raise oauth("invalid_request")
        answer = {"state": query["state"]}
        if self.person == "denies":
            answer |= {"error": "access_denied", "error_description": "The person said no."}
        else:
            code = answer["code"] = secrets.token_urlsafe(64)
            self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def _by_code(self, given: dict[str, Any]) -> None:
        asked = self._codes.pop(str(given.get("code")), None)
        if asked is None or asked["client_id"] != given["clientId"] or asked["redirect_uri"] != given["redirectUri"]:
            raise oauth("invalid_grant")
        digest = hashlib.sha256(str(given.get("codeVerifier")).encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            raise oauth("invalid_grant")

    def _by_device(self, given: dict[str, Any]) -> None:
        code = str(given.get("deviceCode"))
        found = self._devices.get(code)
        if found is None or found["client"] != given["clientId"]:
            raise oauth("invalid_grant")
        if self.slow_down:
            self.slow_down -= 1
            raise oauth("slow_down")
        state = found["state"]
        if state == "waits" and self.person != "agrees":
            state = "agrees" if self.person == "at once" else self.person
        if state == "waits":
            raise oauth("authorization_pending")
        del self._devices[code]
        if state == "denies":
            raise oauth("access_denied")
        if state == "expires":
            raise oauth("expired_token")

    def _client(self, given: dict[str, Any], grant: str) -> Client:
        client = self.clients.get(str(given.get("clientId")))
        if client is None or client.secret != given.get("clientSecret") or client.until < time.time():
            raise oauth("invalid_client", 401)
        if grant not in client.grants:
            raise oauth("unauthorized_client")
        return client

    def _known_start_url(self, text: object) -> None:
        if self.region:
            raise FaultError(400, "InvalidRequestRegionException", error="invalid_request", region=self.region)
        if text != self.start_url:
            raise oauth("invalid_request")

    # the portal

    def portal(self, path: str, query: dict[str, str], token: str) -> dict[str, Any] | None:
        if self.tokens.get(token, 0) < time.time():
            raise FaultError(401, "UnauthorizedException", message="Session token not found or invalid")
        if self.throttle:
            self.throttle -= 1
            raise FaultError(429, "TooManyRequestsException", message="HTTP 429 Unknown Code")
        account = query.get("account_id", "")
        if path == "/assignment/accounts":
            rows = [
                {"accountId": one, "accountName": name, "emailAddress": f"{one}@example.com"}
                for one, (name, _) in self.accounts.items()
            ]
            return self._paged("accountList", rows, query)
        if path == "/assignment/roles":
            if account not in self.accounts:
                raise FaultError(404, "ResourceNotFoundException", message="")
            rows = [{"roleName": role, "accountId": account} for role in self.accounts[account][1]]
            return self._paged("roleList", rows, query)
        if path == "/federation/credentials":
            if query.get("role_name") not in self.accounts.get(account, ("", ()))[1]:
                raise FaultError(403, "ForbiddenException", message="No access")
            given = {
                "accessKeyId": new_key_id("ASIA"), "secretAccessKey": new_secret(),
                "sessionToken": secrets.token_urlsafe(300),
                "expiration": int((time.time() + self.session_lasts) * 1000),
            }  # fmt: skip
            self.given.append(given)
            return {"roleCredentials": given}
        if path == "/logout":
            del self.tokens[token]
            return None
        raise FaultError(404, "UnknownOperationException")

    def _paged(self, key: str, rows: list[dict[str, str]], query: dict[str, str]) -> dict[str, Any]:
        begin = int(query.get("next_token", "0").removeprefix("at-"))
        end = begin + self.page
        return {key: rows[begin:end], "nextToken": f"at-{end}" if end < len(rows) else None}


_OIDC = {"/client/register": "register", "/device_authorization": "device", "/token": "token"}


class _Handler(BaseHTTPRequestHandler):
    timeout = 20

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(self.rfile.read(length))

    def _answer(self, body: bytes | None) -> None:
        owner: IdentityCenter = self.server.owner  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        owner.asked.append(parts.path)
        if "Authorization" in self.headers:
            raise AssertionError("these calls are not signed")
        if owner.html:
            self._send(200, owner.html.encode(), {"Content-Type": "text/html"})
            return
        try:
            owner.check_up()
            if parts.path in _OIDC:
                answer = getattr(owner, _OIDC[parts.path])(json.loads(body or b"{}"))
            elif parts.path == "/authorize":
                self._send(302, b"", {"Location": owner.authorize(query)})
                return
            elif parts.path == "/device":
                owner.settle(query["user_code"])
                answer = {}
            else:
                token = self.headers.get("x-amz-sso_bearer_token", "")
                answer = owner.portal(parts.path, query, token)
        except FaultError as fault:
            self._send(fault.status, json.dumps(fault.body).encode(), {"x-amzn-ErrorType": fault.name})
        else:
            self._send(200, b"" if answer is None else json.dumps(answer).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's own signature
        """Say nothing."""
