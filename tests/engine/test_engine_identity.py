"""Web identities: the token is got anew for each session, refusals are explained, what is pasted is used with care."""

from datetime import timedelta

from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Active, Attention, QuestionKind, Starter, Starting
from app.domain.source import Container, InstanceMetadata
from tests.engine.conftest import Play
from tests.support.engine_world import World, catalog, process, profile, role, web
from tests.support.fakes import NETWORK, session_keys
from tests.support.web_tokens import claims_token

JWT = claims_token({"iss": "https://id.example.com", "sub": "ana", "aud": "rolecall", "exp": 4_000_000_000})
INVALID = Problem.of(Code.IDENTITY_TOKEN, aws="Incorrect token audience")
FILE = "/run/secrets/token"


def test_the_token_is_read_again_at_each_renewal_and_hops_follow(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.tokens.held["ci"] = JWT
        await w.open(catalog(profile("p", role("first"), role("second"), source="ci"), sources=[web(token_file=FILE)]))
        await w.start("p")
        assert w.states("p") == ["active"]
        assert w.sts.roles == ["first", "second"]
        assert w.sts.seen[1][1] == "ASIA000000000001"
        w.tokens.held["ci"] = JWT + "x"
        await w.clock.advance(timedelta(hours=2))
        assert w.files.good("p")
        tokens = [token for _, token in w.sts.web]
        assert tokens == [JWT] + [w.tokens.held["ci"]] * (len(tokens) - 1)
        assert len(tokens) in (2, 3)

    play(scenario)


def test_profiles_share_the_first_hop(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.tokens.held["ci"] = JWT
        first = role("hub", session_name="same")
        await w.open(
            catalog(*(profile(one, first, role(one), source="ci") for one in "ab"), sources=[web(token_file=FILE)])
        )
        await w.start("a", "b")
        assert sorted(w.sts.roles) == ["a", "b", "hub"]

    play(scenario)


def test_pasted_tokens_of_two_sources_are_never_taken_for_each_other(play: Play) -> None:
    async def scenario(w: World) -> None:
        hop = role("hub", session_name="same")
        w.tokens.pasted = {"one": JWT, "two": JWT[:-1] + "x"}
        sources = [web("one"), web("two")]
        await w.open(catalog(*(profile(one, hop, source=one) for one in ("one", "two")), sources=sources))
        await w.start("one", "two")
        assert len(w.sts.web) == 2

    play(scenario)


def test_a_person_pastes_once_for_all_who_wait(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(*(profile(one, role(one), source="ci") for one in "ab"), sources=[web()]))
        await w.start("a", "b")
        (question,) = w.questions
        assert (question.kind, question.subject, set(question.profiles)) == (QuestionKind.TOKEN_PASTE, "ci", {"a", "b"})
        engine.answer(question.id, JWT)
        await w.clock.advance(1)
        assert w.states("a", "b") == ["active", "active"]
        assert w.questions == ()
        assert JWT not in repr(w.state.files) + repr(engine.store.statuses)

    play(scenario)


def test_nobody_is_asked_unless_a_person_started_it(play: Play) -> None:
    async def scenario(w: World) -> None:
        await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web()]))
        await w.start("a", by=Starter.AUTO)
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert (state.kind, state.problem.code) == (AttentionKind.SIGN_IN, Code.TOKEN_NEEDED)
        assert state.problem.arguments == {"profile": "a", "source": "ci"}
        assert w.questions == ()

    play(scenario)


def test_unfit_and_refused_tokens_are_asked_for_again_with_the_cause(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web()]))
        w.tokens.unfit = {"nonsense"}
        w.sts.refuse = lambda call: INVALID
        await w.start("a")
        engine.answer(w.questions[0].id, "nonsense")
        await w.clock.advance(1)
        (question,) = w.questions
        assert question.refused is not None
        assert question.refused.code is Code.TOKEN_FORMAT
        assert w.sts.web == []
        engine.answer(question.id, JWT)
        await w.clock.advance(1)
        (question,) = w.questions
        assert question.refused is not None
        assert (question.refused.code, question.refused.arguments["audience"]) == (Code.TOKEN_AUDIENCE, "rolecall")
        assert w.tokens.pasted == {}
        w.sts.refuse = lambda call: None
        engine.answer(question.id, JWT)
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_cancel_and_no_answer(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web()]))
        await w.start("a")
        engine.answer(w.questions[0].id, None)
        await w.clock.advance(1)
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.CANCELED
        await w.start("a")
        await w.clock.advance(timedelta(minutes=6))
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.TOKEN_NEEDED
        assert w.questions == ()

    play(scenario)


def test_an_expired_token_of_a_file_is_waited_for(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.tokens.held["ci"] = JWT
        w.sts.refuse = lambda call: Problem.of(Code.TOKEN_EXPIRED, aws="Token expired")
        await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web(token_file=FILE)]))
        await w.start("a")
        state = w.status("a").state
        assert isinstance(state, Starting)
        assert state.problem is not None
        assert state.problem.arguments["issuer"] == "https://id.example.com"
        w.sts.refuse = lambda call: None
        await w.clock.advance(timedelta(minutes=6))
        assert w.states("a") == ["active"]

    play(scenario)


def test_a_refused_token_of_a_file_is_not_hammered(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.tokens.held["ci"] = JWT
        w.sts.refuse = lambda call: INVALID
        await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web(token_file=FILE)]))
        await w.start("a")
        await w.clock.advance(timedelta(hours=2))
        assert len(w.sts.web) == 1
        state = w.status("a").state
        assert isinstance(state, Attention)
        assert state.problem.code is Code.TOKEN_AUDIENCE

    play(scenario)


def test_the_network_and_the_token_may_fail_meanwhile(play: Play) -> None:
    async def scenario(w: World) -> None:
        w.tokens.held["ci"] = JWT
        await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web(token_file=FILE)]))
        await w.start("a")
        w.sts.refuse = lambda call: NETWORK
        await w.clock.advance(timedelta(minutes=50))
        assert w.states("a") == ["waiting"]
        w.sts.refuse = lambda call: None
        missing = Problem.of(Code.FILE_UNREADABLE, path=FILE, reason="gone")
        w.tokens.refuse = lambda source: missing
        await w.clock.advance(timedelta(minutes=5))
        assert w.states("a") == ["waiting"]
        w.tokens.refuse = lambda source: None
        await w.clock.advance(timedelta(minutes=4))
        assert w.states("a") == ["active"]
        assert w.files.good("a")

    play(scenario)


def test_a_token_command_asks_for_its_approval(play: Play) -> None:
    async def scenario(w: World) -> None:
        command = process().command
        needed = Problem.of(Code.APPROVAL_NEEDED, Verb.APPROVE, "ci", source="ci", command="/opt/bin/helper '--a b'")
        w.tokens.held["ci"] = JWT
        w.tokens.refuse = lambda source: None if w.approvals.approved(command) else needed
        engine = await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web(token_command=command)]))
        await w.start("a")
        (question,) = w.questions
        assert (question.kind, question.command) == (QuestionKind.APPROVE_COMMAND, command)
        engine.answer(question.id, "yes")
        await w.clock.advance(1)
        assert w.states("a") == ["active"]

    play(scenario)


def test_lock_forgets_what_was_pasted(play: Play) -> None:
    async def scenario(w: World) -> None:
        engine = await w.open(catalog(profile("a", role("a"), source="ci"), sources=[web()]))
        await w.start("a")
        engine.answer(w.questions[0].id, JWT)
        await w.clock.advance(1)
        await w.until(engine.lock())
        assert w.tokens.pasted == {}

    play(scenario)


def test_a_machine_s_role_is_delivered_itself_and_asked_for_when_due_alone(play: Play) -> None:
    async def scenario(w: World) -> None:
        sources = [InstanceMetadata(name=web("ec2").name), Container(name=web("task").name)]
        six = timedelta(hours=6)
        w.sources.give = {
            "ec2": lambda: session_keys(f"ASIAEC{len(w.sources.read):010}", w.clock.true + six),
            "task": lambda: session_keys(f"ASIATASK{len(w.sources.read):08}", w.clock.true + six),
        }
        profiles = [profile("e", source="ec2"), profile("t", source="task"), profile("far", role("x"), source="ec2")]
        await w.open(catalog(*profiles, sources=sources))
        await w.start("e", "t", "far")
        assert w.states("e", "t", "far") == ["active"] * 3
        assert w.sts.roles == ["x"]
        assert w.files.key_of("e").startswith("ASIAEC")
        assert sorted(w.sources.read) == ["ec2", "task"]
        await w.clock.advance(timedelta(hours=4))
        assert sorted(w.sources.read) == ["ec2", "task"]
        await w.clock.advance(timedelta(hours=1, minutes=30))
        assert w.sources.read.count("task") == 2
        assert isinstance(w.status("t").state, Active)

    play(scenario)


def test_the_same_keys_with_a_later_expiry_move_the_schedule(play: Play) -> None:
    async def scenario(w: World) -> None:
        until = [w.clock.true + timedelta(hours=1)]
        w.sources.give = {"ec2": lambda: session_keys("ASIAEC0000000001", until[0])}
        await w.open(catalog(profile("e", source="ec2"), sources=[InstanceMetadata(name=web("ec2").name)]))
        await w.start("e")
        until[0] += timedelta(hours=1)  # the service extends what it gave
        await w.clock.advance(timedelta(minutes=58))
        lease = w.status("e").state
        assert isinstance(lease, Active)
        assert lease.lease.expires_at == until[0]
        assert w.files.good("e")
        assert w.sources.read == ["ec2", "ec2"]

    play(scenario)
