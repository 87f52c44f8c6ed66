"""Signing in at providers and at Identity Center, made at its first use."""

from collections.abc import Iterator

from app.domain.assignments import AccountRoles
from app.domain.calls import Issued
from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import IdentityCenter, Oidc, SignInFlow, SignInSource
from app.domain.values import dataclass
from app.late import Late
from app.sign_in_ports import Portal, SignInAttempt, SignIns


@dataclass(frozen=True, slots=True)
class SignParts:
    """Signing in, and what it is good for at Identity Center."""

    signs: SignIns
    portal: Portal


@dataclass(frozen=True, slots=True, eq=False)
class LateSignIns:
    """The port SignIns."""

    late: Late[SignParts]

    async def token(self, source: SignInSource) -> Secret:
        """Return a token that nobody has to be asked for."""
        return await (await self.late.ready()).signs.token(source)

    async def begin(self, source: SignInSource, flow: SignInFlow) -> SignInAttempt:
        """Begin a sign-in."""
        return await (await self.late.ready()).signs.begin(source, flow)

    def refused(self, source: SignInSource) -> bool:
        """Forget the last token; False if there was none."""
        return self.late.made is not None and self.late.made.signs.refused(source)

    def forget(self) -> None:
        """Forget every token in memory."""
        if self.late.made is not None:
            self.late.made.signs.forget()

    @property
    def secrets_generation(self) -> int:
        """A number that is another one after every change of the tokens in memory."""
        return -1 if self.late.made is None else self.late.made.signs.secrets_generation

    def secrets(self) -> Iterator[Secret]:
        """Yield the tokens in memory."""
        if self.late.made is not None:
            yield from self.late.made.signs.secrets()

    async def ended(self, source: IdentityCenter) -> None:
        """Forget a sign-in whose tokens AWS takes no more, here alone."""
        await (await self.late.ready()).signs.ended(source)

    async def sign_out(self, source: SignInSource) -> SignedOut:
        """Forget the sign-in here and at the provider."""
        return await (await self.late.ready()).signs.sign_out(source)

    async def look(self, source: Oidc) -> ProviderView:
        """Return what the provider can do."""
        return await (await self.late.ready()).signs.look(source)

    async def last(self, source: SignInSource) -> TokenView | None:
        """Return what the last token said; None where nothing is known."""
        return await (await self.late.ready()).signs.last(source)


@dataclass(frozen=True, slots=True, eq=False)
class LatePortal:
    """The port Portal."""

    late: Late[SignParts]

    async def session(self, source: IdentityCenter, account: str, role: str, token: Secret) -> Issued:
        """Return the session of a role that is assigned to the person."""
        return await (await self.late.ready()).portal.session(source, account, role, token)

    async def accounts(self, source: IdentityCenter, token: Secret) -> tuple[AccountRoles, ...]:
        """Return every account with every role that is assigned to the person."""
        return await (await self.late.ready()).portal.accounts(source, token)
