"""Sign-ins under way: one for each source, for all profiles that wait for it.

A token that the provider refreshes by itself needs nobody. Only where a person asked for one of the profiles is a
sign-in begun; what is shown of it is a question in the store, which any front end can show, answer and cancel.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.session import QuestionKind
from app.domain.sign_in import AGAIN, SignIn
from app.domain.source import IdentityCenter, SignInFlow, SignInSource, signs_in_at
from app.engine.questions import Party, Questions
from app.ports import Clock
from app.sign_in_ports import Opener, SignInAttempt, SignIns

_WANTS_PERSON = frozenset({Code.SIGN_IN_NEEDED, Code.SIGN_IN_ENDED})
_STALE = timedelta(minutes=5)  # how long an expired code is shown


@dataclass(eq=False, slots=True)
class _Under:
    """A sign-in under way, and who waits for it."""

    parties: list[Party] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def profiles(self) -> tuple[ProfileName, ...]:
        return tuple(dict.fromkeys(name for one in self.parties for name in one.profiles()))


class SigningIn:
    """Tokens of sources that a person signs in to."""

    def __init__(self, signs: SignIns, questions: Questions, opener: Opener | None, clock: Clock) -> None:
        """`opener` None: there is no browser to open; links are shown alone."""
        self._signs = signs
        self._questions = questions
        self._opener = opener
        self._clock = clock
        self._under: dict[SignInSource, _Under] = {}

    async def token(self, source: SignInSource, party: Party) -> Secret:
        """Return a token, asking a person where one is there; SIGN_IN_NEEDED and SIGN_IN_ENDED name the profile."""
        try:
            return await self._signs.token(source)
        except AppError as error:
            if error.problem.code not in _WANTS_PERSON:
                raise
            if not party.asks():
                raise AppError(_named(error.problem, party)) from None
        await self.sign_in(source, party)
        return await self._signs.token(source)

    async def sign_in(self, source: SignInSource, party: Party) -> None:
        """Have a person sign in; joins a sign-in that is under way. It ends with the last who waits for it."""
        under = self._under.get(source) or _Under()
        under.parties.append(party)
        if under.task is None:
            self._under[source] = under
            under.task = asyncio.ensure_future(self._person(source, under))
            under.task.add_done_callback(_looked_at)
        self._questions.refresh()
        try:
            await asyncio.shield(under.task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if under.task.cancelled() and current is not None and not current.cancelling():
                raise AppError(_canceled(source, "")) from None
            raise
        finally:
            under.parties.remove(party)
            if not under.parties:
                under.task.cancel()
            if under.task.done() or not under.parties:
                self._drop(source, under)
            self._questions.refresh()

    def refused(self, source: SignInSource) -> bool:
        """Forget the last token of a source."""
        return self._signs.refused(source)

    async def ended(self, source: IdentityCenter) -> None:
        """Forget a sign-in whose tokens AWS takes no more."""
        await self._signs.ended(source)

    def forget(self) -> None:
        """Forget the tokens in memory, and end what is under way."""
        self._signs.forget()
        for under in tuple(self._under.values()):
            if under.task is not None:
                under.task.cancel()
        self._under.clear()

    async def _person(self, source: SignInSource, under: _Under) -> None:
        flow = source.flow
        while True:
            attempt = await self._signs.begin(source, flow)
            try:
                answer = await self._shown(source, attempt, under)
            finally:
                attempt.close()
            if answer is None:
                return
            flow = flow if answer == AGAIN else SignInFlow(answer)

    async def _shown(self, source: SignInSource, attempt: SignInAttempt, under: _Under) -> str | None:
        """Show a sign-in until it is done (None), or until the person wants another one (AGAIN, or a flow)."""
        shown = attempt.shown
        finish = asyncio.ensure_future(attempt.finish())
        answer = asyncio.ensure_future(self._ask(source, attempt, under, shown))
        opened = asyncio.ensure_future(self._open(shown))
        try:
            await asyncio.wait((finish, answer), return_when=asyncio.FIRST_COMPLETED)
            if finish.done():
                try:
                    return finish.result()
                except AppError as error:
                    if error.problem.code is not Code.SIGN_IN_LATE or shown.flow is not SignInFlow.DEVICE:
                        raise
            else:
                return _meant(source, answer.result(), shown)
        finally:
            for one in (finish, answer, opened):
                one.cancel()
            await asyncio.gather(finish, answer, opened, return_exceptions=True)
        gone = replace(shown, expired=True)
        return _meant(source, await self._ask(source, attempt, under, gone), gone)

    async def _ask(self, source: SignInSource, attempt: SignInAttempt, under: _Under, shown: SignIn) -> str | None:
        until = self._clock.now() + _STALE if shown.expired else attempt.deadline
        try:
            return await self._questions.ask(
                QuestionKind.SIGN_IN, source.name, under.profiles, sign_in=shown, until=until
            )
        except TimeoutError:
            raise AppError.of(Code.SIGN_IN_LATE, Verb.SIGN_IN, source=source.name, host=shown.host) from None

    async def _open(self, shown: SignIn) -> None:
        if self._opener is not None and shown.flow is SignInFlow.BROWSER:
            await self._opener.open(shown.link)

    def _drop(self, source: SignInSource, under: _Under) -> None:
        if self._under.get(source) is under:
            del self._under[source]


def _meant(source: SignInSource, answer: str | None, shown: SignIn) -> str:
    if answer == AGAIN or (shown.other and answer in {str(SignInFlow.BROWSER), str(SignInFlow.DEVICE)}):
        return answer
    raise AppError(_canceled(source, shown.host))


def _canceled(source: SignInSource, host: str) -> Problem:
    host = host or signs_in_at(source)
    return Problem.of(Code.SIGN_IN_CANCELED, Verb.SIGN_IN, source=source.name, host=host)


def _named(problem: Problem, party: Party) -> Problem:
    names = party.profiles()
    name = names[0] if names else ""
    return Problem.of(problem.code, Verb.SIGN_IN, name, **{**problem.arguments, "profile": name})


def _looked_at(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        task.exception()
