"""STS and the sources' first credentials, codes and tokens, made at their first use."""

from app.domain.calls import (
    AssumeRoleCall,
    FederationCall,
    Identity,
    Issued,
    SessionTokenCall,
    StsEndpoint,
    WebIdentityCall,
)
from app.domain.secret import Credentials, Secret
from app.domain.source import Source
from app.domain.values import dataclass
from app.late import Late
from app.ports import IdentityTokens, MfaCodes, Sources, Sts


@dataclass(frozen=True, slots=True)
class SourceParts:
    """Where first credentials, codes and tokens come from."""

    sources: Sources
    mfa: MfaCodes
    tokens: IdentityTokens


@dataclass(frozen=True, slots=True, eq=False)
class LateSts:
    """The port Sts."""

    late: Late[Sts]

    async def session_token(self, call: SessionTokenCall, signer: Credentials, code: str | None) -> Issued:
        """GetSessionToken."""
        return await (await self.late.ready()).session_token(call, signer, code)

    async def federation_token(self, call: FederationCall, signer: Credentials) -> Issued:
        """GetFederationToken."""
        return await (await self.late.ready()).federation_token(call, signer)

    async def assume_role(self, call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
        """AssumeRole."""
        return await (await self.late.ready()).assume_role(call, signer, code)

    async def web_identity(self, call: WebIdentityCall, token: Secret) -> Issued:
        """AssumeRoleWithWebIdentity, unsigned."""
        return await (await self.late.ready()).web_identity(call, token)

    async def identity(self, endpoint: StsEndpoint, signer: Credentials) -> Identity:
        """GetCallerIdentity."""
        return await (await self.late.ready()).identity(endpoint, signer)


@dataclass(frozen=True, slots=True, eq=False)
class LateSources:
    """The port Sources."""

    late: Late[SourceParts]

    async def credentials(self, source: Source) -> Issued:
        """Return the source's credentials."""
        return await (await self.late.ready()).sources.credentials(source)


@dataclass(frozen=True, slots=True, eq=False)
class LateCodes:
    """The port MfaCodes."""

    late: Late[SourceParts]

    async def code(self, source: Source, serial: str) -> str | None:
        """Return a fresh code; None: ask a person."""
        return await (await self.late.ready()).mfa.code(source, serial)

    async def claim(self, serial: str, code: str) -> bool:
        """Mark a code as used; False if it was used already."""
        return await (await self.late.ready()).mfa.claim(serial, code)


@dataclass(frozen=True, slots=True, eq=False)
class LateTokens:
    """The port IdentityTokens."""

    late: Late[SourceParts]

    async def token(self, source: Source) -> Secret:
        """Return a token for AssumeRoleWithWebIdentity."""
        return await (await self.late.ready()).tokens.token(source)

    def take(self, source: Source, text: str) -> None:
        """Keep what a person pasted."""
        self.late.now().tokens.take(source, text)

    def refused(self, source: Source) -> bool:
        """Forget the pasted token that AWS refused; False if there was none."""
        return self.late.made is not None and self.late.made.tokens.refused(source)

    def forget(self) -> None:
        """Forget all that was pasted."""
        if self.late.made is not None:
            self.late.made.tokens.forget()
