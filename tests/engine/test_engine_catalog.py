"""Edits of profiles that run."""

from datetime import timedelta

from app.domain.problem import AttentionKind, Code, Problem
from app.domain.session import Active, Attention
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, keys, profile, role, with_mfa
from tests.support.fakes import DENIED, HOUR


def test_an_edited_chain_renews_at_once(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.edit(profile("a", role("two")))
        assert w.sts.roles == ["one", "two"]
        assert w.states("a") == ["active"]
        assert w.files.key_of("a") == "ASIA000000000002"

    play(scenario)


def test_the_old_session_stays_where_the_edited_chain_fails(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        w.sts.refuse = lambda call: DENIED
        await w.edit(profile("a", role("two")))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.lease is not None
        assert w.files.key_of("a") == "ASIA000000000001"
        assert w.files.good("a")
        w.sts.refuse = lambda call: None
        await w.edit(profile("a", role("three")))
        assert w.states("a") == ["active"]

    play(scenario)


def test_what_a_call_does_not_hang_on_makes_no_call(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.edit(profile("a", role("one"), title="A", tags=("x",), note="n"), sources=[keys(title="Ana")])
        assert len(w.sts.seen) == 1
        assert len(w.files.writes) == 1

    play(scenario)


def test_a_renamed_source_makes_no_call(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("hub", mfa=True), role("x", session_name="s")), sources=[with_mfa()]))
        w.mfa.codes = ["111111"]
        await w.start("a")
        hub = w.sts.roles.count("hub")
        renamed = profile("a", role("hub", mfa=True), role("x", session_name="s"), source="other")
        await w.use(catalog(renamed, sources=[with_mfa("other")]))
        await w.clock.advance(HOUR)
        assert w.states("a") == ["active"]
        assert w.sts.codes == ["111111"]
        assert w.sts.roles.count("hub") <= hub + 2

    play(scenario)


def test_an_edited_delivery_is_written_first_and_the_old_one_removed_then(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.edit(profile("a", role("one"), sections=("b", "c")))
        assert set(w.files.sections) == {"b", "c"}
        assert len(w.sts.seen) == 1
        kinds = [type(change).__name__ for write in w.files.writes for change in write]
        assert kinds == ["SectionPut", "SectionPut", "SectionPut", "SectionRemove"]
        assert [one.target for one in w.status("a").deliveries] == ["b", "c"]

    play(scenario)


def test_a_deleted_profile_is_stopped(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one")), profile("b", role("two"))))
        await w.start("a", "b")
        await w.use(catalog(profile("b", role("two"))))
        assert w.states("a", "b") == ["stopped", "active"]
        assert set(w.files.sections) == {"b"}

    play(scenario)


def test_a_profile_broken_by_an_edit_keeps_its_session_and_asks_for_an_edit(play: Play) -> None:
    async def scenario(w: World) -> None:
        fault = Problem.of(Code.VALUE_MISSING, key="role_arn")
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.use(catalog(broken={"profiles.a": (fault,)}))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.kind is AttentionKind.EDIT
        assert w.files.good("a")
        await w.use(catalog(profile("a", role("one"))))
        assert isinstance(w.status("a").state, Active)

    play(scenario)


def test_a_profile_whose_base_vanished_asks_for_an_edit(play: Play) -> None:
    async def scenario(w: World) -> None:
        base, child = profile("base", role("hub")), profile("child", role("one"), base="base")
        await w.open(catalog(base, child))
        await w.start("child")
        await w.use(catalog(child))
        state = w.status("child").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.BASE_UNKNOWN

    play(scenario)


def test_profiles_on_profiles_share_the_bases_session(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("base", role("hub")), profile("child", role("one"), base="base")))
        await w.start("base", "child")
        assert w.sts.roles == ["hub", "one"]
        assert w.sts.seen[1][1] == w.files.key_of("base")

    play(scenario)


def test_an_edit_while_a_call_is_under_way_throws_its_session_away(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.latency = 3.0
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.edit(profile("a", role("two")))
        await w.clock.advance(10)
        assert w.sts.roles == ["one", "two"]
        assert len(w.files.writes) == 1
        assert w.files.key_of("a") == "ASIA000000000002"

    play(scenario)


def test_an_edit_tries_again_what_was_refused(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.sts.refuse = lambda call: DENIED
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.edit(profile("a", role("one"), title="same"))
        assert len(w.sts.seen) == 2
        await w.use(w.catalog)
        assert len(w.sts.seen) == 2

    play(scenario)


def test_auto_stop_that_is_edited_counts_from_the_start(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("one"))))
        await w.start("a")
        await w.clock.advance(timedelta(hours=3))
        await w.edit(profile("a", role("one"), auto_stop=timedelta(hours=2)))
        await w.clock.advance(2)
        assert w.states("a") == ["stopped"]

    play(scenario)


def test_a_new_mfa_device_is_a_new_session(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.mfa.codes = ["111111", "222222"]
        await w.open(catalog(profile("a", role("one", mfa=True)), sources=[with_mfa()]))
        await w.start("a")
        other = profile("a", role("one", mfa=True, mfa_serial="arn:aws:iam::111122223333:mfa/other"))
        await w.edit(other)
        assert [one.mfa.serial for one in w.sts.tokens if one.mfa] == [
            "arn:aws:iam::111122223333:mfa/ana",
            "arn:aws:iam::111122223333:mfa/other",
        ]

    play(scenario)
