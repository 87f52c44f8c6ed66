"""The request for the accounts and roles of an Identity Center source: what the list is, or who has to sign in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from app.broker.protocol import Json, Request
from app.broker.wire import question_json
from app.choosing import source_named
from app.core import Core
from app.domain.assignments import AccountRoles
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Verb
from app.domain.session import Question
from app.domain.source import IdentityCenter, Source

NOBODY = (ProfileName(""),)  # no profile waits: the list is for a person
Listing = tuple[AccountRoles, ...]


class CenterDesk:
    """Performs it on the loop that the engine runs on; who asks again while a list is under way waits for the same."""

    def __init__(
        self,
        core: Core,
        asked: Callable[[tuple[ProfileName, ...], frozenset[str]], Awaitable[None]],
        questions: Callable[[tuple[ProfileName, ...]], Sequence[Question]],
    ) -> None:
        """`asked` returns once there is a question that was not seen; `questions` are those that are open."""
        self._core = core
        self._asked = asked
        self._questions = questions
        self._lists: dict[str, asyncio.Task[Listing]] = {}

    async def perform(self, request: Request) -> Json:
        """Return the accounts, or the questions that stand in the way."""
        source = center_source(source_named(self._core.catalog, request.names[0] if request.names else ""))
        task = self._lists.get(source.name)
        if task is None or task.done():
            task = asyncio.ensure_future(self._core.engine.accounts(source, ask=request.ask))
            task.add_done_callback(lambda done: self._over(source.name, done))
            self._lists[source.name] = task
        asked = asyncio.ensure_future(self._asked(NOBODY, frozenset(request.seen)))
        try:
            await asyncio.wait((task, asked), timeout=request.wait or None, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        if task.done():
            return {"accounts": [account_json(one) for one in task.result()]}
        return {"questions": [question_json(one) for one in self._questions(NOBODY)]}

    def _over(self, name: str, task: asyncio.Task[Listing]) -> None:
        if self._lists.get(name) is task:
            del self._lists[name]
        if not task.cancelled():
            task.exception()


def center_source(source: Source) -> IdentityCenter:
    """Return a source of Identity Center; VALUE_NOT_HERE for another kind."""
    if not isinstance(source, IdentityCenter):
        raise AppError.of(Code.VALUE_NOT_HERE, Verb.NONE, key="roles", reason="not-this-kind")
    return source


def account_json(one: AccountRoles) -> dict[str, object]:
    """Return an account for the socket."""
    return {"account": one.id, "name": one.name, "email": one.email, "roles": list(one.roles)}
