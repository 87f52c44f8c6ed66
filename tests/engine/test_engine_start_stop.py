"""Starting, delivering, renewing, stopping."""

import asyncio
from datetime import timedelta

import pytest

from app.domain.calls import AssumeRoleCall, Issued
from app.domain.files import SectionPut, SectionRemove
from app.domain.names import ProfileName, SourceName
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Credentials
from app.domain.session import Active, Attention, Starter, Starting, Waiting
from app.domain.source import InstanceMetadata
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, keys, profile, role
from tests.support.fakes import DENIED, HOUR, NETWORK, long_lived, session_keys


def test_a_start_calls_each_hop_once_and_delivers(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"), role("two"))))
        engine.start(ProfileName("prod"), by=Starter.TRAY)
        status = await w.until(engine.started(ProfileName("prod")))
        assert isinstance(status.state, Active)
        assert w.sts.roles == ["one", "two"]
        assert w.files.key_of("prod") == status.state.lease.access_key_id == "ASIA000000000002"
        assert status.started_by is Starter.TRAY
        assert [(one.kind, one.target, one.problem) for one in status.deliveries] == [
            ("credentials-file", "prod", None)
        ]
        issued = engine.credentials(ProfileName("prod"))
        assert issued is not None
        assert issued.credentials.access_key_id == "ASIA000000000002"

    play(scenario)


def test_long_lived_keys_are_never_delivered(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("plain")))
        await w.start("plain")
        assert w.states("plain") == ["active"]
        assert len(w.sts.tokens) == 1
        assert w.files.sections["plain"][1].session_token is not None

    play(scenario)


def test_temporary_keys_of_a_source_need_no_session_token(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sources.give["acme"] = lambda: session_keys("ASIASOURCE", w.clock.true + HOUR)
        await w.open(catalog(profile("plain"), profile("chained", role("one"))))
        await w.start("plain", "chained")
        assert w.sts.tokens == []
        assert w.files.key_of("plain") == "ASIASOURCE"
        assert w.sts.roles == ["one"]

    play(scenario)


def test_profiles_share_the_first_part_of_their_chains(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 0.2
        names = [f"p{number}" for number in range(20)]
        await w.open(catalog(*(profile(name, role("hub"), role(name)) for name in names)))
        await w.start(*names)
        assert w.states(*names) == ["active"] * 20
        assert w.sts.roles.count("hub") == 1
        assert len(w.sts.roles) == 21
        assert w.sources.read == ["acme"]

    play(scenario)


def test_all_sessions_of_one_tick_go_out_in_one_write(play: Play) -> None:
    async def scenario(w: World) -> None:
        names = [f"p{number}" for number in range(50)]
        await w.open(catalog(*(profile(name, role(name)) for name in names)))
        await w.start(*names)
        assert [len(write) for write in w.files.writes] == [50]

    play(scenario)


def test_sessions_that_come_shortly_after_each_other_share_a_write(play: Play) -> None:
    async def scenario(w: World) -> None:
        names = [f"p{number}" for number in range(4)]
        engine = await w.open(catalog(*(profile(name, role(name)) for name in names)))
        for name in names:
            engine.start(ProfileName(name), by=Starter.WINDOW)
            await w.clock.advance(0.01)
        await w.clock.advance(1)
        assert [len(write) for write in w.files.writes] == [4]

    play(scenario)


def test_what_comes_while_a_write_is_under_way_makes_the_next_one(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.files.latency = 2.0
        names = [f"p{number}" for number in range(6)]
        await w.open(catalog(*(profile(name, role(name)) for name in names)))
        for name in names:
            await w.start(name)
            await w.clock.advance(0.1)
        await w.clock.advance(10)
        assert w.states(*names) == ["active"] * 6
        assert sum(len(write) for write in w.files.writes) == 6
        assert len(w.files.writes) <= 4

    play(scenario)


def test_stop_gives_the_section_back_before_it_says_stopped(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"))))
        await w.start("prod")
        seen: list[tuple[list[str], bool]] = []
        engine.store.subscribe(lambda change: seen.append((w.states("prod"), "prod" in w.files.sections)))
        (status,) = await w.stop("prod")
        assert w.states("prod") == ["stopped"]
        assert w.files.sections == {}
        assert status.warnings == ()
        assert (["stopped"], True) not in seen
        assert engine.credentials(ProfileName("prod")) is None

    play(scenario)


def test_a_session_in_the_middle_is_used_again_after_a_stop_but_the_profiles_own_is_not(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("hub"), role("one"))))
        await w.start("prod")
        await w.stop("prod")
        await w.start("prod")
        assert w.sts.roles == ["hub", "one", "one"]

    play(scenario)


def test_renewal_comes_when_it_is_due_and_uses_the_middle_while_it_is_good(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("hub"), role("one"))))
        await w.start("prod")
        first = w.files.key_of("prod")
        await w.clock.advance(timedelta(minutes=43))
        assert w.files.key_of("prod") == first
        await w.clock.advance(timedelta(minutes=3))
        assert w.files.key_of("prod") != first
        assert w.sts.roles == ["hub", "one", "one"]

    play(scenario)


def test_a_failure_that_can_pass_is_backed_off_and_the_old_session_stays(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one"))))
        await w.start("prod")
        first = w.files.key_of("prod")
        w.sts.refuse = lambda call: NETWORK
        await w.clock.advance(timedelta(minutes=46))
        state = w.status("prod").state
        assert isinstance(state, Waiting)
        assert state.problem == NETWORK
        assert w.files.key_of("prod") == first
        w.sts.refuse = lambda call: None
        await w.clock.advance(timedelta(minutes=5, seconds=1))
        assert w.states("prod") == ["active"]
        assert w.files.key_of("prod") != first

    play(scenario)


def test_a_refusal_is_not_hammered(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"))))
        w.sts.refuse = lambda call: DENIED
        await w.start("prod")
        assert isinstance(w.status("prod").state, Attention)
        await w.clock.advance(timedelta(hours=5))
        assert len(w.sts.seen) == 1
        w.sts.refuse = lambda call: None
        engine.renew(ProfileName("prod"))
        await w.clock.advance(1)
        assert w.states("prod") == ["active"]

    play(scenario)


def test_a_start_that_backs_off_says_so_and_when(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"))))
        w.sts.refuse = lambda call: NETWORK
        engine.start(ProfileName("prod"), by=Starter.COMMAND_LINE)
        status = await w.until(engine.started(ProfileName("prod")))
        assert isinstance(status.state, Starting)
        assert status.state.problem == NETWORK
        assert status.state.next_attempt_at is not None

    play(scenario)


def test_an_expired_session_stays_in_the_file(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one"))))
        await w.start("prod")
        w.sts.refuse = lambda call: NETWORK
        await w.clock.advance(timedelta(hours=2))
        assert w.states("prod") == ["expired"]
        assert "prod" in w.files.sections
        assert not w.files.good("prod")
        w.sts.refuse = lambda call: None
        await w.clock.advance(timedelta(minutes=5, seconds=1))
        assert w.states("prod") == ["active"]
        assert w.files.good("prod")

    play(scenario)


def test_what_the_server_no_longer_takes_is_made_anew_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("hub"), role("one"))))
        await w.start("prod")
        revoked = w.sts.seen[-1][1]
        real = w.sts.assume_role

        async def refuse_revoked(call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
            if signer.access_key_id == revoked:
                w.sts.seen.append((call, signer.access_key_id, code))
                raise AppError(Problem.of(Code.SESSION_EXPIRED, source=""))
            return await real(call, signer, code)

        w.sts.assume_role = refuse_revoked  # type: ignore[method-assign]
        engine.renew(ProfileName("prod"))
        await w.clock.advance(1)
        assert w.states("prod") == ["active"]
        assert w.sts.roles == ["hub", "one", "one", "hub", "one"]

    play(scenario)


def test_unknown_and_broken_profiles_cannot_start(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("loop", base="loop", source=None), broken={"profiles.bad": (DENIED,)}))
        for name, code in (("nobody", Code.PROFILE_UNKNOWN), ("bad", DENIED.code), ("loop", Code.BASE_LOOP)):
            with pytest.raises(AppError) as raised:
                engine.start(ProfileName(name), by=Starter.WINDOW)
            assert raised.value.problem.code is code

    play(scenario)


def test_auto_stop_counts_from_the_persons_start(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one"), auto_stop=timedelta(hours=8))))
        await w.start("prod")
        await w.clock.advance(timedelta(hours=7, minutes=59))
        assert w.states("prod") == ["active"]
        await w.clock.advance(timedelta(minutes=2))
        assert w.states("prod") == ["stopped"]
        assert w.files.sections == {}

    play(scenario)


def test_a_start_during_a_stop_wins(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"))))
        await w.start("prod")
        w.files.latency = 1.0
        stopping = asyncio.ensure_future(engine.stop(ProfileName("prod")))
        await asyncio.sleep(0)
        engine.start(ProfileName("prod"), by=Starter.TRAY)
        await w.until(stopping)
        await w.clock.advance(5)
        assert w.states("prod") == ["active"]
        assert w.files.good("prod")

    play(scenario)


def test_a_start_waits_for_a_stop_that_needs_more_than_one_try(play: Play) -> None:
    async def scenario(w: World) -> None:
        busy = [Problem.of(Code.FILE_BUSY, path="f")]
        engine = await w.open(catalog(profile("prod", role("one")), profile("child", role("two"), base="prod")))
        await w.start("prod", "child")
        w.files.refuse = lambda change: busy.pop() if busy and isinstance(change, SectionRemove) else None
        stopping = asyncio.ensure_future(engine.stop(ProfileName("prod")))
        await asyncio.sleep(0)
        engine.start(ProfileName("prod"), by=Starter.TRAY)
        await w.until(stopping)
        await w.clock.advance(5)
        assert busy == []
        assert w.states("prod") == ["active"]
        assert w.files.good("prod")

    play(scenario)


def test_long_lived_keys_are_not_even_delivered_where_a_role_was_promised(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("machine"), sources=[InstanceMetadata(name=SourceName("acme"))]))
        await w.start("machine")
        assert w.states("machine") == ["attention"]
        assert w.files.writes == []

    play(scenario)


def test_a_session_without_expiry_is_asked_for_every_fifteen_minutes(play: Play) -> None:
    async def scenario(w: World) -> None:
        numbers = iter(range(100))
        w.sources.give["acme"] = lambda: session_keys(f"ASIA{next(numbers)}", None)
        await w.open(catalog(profile("plain")))
        await w.start("plain")
        await w.clock.advance(HOUR)
        assert w.files.key_of("plain") == "ASIA4"
        assert w.states("plain") == ["active"]

    play(scenario)


def test_a_source_that_repeats_itself_is_not_hammered(play: Play) -> None:
    async def scenario(w: World) -> None:
        same = session_keys("ASIASAME", w.clock.true + timedelta(minutes=20))
        w.sources.give["acme"] = lambda: same
        await w.open(catalog(profile("plain")))
        await w.start("plain")
        await w.clock.advance(HOUR)
        assert w.states("plain") == ["attention"]
        assert len(w.sources.read) <= 14

    play(scenario)


def test_an_edited_key_is_read_anew(play: Play) -> None:
    async def scenario(w: World) -> None:
        wrong = Problem.of(Code.KEY_UNKNOWN, key_id="AKIA")
        engine = await w.open(catalog(profile("prod", role("one"))))
        w.sts.refuse = lambda call: wrong
        await w.start("prod")
        assert w.states("prod") == ["attention"]
        w.sts.refuse = lambda call: None
        w.sources.give["acme"] = lambda: long_lived("AKIANEW")
        engine.renew(ProfileName("prod"))
        await w.clock.advance(1)
        assert w.sts.seen[-1][1] == "AKIANEW"

    play(scenario)


def test_session_without_delivery_calls_once_and_writes_nothing(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("prod", role("one"))))
        first = await w.until(engine.session(ProfileName("prod"), by=Starter.PROGRAM))
        again = await w.until(engine.session(ProfileName("prod"), by=Starter.PROGRAM))
        assert first is again
        assert w.files.writes == []
        assert w.states("prod") == ["stopped"]
        delivered = await w.until(engine.session(ProfileName("prod"), by=Starter.PROGRAM, deliver=True))
        assert delivered is first
        assert w.files.key_of("prod") == first.credentials.access_key_id
        w.sts.refuse = lambda call: DENIED
        await w.stop("prod")
        with pytest.raises(AppError) as raised:
            await w.until(engine.session(ProfileName("prod"), by=Starter.PROGRAM, deliver=True))
        assert raised.value.problem == DENIED

    play(scenario)


def test_no_status_and_no_state_file_holds_a_secret(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("prod", role("one")), sources=[keys()]))
        await w.start("prod")
        await w.close()
        for text in (repr(w.state.files), repr(w.sts.seen)):
            assert "secret of" not in text
            assert "token of" not in text
        assert isinstance(w.files.writes[0][0], SectionPut)

    play(scenario)
