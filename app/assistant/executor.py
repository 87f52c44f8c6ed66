"""Carries out plans, and undoes what was made: in order, each step once, waiting where IAM is not everywhere yet."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

from app.assistant.records import Made, Record, Records, begun, ended, with_results
from app.assistant.values import Account, ApiCall, RolePlan, Side, Step, Values
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

# "IAM … eventual consistency": AWS names no time; a minute and a half is more than ever seen
CONSISTENT_SECONDS = 90.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 8.0
_TRIES_OF_TRANSIENT = 5
_EXISTS = frozenset({"EntityAlreadyExists", "EntityAlreadyExistsException"})
_GONE = frozenset(
    {"NoSuchEntity", "NoSuchEntityException", "InvalidAssociationID.NotFound", "InvalidInstanceID.NotFound"}
)
_NOT_YET = frozenset({"NoSuchEntity", "InvalidInput"})

Accounts = Mapping[Side, Account]


class Watch(Protocol):
    """Is told how it goes."""

    def __call__(self, step: Step, state: str) -> None:
        """`state` is "begins", "waits" (for IAM) or "made"."""
        ...


def _unwatched(step: Step, state: str) -> None:
    del step, state


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. `problem` None: everything is there. `record`: what was made, to be undone by its id."""

    record: Record
    made: tuple[Step, ...] = ()
    problem: Problem | None = None
    failed: Step | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of an undo. `left`: what could not be taken back, which stays in the record."""

    undone: tuple[Made, ...]
    left: tuple[Made, ...] = ()
    problem: Problem | None = None


@dataclass(slots=True)
class Executor:
    """`monotonic` and `pause` are the clock's; `watch` is told of each step."""

    accounts: Accounts
    records: Records
    monotonic: Callable[[], float]
    pause: Callable[[float], Awaitable[None]]
    watch: Watch = _unwatched

    async def run(self, plan: RolePlan, record: Record) -> Outcome:
        """Make what is not there yet. Never raises AppError; the record is on the disk before each call."""
        made: list[Step] = []
        for step in plan.open:
            self.watch(step, "begins")
            record = begun(record, Made(step.call.operation, step.about, step.undo))
            try:
                self.records.put(record)
                answer = await self._made(step, fresh=bool(made))
            except AppError as error:
                record = await self._failed(record, error)
                return Outcome(record, tuple(made), error.problem, step)
            undo = with_results(step.undo, answer)
            record = ended(record, Made(step.call.operation, step.about, undo, sure=True))
            made.append(step)
            try:
                self.records.put(record)
            except AppError as error:
                return Outcome(record, tuple(made), error.problem, step)
            self.watch(step, "made")
        return Outcome(record, tuple(made))

    async def _failed(self, record: Record, error: AppError) -> Record:
        """A call that AWS refused was not made; one without an answer may have been, and stays in the record."""
        if not _unanswered(error.problem):
            record = ended(record, None)
        try:
            self.records.put(record)
        except AppError:
            return record
        return record

    async def _made(self, step: Step, *, fresh: bool) -> Values:
        """Make a call. `fresh`: what it names may be so new that AWS does not know it everywhere."""
        begin, wait, tries, unsure = self.monotonic(), FIRST_PAUSE, 0, False
        while True:
            try:
                return await self._account(step.call).call(step.call)
            except AppError as error:
                problem, code = error.problem, _aws_code(error.problem)
                if unsure and code in _EXISTS:
                    return {}  # the call before, which got no answer, has made it
                unsure = unsure or _unanswered(problem)
                tries += problem.transient
                late = self.monotonic() - begin > CONSISTENT_SECONDS
                passing = problem.transient and tries < _TRIES_OF_TRANSIENT
                if late or not (passing or (fresh and _not_yet(problem))):
                    raise
            self.watch(step, "waits")
            await self.pause(wait)
            wait = min(wait * 2, LONGEST_PAUSE)

    async def undo(self, record: Record) -> Undone:
        """Take back what the record says, the last first, up to what AWS refuses. Never raises AppError."""
        undone: list[Made] = []
        left = list(record.made)
        while left:
            one = left[-1]
            try:
                await self._undone(one)
            except AppError as error:
                return Undone(tuple(undone), tuple(left), error.problem)
            undone.append(left.pop())
            record = replace(record, made=tuple(left))
            try:
                self.records.put(record)
            except AppError as error:
                return Undone(tuple(undone), tuple(left), error.problem)
        return Undone(tuple(undone))

    async def _undone(self, made: Made) -> None:
        for call in made.undo:
            begin, wait = self.monotonic(), FIRST_PAUSE
            while True:
                try:
                    await self._account(call).call(call)
                except AppError as error:
                    if _aws_code(error.problem) in _GONE or (not made.sure and _unnamed(call)):
                        break  # somebody took it away, or it was never made
                    passing = error.problem.transient or _aws_code(error.problem) == "DeleteConflict"
                    if not passing or self.monotonic() - begin > CONSISTENT_SECONDS / 3:
                        raise
                else:
                    break
                await self.pause(wait)
                wait = min(wait * 2, LONGEST_PAUSE)

    def _account(self, call: ApiCall) -> Account:
        account = self.accounts.get(call.side)
        if account is None:
            raise AppError.of(Code.ROLE_CALLER_MISSING)
        return account


def _aws_code(problem: Problem) -> str:
    return str(problem.arguments.get("aws_code", ""))


def _unanswered(problem: Problem) -> bool:
    """Whether AWS may have done it all the same."""
    return problem.code in (Code.NETWORK, Code.NETWORK_TIMEOUT, Code.NETWORK_ANSWER, Code.AWS_BROKEN, Code.UNEXPECTED)


def _not_yet(problem: Problem) -> bool:
    """Whether it is what AWS says of something that was made a moment ago elsewhere."""
    words = str(problem.arguments.get("aws", "")).lower()
    if problem.code is Code.POLICY_MALFORMED:
        return "principal" in words
    if _aws_code(problem) == "InvalidParameterValue":
        return "instance profile" in words or "iaminstanceprofile" in words
    return _aws_code(problem) in _NOT_YET


def _unnamed(call: ApiCall) -> bool:
    """Whether what undoes a call names nothing, since the call's answer never came."""
    return any(isinstance(one, Mapping) for one in call.parameters.values())
