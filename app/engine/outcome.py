"""What follows for a profile from a session, from its deliveries and from its plan. Pure, but for who waits for it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import schedule
from app.domain.calls import Issued, Plan
from app.domain.problem import Code, Problem, Verb
from app.domain.session import Active, Attention, Lease, Status, Undelivered, lease_of, reduce
from app.engine.deliveries import Deliveries
from app.engine.memory import Memo

SKEW_WARNED = timedelta(minutes=4)
SAME_AGAIN = timedelta(seconds=30)  # a source that gives the same session again is asked no faster


def lease_for(issued: Issued, before: Issued | None, now: datetime, u: float) -> Lease:
    """Return the lease of a session that has just come; `u` in 0..1 is its jitter."""
    received, expires = issued.received_at, issued.expires_at
    due = schedule.due_at(received, expires, u * schedule.JITTER)
    key = issued.credentials.access_key_id
    if before is not None and before.credentials.access_key_id == key:
        due = max(due, now + SAME_AGAIN)
    return Lease(key, received, expires, due, issued.arn, issued.account)


def shown(status: Status, plan: Plan, deliveries: Deliveries, issued: Issued | None, now: datetime) -> Status:
    """Return the status in the light of its deliveries: what needs a person there is the state's business too."""
    state, stuck = status.state, deliveries.stuck
    if stuck is not None:
        state = reduce(state, Undelivered(now, stuck))
    elif isinstance(state, Attention) and state.renews and state.lease is not None:
        state = Active(state.lease)
    warnings = _warnings(plan, deliveries, issued)
    return replace(status, state=state, deliveries=deliveries.statuses, warnings=warnings)


def _warnings(plan: Plan, deliveries: Deliveries, issued: Issued | None) -> tuple[Problem, ...]:
    """Return what is to be said beside the state: of the plan, of the last write, of the clock."""
    warnings = [*plan.warnings, *deliveries.warnings]
    offset = None if issued is None else issued.clock_offset
    if offset is not None and abs(offset) > SKEW_WARNED:
        warnings.append(Problem.of(Code.CLOCK_SKEW, Verb.SET_CLOCK, seconds=round(offset.total_seconds())))
    return tuple(dict.fromkeys(warnings))


def memo_of(status: Status, plan: Plan, *, running: bool) -> Memo:
    """Return what is remembered of a profile over restarts."""
    lease = lease_of(status.state)
    started = (status.started_by, status.started_at)
    return Memo(status.profile, running, lease, plan.last.key, *started, status.last_used_at)


class Waiters:
    """Those who wait for something to be so."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._futures: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        """Wait until `go`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._futures.append(waiter)
        await waiter

    def go(self) -> None:
        """Let everybody go on."""
        futures, self._futures = self._futures, []
        for one in futures:
            if not one.done():
                one.set_result(None)
