"""Parts of the core that a test sets by hand: sign-ins at a provider, the local endpoint."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.calls import Identity
from app.domain.conflict import Conflict, Reading, Reads
from app.domain.files import FileDiff
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.sign_in import ProviderView, SignedOut, TokenView
from app.domain.source import Oidc, SignInSource


class FakeSigns:
    """A provider that can do both flows, unless a test says else."""

    def __init__(self) -> None:
        self.view: ProviderView | AppError = ProviderView("login.fjord.example", browser=True, device=True, pkce=True)
        self.token: TokenView | None = None
        self.calls: list[tuple[str, SignInSource]] = []

    async def look(self, source: Oidc) -> ProviderView:
        self.calls.append(("look", source))
        if isinstance(self.view, AppError):
            raise self.view
        return self.view

    async def last(self, source: SignInSource) -> TokenView | None:
        return self.token

    async def sign_out(self, source: SignInSource) -> SignedOut:
        self.calls.append(("sign-out", source))
        self.token = None
        return SignedOut(known=True, revoked=True)


def conflict_of(section: str = "prod-admin", **more: Any) -> Conflict:
    """A section of another tool's."""
    theirs = (
        f"[{section}]",
        "# the break-glass key, see OPS-1733",
        "aws_access_key_id = AKIA…7QXM",
        "aws_secret_access_key = •••••• (40)",
        "region = eu-central-1",
    )
    mine = (
        f"[{section}]",
        f"# rolecall {section} 1a2b3c4d expires 2026-11-25T14:52:09Z",
        "aws_access_key_id = ASIA…0001",
        "aws_secret_access_key = •••••• (40)",
        "aws_session_token = •••••• (300)",
        "# the break-glass key, see OPS-1733",
        "region = eu-central-1",
    )
    reading = Reading(Reads.LONG_LIVED, "AKIA…7QXM")
    path, taken = str(Path.home() / ".aws" / "credentials"), frozenset({section, "legacy"})
    made = Conflict(path, section, "", False, theirs, mine, reading, True, 11, taken, seen="seen")
    return replace(made, **more)


class FakeConflicts:
    """What of someone else's stands in the way; taking it over takes it away, unless a test refuses that."""

    def __init__(self) -> None:
        self.standing: list[Conflict] = []
        self.adopted: list[Conflict] = []
        self.adopt_problem: Problem | None = None

    async def conflicts(self, profile: ProfileName, *, default: bool = False) -> tuple[Conflict, ...]:
        return tuple(self.standing)

    async def adopt(self, profile: ProfileName, conflict: Conflict) -> Problem | None:
        if self.adopt_problem is None:
            self.adopted.append(conflict)
            self.standing.remove(conflict)
        return self.adopt_problem


class FakeUser:
    """IAM, as far as editors ask it."""

    def __init__(self) -> None:
        self.found: tuple[str, ...] | AppError = ("arn:aws:iam::111122223333:mfa/mira.lind",)
        self.alias: str | AppError | None = None  # None: nothing runs that could ask
        self.calls: list[tuple[object, ...]] = []
        self.caller: Identity | AppError | None = None
        self.until: datetime | None = None
        self.core: Any = None

    async def devices(self, name: str, values: Mapping[str, object], secret: object) -> tuple[str, ...]:
        self.calls.append(("devices", name, secret))
        if isinstance(self.found, AppError):
            raise self.found
        return self.found

    async def machine(self, name: str, values: Mapping[str, object]) -> tuple[Identity, datetime | None]:
        self.calls.append(("machine", name, values["kind"]))
        if isinstance(self.caller, Identity):
            return self.caller, self.until
        raise self.caller or AppError.of(Code.METADATA_ABSENT, source=name or "new", host="169.254.169.254")

    async def look_at_key(self, name: str) -> datetime | None:
        self.calls.append(("key", name))
        return next(iter(self.core.catalog.key_times.values()), None)

    def can_look(self, account: str) -> bool:
        return self.alias is not None

    async def look_at_account(self, account: str) -> None:
        self.calls.append(("alias", account))
        if isinstance(self.alias, AppError):
            raise self.alias
        self.core.catalog = replace(self.core.catalog, aliases={account: str(self.alias)})

    async def who(self, name: str, key_id: str) -> Identity | None:
        self.calls.append(("who", name, key_id))
        if isinstance(self.caller, AppError):
            raise self.caller
        return self.caller


class FakeServing:
    """The local endpoint, where a test puts it."""

    def __init__(self) -> None:
        self.port = 0
        self.problem: Problem | None = None


def table_diff(table: str, old: str, before: Mapping[str, object], name: str, values: Mapping[str, object]) -> FileDiff:
    """Return the change of a table as lines of TOML would show it, roughly."""
    said = [list(_lines(f"{table}.{one}", part)) if part else [] for one, part in ((old, before), (name, values))]
    lines = [f"-{line}" for line in said[0] if line not in said[1]]
    kept = [line for line in said[1] if line in said[0]]
    lines += [f"+{line}" for line in said[1] if line not in said[0]]
    return FileDiff("profiles.toml", tuple([f" {kept[0]}", *lines] if kept and lines else lines), 14, 0o600)


def _lines(where: str, values: Mapping[str, object]) -> Iterator[str]:
    yield f"[{where}]"
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _lines(f"{where}.{key}", value)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, one in enumerate(value, 1):
                yield from _lines(f"{where}.{key} {number}", one)
        else:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
