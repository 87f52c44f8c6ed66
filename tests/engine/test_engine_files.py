"""Deliveries: conflicts, retries, what other programs do to our sections, [default], config lines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.conflict import Conflict, Reading, Reads
from app.domain.files import LinePut, SectionRemove
from app.domain.names import ProfileName, Region
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.profile import Settings
from app.domain.session import Active, Attention, Starter
from app.engine.engine import Poke
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fake_files import FakeFiles, foreign_problem
from tests.support.fakes import DENIED, HOUR

PROD = ProfileName("prod")
BUSY = Problem.of(Code.FILE_BUSY, Verb.TRY_AGAIN, path=str(FakeFiles.path))
READ_ONLY = Problem.of(Code.FILE_READ_ONLY, Verb.MAKE_WRITABLE, path=str(FakeFiles.path))


async def _prod(w: World, **more: object) -> None:
    await w.open(catalog(profile("prod", role("one"), **more), settings=Settings(region=Region("eu-west-1"))))  # type: ignore[arg-type]
    await w.start("prod")


def test_someone_elses_section_is_a_conflict_that_keeps_the_session_fresh(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.foreign["prod"] = "AKIAOTHER"
        await _prod(w)
        state = w.status("prod").state
        assert isinstance(state, Attention)
        assert state.kind is AttentionKind.CONFLICT
        assert state.problem == foreign_problem("prod")
        assert state.lease is not None
        assert w.status("prod").deliveries[0].problem == foreign_problem("prod")
        await w.clock.advance(timedelta(hours=3))
        assert w.engine is not None
        assert w.engine.credentials(PROD) is not None
        assert len(w.sts.seen) == 5
        assert w.files.foreign == {"prod": "AKIAOTHER"}
        assert len(w.files.writes) == 5  # once with each session, not in between

    play(scenario)


def test_adopt_takes_the_section_over_without_another_call(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.foreign["prod"] = "AKIAOTHER"
        await _prod(w)
        await w.start("prod", adopt=True)
        assert isinstance(w.status("prod").state, Active)
        assert w.files.adopted == ["prod"]
        assert len(w.sts.seen) == 1
        await w.clock.advance(HOUR)
        assert w.files.adopted == ["prod"]
        assert w.status("prod").deliveries[0].problem is None

    play(scenario)


def test_a_busy_file_is_tried_again_with_back_off(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.refuse = lambda change: BUSY
        await _prod(w)
        status = w.status("prod")
        assert isinstance(status.state, Active)
        assert status.deliveries[0].problem == BUSY
        await w.clock.advance(timedelta(minutes=2))
        assert 3 <= len(w.files.writes) <= 20
        w.files.refuse = lambda change: None
        await w.clock.advance(timedelta(minutes=5))
        assert w.files.good("prod")
        assert w.status("prod").deliveries[0].problem is None
        assert len(w.sts.seen) == 1
        tries = len(w.files.writes)
        await w.clock.advance(timedelta(minutes=20))
        assert len(w.files.writes) == tries

    play(scenario)


def test_a_read_only_file_asks_for_a_person_and_is_not_hammered(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.refuse = lambda change: READ_ONLY
        await _prod(w)
        state = w.status("prod").state
        assert isinstance(state, Attention)
        assert state.renews
        await w.clock.advance(timedelta(minutes=30))
        assert len(w.files.writes) == 1
        w.files.refuse = lambda change: None
        await w.start("prod")
        assert isinstance(w.status("prod").state, Active)
        assert w.files.good("prod")

    play(scenario)


def test_a_lost_section_is_written_again_and_our_own_writes_make_no_loop(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w)
        await w.clock.advance(10)
        assert (len(w.files.writes), w.files.checks) == (1, 1)
        w.files.lose("prod")
        await w.clock.advance(10)
        assert w.files.good("prod")
        assert len(w.files.writes) == 2
        assert len(w.sts.seen) == 1
        checks = w.files.checks
        await w.clock.advance(timedelta(minutes=30))
        assert (len(w.files.writes), w.files.checks) == (2, checks)

    play(scenario)


def test_a_section_that_is_undone_again_and_again_is_contested(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w)
        for _ in range(8):
            await w.clock.advance(20)
            w.files.lose("prod")
        await w.clock.advance(20)
        assert len(w.files.writes) == 4
        state = w.status("prod").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.WRITE_CONTESTED
        await w.clock.advance(HOUR)  # the next session has a new try
        assert w.files.good("prod")
        assert w.states("prod") == ["active"]

    play(scenario)


def test_undoings_that_lie_far_apart_are_no_contest(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.lifetime = timedelta(hours=12)
        await _prod(w)
        for _ in range(8):
            await w.clock.advance(timedelta(minutes=20))
            w.files.lose("prod")
        await w.clock.advance(20)
        assert w.states("prod") == ["active"]
        assert len(w.files.writes) == 9

    play(scenario)


def test_another_credentials_file_is_looked_after_too(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w)
        w.files.path = Path("/elsewhere/credentials")  # type: ignore[misc]
        await w.use(w.catalog)
        assert list(w.watch.changed) == [w.files.path]
        await w.clock.advance(20)
        w.files.lose("prod")
        await w.clock.advance(5)
        assert w.files.good("prod")

    play(scenario)


def test_a_foreign_key_in_our_section_is_left_alone(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w)
        w.files.take("prod", "AKIAOTHER")
        await w.clock.advance(5)
        state = w.status("prod").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.SECTION_CHANGED
        await w.clock.advance(timedelta(minutes=20))
        assert w.files.foreign == {"prod": "AKIAOTHER"}
        assert len(w.files.writes) == 1
        await w.start("prod", adopt=True)
        assert w.files.good("prod")

    play(scenario)


def test_a_look_at_the_file_during_a_write_finds_no_fault(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.latency = 0.5
        w.sts.lifetime = timedelta(minutes=1)
        await _prod(w)
        assert w.engine is not None
        for _ in range(60 * 30):
            w.engine.poke(Poke.FILE)
            await w.clock.advance(0.9)
            assert w.states("prod") in (["starting"], ["active"], ["renewing"])
        await w.clock.advance(5)
        assert len(w.files.writes) == len(w.sts.seen) > 40

    play(scenario)


def test_the_region_goes_into_the_config_file(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w, config_region=True)
        assert w.files.lines == {("prod", "region"): ("prod", "eu-west-1")}
        await w.clock.advance(HOUR)
        lines = [change for write in w.files.writes for change in write if isinstance(change, LinePut)]
        assert len(lines) == 1
        await w.stop("prod")
        assert w.files.lines == {}

    play(scenario)


def test_the_default_profile_goes_to_both_sections_in_one_write(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one")), settings=Settings(default=PROD)))
        await w.start("prod")
        assert [len(write) for write in w.files.writes] == [2]
        await w.clock.advance(HOUR)
        assert w.files.key_of("default") == w.files.key_of("prod")
        assert [one.kind for one in w.status("prod").deliveries] == ["credentials-file", "default"]
        await w.stop("prod")
        assert w.files.sections == {}

    play(scenario)


def test_set_default_starts_switches_and_gives_back(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("a")), profile("b", role("b"))))
        (outcome,) = await w.until(engine.set_default(ProfileName("a"), by=Starter.TRAY))
        assert outcome.problem is None
        assert w.states("a") == ["active"]
        assert w.files.key_of("default") == w.files.key_of("a")
        await w.until(engine.set_default(ProfileName("b"), by=Starter.TRAY))
        assert w.files.key_of("default") == w.files.key_of("b")
        assert w.files.sections["default"][0] == "b"
        assert [one.kind for one in w.status("a").deliveries] == ["credentials-file"]
        assert [one.kind for one in w.status("b").deliveries] == ["credentials-file", "default"]
        await w.clock.advance(timedelta(hours=2))
        assert w.files.key_of("default") == w.files.key_of("b")
        await w.stop("a")
        assert w.files.good("default")
        await w.until(engine.set_default(None, by=Starter.TRAY))
        assert set(w.files.sections) == {"b"}
        await w.clock.advance(timedelta(hours=2))
        assert set(w.files.sections) == {"b"}

    play(scenario)


def test_a_foreign_default_is_a_conflict_and_changes_nothing(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.foreign["default"] = "AKIAOTHER"
        engine = await w.open(catalog(profile("a", role("a"))))
        (outcome,) = await w.until(engine.set_default(ProfileName("a"), by=Starter.TRAY))
        assert outcome.problem == foreign_problem("default")
        assert w.states("a") == ["active"]
        await w.clock.advance(HOUR)
        assert w.files.foreign == {"default": "AKIAOTHER"}
        (outcome,) = await w.until(engine.set_default(ProfileName("a"), by=Starter.TRAY, adopt=True))
        assert outcome.problem is None
        assert w.files.good("default")

    play(scenario)


def test_set_default_of_a_profile_that_cannot_start_raises_why(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.refuse = lambda call: DENIED
        engine = await w.open(catalog(profile("a", role("a"))))
        with pytest.raises(AppError) as raised:
            await w.until(engine.set_default(ProfileName("a"), by=Starter.TRAY))
        assert raised.value.problem == DENIED
        assert w.files.writes == []

    play(scenario)


def test_a_default_edited_by_hand_is_followed(play: Play) -> None:
    async def scenario(w: World) -> None:
        profiles = (profile("a", role("a")), profile("b", role("b")))
        await w.open(catalog(*profiles, settings=Settings(default=ProfileName("a"))))
        await w.start("a")
        await w.use(catalog(*profiles, settings=Settings(default=ProfileName("b"))))
        assert w.files.sections["default"][0] == "b"
        assert w.states("a", "b") == ["active", "active"]
        await w.use(catalog(*profiles))
        assert set(w.files.sections) == {"a", "b"}

    play(scenario)


def test_what_cannot_be_given_back_at_once_is_tried_and_then_said(play: Play) -> None:
    async def scenario(w: World) -> None:
        await _prod(w)
        tries = 0

        def busy_twice(change: object) -> Problem | None:
            nonlocal tries
            tries += 1
            return BUSY if tries < 3 else None

        w.files.refuse = busy_twice
        (status,) = await w.stop("prod")
        assert status.warnings == ()
        assert w.files.sections == {}
        w.files.refuse = lambda change: None
        await w.start("prod")
        w.files.refuse = lambda change: BUSY
        (status,) = await w.stop("prod")
        assert status.warnings == (BUSY,)
        assert w.states("prod") == ["stopped"]

    play(scenario)


def test_a_stop_of_what_does_not_run_gives_back_what_an_earlier_run_left(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one"))))
        await w.stop("prod")
        assert w.files.writes == [(SectionRemove("prod", "prod"),)]

    play(scenario)


def test_one_place_is_taken_over_alone_and_only_as_it_was_seen(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.foreign |= {"prod": "AKIAOTHER", "two": "AKIAOTHER"}
        await _prod(w, sections=("prod", "two"))
        assert w.engine is not None
        conflicts = w.engine.conflicts
        assert [one.section for one in conflicts.changes(PROD)] == ["prod", "two"]
        seen = Conflict("", "two", "", False, (), (), Reading(Reads.NOTHING), False, 0, frozenset(), seen="AKIAELSE")

        async def adopt(one: Conflict) -> Problem | None:
            task = asyncio.ensure_future(conflicts.adopt(PROD, one))
            for _ in range(100):
                await w.clock.advance(0.1)
            return task.result()

        assert await adopt(seen) == foreign_problem("two")
        assert w.files.foreign == {"prod": "AKIAOTHER", "two": "AKIAOTHER"}
        assert await adopt(replace(seen, seen="AKIAOTHER")) is None
        assert w.files.adopted == ["two"]
        assert w.files.foreign == {"prod": "AKIAOTHER"}
        state = w.status("prod").state
        assert isinstance(state, Attention)
        assert state.problem == foreign_problem("prod")
        await w.clock.advance(HOUR)
        assert w.files.adopted == ["two"]

    play(scenario)
