"""Questions to a person: data in the store, a future with a deadline in here."""

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from app.approval_ports import Approvals
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.programs import ANSWER_WITHIN, Asking, short_name
from app.domain.session import Question, QuestionKind
from app.domain.sign_in import SignIn
from app.engine.alarm import Alarm
from app.engine.store import Store
from app.ports import Clock

T = TypeVar("T")
DEADLINE = timedelta(minutes=5)


class Party(Protocol):
    """Those for whom something is done: profiles, and whether a person asked for one of them."""

    def asks(self) -> bool:
        """Whether a person is there to be asked."""
        ...

    def profiles(self) -> tuple[ProfileName, ...]:
        """Who waits."""
        ...


@dataclass(eq=False, slots=True)
class _Open:
    question: Question
    answer: asyncio.Future[str | None]
    who: list[Callable[[], Sequence[ProfileName]]]


class Waited:
    """How long a person was asked something for a profile, in seconds."""

    def __init__(self, profile: ProfileName, clock: Clock) -> None:
        """Nothing is asked yet."""
        self.profile = profile
        self._clock = clock
        self._seconds = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """All of it until now."""
        return self._seconds + (self._clock.monotonic() - self._since if self._since is not None else 0.0)

    def see(self, *, asked: bool) -> None:
        """Take in whether a question is open for the profile."""
        self._seconds, self._since = self.seconds, self._clock.monotonic() if asked else None


class Questions:
    """The open questions. Equal ones are asked once, for all who wait."""

    def __init__(self, store: Store, clock: Clock, alarm: Alarm) -> None:
        """Ask nothing yet."""
        self._store = store
        self._clock = clock
        self._alarm = alarm
        self._open: dict[str, _Open] = {}
        self._watches: list[Waited] = []
        self._number = 0

    async def ask(
        self,
        kind: QuestionKind,
        subject: str,
        who: Callable[[], Sequence[ProfileName]],
        *,
        command: tuple[str, ...] = (),
        refused: Problem | None = None,
        asking: Asking | None = None,
        sign_in: SignIn | None = None,
        until: datetime | None = None,
        keep: timedelta | None = None,
    ) -> str | None:
        """Return the answer, None if the person canceled; TimeoutError after five minutes, or at `until`.

        Of a program after one minute.
        """
        asked = self._same(kind, subject, command)
        if asked is None:
            asked = self._raise(kind, subject, command, refused, asking, sign_in, until, keep)
        asked.who.append(who)
        self.refresh()
        try:
            return await asyncio.shield(asked.answer)
        finally:
            asked.who.remove(who)
            if not asked.who:
                self._withdraw(asked)
            self.refresh()

    def answer(self, question_id: str, value: str | None) -> None:
        """Answer a question; one that is no longer open is passed over."""
        asked = self._open.get(question_id)
        if asked is not None:
            self._settle(asked, value)

    @contextmanager
    def watched(self, profile: ProfileName) -> Iterator[Waited]:
        """Count the time for which a person is asked something for a profile."""
        watch = Waited(profile, self._clock)
        self._watches.append(watch)
        try:
            yield watch
        finally:
            self._watches.remove(watch)

    def cancel_all(self) -> None:
        """Cancel every question."""
        for asked in tuple(self._open.values()):
            self._settle(asked, None)

    def refresh(self) -> None:
        """Bring the profiles that wait up to date; called whenever somebody comes or goes."""
        if not self._open and not self._store.questions:
            return
        for asked in self._open.values():
            names = tuple(dict.fromkeys(name for who in asked.who for name in who()))
            if names != asked.question.profiles:
                asked.question = replace(asked.question, profiles=names)
        self._store.put_questions(tuple(one.question for one in self._open.values()))
        for watch in self._watches:
            watch.see(asked=any(watch.profile in one.question.profiles for one in self._open.values()))

    def moved(self, by: timedelta) -> None:
        """Move the deadlines along with a clock that was set back."""
        for asked in self._open.values():
            deadline = asked.question.deadline + by
            asked.question = replace(asked.question, asked_at=asked.question.asked_at + by, deadline=deadline)
            self._alarm.set(asked, deadline, lambda one=asked: self._late(one))
        self.refresh()

    def _same(self, kind: QuestionKind, subject: str, command: tuple[str, ...]) -> _Open | None:
        for asked in self._open.values():
            question = asked.question
            if (question.kind, question.subject, question.command) == (kind, subject, command):
                return asked
        return None

    def _raise(
        self,
        kind: QuestionKind,
        subject: str,
        command: tuple[str, ...],
        refused: Problem | None,
        asking: Asking | None,
        sign_in: SignIn | None,
        until: datetime | None,
        keep: timedelta | None,
    ) -> _Open:
        self._number += 1
        now = self._clock.now()
        deadline = until or now + (DEADLINE if asking is None else ANSWER_WITHIN)
        number = f"q{self._number}"
        question = Question(number, kind, subject, (), now, deadline, command, refused, asking, sign_in, keep)
        asked = _Open(question, asyncio.get_running_loop().create_future(), [])
        self._open[question.id] = asked
        self._alarm.set(asked, question.deadline, lambda: self._late(asked))
        return asked

    def _late(self, asked: _Open) -> None:
        if not asked.answer.done():
            asked.answer.set_exception(TimeoutError())
        self._withdraw(asked)
        self.refresh()

    def _settle(self, asked: _Open, value: str | None) -> None:
        if not asked.answer.done():
            asked.answer.set_result(value)
        self._withdraw(asked)
        self.refresh()

    def _withdraw(self, asked: _Open) -> None:
        self._open.pop(asked.question.id, None)
        self._alarm.drop(asked)
        if not asked.answer.done():
            asked.answer.cancel()


class Approver:
    """Runs what may need a person's approval of a command, and asks for it where a person is there."""

    def __init__(self, questions: Questions, approvals: Approvals) -> None:
        """Hold the ports."""
        self._questions = questions
        self._approvals = approvals

    async def run(self, party: Party, work: Callable[[], Awaitable[T]]) -> T:
        """Return what `work` gives. APPROVAL_NEEDED becomes a question; a no becomes DENIED. Nothing is asked twice."""
        asked: set[tuple[str, ...]] = set()
        while True:
            try:
                return await work()
            except AppError as error:
                problem = error.problem
                command = _command_of(problem)
                if problem.code is not Code.APPROVAL_NEEDED or not party.asks() or not command or command in asked:
                    raise
                asked.add(command)
                await self._ask(party, problem, command)

    async def _ask(self, party: Party, problem: Problem, command: tuple[str, ...]) -> None:
        source = str(problem.arguments.get("source", ""))
        try:
            answer = await self._questions.ask(QuestionKind.APPROVE_COMMAND, source, party.profiles, command=command)
        except TimeoutError:
            raise AppError(problem) from None
        if answer != "yes":
            raise AppError.of(Code.DENIED, Verb.APPROVE, source, source=source, program=short_name(command[0]))
        self._approvals.approve(command, source=source)


def _command_of(problem: Problem) -> tuple[str, ...]:
    """Return path and arguments: APPROVAL_NEEDED names them as `shlex.join` writes them."""
    try:
        return tuple(shlex.split(str(problem.arguments.get("command", ""))))
    except ValueError:
        return ()
