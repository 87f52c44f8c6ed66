"""Quit and next start."""

import asyncio
from datetime import timedelta

from app.domain.names import ProfileName
from app.domain.session import Active, Expired, Starter
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, profile, role
from tests.support.fakes import HOUR, NETWORK, session_keys


def test_sections_that_are_still_valid_are_active_again_without_a_call(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a")), profile("b", role("b"))))
        await w.start("a", by=Starter.TRAY)
        await w.clock.advance(timedelta(minutes=20))
        before = w.status("a")
        await w.close()
        assert w.files.good("a")
        engine = await w.open(w.catalog)
        await w.clock.advance(1)
        after = w.status("a")
        assert isinstance(after.state, Active)
        assert after.state == before.state
        assert (after.started_by, after.started_at) == (Starter.TRAY, before.started_at)
        assert [one.target for one in after.deliveries] == ["a"]
        assert w.states("b") == ["stopped"]
        assert len(w.sts.seen) == 1
        assert engine.credentials(ProfileName("a")) is not None
        await w.clock.advance(timedelta(minutes=26))
        assert len(w.sts.seen) == 2  # it ran when we ended, so it is renewed
        assert len(w.files.writes) == 2

    play(scenario)


def test_a_clock_that_was_set_right_meanwhile_makes_no_renewal_late(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.clock.step(timedelta(minutes=30))
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        await w.close()
        w.clock.step(timedelta(minutes=-30))
        await w.open(w.catalog)
        for _ in range(60 * 4):
            await w.clock.advance(30)
            assert w.files.good("a")

    play(scenario)


def test_what_did_not_run_is_active_but_not_renewed(play: Play) -> None:
    async def scenario(w: World) -> None:
        keys = session_keys("ASIAALONE", w.clock.true + HOUR)
        w.files.sections["a"] = ("a", keys)
        w.files.last_key["a"] = "ASIAALONE"
        await w.open(catalog(profile("a", role("a"))))
        assert w.states("a") == ["active"]
        await w.clock.advance(timedelta(hours=2))
        assert w.sts.seen == []
        assert w.states("a") == ["expired"]
        await w.start("a")
        assert w.states("a") == ["active"]

    play(scenario)


def test_a_section_that_others_changed_is_not_ours_again(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.sections["a"] = ("a", session_keys("ASIAODD", w.clock.true + HOUR))
        w.files.last_key["a"] = "ASIAOURS"
        await w.open(catalog(profile("a", role("a"))))
        assert w.states("a") == ["stopped"]

    play(scenario)


def test_what_expired_meanwhile_is_shown_and_not_started(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a")), profile("b", role("b"), auto_start=True)))
        await w.start("a")
        await w.close()
        w.clock.suspend(timedelta(hours=12))
        await w.open(w.catalog)
        await w.clock.advance(HOUR)
        assert isinstance(w.status("a").state, Expired)
        assert "a" in w.files.sections
        assert w.states("b") == ["active"]
        await w.stop("a")
        assert "a" not in w.files.sections

    play(scenario)


def test_a_catalog_edited_meanwhile_renews_at_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        await w.close()
        await w.open(catalog(profile("a", role("other"))))
        await w.clock.advance(1)
        assert w.sts.roles == ["a", "other"]
        assert w.files.key_of("a") == "ASIA000000000002"

    play(scenario)


def test_a_delivery_edited_meanwhile_is_followed(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        await w.close()
        await w.open(catalog(profile("a", role("a"), sections=("new",))))
        await w.clock.advance(1)
        assert set(w.files.sections) == {"new"}
        assert len(w.sts.seen) == 1

    play(scenario)


def test_a_stopped_profile_stays_stopped(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        await w.stop("a")
        await w.close()
        await w.open(w.catalog)
        assert w.states("a") == ["stopped"]

    play(scenario)


def test_named_profiles_start_and_others_do_not(play: Play) -> None:
    async def scenario(w: World) -> None:
        names = catalog(profile("a", role("a"), auto_start=True), profile("b", role("b")))
        await w.open(names, "b")
        await w.clock.advance(1)
        assert w.states("a", "b") == ["stopped", "active"]
        await w.close()
        w.files.sections.clear()
        await w.open(names, auto=False)
        await w.clock.advance(1)
        assert w.states("a", "b") == ["stopped", "stopped"]

    play(scenario)


def test_auto_stop_goes_on_counting_over_a_restart(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.lifetime = timedelta(hours=12)
        await w.open(catalog(profile("a", role("a"), auto_stop=timedelta(hours=2))))
        await w.start("a")
        await w.clock.advance(HOUR)
        await w.close()
        await w.open(w.catalog)
        await w.clock.advance(timedelta(minutes=58))
        assert w.states("a") == ["active"]
        await w.clock.advance(timedelta(minutes=3))
        assert w.states("a") == ["stopped"]
        assert w.files.sections == {}

    play(scenario)


def test_close_ends_what_is_under_way_and_leaves_the_sections(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 60.0
        await w.open(catalog(profile("a", role("a")), profile("b", role("b"))))
        await w.start("a")
        await w.close()
        w.sts.latency = 0.0
        assert w.files.sections == {}
        # cut off before its session came: nothing stands in the file, so it is for `start` to say
        await w.open(w.catalog)
        await w.clock.advance(1)
        assert w.states("a") == ["stopped"]

    play(scenario)


def test_close_does_not_wait_for_a_write_that_hangs(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("a"))))
        w.files.latency = 3600.0
        await w.start("a")
        w.engine = None
        await asyncio.wait_for(engine.close(grace=0.05), 2)

    play(scenario)


def test_a_broken_state_file_is_no_obstacle(play: Play) -> None:
    async def scenario(w: World) -> None:
        for broken in ({"sessions": 7}, {"sessions": {"a": 3, "b": {"received_at": "yesterday", "running": "x"}}}):
            w.state.files["sessions.json"] = broken
            w.state.files["engine.json"] = {"paused": "maybe", "paused_until": 12}
            engine = await w.open(catalog(profile("a", role("a"))))
            assert not engine.store.paused
            await w.start("a")
            assert w.states("a") == ["active"]
            await w.stop("a")
            await w.close()

    play(scenario)


def test_a_session_backing_off_is_remembered_as_running(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"))))
        await w.start("a")
        w.sts.refuse = lambda call: NETWORK
        await w.clock.advance(timedelta(minutes=50))
        await w.close()
        w.sts.refuse = lambda call: None
        await w.open(w.catalog)
        await w.clock.advance(1)
        assert w.states("a") == ["active"]
        assert len(w.sts.seen) >= 2
        assert w.files.key_of("a") == "ASIA000000000002"

    play(scenario)
