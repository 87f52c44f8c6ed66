"""Sign-ins at Identity Center: tokens kept, refreshed, or got by a person who signs in."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.sign_in import SignedOut, TokenView
from app.domain.source import IdentityCenter, SignInFlow
from app.oidc.attempts import Attempt, Device, open_browser
from app.oidc.aws import Aws, RefusedError
from app.oidc.center_client import CenterClient, Registration, register
from app.oidc.center_store import AccessToken, CenterStore, Kept, key_of
from app.oidc.client import Tokens
from app.oidc.signing import Signing
from app.ports import Clock, Offload, Vault

_RESERVE = timedelta(hours=1)  # a client whose registration ends sooner begins no sign-in
_SHORTEST = timedelta(minutes=5)  # a token of which AWS does not say how long it lasts
_VOID = frozenset({"invalid_grant", "invalid_client", "expired_token", "unauthorized_client"})


class CenterSignIns(Signing):
    """One for all sources. Every call ends within its own deadline."""

    def __init__(
        self,
        vault: Vault,
        offload: Offload,
        clock: Clock,
        aws: Aws,
        at: Callable[[IdentityCenter], StsEndpoint],
        interval: float = 5.0,
    ) -> None:
        """Ask nobody yet. `interval`: how often AWS is asked about a device code where it does not say."""
        super().__init__(offload)
        self.clock = clock
        self._aws = aws
        self._at = at
        self._interval = interval
        self._store = CenterStore(vault)
        self._registered: dict[object, Registration] = {}

    # the port

    async def token(self, source: IdentityCenter) -> Secret:
        """Return an access token that nobody has to be asked for (see the port)."""
        access = self._store.access(source)
        if access is not None and access.good(self.clock.now()):
            return access.token
        return await self.one_refresh(key_of(source), lambda: self._refreshed(source))

    async def begin(self, source: IdentityCenter, flow: SignInFlow) -> Attempt[CenterClient]:
        """Begin a sign-in (see the port)."""
        registration, known = await self._registration(source, flow)
        try:
            return await self._begun(source, flow, registration)
        except AppError as error:
            if not known or error.problem.arguments.get("oauth") not in _VOID:
                raise
        return await self._begun(source, flow, await self._register(source, flow))

    def refused(self, source: IdentityCenter) -> bool:
        """Forget the last token (see the port)."""
        had = self._store.access(source) is not None
        self._store.drop_access(source)
        return had

    async def ended(self, source: IdentityCenter) -> None:
        """Forget a sign-in whose tokens AWS takes no more; a person has to sign in again."""
        self._store.drop_access(source)
        with suppress(AppError):
            await self._store.drop(source)

    def forget(self) -> None:
        """Forget the tokens in memory."""
        self._store.forget()

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the secrets in memory (see the port)."""
        return self._store.generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets in memory (see the port)."""
        yield from self._store.secrets()
        yield from (one.secret for one in self._registered.values())

    async def sign_out(self, source: IdentityCenter) -> SignedOut:
        """Forget the sign-in here first, then at AWS, as far as that can be reached (see the port)."""
        access, kept = self._store.access(source), None
        with suppress(AppError):
            kept = await self._store.kept(source)
        known = await self._store.drop(source) or access is not None
        self._store.drop_access(source)
        self._registered.pop(key_of(source), None)
        try:
            token = await self._last_token(source, access, kept)
            if token is None:
                return SignedOut(known, revoked=False)
            await self.on_thread(source, lambda: self._log_out(source, token))
        except AppError:
            return SignedOut(known, revoked=False)
        return SignedOut(known, revoked=True)

    async def last(self, source: IdentityCenter) -> TokenView | None:
        """Return when the last token ends, and whether a sign-in is kept (see the port)."""
        access, has = self._store.access(source), False
        with suppress(AppError):
            has = await self._store.has(source)
        if access is None:
            return TokenView(source.start_url, "", "", None, kept=True) if has else None
        return TokenView(source.start_url, "", "", access.expires_at, kept=has)

    # what attempts work with

    async def take(self, client: CenterClient, tokens: Tokens, *, nonce: str | None) -> Secret:
        """Keep what AWS gave, and return the access token."""
        del nonce
        source = client.source
        assert tokens.access_token is not None  # noqa: S101  the client refuses an answer without one
        lasts = timedelta(seconds=tokens.lasts) if tokens.lasts else _SHORTEST
        access = AccessToken(tokens.access_token, self.clock.now() + lasts)
        alone = access if tokens.refresh_token is None else None
        await self._store.keep(source, Kept(client.registration, tokens.refresh_token, alone))
        self._store.keep_access(source, access)
        return access.token

    # its own side

    async def _begun(
        self, source: IdentityCenter, flow: SignInFlow, registration: Registration
    ) -> Attempt[CenterClient]:
        client = CenterClient(source, self._at(source), self._aws, registration)
        if flow is SignInFlow.BROWSER:
            return await open_browser(self, client)
        code = await self.on_thread(source, lambda: client.device(self._interval))
        return Device(self, client, code, self.clock.now())

    async def _registration(self, source: IdentityCenter, flow: SignInFlow) -> tuple[Registration, bool]:
        """Return a client for a sign-in, and whether it is an earlier one, which AWS may know no more."""
        known = self._registered.get(key_of(source))
        if known is None:
            with suppress(AppError):  # without the vault it registers anew
                kept = await self._store.kept(source)
                known = None if kept is None else kept.registration
        if known is not None and known.fits(source, flow, self.clock.now() + _RESERVE):
            return known, True
        return await self._register(source, flow), False

    async def _register(self, source: IdentityCenter, flow: SignInFlow) -> Registration:
        at = self._at(source)
        made = await self.on_thread(source, lambda: register(source, flow, at, self._aws))
        self._registered[key_of(source)] = made
        return made

    async def _refreshed(self, source: IdentityCenter) -> Secret:
        kept = await self._store.kept(source)
        if kept is not None and kept.access is not None and kept.access.good(self.clock.now()):
            self._store.keep_access(source, kept.access)
            return kept.access.token
        if kept is None or kept.refresh_token is None:
            raise AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)
        return await self._by_refresh(source, kept, kept.refresh_token)

    async def _by_refresh(self, source: IdentityCenter, kept: Kept, refresh: Secret) -> Secret:
        client = CenterClient(source, self._at(source), self._aws, kept.registration)
        try:
            if kept.registration.until <= self.clock.now():
                raise AppError.of(Code.CENTER_REFUSED, oauth="invalid_client")
            tokens = await self.on_thread(source, lambda: client.by_refresh(refresh))
        except AppError as error:
            if error.problem.arguments.get("oauth") not in _VOID:
                raise
            await self.ended(source)
            self._registered.pop(key_of(source), None)
            host = client.host
            raise AppError.of(Code.SIGN_IN_ENDED, Verb.SIGN_IN, profile="", source=source.name, host=host) from None
        if tokens.refresh_token is None:  # the one that was sent stays good
            tokens = Tokens(None, tokens.access_token, refresh, tokens.lasts)
        return await self.take(client, tokens, nonce=None)

    async def _last_token(self, source: IdentityCenter, access: AccessToken | None, kept: Kept | None) -> Secret | None:
        """Return a token to sign out with, got by the refresh token where there is no other."""
        now = self.clock.now()
        for one in (access, None if kept is None else kept.access):
            if one is not None and one.expires_at > now:
                return one.token
        if kept is None or kept.refresh_token is None:
            return None
        client, refresh = CenterClient(source, self._at(source), self._aws, kept.registration), kept.refresh_token
        return (await self.on_thread(source, lambda: client.by_refresh(refresh))).access_token

    def _log_out(self, source: IdentityCenter, token: Secret) -> None:
        try:
            self._aws.call(self._at(source), "sso", "Logout", {"accessToken": token.reveal()})
        except RefusedError as refusal:
            if refusal.status != 401:  # it is over there already
                raise AppError.of(Code.AWS_BROKEN, operation="Logout", status=refusal.status) from None
