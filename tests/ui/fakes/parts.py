"""Parts of the core that a test sets by hand: sign-ins at a provider, the local endpoint."""

from app.domain.problem import AppError, Problem
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import Oidc


class FakeSigns:
    """A provider that can do both flows, unless a test says else."""

    def __init__(self) -> None:
        self.view: ProviderView | AppError = ProviderView("login.fjord.example", browser=True, device=True, pkce=True)
        self.token: TokenView | None = None
        self.calls: list[tuple[str, Oidc]] = []

    async def look(self, source: Oidc) -> ProviderView:
        self.calls.append(("look", source))
        if isinstance(self.view, AppError):
            raise self.view
        return self.view

    async def last(self, source: Oidc) -> TokenView | None:
        return self.token

    async def sign_out(self, source: Oidc) -> SignedOut:
        self.calls.append(("sign-out", source))
        self.token = None
        return SignedOut(known=True, revoked=True)


class FakeServing:
    """The local endpoint, where a test puts it."""

    def __init__(self) -> None:
        self.port = 0
        self.problem: Problem | None = None
