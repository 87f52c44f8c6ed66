"""What AWS told about accounts and keys, kept in the state folder with the time: never asked for without a reason."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.domain.values import dataclass
from app.ports import Clock, StateFiles

FILE = "learned.json"
ALIAS_DAYS = timedelta(days=7)  # an alias is changed hardly ever
AGAIN = timedelta(hours=12)  # after a refusal
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Alias:
    """An account's alias; an empty text: it has none, or AWS did not tell."""

    alias: str
    at: datetime
    refused: bool = False

    def fresh(self, now: datetime) -> bool:
        """Whether it needs no look."""
        return timedelta() <= now - self.at < (AGAIN if self.refused else ALIAS_DAYS)


class Learned:
    """Aliases of accounts, and when keys were made. A file that cannot be written costs the memory alone."""

    def __init__(self, state: StateFiles, clock: Clock) -> None:
        """Read what was kept."""
        self._state, self._clock = state, clock
        kept: Mapping[str, object] = {}
        with suppress(AppError):
            kept = state.read(FILE)
        self._aliases = _aliases(kept.get("aliases"))
        self._made = _times(kept.get("keys"))

    def into(self, catalog: Catalog) -> Catalog:
        """Return the catalog with what is known."""
        aliases = {account: one.alias for account, one in self._aliases.items() if one.alias}
        return replace(catalog, aliases=aliases, key_times=dict(self._made))

    def alias(self, account: str) -> Alias | None:
        """Return what is known of an account's alias."""
        return self._aliases.get(account)

    def made(self, key_id: str) -> datetime | None:
        """Return when a key was made; that never changes."""
        return self._made.get(key_id)

    def keep_alias(self, account: str, alias: str, *, refused: bool = False) -> None:
        """Keep what AWS told. A refusal does not make an alias that was told before forgotten."""
        before = self._aliases.pop(account, None)
        known = before.alias if refused and before is not None else alias
        self._aliases[account] = Alias(known, self._clock.now(), refused)
        self._write()

    def keep_made(self, key_id: str, made: datetime) -> None:
        """Keep when a key was made."""
        if self._made.get(key_id) != made:
            self._made.pop(key_id, None)
            self._made[key_id] = made
            self._write()

    def _write(self) -> None:
        aliases = {
            account: {"alias": one.alias, "at": one.at.isoformat(), "refused": one.refused}
            for account, one in tuple(self._aliases.items())[-_MOST:]
        }
        keys = {key: at.isoformat() for key, at in tuple(self._made.items())[-_MOST:]}
        try:
            self._state.write(FILE, {"aliases": aliases, "keys": keys})
        except AppError as error:
            if error.problem.code not in (Code.FILE_UNWRITABLE, Code.FILE_FULL):
                raise


def _aliases(kept: object) -> dict[str, Alias]:
    found: dict[str, Alias] = {}
    for account, one in _table(kept).items():
        values = _table(one)
        at, alias = _time(values.get("at")), values.get("alias")
        if at is not None and isinstance(alias, str):
            found[account] = Alias(alias, at, values.get("refused") is True)
    return found


def _times(kept: object) -> dict[str, datetime]:
    return {key: at for key, one in _table(kept).items() if (at := _time(one)) is not None}


def _table(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else {}


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
