"""The ports of signing in: the provider's side, and the person's browser. They stand beside app/ports.py."""

from collections.abc import Awaitable, Iterator
from datetime import datetime
from typing import Protocol

from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, SignedOut, SignIn, TokenView
from app.domain.source import Oidc, SignInFlow


class SignInAttempt(Protocol):
    """A sign-in that a person is asked to finish."""

    @property
    def shown(self) -> SignIn:
        """What the person is shown."""
        ...

    @property
    def deadline(self) -> datetime:
        """When it ends by itself."""
        ...

    def finish(self) -> Awaitable[None]:
        """Wait until the person is done and the tokens are checked and kept; after that `token` has one.

        Raises SIGN_IN_DENIED, SIGN_IN_LATE (a device code that ended), SIGN_IN_*, ID_TOKEN_*, PROVIDER_*, NETWORK*.
        Can be cancelled at any time.
        """
        ...

    def close(self) -> None:
        """Let go of ports and waits, however it ended; at once."""
        ...


class SignIns(Protocol):
    """Tokens of OpenID Connect sources. Refresh tokens are in the vault, all others in memory alone."""

    async def token(self, source: Oidc) -> Secret:
        """Return a token for AssumeRoleWithWebIdentity without asking a person: the last one, or a refreshed one.

        Raises SIGN_IN_NEEDED, SIGN_IN_ENDED (the refresh token was dropped) where only a person can go on.
        """
        ...

    async def begin(self, source: Oidc, flow: SignInFlow) -> SignInAttempt:
        """Begin a sign-in: the listener is open, or the device code is there.

        Raises PROVIDER_*, NETWORK*, SIGN_IN_PORT, SIGN_IN_CLIENT, VAULT_NO_ENTRY.
        """
        ...

    def refused(self, source: Oidc) -> bool:
        """Forget the last token, which AWS refused; False if there was none."""
        ...

    def forget(self) -> None:
        """Forget every token in memory."""
        ...

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the tokens in memory. Any thread."""
        ...

    def secrets(self) -> Iterator[Secret]:
        """Yield the tokens in memory. Any thread; RuntimeError where they change meanwhile."""
        ...

    async def sign_out(self, source: Oidc) -> SignedOut:
        """Forget the sign-in here and, as far as it can be reached, at the provider; VAULT_*."""
        ...

    async def look(self, source: Oidc) -> ProviderView:
        """Return what the provider can do, asked anew; PROVIDER_*, NETWORK*."""
        ...

    async def last(self, source: Oidc) -> TokenView | None:
        """Return what the last token said, and whether a refresh token is kept; None without either."""
        ...


class Opener(Protocol):
    """The person's own browser."""

    async def open(self, link: str) -> bool:
        """Open a page; False where there is no browser or it did not start. The link is nowhere written down."""
        ...
