"""The two ways in which a person signs in: by a browser on this machine, or by a code in any other."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.sign_in import SignIn
from app.domain.source import Oidc, SignInFlow
from app.oidc.client import Client, DeviceCode, Tokens, code_of
from app.oidc.http import host_of
from app.ports import Clock

if TYPE_CHECKING:
    from app.oidc.listener import Listener

T = TypeVar("T")
BROWSER_LASTS = timedelta(minutes=5)
_SLOWER = 5.0  # RFC 8628, 3.5
_SLOWEST = 60.0
_PENDING, _SLOW_DOWN, _EXPIRED = "authorization_pending", "slow_down", "expired_token"


class Owner(Protocol):
    """What attempts work with."""

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    async def on_thread(self, source: Oidc, work: Callable[[], T]) -> T:
        """Do blocking work within a deadline."""
        ...

    def take(self, client: Client, tokens: Tokens, *, nonce: str | None) -> Awaitable[Secret]:
        """Check what a provider gave, and keep it."""
        ...


class Attempt:
    """A sign-in that a person is asked to finish."""

    def __init__(self, owner: Owner, client: Client, shown: SignIn, deadline: datetime) -> None:
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
        source, host = self._client.source.name, self._client.provider.host
        return AppError.of(Code.SIGN_IN_LATE, Verb.SIGN_IN, source=source, host=host)


class Browser(Attempt):
    """Authorization code with PKCE, back to a port of 127.0.0.1."""

    def __init__(
        self, owner: Owner, client: Client, listener: "Listener", link: str, nonce: str, verifier: Secret
    ) -> None:
        """Use `open`."""
        provider = client.provider
        other = bool(provider.device)
        shown = SignIn(SignInFlow.BROWSER, host_of(provider.authorization), link, listener.address, other=other)
        super().__init__(owner, client, shown, owner.clock.now() + BROWSER_LASTS)
        self._listener = listener
        self._nonce = nonce
        self._verifier = verifier
        self.redirect: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, owner: Owner, client: Client) -> "Browser":
        """Open the listener, then make the link that leads back to it."""
        # these bring an HTTP server and OpenSSL: kept out of the memory of who never signs in
        import secrets

        from app.oidc.listener import Listener

        state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), Secret(secrets.token_urlsafe(48))
        loop, holder = asyncio.get_running_loop(), list[Browser]()

        def arrived(values: Any) -> None:  # noqa: ANN401  the redirect's parameters
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(lambda: holder[0].arrived(dict(values)))

        listener = Listener(client.source.name, client.source.redirect_port, state, arrived)
        try:
            link = await owner.on_thread(
                client.source, lambda: client.authorization(listener.address, state, nonce, verifier)
            )
        except BaseException:
            listener.close()
            raise
        holder.append(cls(owner, client, listener, link, nonce, verifier))
        return holder[0]

    def arrived(self, values: dict[str, str]) -> None:
        """Take the redirect."""
        if not self.redirect.done():
            self.redirect.set_result(values)

    async def finish(self) -> None:
        """See the port."""
        values = await self.redirect
        source, client = self._client.source, self._client
        code = code_of(source, client.provider, values)
        tokens = await self._owner.on_thread(
            source, lambda: client.by_code(code, self._listener.address, self._verifier)
        )
        await self._owner.take(client, tokens, nonce=self._nonce)

    def close(self) -> None:
        """Close the listener."""
        self._listener.close()


class Device(Attempt):
    """A code that the person confirms in any browser, and the provider asked now and then whether it is done."""

    def __init__(self, owner: Owner, client: Client, code: DeviceCode, now: datetime) -> None:
        """Show the code."""
        shown = SignIn(
            SignInFlow.DEVICE,
            host_of(code.page),
            code.link,
            code=code.user_code,
            page=code.page,
            interval=max(round(code.interval), 1),
            other=bool(client.provider.authorization),
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
