"""The gathered writes: order, places, cancellation."""

import asyncio

from app.domain.files import FileChange, Outcome, SectionPut, SectionRemove
from app.domain.problem import Code
from app.engine.writer import Writer
from tests.engine.conftest import Play
from tests.support.engine_world import World
from tests.support.fakes import HOUR, session_keys


def _put(w: World, section: str, key: str) -> SectionPut:
    return SectionPut(section, "p", session_keys(key, w.clock.true + HOUR))


def test_two_changes_of_one_place_never_share_a_write_and_keep_their_order(play: Play) -> None:
    async def scenario(w: World) -> None:
        writer = Writer(w.files, w.clock.later)
        first, gone, second = _put(w, "a", "ASIA1"), SectionRemove("a", "p"), _put(w, "a", "ASIA2")
        other = _put(w, "b", "ASIA3")
        orders = [asyncio.ensure_future(writer.apply([one])) for one in (first, gone, second, other)]
        await w.clock.advance(1)
        assert w.files.writes == [(first, other), (gone,), (second,)]
        assert [order.result()[0].change for order in orders] == [first, gone, second, other]
        assert set(writer.written) == {"a", "b"}
        assert writer.written["a"].access_key_id == "ASIA2"

    play(scenario)


def test_what_is_canceled_before_its_write_is_not_written_and_after_it_is(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.latency = 1.0
        writer = Writer(w.files, w.clock.later)
        early = asyncio.ensure_future(writer.apply([_put(w, "a", "ASIA1")]))
        await w.clock.advance(0.01)
        early.cancel()
        late = asyncio.ensure_future(writer.apply([_put(w, "b", "ASIA2")]))
        await w.clock.advance(0.5)
        late.cancel()
        await w.clock.advance(5)
        assert set(w.files.sections) == {"b"}
        assert set(writer.written) == {"b"}

    play(scenario)


def test_a_write_that_breaks_is_told_and_the_next_one_goes_on(play: Play) -> None:
    async def scenario(w: World) -> None:
        writer = Writer(w.files, w.clock.later)
        real = w.files.apply

        async def broken(changes: tuple[FileChange, ...]) -> tuple[Outcome, ...]:
            raise KeyError

        w.files.apply = broken  # type: ignore[method-assign,assignment]
        (outcome,) = await w.until(writer.apply([_put(w, "a", "ASIA1")]))
        assert outcome.problem is not None
        assert outcome.problem.code is Code.UNEXPECTED
        w.files.apply = real  # type: ignore[method-assign]
        (outcome,) = await w.until(writer.apply([_put(w, "a", "ASIA1")]))
        assert outcome.problem is None

    play(scenario)


def test_drain_waits_for_everything_and_does_not_wait_for_the_gathering(play: Play) -> None:
    async def scenario(w: World) -> None:
        writer = Writer(w.files, w.clock.later)
        order = asyncio.ensure_future(writer.apply([_put(w, "a", "ASIA1")]))
        await asyncio.sleep(0)
        await writer.drain()
        assert set(w.files.sections) == {"a"}
        assert not writer.busy
        await order

    play(scenario)
