"""The two ways in which a person signs in: by a browser on this machine, or by a code in any other."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.sign_in import SignIn
from app.domain.source import SignInFlow, SignInSource
from app.oidc.client import DeviceCode, Tokens
from app.oidc.http import host_of
from app.ports import Clock

if TYPE_CHECKING:
    from app.oidc.listener import Listener

T = TypeVar("T")
C = TypeVar("C", bound="OAuthClient")
C_contra = TypeVar("C_contra", bound="OAuthClient", contravariant=True)
BROWSER_LASTS = timedelta(minutes=5)
_SLOWER = 5.0  # RFC 8628, 3.5
_SLOWEST = 60.0
_PENDING, _SLOW_DOWN, _EXPIRED = "authorization_pending", "slow_down", "expired_token"


class OAuthClient(Protocol):
    """A client that is registered where a person signs in. What it calls, it calls on the thread that asks it to."""

    @property
    def source(self) -> SignInSource:
        """Whose it is."""
        ...

    @property
    def host(self) -> str:
        """Who is asked, for problems."""
        ...

    @property
    def entrance(self) -> str:
        """The host of the page where the person signs in."""
        ...

    @property
    def redirect(self) -> tuple[int, str]:
        """Port (0: any free one) and path that the browser comes back to."""
        ...

    def offers(self, flow: SignInFlow) -> bool:
        """Whether a person can sign in so."""
        ...

    def authorization(self, redirect: str, state: str, nonce: str, verifier: Secret) -> str:
        """Return the address of the page where the person signs in."""
        ...

    def code(self, values: Mapping[str, str]) -> Secret:
        """Return the code that a redirect brought, or raise what it brought instead."""
        ...

    def by_code(self, code: Secret, redirect: str, verifier: Secret) -> Tokens:
        """Return the tokens for an authorization code."""
        ...

    def by_device(self, code: DeviceCode) -> Tokens:
        """Return the tokens for a device code; a problem with `oauth` while the person is not done."""
        ...


class Owner(Protocol[C_contra]):
    """What attempts work with."""

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    async def on_thread(self, source: SignInSource, work: Callable[[], T]) -> T:
        """Do blocking work within a deadline."""
        ...

    def take(self, client: C_contra, tokens: Tokens, *, nonce: str | None) -> Awaitable[Secret]:
        """Check what a provider gave, and keep it."""
        ...


class Attempt(Generic[C]):
    """A sign-in that a person is asked to finish."""

    def __init__(self, owner: Owner[C], client: C, shown: SignIn, deadline: datetime) -> None:
        """Hold what is shown; `deadline`: when it ends by itself."""
        self._owner = owner
        self._client = client
        self.shown = shown
        self.deadline = deadline

    def finish(self) -> Coroutine[Any, Any, None]:
        """Wait until the person is done and the tokens are checked and kept."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of it, however it ended."""

    def _late(self) -> AppError:
        source, host = self._client.source.name, self._client.host
        return AppError.of(Code.SIGN_IN_LATE, Verb.SIGN_IN, source=source, host=host)


class Browser(Attempt[C]):
    """Authorization code with PKCE, back to a port of 127.0.0.1."""

    def __init__(
        self, owner: Owner[C], client: C, listener: "Listener", link: str, nonce: str, verifier: Secret
    ) -> None:
        """Use `open_browser`."""
        other = client.offers(SignInFlow.DEVICE)
        shown = SignIn(SignInFlow.BROWSER, client.entrance, link, listener.address, other=other)
        super().__init__(owner, client, shown, owner.clock.now() + BROWSER_LASTS)
        self._listener = listener
        self._nonce = nonce
        self._verifier = verifier
        self.redirect: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    def arrived(self, values: dict[str, str]) -> None:
        """Take the redirect."""
        if not self.redirect.done():
            self.redirect.set_result(values)

    async def finish(self) -> None:
        """See the port."""
        values = await self.redirect
        source, client = self._client.source, self._client
        code = client.code(values)
        tokens = await self._owner.on_thread(
            source, lambda: client.by_code(code, self._listener.address, self._verifier)
        )
        await self._owner.take(client, tokens, nonce=self._nonce)

    def close(self) -> None:
        """Close the listener."""
        self._listener.close()


async def open_browser(owner: Owner[C], client: C) -> Browser[C]:
    """Open the listener, then make the link that leads back to it."""
    # these bring an HTTP server and OpenSSL: kept out of the memory of who never signs in
    import secrets

    from app.oidc.listener import Listener

    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), Secret(secrets.token_urlsafe(48))
    loop, holder = asyncio.get_running_loop(), list[Browser[C]]()

    def arrived(values: Any) -> None:  # noqa: ANN401  the redirect's parameters
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: holder[0].arrived(dict(values)))

    listener = Listener(client.source.name, *client.redirect, state, arrived)
    try:
        link = await owner.on_thread(
            client.source, lambda: client.authorization(listener.address, state, nonce, verifier)
        )
    except BaseException:
        listener.close()
        raise
    holder.append(Browser(owner, client, listener, link, nonce, verifier))
    return holder[0]


class Device(Attempt[C]):
    """A code that the person confirms in any browser, and the provider asked now and then whether it is done."""

    def __init__(self, owner: Owner[C], client: C, code: DeviceCode, now: datetime) -> None:
        """Show the code."""
        shown = SignIn(
            SignInFlow.DEVICE,
            host_of(code.page),
            code.link,
            code=code.user_code,
            page=code.page,
            interval=max(round(code.interval), 1),
            other=client.offers(SignInFlow.BROWSER),
        )
        super().__init__(owner, client, shown, now + timedelta(seconds=code.lasts))
        self._code = code

    async def finish(self) -> None:
        """See the port."""
        interval, client, clock = self._code.interval, self._client, self._owner.clock
        while clock.now() < self.deadline:
            await asyncio.sleep(interval)
            try:
                tokens = await self._owner.on_thread(client.source, lambda: client.by_device(self._code))
            except AppError as error:
                said = str(error.problem.arguments.get("oauth", ""))
                if said == _EXPIRED:
                    break
                if said == _SLOW_DOWN:
                    interval += _SLOWER
                elif error.problem.transient:
                    interval = min(interval * 2, _SLOWEST)  # RFC 8628, 3.5: back off where it does not answer
                elif said != _PENDING:
                    raise
            else:
                # a device sign-in has no nonce: the device code is the bond
                await self._owner.take(client, tokens, nonce=None)
                return
        raise self._late()
