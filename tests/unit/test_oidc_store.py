"""What is kept of sign-ins: refresh tokens, and tokens in memory, which no log ever shows."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.oidc.store import Kept, TokenStore
from app.redaction import Redactor
from app.vault.memory import MemoryVault
from tests.support.logfail import ExpectedLogs
from tests.support.signs import oidc

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = oidc("https://id.example.com")
LINE = "an opaque-access and an opaque-refresh token"


class Closed(MemoryVault):
    """A vault that takes nothing while it is shut."""

    shut = True

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        if self.shut:
            raise AppError.of(Code.VAULT_FAILED, entry=entry.service, reason="shut")
        await super().write(entry, secret)


def watched(store: TokenStore) -> Redactor:
    redactor = Redactor()
    redactor.watch(lambda: store.generation, store.secrets)
    return redactor


@pytest.mark.parametrize("end", ["drop", "forget"])
def test_a_token_in_memory_is_kept_out_of_the_log_until_it_is_forgotten(end: str) -> None:
    store = TokenStore(MemoryVault())
    redactor = watched(store)
    assert redactor.clean(LINE) == LINE
    store.keep(SOURCE, Kept(Secret("opaque-access"), NOW, NOW + timedelta(hours=1), "ana", "rolecall"))
    assert redactor.clean(LINE) == "an *** and an opaque-refresh token"
    store.drop(SOURCE) if end == "drop" else store.forget()
    assert redactor.clean(LINE) == LINE


async def test_a_refresh_token_that_the_vault_did_not_take_is_kept_out_of_the_log(
    expected_logs: ExpectedLogs,
) -> None:
    expected_logs.add("app.oidc", "stays in memory")
    vault = Closed()
    store = TokenStore(vault)
    redactor = watched(store)
    await store.keep_refresh_token(SOURCE, Secret("opaque-refresh"))
    assert redactor.clean(LINE) == "an opaque-access and an *** token"
    vault.shut = False
    assert await store.refresh_token(SOURCE) is not None, "and it goes to the vault as soon as that takes it"
    assert redactor.clean(LINE) == LINE
