"""The long life of `rolecall refresh`: the engine itself where there is none, else a follower of the one that runs."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Sequence

from app.broker.client import BrokerClient
from app.broker.protocol import Ask, Json, Request
from app.broker.wire import items_of, parse_question, parse_status
from app.cli.context import Cli
from app.cli.diary import Diary
from app.cli.outcomes import program_words, say_sign_in
from app.cli.output import note, say_problem
from app.cli.terminal import Terminal
from app.compose import open_core
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Exit, Problem
from app.domain.programs import Answer
from app.domain.session import Question, QuestionKind, Starter
from app.engine.store import Change
from app.host import Host, HostEvents, HostKind
from app.texts import T

FOLLOW_PAUSE = 0.2
_TYPED = (QuestionKind.MFA, QuestionKind.TOKEN_PASTE, QuestionKind.PROGRAM)


class Keeper:
    """Keeps profiles fresh until SIGTERM (ends with 0) or SIGINT (130). Hosts the engine, or follows one."""

    def __init__(self, cli: Cli, names: Sequence[ProfileName], *, auto: bool, ask: bool, adopt: bool) -> None:
        """`auto`: the names are those with start = "auto", which the engine of an application knows by itself."""
        self._cli = cli
        self._names = tuple(names)
        self._auto = auto
        self._by = Starter.COMMAND_LINE if ask else Starter.AUTO
        self._ask = ask
        self._adopt = adopt
        self._diary = Diary(cli.world.clock)
        self._code: int | None = None
        self._ending = asyncio.Event()
        self._asked: set[str] = set()

    def run(self) -> int:
        """Run until a signal; returns the exit code."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        _on_signal(loop, signal.SIGTERM, lambda: self._end(Exit.DONE))
        _on_signal(loop, signal.SIGINT, lambda: self._end(Exit.INTERRUPTED))
        while self._code is None:
            try:
                await self._host()
            except AppError as error:
                if error.problem.code is not Code.ENGINE_RUNNING:
                    say_problem(error.problem)
                    return int(error.problem.exit)
                await self._follow(error.problem)
        return self._code

    def _end(self, code: int) -> None:
        self._code = code
        self._ending.set()

    async def _host(self) -> None:
        """Be the engine until a signal comes or an application takes over."""
        core = self._cli.known(await open_core(self._cli.world))
        over = asyncio.Event()
        host = Host(core, HostKind.REFRESH, HostEvents(taken_over=over.set))
        try:
            await host.open(names=(), auto=False)
        except AppError:
            await host.close()
            raise
        store = core.engine.store

        def changed(change: Change) -> None:
            self._diary.write(store.status(name) for name in sorted(change.profiles))
            if change.questions:
                self._put(store.questions, core.engine.answer)

        cancel = store.subscribe(changed)
        try:
            self._diary.write(store.active(), found=True)
            for name in self._names:
                try:
                    core.engine.start(name, by=self._by, adopt=self._adopt)
                except AppError as error:
                    say_problem(error.problem, name)
            self._put(store.questions, core.engine.answer)
            await _first(over, self._ending)
        finally:
            cancel()
            await host.close()
        if self._code is None:
            note(T("The application has taken over; following it."))
            await asyncio.sleep(FOLLOW_PAUSE)

    async def _follow(self, running: Problem) -> None:
        """Hand the names over to the running engine and follow it until it ends or a signal comes."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        stopping = threading.Event()
        thread = threading.Thread(
            target=self._follow_blocking, args=(loop, ended, stopping, running), name="rolecall-follow", daemon=True
        )
        thread.start()
        await _first(ended, self._ending)
        stopping.set()
        if self._code is None:
            await ended
            await asyncio.sleep(FOLLOW_PAUSE)

    def _follow_blocking(
        self,
        loop: asyncio.AbstractEventLoop,
        ended: "asyncio.Future[None]",
        stopping: threading.Event,
        running: Problem,
    ) -> None:
        try:
            path = self._cli.folders.require_socket()
            with BrokerClient(path) as client:
                request = Request(Ask.HAND_OVER, names=self._names, by=self._by, adopt=self._adopt)
                _say_refused(client.ask(request))
                note(T("Handed over to the running Rolecall, process {pid}.", pid=running.arguments.get("pid", 0)))
                for event in client.follow():
                    if stopping.is_set():
                        break
                    self._followed(event)
        except AppError as error:
            if error.problem.code is not Code.ENGINE_ABSENT:
                say_problem(error.problem)
        finally:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, ended)

    def _followed(self, event: Json) -> None:
        statuses = [parse_status(one) for one in items_of(event.get("profiles"))]
        self._diary.write(one for one in statuses if one.profile in self._names)
        questions = [parse_question(one) for one in items_of(event.get("questions"))]
        if questions:
            self._put(questions, self._answer_over_socket)

    def _answer_over_socket(self, question: str, value: str | None) -> None:
        with contextlib.suppress(AppError), BrokerClient(self._cli.folders.require_socket()) as client:
            client.ask(Request(Ask.ANSWER, question=question, value=value))

    def _put(self, questions: Sequence[Question], answer: Callable[[str, str | None], None]) -> None:
        """With --ask: put each new question to the terminal, on a thread that holds up nothing."""
        if not self._ask:
            return
        for one in questions:
            if not set(one.profiles) & set(self._names):
                continue
            if one.sign_in is not None and not one.sign_in.expired and one.id not in self._asked:
                self._asked.add(one.id)
                say_sign_in(one.subject, one.sign_in)
            if not self._cli.terminal.present():
                continue
            key = f"{one.id} {one.refused is not None} {one.asked_at}"
            if one.kind in _TYPED and key not in self._asked:
                self._asked.add(key)
                self._ask_on_thread(one, answer)

    def _ask_on_thread(self, question: Question, answer: Callable[[str, str | None], None]) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the follower's thread may block
            answer(question.id, typed(self._cli.terminal, question))
            return

        def ask() -> None:
            code = typed(self._cli.terminal, question)
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(answer, question.id, code)

        threading.Thread(target=ask, name="rolecall-ask", daemon=True).start()


def typed(terminal: Terminal, question: Question) -> str | None:
    """Return what the person types for a question: unseen a code or a token, yes or no about a program."""
    if question.kind is QuestionKind.PROGRAM:
        return Answer.ONCE if terminal.agrees(program_words(question)) else Answer.DENY
    ask = terminal.token if question.kind is QuestionKind.TOKEN_PASTE else terminal.code
    return ask(question.subject, question.refused)


def _say_refused(answer: Json) -> None:
    from app.cli.outcomes import outcomes_of

    for one in outcomes_of(answer):
        if one.problem is not None:
            say_problem(one.problem, one.name)


def _settle(ended: "asyncio.Future[None]") -> None:
    if not ended.done():
        ended.set_result(None)


async def _first(*waits: "asyncio.Event | asyncio.Future[None]") -> None:
    """Return as soon as one of them is there."""
    tasks = [asyncio.ensure_future(one.wait()) if isinstance(one, asyncio.Event) else one for one in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one, task in zip(waits, tasks, strict=True):
            if isinstance(one, asyncio.Event):
                task.cancel()


def _on_signal(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(number, act)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        with contextlib.suppress(ValueError):
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(act))
