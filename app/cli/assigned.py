"""What Identity Center has assigned to the person, for commands: asked of the engine, chosen by words."""

import time
from collections.abc import Iterable, Sequence

from app.broker.protocol import Ask, Request
from app.broker.wire import items_of
from app.choosing import nearest
from app.cli.context import Cli
from app.cli.outcomes import POLL_SECONDS, WAIT_SECONDS, questions_of, settle, waited
from app.domain.assignments import AccountRoles, Assigned
from app.domain.names import AccountId
from app.domain.problem import AppError, Code, Verb


def accounts_of(cli: Cli, source: str) -> tuple[AccountRoles, ...]:
    """Return all accounts and roles; the person signs in where that is needed, or SIGN_IN_NEEDED."""
    with cli.engine() as link:
        asking = cli.terminal.present() or link.kind == "application"
        begin, shown = time.monotonic(), set[str]()
        while True:
            request = Request(Ask.ACCOUNTS, names=(source,), wait=WAIT_SECONDS, ask=asking, seen=tuple(shown))
            answer = waited(link, request)
            if "accounts" in answer:
                return tuple(_account(one) for one in items_of(answer["accounts"]))
            for question in questions_of(answer):
                if not asking:
                    raise AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, profile="", source=source)
                settle(cli.terminal, link, question, shown)
            if time.monotonic() - begin > WAIT_SECONDS:
                raise AppError.of(Code.ENGINE_UNREACHABLE, reason="no answer in time")
            if not questions_of(answer):
                time.sleep(POLL_SECONDS)


def searched(accounts: Iterable[AccountRoles], text: str) -> list[tuple[AccountRoles, str]]:
    """Return the roles whose account or own name has every word of the text."""
    words = text.casefold().split()
    return [
        (one, role)
        for one in accounts
        for role in one.roles
        if all(word in f"{one.name} {one.id} {one.email} {role}".casefold() for word in words)
    ]


def picked(accounts: Sequence[AccountRoles], choices: Iterable[str]) -> list[Assigned]:
    """Return the roles that are named "account/role", an account by its id or its name; CENTER_CHOICE."""
    known = {f"{key}/{role}": Assigned(one.id, role) for one in accounts for role in one.roles for key in _keys(one)}
    found: list[Assigned] = []
    for text in choices:
        if text not in known:
            raise AppError.of(Code.CENTER_CHOICE, choice=text[:200], nearest=nearest(text, known))
        found.append(known[text])
    return list(dict.fromkeys(found))


def _keys(one: AccountRoles) -> tuple[str, ...]:
    return (one.id, one.name) if one.name else (one.id,)


def _account(value: object) -> AccountRoles:
    table = value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]
    texts = [str(table.get(key) or "") for key in ("account", "name", "email")]  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    roles = tuple(str(one) for one in items_of(table.get("roles")))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return AccountRoles(AccountId(texts[0]), texts[1], texts[2], roles)
