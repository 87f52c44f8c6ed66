"""What a provider says of itself: its discovery document, checked, and its keys."""

from collections.abc import Mapping
from typing import cast
from urllib.parse import urljoin, urlsplit

from app.domain.problem import AppError, Code, Verb
from app.domain.sign_in import ProviderView
from app.domain.source import Oidc
from app.domain.values import dataclass
from app.oidc.http import Answer, Http, host_of

WELL_KNOWN = "/.well-known/openid-configuration"
# asymmetric signatures alone: a key that the client knows too proves nothing, and "none" less
ALGORITHMS = frozenset(
    {*("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), *("ES256", "ES384", "ES512"), "EdDSA", "Ed25519"}
)
_ISSUER_MAXIMUM = 500
_TOO_MANY = 429
_MISSING, _REFUSED = frozenset({404, 410}), frozenset({401, 403})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """The parts of a discovery document that sign-in goes by; an endpoint that it does not have is empty."""

    issuer: str
    authorization: str
    token: str
    keys: str
    device: str
    revocation: str
    end_session: str
    algorithms: frozenset[str]
    pkce: bool
    names_itself: bool  # in the redirect, by RFC 9207
    secret_methods: tuple[str, ...]

    @property
    def host(self) -> str:
        """Host and port of the issuer."""
        return host_of(self.issuer)

    @property
    def view(self) -> ProviderView:
        """What it can do."""
        return ProviderView(self.host, browser=bool(self.authorization), device=bool(self.device), pkce=self.pkce)


def discover(source: Oidc, http: Http) -> Provider:
    """Return the provider of a source's issuer; PROVIDER_*, NETWORK*."""
    address = source.issuer.rstrip("/") + WELL_KNOWN
    answer = http.get(address)
    if 300 <= answer.status_code < 500 and answer.status_code != _TOO_MANY:
        raise _no_document(answer, address)
    table = answer.table()
    issuer = _text(table, "issuer")
    if issuer != source.issuer:
        if not issuer:
            raise answer.unfit("no-issuer")
        raise AppError.of(
            *(Code.PROVIDER_ISSUER, Verb.EDIT_SOURCE, source.name),
            source=source.name,
            issuer=source.issuer,
            said=issuer[:_ISSUER_MAXIMUM],
        )
    named = {
        key: _endpoint(table, key, source.issuer)
        for key in (
            *("authorization_endpoint", "token_endpoint", "jwks_uri"),
            *("device_authorization_endpoint", "revocation_endpoint", "end_session_endpoint"),
        )
    }
    if not named["token_endpoint"] or not named["jwks_uri"]:
        raise answer.unfit("no-endpoints")
    stated = _texts(table, "id_token_signing_alg_values_supported") or ("RS256",)
    challenges = table.get("code_challenge_methods_supported")
    return Provider(
        issuer,
        *named.values(),
        algorithms=ALGORITHMS.intersection(stated),
        # a provider that does not say is asked with a challenge all the same: who does not know it, passes it over
        pkce=challenges is None or "S256" in _texts(table, "code_challenge_methods_supported"),
        names_itself=table.get("authorization_response_iss_parameter_supported") is True,
        secret_methods=_texts(table, "token_endpoint_auth_methods_supported") or ("client_secret_basic",),
    )


def _no_document(answer: Answer, address: str) -> AppError:
    """Return why there is no discovery document; where the answer names another issuer's, which one."""
    status = answer.status_code
    if status in _MISSING or status in _REFUSED:
        return answer.other_status(**{"missing" if status in _MISSING else "refused": True})
    try:
        named = urljoin(address, answer.location) if answer.location else ""
    except ValueError:
        named = ""
    said = named.removesuffix(WELL_KNOWN) if named.endswith(WELL_KNOWN) and named != address else ""
    return answer.other_status(**({"said": said} if said else {}))


def _endpoint(table: Mapping[str, object], key: str, issuer: str) -> str:
    """Return an endpoint; an address without TLS counts only on this machine, for an issuer that is there too."""
    url = _text(table, key)
    try:
        parts, home = urlsplit(url), urlsplit(issuer)
        local = parts.scheme == "http" and {parts.hostname, home.hostname} <= _LOOPBACK and home.scheme == "http"
    except ValueError:
        return ""
    return url if parts.hostname and (parts.scheme == "https" or local) else ""


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key)
    return tuple(one for one in cast("list[object]", value) if isinstance(one, str)) if isinstance(value, list) else ()
