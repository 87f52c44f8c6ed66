"""The ports of signing in: the provider's side, and the person's browser. They stand beside app/ports.py."""

from collections.abc import Awaitable, Iterator
from datetime import datetime
from typing import Protocol

from app.domain.assignments import AccountRoles
from app.domain.calls import Issued
from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, SignedOut, SignIn, TokenView
from app.domain.source import IdentityCenter, Oidc, SignInFlow, SignInSource


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
    """Tokens of sources that a person signs in to. Refresh tokens are in the vault, all others in memory alone."""

    async def token(self, source: SignInSource) -> Secret:
        """Return a token without asking a person: the last one, or a refreshed one.

        For AssumeRoleWithWebIdentity, and of Identity Center for the port Portal.

        Raises SIGN_IN_NEEDED, SIGN_IN_ENDED (the refresh token was dropped) where only a person can go on.
        """
        ...

    async def begin(self, source: SignInSource, flow: SignInFlow) -> SignInAttempt:
        """Begin a sign-in: the listener is open, or the device code is there.

        Raises PROVIDER_*, NETWORK*, SIGN_IN_PORT, SIGN_IN_CLIENT, VAULT_NO_ENTRY.
        """
        ...

    def refused(self, source: SignInSource) -> bool:
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

    async def ended(self, source: IdentityCenter) -> None:
        """Forget a sign-in whose tokens AWS takes no more, here alone."""
        ...

    async def sign_out(self, source: SignInSource) -> SignedOut:
        """Forget the sign-in here and, as far as it can be reached, at the provider; VAULT_*."""
        ...

    async def look(self, source: Oidc) -> ProviderView:
        """Return what the provider can do, asked anew; PROVIDER_*, NETWORK*."""
        ...

    async def last(self, source: SignInSource) -> TokenView | None:
        """Return what the last token said, and whether a refresh token is kept; None without either."""
        ...


class Portal(Protocol):
    """What a token of Identity Center is good for. Ends within its own deadlines."""

    async def session(self, source: IdentityCenter, account: str, role: str, token: Secret) -> Issued:
        """Return the session of a role that is assigned to the person.

        Raises CENTER_ROLE where it is not (any more), SIGN_IN_ENDED for a token that AWS takes no more, THROTTLED,
        AWS_*, NETWORK*.
        """
        ...

    async def accounts(self, source: IdentityCenter, token: Secret) -> tuple[AccountRoles, ...]:
        """Return every account with every role that is assigned to the person, by name; SIGN_IN_ENDED, THROTTLED."""
        ...


class Opener(Protocol):
    """The person's own browser."""

    async def open(self, link: str) -> bool:
        """Open a page; False where there is no browser or it did not start. The link is nowhere written down."""
        ...
