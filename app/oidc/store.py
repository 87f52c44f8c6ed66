"""What is kept of sign-ins: the refresh token in the vault, the last token in memory alone."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.domain.entries import oidc_entry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import Oidc
from app.domain.values import dataclass
from app.ports import Vault

_log = logging.getLogger(__name__)
REFRESH, CLIENT = "refresh-token", "client-secret"
ENOUGH = timedelta(minutes=2)  # a token with less left is not sent any more
SHORT = timedelta(seconds=30)  # with a provider whose tokens last hardly longer

Key = tuple[str, str, tuple[str, ...], str]


def key_of(source: Oidc) -> Key:
    """Return what tokens belong to: the same client at the same issuer, with the same scopes."""
    return source.issuer, source.client_id, source.scopes, source.token


@dataclass(frozen=True, slots=True)
class Kept:
    """The last token for AWS."""

    token: Secret
    received_at: datetime
    expires_at: datetime | None
    subject: str
    audience: str

    def good(self, now: datetime) -> bool:
        """Whether it can still be sent."""
        if self.expires_at is None:
            return now - self.received_at < ENOUGH
        whole = self.expires_at - self.received_at
        return self.expires_at - now > (ENOUGH if whole > 2 * ENOUGH else SHORT if whole > 2 * SHORT else whole / 4)


class TokenStore:
    """Reads and writes what is kept; a refresh token that the vault would not take is kept in memory."""

    def __init__(self, vault: Vault) -> None:
        """Keep nothing yet."""
        self._vault = vault
        self._kept: dict[Key, Kept] = {}
        self._unsaved: dict[str, Secret] = {}  # by the entry's service
        self.generation = 0  # another number after every change of what is in memory

    def secrets(self) -> Iterator[Secret]:
        """Yield the tokens in memory. Any thread; RuntimeError where they change meanwhile."""
        for kept in self._kept.values():
            yield kept.token
        yield from self._unsaved.values()

    def kept(self, source: Oidc) -> Kept | None:
        """Return the last token of a source."""
        return self._kept.get(key_of(source))

    def keep(self, source: Oidc, kept: Kept) -> None:
        """Keep a token in memory."""
        self._kept[key_of(source)] = kept
        self.generation += 1

    def drop(self, source: Oidc) -> None:
        """Forget the token in memory."""
        self._kept.pop(key_of(source), None)
        self.generation += 1

    def forget(self) -> None:
        """Forget every token in memory; refresh tokens stay in the vault."""
        self._kept.clear()
        self.generation += 1

    async def refresh_token(self, source: Oidc) -> Secret | None:
        """Return the refresh token; VAULT_*."""
        entry = oidc_entry(source.issuer, source.client_id, REFRESH)
        unsaved = self._unsaved.get(entry.service)
        if unsaved is not None:
            await self.keep_refresh_token(source, unsaved)
            return unsaved
        return await self._vault.read(entry)

    async def keep_refresh_token(self, source: Oidc, token: Secret) -> None:
        """Keep a refresh token: the one before may be void from now on, so that this one must not be lost."""
        entry = oidc_entry(source.issuer, source.client_id, REFRESH)
        self._unsaved[entry.service] = token
        self.generation += 1
        try:
            await self._vault.write(entry, token)
        except AppError as error:
            _log.warning("a refresh token stays in memory, the keyring did not take it: %s", error.problem.code)
        else:
            self._unsaved.pop(entry.service, None)
            self.generation += 1

    async def drop_refresh_token(self, source: Oidc) -> bool:
        """Forget the refresh token; False if there was none. VAULT_*."""
        entry = oidc_entry(source.issuer, source.client_id, REFRESH)
        unsaved = self._unsaved.pop(entry.service, None)
        self.generation += 1
        return await self._vault.delete(entry) or unsaved is not None

    async def has_refresh_token(self, source: Oidc) -> bool:
        """Whether one is kept, by the vault's index: nothing is read, nobody is asked to unlock."""
        service = oidc_entry(source.issuer, source.client_id, REFRESH).service
        return service in self._unsaved or service in await self._vault.names()

    async def client_secret(self, source: Oidc) -> Secret | None:
        """Return the client's secret, None for a public client; VAULT_NO_ENTRY where it is missing."""
        if not source.client_secret:
            return None
        entry = oidc_entry(source.issuer, source.client_id, CLIENT)
        secret = await self._vault.read(entry)
        if secret is None:
            raise AppError.of(
                *(Code.VAULT_NO_ENTRY, Verb.SET_SECRET, f"{source.name} --client-secret"),
                entry=entry.service,
                source=source.name,
                what=entry.what,
            )
        return secret
