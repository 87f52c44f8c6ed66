"""The editor's Test: a profile's calls made for real, one by one, with nothing kept."""

from collections.abc import AsyncIterator

from app.domain.calls import Call, Identity, Issued, Plan
from app.domain.names import ProfileName
from app.domain.problem import AppError, Problem
from app.domain.values import dataclass
from app.engine.executor import Errand, Executor
from app.engine.questions import Questions
from app.ports import Clock, Sts


@dataclass(frozen=True, slots=True)
class TestStep:
    """One step of a test, told when it begins (`done` False) and when it ends.

    `call` None: the last step, GetCallerIdentity with the session that came out; then `identity` is set.
    """

    __test__ = False  # not a test case of pytest

    number: int  # from 1
    steps: int
    call: Call | None
    done: bool
    seconds: float = 0.0  # of the calls: what a person took to answer is not among them
    identity: Identity | None = None
    problem: Problem | None = None
    packed: int | None = None  # per cent of what STS takes for policies and tags, as AWS said it


async def try_out(
    plan: Plan, profile: ProfileName, executor: Executor, sts: Sts, clock: Clock, questions: Questions
) -> AsyncIterator[TestStep]:
    """Make the plan's calls with an executor of the test's own, then ask who that is. Ends with the first problem."""
    steps = len(plan.calls) + 1
    issued: Issued | None = None
    for number, call in enumerate(plan.calls, 1):
        yield TestStep(number, steps, call, done=False)
        problem: Problem | None = None
        with questions.watched(profile) as waited:
            began = clock.monotonic()
            try:
                issued = await executor.session(Plan(plan.calls[:number]), Errand(profile, ask=True))
            except AppError as error:
                problem = error.problem
            seconds = clock.monotonic() - began - waited.seconds
        if problem is not None or issued is None:
            yield TestStep(number, steps, call, True, seconds, problem=problem)
            return
        yield TestStep(number, steps, call, True, seconds, packed=issued.packed_policy_size)
    if issued is None or plan.endpoint is None:
        return
    yield TestStep(steps, steps, None, done=False)
    began = clock.monotonic()
    try:
        identity = await sts.identity(plan.endpoint, issued.credentials)
    except AppError as error:
        yield TestStep(steps, steps, None, True, clock.monotonic() - began, problem=error.problem)
        return
    yield TestStep(steps, steps, None, True, clock.monotonic() - began, identity=identity)
