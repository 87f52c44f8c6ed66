"""The thread pools: results, deadlines, calls that hang, many at once."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from app.domain.problem import AppError, Code
from app.engine.offload import DEADLINES, SIZES, ThreadOffload
from app.ports import Pool
from tests.engine.conftest import Play
from tests.support.engine_world import World

Work = Callable[[ThreadOffload], Awaitable[None]]


@pytest.fixture
def with_pools(play: Play) -> Callable[..., None]:
    """Run work on pools of its own, on both loops."""

    def run(work: Work, **deadlines: float) -> None:
        async def scenario(w: World) -> None:
            limits = {pool: deadlines.get(str(pool), DEADLINES[pool]) for pool in Pool}
            pools = ThreadOffload(SIZES, limits)
            try:
                await work(pools)
            finally:
                pools.close()

        play(scenario)

    return run


def test_results_and_exceptions_come_back(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        assert await pools.call(Pool.DISK, lambda: 7) == 7
        with pytest.raises(KeyError):
            await pools.call(Pool.DISK, lambda: {}["x"])

        def stop() -> None:
            raise StopIteration

        with pytest.raises(RuntimeError):
            await pools.call(Pool.DISK, stop)
        assert await pools.call(Pool.DISK, threading.current_thread) is not threading.main_thread()

    with_pools(work)


def test_threads_are_daemons_and_no_more_than_the_pool_has(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        running = most = 0
        lock = threading.Lock()
        names: set[str] = set()

        def job() -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                names.add(threading.current_thread().name)
            time.sleep(0.005)
            with lock:
                running -= 1
            return threading.current_thread().daemon

        daemons = await asyncio.gather(*(pools.call(Pool.AWS, job) for _ in range(100)))
        assert all(daemons)
        assert most == 16
        assert len(names) == 16
        assert await asyncio.gather(*(pools.call(Pool.VAULT, job) for _ in range(5))) == [True] * 5

    with_pools(work)


def test_a_call_past_its_deadline_is_abandoned_and_its_thread_replaced(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        go = threading.Event()
        with pytest.raises(TimeoutError):
            await pools.call(Pool.VAULT, go.wait)
        assert await pools.call(Pool.VAULT, lambda: 1) == 1
        with pytest.raises(TimeoutError):
            await pools.call(Pool.AWS, lambda: go.wait(5), deadline=0.05)
        go.set()

    with_pools(work, vault=0.05)


def test_four_calls_that_hang_break_the_pool_until_one_comes_back(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        go = [threading.Event() for _ in range(4)]
        for one in go:
            with pytest.raises(TimeoutError):
                await pools.call(Pool.VAULT, one.wait)
        with pytest.raises(AppError) as raised:
            await pools.call(Pool.VAULT, lambda: 1)
        assert raised.value.problem.code is Code.ENGINE_BROKEN
        assert raised.value.problem.arguments["pool"] == "vault"
        assert await pools.call(Pool.DISK, lambda: 2) == 2
        go[0].set()
        for _ in range(100):
            await asyncio.sleep(0.01)
            try:
                assert await pools.call(Pool.VAULT, lambda: 1) == 1
                break
            except AppError:
                continue
        else:
            pytest.fail("the pool stays broken")
        for one in go:
            one.set()

    with_pools(work, vault=0.03)


def test_waiting_in_the_queue_does_not_count_against_the_deadline(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        jobs = [pools.call(Pool.DISK, lambda: time.sleep(0.04)) for _ in range(6)]
        assert await asyncio.gather(*jobs) == [None] * 6

    with_pools(work, disk=0.15)


def test_a_canceled_caller_costs_no_thread_for_ever(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        go = threading.Event()
        task = asyncio.ensure_future(pools.call(Pool.VAULT, go.wait))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # the one thread of the pool hangs, and nobody waits for it: it is replaced all the same
        assert await asyncio.wait_for(pools.call(Pool.VAULT, lambda: 3), 2) == 3
        go.set()

    with_pools(work, vault=0.3)


def test_a_canceled_call_that_had_not_begun_is_never_made(with_pools: Callable[..., None]) -> None:
    async def work(pools: ThreadOffload) -> None:
        made: list[int] = []
        first = asyncio.ensure_future(pools.call(Pool.DISK, lambda: time.sleep(0.05)))
        second = asyncio.ensure_future(pools.call(Pool.DISK, lambda: made.append(1)))
        await asyncio.sleep(0.01)
        second.cancel()
        await first
        await pools.call(Pool.DISK, lambda: None)
        assert made == []

    with_pools(work)


def test_two_loops_use_the_same_pools() -> None:
    pools = ThreadOffload()
    results: list[int] = []

    def other() -> None:
        results.append(asyncio.run(pools.call(Pool.AWS, lambda: 1)))

    thread = threading.Thread(target=other)
    thread.start()
    results.append(asyncio.run(pools.call(Pool.AWS, lambda: 2)))
    thread.join()
    pools.close()
    assert sorted(results) == [1, 2]


def test_a_result_for_a_loop_that_is_closed_is_let_go() -> None:
    pools = ThreadOffload()
    begun, done = threading.Event(), threading.Event()

    async def leave() -> None:
        def slow() -> None:
            begun.set()
            time.sleep(0.05)
            done.set()

        task = asyncio.ensure_future(pools.call(Pool.AWS, slow))
        while not begun.is_set():  # noqa: ASYNC110  it is set on a thread
            await asyncio.sleep(0.001)
        task.cancel()

    asyncio.run(leave())
    assert done.wait(2)
    time.sleep(0.02)
    pools.close()
    gc.collect()


def test_a_closed_pool_takes_no_work_and_its_threads_end() -> None:
    async def work() -> None:
        pools = ThreadOffload()
        mine = await pools.call(Pool.DISK, threading.current_thread)
        pools.close()
        mine.join(2)
        assert not mine.is_alive()
        with pytest.raises(AppError):
            await pools.call(Pool.DISK, lambda: 1)

    asyncio.run(work())


def test_what_the_work_held_is_let_go() -> None:
    class Held:
        pass

    async def work() -> weakref.ref[Held]:
        pools = ThreadOffload()
        held = Held()
        ref = weakref.ref(held)
        await pools.call(Pool.DISK, partial(id, held))
        del held
        await pools.call(Pool.DISK, lambda: None)
        pools.close()
        return ref

    ref = asyncio.run(work())
    gc.collect()
    assert ref() is None
