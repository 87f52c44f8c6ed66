"""The port SignIns: tokens of an OpenID Connect source, kept, refreshed, or got by a person who signs in."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import Oidc, SignInFlow
from app.oidc.attempts import Attempt, Device, open_browser
from app.oidc.client import Client, Tokens, lasting
from app.oidc.http import Below, Http, Reach
from app.oidc.id_token import Check, read_keys
from app.oidc.provider import Provider, discover
from app.oidc.signing import Signing
from app.oidc.store import Kept, TokenStore, key_of
from app.ports import Clock, Offload, Vault

if TYPE_CHECKING:
    from joserfc.jwk import Key as Jwk

_DISCOVERY_LASTS = timedelta(minutes=10)


@dataclass(slots=True)
class _Known:
    """A provider as it was found, and its keys."""

    provider: Provider
    at: datetime
    keys: "list[Jwk] | None" = None


class OidcSignIns(Signing):
    """One for all sources. Every call ends within its own deadline."""

    def __init__(
        self,
        vault: Vault,
        offload: Offload,
        clock: Clock,
        below: Below,
        reach: Callable[[Oidc], Reach],
        interval: float = 5.0,
    ) -> None:
        """Ask nobody yet. `interval`: how often a provider is asked that does not say how often it may be."""
        super().__init__(offload)
        self.clock = clock
        self._below = below
        self._reach = reach
        self._interval = interval
        self._store = TokenStore(vault)
        self._known: dict[tuple[str, Reach], _Known] = {}

    # the port

    async def token(self, source: Oidc) -> Secret:
        """Return a token that nobody has to be asked for (see the port)."""
        kept = self._store.kept(source)
        if kept is not None and kept.good(self.clock.now()):
            return kept.token
        return await self.one_refresh(key_of(source), lambda: self._refreshed(source))

    async def begin(self, source: Oidc, flow: SignInFlow) -> Attempt[Client]:
        """Begin a sign-in (see the port)."""
        secret = await self._store.client_secret(source)
        client = await self.on_thread(source, lambda: self._client(source, secret))
        lacks = _lacks(client.provider, flow)
        if lacks:
            raise AppError.of(
                *(Code.PROVIDER_LACKS, Verb.EDIT_SOURCE, source.name),
                source=source.name,
                host=client.provider.host,
                reason=lacks,
            )
        if flow is SignInFlow.BROWSER:
            return await open_browser(self, client)
        code = await self.on_thread(source, lambda: client.device(self._interval))
        return Device(self, client, code, self.clock.now())

    def refused(self, source: Oidc) -> bool:
        """Forget the last token (see the port)."""
        had = self._store.kept(source) is not None
        self._store.drop(source)
        return had

    def forget(self) -> None:
        """Forget the tokens in memory."""
        self._store.forget()

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the tokens in memory (see the port)."""
        return self._store.generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the tokens in memory (see the port)."""
        return self._store.secrets()

    async def sign_out(self, source: Oidc) -> SignedOut:
        """Forget the sign-in here first, then at the provider, as far as that can be reached (see the port)."""
        token = None
        with suppress(AppError):
            token = await self._store.refresh_token(source)
        known = await self._store.drop_refresh_token(source) or self._store.kept(source) is not None
        self._store.drop(source)
        try:
            secret = await self._store.client_secret(source)
            client = await self.on_thread(source, lambda: self._client(source, secret))
            revoked = token is not None and bool(client.provider.revocation)
            if token is not None and revoked:
                await self.on_thread(source, lambda: client.revoke(token))
        except AppError:
            return SignedOut(known, revoked=False)
        end = client.provider.end_session
        link = f"{end}{'&' if '?' in end else '?'}{urlencode({'client_id': source.client_id})}" if end and known else ""
        return SignedOut(known, revoked, link)

    async def look(self, source: Oidc) -> ProviderView:
        """Return what the provider of a source can do, asked anew."""
        self._known.pop((source.issuer, self._reach(source)), None)
        return (await self.on_thread(source, lambda: self._client(source, None))).provider.view

    async def last(self, source: Oidc) -> TokenView | None:
        """Return what the last token said (see the port)."""
        kept, has = self._store.kept(source), False
        with suppress(AppError):
            has = await self._store.has_refresh_token(source)
        if kept is None:
            return TokenView(source.issuer, "", "", None, kept=True) if has else None
        return TokenView(source.issuer, kept.audience, kept.subject, kept.expires_at, kept=has)

    # what attempts work with

    async def take(
        self, client: Client, tokens: Tokens, *, nonce: str | None, subject: str | None = None, renewed: bool = False
    ) -> Secret:
        """Check what a provider gave, keep it, and return the token for AWS; ID_TOKEN_*.

        `renewed`: for a refresh token, which is void from now on, so that the new one is kept before anything else.
        """
        source = client.source
        if renewed and tokens.refresh_token is not None:
            await self._store.keep_refresh_token(source, tokens.refresh_token)
        kept = await self.on_thread(source, lambda: self._checked(client, tokens, nonce, subject))
        if not renewed and tokens.refresh_token is not None:
            await self._store.keep_refresh_token(source, tokens.refresh_token)
        self._store.keep(source, kept)
        return kept.token

    # on a thread

    def _client(self, source: Oidc, secret: Secret | None) -> Client:
        reach, now = self._reach(source), self.clock.now()
        http = Http(source.name, reach, self._below)
        known = self._known.get((source.issuer, reach))
        if known is None or not timedelta() <= now - known.at < _DISCOVERY_LASTS:
            known = self._known[source.issuer, reach] = _Known(discover(source, http), now)
        return Client(source, known.provider, http, secret)

    def _checked(self, client: Client, tokens: Tokens, nonce: str | None, subject: str | None) -> Kept:
        source, now = client.source, self.clock.now()
        wanted = "openid" in source.scopes
        if tokens.id_token is None and not source.access:
            host = client.provider.host
            raise AppError.of(Code.ID_TOKEN_MISSING, Verb.EDIT_SOURCE, source.name, source=source.name, host=host)
        checked = None
        if tokens.id_token is not None and wanted:
            check = Check(source, client.provider, lambda anew: self._keys(client, anew=anew), now)
            checked = check(tokens.id_token, nonce=nonce, access_token=tokens.access_token, subject=subject)
        who, audience = (checked.subject, checked.audience) if checked is not None else ("", "")
        if not source.access and tokens.id_token is not None and checked is not None:
            return Kept(tokens.id_token, now, checked.expires_at, who, audience)
        assert tokens.access_token is not None  # noqa: S101  the client refuses an answer without one
        return Kept(tokens.access_token, now, lasting(tokens, now), who, audience)

    def _keys(self, client: Client, *, anew: bool) -> "list[Jwk]":
        known = self._known.get((client.source.issuer, self._reach(client.source)))
        if known is not None and known.keys is not None and not anew:
            return known.keys
        keys = read_keys(client.http.get(client.provider.keys).table())
        if known is not None:
            known.keys = keys
        return keys

    # refresh

    async def _refreshed(self, source: Oidc) -> Secret:
        refresh = await self._store.refresh_token(source)
        if refresh is None:
            raise AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)
        secret = await self._store.client_secret(source)
        client = await self.on_thread(source, lambda: self._client(source, secret))
        before = self._store.kept(source)
        try:
            tokens = await self.on_thread(source, lambda: client.by_refresh(refresh))
        except AppError as error:
            if error.problem.arguments.get("oauth") != "invalid_grant":
                raise
            await self._store.drop_refresh_token(source)
            host = client.provider.host
            raise AppError.of(Code.SIGN_IN_ENDED, Verb.SIGN_IN, profile="", source=source.name, host=host) from None
        if tokens.id_token is None and not source.access:
            # it may refresh the access token alone: then only a person gets another ID token
            if tokens.refresh_token is not None:
                await self._store.keep_refresh_token(source, tokens.refresh_token)
            raise AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)
        subject = (before.subject or None) if before is not None else None
        return await self.take(client, tokens, nonce=None, subject=subject, renewed=True)


def _lacks(provider: Provider, flow: SignInFlow) -> str:
    if flow is SignInFlow.DEVICE:
        return "" if provider.device else "lacks-device"
    if not provider.authorization:
        return "lacks-browser"
    return "" if provider.pkce else "lacks-pkce"
