"""What is published, to whom, and how often."""

import asyncio
from time import perf_counter

from app.domain.names import ProfileName
from app.domain.session import Starting, Status
from app.engine.store import Change, Store
from tests.engine.conftest import Play
from tests.support.engine_world import World
from tests.support.fakes import START, settle
from tests.support.logfail import ExpectedLogs

A, B = ProfileName("a"), ProfileName("b")


def test_changes_of_one_turn_are_published_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        store = Store()
        changes: list[Change] = []
        end = store.subscribe(changes.append)
        store.put(Status(A, Starting(START)))
        store.put(Status(B, Starting(START)))
        store.put(Status(A))
        store.put_lock(locked=True)
        assert changes == []
        await settle()
        assert changes == [Change(frozenset({A, B}), questions=False, engine=True)]
        store.put(Status(A))
        store.put_lock(locked=True)
        await settle()
        assert len(changes) == 1
        end()
        store.put(Status(B))
        await settle()
        assert len(changes) == 1

    play(scenario)


def test_a_reader_that_fails_does_not_keep_the_news_from_others(play: Play, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.engine.store", "failed")

    async def scenario(w: World) -> None:
        store = Store()
        seen: list[Change] = []

        def broken(change: Change) -> None:
            raise ValueError

        store.subscribe(broken)
        store.subscribe(seen.append)
        store.put(Status(A, Starting(START)))
        await settle()
        assert len(seen) == 1

    play(scenario)


def test_a_change_costs_the_same_with_ten_and_with_ten_thousand_profiles() -> None:
    async def cost(number: int) -> float:
        store = Store()
        for at in range(number):
            store.put(Status(ProfileName(f"p{at}"), Starting(START)))
        store.subscribe(lambda change: None)
        await settle()
        best = 1.0
        for _ in range(5):
            begun = perf_counter()
            for at in range(200):
                store.put(Status(A, Starting(START, step=at)))
                await asyncio.sleep(0)
            best = min(best, perf_counter() - begun)
        return best

    few, many = asyncio.run(cost(10)), asyncio.run(cost(10_000))
    assert many < 5 * few
