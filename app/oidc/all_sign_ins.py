"""The port SignIns for both kinds of sources: at OpenID Connect providers, and at Identity Center."""

from collections.abc import Iterator

from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import IdentityCenter, Oidc, SignInFlow, SignInSource
from app.domain.values import dataclass
from app.oidc.center import CenterSignIns
from app.oidc.sign_ins import OidcSignIns
from app.sign_in_ports import SignInAttempt


@dataclass(frozen=True, slots=True)
class AllSignIns:
    """Passes on to the one whose source it is (see the port)."""

    oidc: OidcSignIns
    center: CenterSignIns

    async def token(self, source: SignInSource) -> Secret:
        """Return a token that nobody has to be asked for."""
        return await (self.oidc.token(source) if isinstance(source, Oidc) else self.center.token(source))

    async def begin(self, source: SignInSource, flow: SignInFlow) -> SignInAttempt:
        """Begin a sign-in."""
        return await (self.oidc.begin(source, flow) if isinstance(source, Oidc) else self.center.begin(source, flow))

    def refused(self, source: SignInSource) -> bool:
        """Forget the last token."""
        return self.oidc.refused(source) if isinstance(source, Oidc) else self.center.refused(source)

    def forget(self) -> None:
        """Forget the tokens in memory."""
        self.oidc.forget()
        self.center.forget()

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the secrets in memory: both only ever grow."""
        return self.oidc.secrets_generation + self.center.secrets_generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets in memory."""
        yield from self.oidc.secrets()
        yield from self.center.secrets()

    async def ended(self, source: IdentityCenter) -> None:
        """Forget a sign-in whose tokens AWS takes no more."""
        await self.center.ended(source)

    async def sign_out(self, source: SignInSource) -> SignedOut:
        """Forget the sign-in here and where it was made."""
        return await (self.oidc.sign_out(source) if isinstance(source, Oidc) else self.center.sign_out(source))

    async def look(self, source: Oidc) -> ProviderView:
        """Return what a provider can do."""
        return await self.oidc.look(source)

    async def last(self, source: SignInSource) -> TokenView | None:
        """Return what the last token said."""
        return await (self.oidc.last(source) if isinstance(source, Oidc) else self.center.last(source))
