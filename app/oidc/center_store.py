"""What is kept of sign-ins at Identity Center: in the vault what goes on without a person, the last token in memory.

The vault gets one document: the registered client, and the refresh token, which is good for that client alone. Where
AWS gives no refresh token, the access token lies there in its place. The document is written in parts, because Windows
takes 1,280 characters for each secret; a digest in the first part tells whether the others belong to it.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from app.domain.digests import sha256
from app.domain.entries import VaultEntry, identity_center_entry
from app.domain.problem import AppError
from app.domain.secret import Secret
from app.domain.source import IdentityCenter, SignInFlow
from app.domain.values import dataclass
from app.oidc.center_client import Registration
from app.ports import Vault

_log = logging.getLogger(__name__)
ENOUGH = timedelta(minutes=2)  # a token with less left is not sent any more
PART = 1000  # characters
PARTS_MAXIMUM = 40
Key = tuple[str, str, tuple[str, ...]]


def key_of(source: IdentityCenter) -> Key:
    """Return what a sign-in belongs to: the instance, and what was asked for there."""
    return source.start_url, source.region, source.scopes


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token for accounts and roles."""

    token: Secret
    expires_at: datetime

    def good(self, now: datetime) -> bool:
        """Whether it can still be sent."""
        return self.expires_at - now > ENOUGH


@dataclass(frozen=True, slots=True)
class Kept:
    """A sign-in that lasts: its client, and what new tokens are got with."""

    registration: Registration = field(repr=False)
    refresh_token: Secret | None = None
    access: AccessToken | None = None  # where there is no refresh token


class CenterStore:
    """Reads and writes what is kept; what the vault would not take is kept in memory."""

    def __init__(self, vault: Vault) -> None:
        """Keep nothing yet."""
        self._vault = vault
        self._access: dict[Key, AccessToken] = {}
        self._unsaved: dict[Key, Kept] = {}
        self.generation = 0  # another number after every change of what is in memory

    def secrets(self) -> Iterator[Secret]:
        """Yield the secrets in memory. Any thread; RuntimeError where they change meanwhile."""
        for one in self._access.values():
            yield one.token
        for kept in self._unsaved.values():
            yield kept.registration.secret
            if kept.refresh_token is not None:
                yield kept.refresh_token
            if kept.access is not None:
                yield kept.access.token

    def access(self, source: IdentityCenter) -> AccessToken | None:
        """Return the last token of a source."""
        return self._access.get(key_of(source))

    def keep_access(self, source: IdentityCenter, token: AccessToken) -> None:
        """Keep a token in memory."""
        self._access[key_of(source)] = token
        self.generation += 1

    def drop_access(self, source: IdentityCenter) -> None:
        """Forget the token in memory."""
        self._access.pop(key_of(source), None)
        self.generation += 1

    def forget(self) -> None:
        """Forget every token in memory; what is in the vault stays."""
        self._access.clear()
        self.generation += 1

    async def kept(self, source: IdentityCenter) -> Kept | None:
        """Return the sign-in that lasts, None without one for these scopes; VAULT_*."""
        unsaved = self._unsaved.get(key_of(source))
        if unsaved is not None:
            await self.keep(source, unsaved)
            return unsaved
        found = _parsed(await self._read(source))
        return found if found is not None and found.registration.scopes == source.scopes else None

    async def keep(self, source: IdentityCenter, kept: Kept) -> None:
        """Keep a sign-in: the one before may be void from now on, so that this one must not be lost."""
        self._unsaved[key_of(source)] = kept
        self.generation += 1
        try:
            await self._write(source, _document(kept))
        except AppError as error:
            _log.warning("a sign-in stays in memory, the keyring did not take it: %s", error.problem.code)
        else:
            self._unsaved.pop(key_of(source), None)
            self.generation += 1

    async def drop(self, source: IdentityCenter) -> bool:
        """Forget the sign-in that lasts; False if there was none. VAULT_*."""
        unsaved = self._unsaved.pop(key_of(source), None)
        self.generation += 1
        there = False
        names = set(await self._vault.names())
        for number in range(1, PARTS_MAXIMUM + 1):
            entry = _entry(source, number)
            if number > 1 and entry.service not in names:
                break
            there = await self._vault.delete(entry) or there
        return there or unsaved is not None

    async def has(self, source: IdentityCenter) -> bool:
        """Whether one is kept, by the vault's index: nothing is read, nobody is asked to unlock."""
        return key_of(source) in self._unsaved or _entry(source, 1).service in await self._vault.names()

    async def _read(self, source: IdentityCenter) -> str:
        first = await self._vault.read(_entry(source, 1))
        if first is None:
            return ""
        head, _, text = first.reveal().partition("\n")
        count, _, digest = head.partition(" ")
        if not count.isdigit() or not 1 <= int(count) <= PARTS_MAXIMUM:
            return ""
        for number in range(2, int(count) + 1):
            part = await self._vault.read(_entry(source, number))
            text += "" if part is None else part.reveal()
        return text if _digest(text) == digest else ""  # cut off in the middle of a write: as if there were none

    async def _write(self, source: IdentityCenter, text: str) -> None:
        parts = [text[at : at + PART] for at in range(0, len(text), PART)]
        for number, part in reversed(list(enumerate(parts, 1))):
            head = f"{len(parts)} {_digest(text)}\n" if number == 1 else ""
            await self._vault.write(_entry(source, number), Secret(head + part))
        names = set(await self._vault.names())
        for number in range(len(parts) + 1, PARTS_MAXIMUM + 1):
            if _entry(source, number).service not in names:
                break
            await self._vault.delete(_entry(source, number))


def _entry(source: IdentityCenter, part: int) -> VaultEntry:
    return identity_center_entry(source.start_url, source.region, part)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _document(kept: Kept) -> str:
    one = kept.registration
    value: dict[str, object] = {
        "v": 1,
        "flow": str(one.flow),
        "scopes": list(one.scopes),
        "client_id": one.client_id,
        "client_secret": one.secret.reveal(),
        "until": one.until.isoformat(),
    }
    if kept.refresh_token is not None:
        value["refresh_token"] = kept.refresh_token.reveal()
    elif kept.access is not None:
        value |= {"access_token": kept.access.token.reveal(), "expires_at": kept.access.expires_at.isoformat()}
    return json.dumps(value, separators=(",", ":"))


def _parsed(text: str) -> Kept | None:
    """Return what a document says; None for one of another version, or none at all."""
    try:
        value = cast("dict[str, Any]", json.loads(text))
        registration = Registration(
            str(value["client_id"]),
            Secret(value["client_secret"]),
            _time(value["until"]),
            SignInFlow(value["flow"]),
            tuple(str(one) for one in value["scopes"]),
        )
        refresh, access = value.get("refresh_token"), value.get("access_token")
        token = None if access is None else AccessToken(Secret(access), _time(value["expires_at"]))
        return Kept(registration, None if refresh is None else Secret(refresh), token)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
