"""From profiles to calls: what is called, in which order, with which parameters, and what is shared."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calls import AssumeRoleCall, Plan, SessionTokenCall, SourceCall, WebIdentityCall, call_key
from app.domain.chain import Surroundings
from app.domain.names import Region, SourceName, parse_mfa_serial
from app.domain.plan import plan_of
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog, Settings
from app.domain.source import Container, InstanceMetadata, Oidc, Source, UnknownSource, WebIdentityToken
from tests.support.engine_world import AROUND, SERIAL, catalog, keys, process, profile, role, with_mfa

TWELVE = timedelta(hours=12)
OTHER = parse_mfa_serial("arn:aws:iam::111122223333:mfa/other")


def plan(name: str, of: Catalog, around: Surroundings = AROUND) -> Plan:
    return plan_of(of.profiles[name], of, around)


def kinds(of: Plan) -> list[str]:
    return [type(call).__name__ for call in of.calls]


def hops(of: Plan) -> list[AssumeRoleCall]:
    return [call for call in of.calls if isinstance(call, AssumeRoleCall)]


def tokens(of: Plan) -> list[SessionTokenCall]:
    return [call for call in of.calls if isinstance(call, SessionTokenCall)]


def code(name: str, of: Catalog) -> Code:
    with pytest.raises(AppError) as raised:
        plan(name, of)
    return raised.value.problem.code


def test_keys_without_a_hop_make_a_session_token_and_with_hops_roles_in_order() -> None:
    of = catalog(profile("plain", duration=timedelta(hours=2)), profile("chain", role("one"), role("two")))
    assert kinds(plan("plain", of)) == ["SourceCall", "SessionTokenCall"]
    assert tokens(plan("plain", of))[0].duration == timedelta(hours=2)
    assert tokens(plan("plain", of))[0].mfa is None
    chain = plan("chain", of)
    assert kinds(chain) == ["SourceCall", "AssumeRoleCall", "AssumeRoleCall"]
    assert [call.role_arn.role_name for call in hops(chain)] == ["one", "two"]
    assert [call.hop for call in hops(chain)] == [1, 2]
    assert [call.parent for call in hops(chain)] == [chain.calls[0].key, chain.calls[1].key]


def test_session_names_by_default_and_by_template() -> None:
    of = catalog(
        profile("a", role("one"), role("two")),
        profile("b", role("one", session_name="{user}@{host}-{profile}"), role("two", session_name="fixed")),
        profile("odd/name", role("one")),
    )
    assert [call.session_name for call in hops(plan("a", of))] == ["ana-acme", "ana-a"]
    assert [call.session_name for call in hops(plan("b", of))] == ["ana@workstation-b", "fixed"]
    assert hops(plan("odd/name", of))[0].session_name == "ana-odd-name"


def test_profiles_share_what_is_equal_and_nothing_else() -> None:
    of = catalog(
        profile("a", role("hub"), role("one")),
        profile("b", role("hub"), role("two")),
        profile("c", role("hub", external_id="x1"), role("two")),
        profile("d", role("hub"), role("one"), source="other"),
        sources=[keys(), keys("other", "AKIAEXAMPLE0000002")],
    )
    a, b, c, d = (plan(name, of) for name in "abcd")
    assert [one.key for one in a.shared] == [one.key for one in b.shared]
    assert a.last.key != b.last.key
    assert c.calls[0].key == a.calls[0].key
    assert c.calls[1].key != a.calls[1].key
    assert not {one.key for one in a.calls} & {one.key for one in d.calls}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x"},
        {"note": "x"},
        {"group": "g"},
        {"tags": ("t",)},
        {"favorite": True},
        {"region": Region("eu-west-1")},
        {"sections": ("elsewhere",)},
        {"auto_start": True},
    ],
)
def test_what_no_call_sends_changes_no_key(change: dict[str, object]) -> None:
    of = catalog(profile("a", role("one")))
    edited = catalog(profile("a", role("one"), **change))  # type: ignore[arg-type]
    assert plan("a", edited).last.key == plan("a", of).last.key


@pytest.mark.parametrize("source", [keys(title="Ana's key"), keys("renamed")])
def test_a_sources_title_and_name_change_no_key_but_those_of_session_names(source: Source) -> None:
    of = catalog(profile("a", role("one")))
    edited = catalog(profile("a", role("one"), source=source.name), sources=[source])
    assert [one.key for one in plan("a", edited).calls] == [one.key for one in plan("a", of).calls]


@pytest.mark.parametrize(
    "change",
    [
        {"session_name": "x1"},
        {"duration": timedelta(minutes=20)},
        {"external_id": "x1"},
        {"source_identity": "ana"},
        {"policy": "{}"},
        {"policy_arns": ("arn:aws:iam::aws:policy/ReadOnlyAccess",)},
        {"session_tags": {"a": "b"}},
        {"session_tags": {"a": "b"}, "transitive_tags": ("a",)},
    ],
)
def test_every_parameter_of_a_hop_is_in_its_key_and_in_its_call(change: dict[str, object]) -> None:
    plain = plan("a", catalog(profile("a", role("one"))))
    edited = plan("a", catalog(profile("a", role("one", **change))))
    assert edited.last.key != plain.last.key
    for name, value in change.items():
        assert getattr(edited.last, name) == value


@pytest.mark.parametrize(
    "change", [{"sts_region": Region("eu-west-1")}, {"endpoint_url": "http://127.0.0.1:1"}, {"proxy": "http://p"}]
)
def test_another_way_to_sts_is_another_call_from_the_same_keys(change: dict[str, str]) -> None:
    sources = [keys(), keys("b", **change)]
    of = catalog(profile("a", role("one")), profile("b", role("one"), source="b"), sources=sources)
    assert plan("a", of).last.key != plan("b", of).last.key
    if "proxy" not in change:
        assert plan("a", of).calls[0].key == plan("b", of).calls[0].key


def test_a_containers_token_is_part_of_its_key_and_not_in_it() -> None:
    def of(token: str) -> str:
        source = Container(name=SourceName("acme"), full_uri="http://127.0.0.1/x", token=token)
        return plan("a", catalog(profile("a", role("one")), sources=[source])).calls[0].key

    assert of("one-token") != of("other-token")
    assert "token" not in of("one-token")


# Bases


def test_a_base_is_gone_on_from_and_its_calls_are_its_own() -> None:
    of = catalog(
        profile("base", role("hub")),
        profile("child", role("one"), base="base"),
        profile("grandchild", role("two"), base="child"),
        profile("alias", base="base"),
    )
    base, child, grandchild = plan("base", of), plan("child", of), plan("grandchild", of)
    assert child.calls[: len(base.calls)] == base.calls
    assert grandchild.calls[: len(child.calls)] == child.calls
    assert hops(grandchild)[1].session_name == "ana-child"
    assert plan("alias", of).last.key == base.last.key


def test_a_base_without_hops_is_a_session_token_session() -> None:
    of = catalog(
        profile("base", duration=timedelta(hours=3), mfa=True), profile("child", role("one"), base="base"),
        sources=[with_mfa()],
    )  # fmt: skip
    base, child = plan("base", of), plan("child", of)
    assert child.calls[:2] == base.calls
    assert tokens(base)[0].duration == timedelta(hours=3)
    assert tokens(base)[0].mfa is not None
    assert hops(child)[0].parent == base.last.key


def test_loops_gaps_and_missing_sources_are_problems() -> None:
    of = catalog(
        profile("a", base="b"),
        profile("b", base="a"),
        profile("self", base="self"),
        profile("gap", base="nobody"),
        profile("sourceless", source="nobody"),
        profile("newer", source="newer"),
        sources=[UnknownSource(name=SourceName("newer"), kind="saml")],
    )
    assert code("a", of) is code("self", of) is Code.BASE_LOOP
    assert code("gap", of) is Code.BASE_UNKNOWN
    assert code("sourceless", of) is Code.SOURCE_UNKNOWN
    assert code("newer", of) is Code.SOURCE_KIND_UNKNOWN


# MFA


def test_one_session_token_takes_the_code_for_all_hops() -> None:
    of = catalog(
        profile("a", role("one", mfa=True), role("two", mfa=True)),
        profile("b", role("other", mfa=True)),
        profile("c", role("none")),
        sources=[with_mfa()],
    )
    a, b, c = (plan(name, of) for name in "abc")
    assert kinds(a) == ["SourceCall", "SessionTokenCall", "AssumeRoleCall", "AssumeRoleCall"]
    assert tokens(a)[0].duration == TWELVE
    assert tokens(a)[0].mfa is not None
    assert tokens(a)[0].mfa.serial == SERIAL
    assert [call.mfa for call in hops(a)] == [None, None]
    assert tokens(a)[0].key == tokens(b)[0].key
    assert kinds(c) == ["SourceCall", "AssumeRoleCall"]


def test_without_an_mfa_session_each_hop_sends_its_own() -> None:
    of = catalog(
        profile("a", role("one", mfa=True), role("two"), role("three", mfa=True, mfa_serial=OTHER)),
        sources=[with_mfa(session=None)],
    )
    assert kinds(plan("a", of)) == ["SourceCall"] + ["AssumeRoleCall"] * 3
    assert [call.mfa and call.mfa.serial for call in hops(plan("a", of))] == [SERIAL, None, OTHER]


def test_a_hops_serial_overrides_the_sources() -> None:
    of = catalog(profile("a", role("one", mfa=True, mfa_serial=OTHER)), sources=[with_mfa()])
    (token,) = tokens(plan("a", of))
    assert token.mfa is not None
    assert token.mfa.serial == OTHER


def test_a_profile_without_hops_may_want_mfa_and_shares_the_session() -> None:
    of = catalog(profile("a", mfa=True), profile("b", role("one", mfa=True)), sources=[with_mfa()])
    assert plan("a", of).last.key == tokens(plan("b", of))[0].key


def test_mfa_without_a_device_is_a_problem() -> None:
    of = catalog(profile("a", role("one", mfa=True)), profile("b", mfa=True))
    assert code("a", of) is code("b", of) is Code.VALUE_MISSING


# Durations


@pytest.mark.parametrize("source", [InstanceMetadata(name=SourceName("acme")), Container(name=SourceName("acme"))])
def test_an_hour_is_the_most_behind_a_role(source: Source) -> None:
    long = timedelta(hours=2)
    chained = catalog(profile("a", role("one"), role("two", duration=long)))
    behind_role = catalog(profile("a", role("one", duration=long)), sources=[source])
    assert code("a", chained) is code("a", behind_role) is Code.CHAINING_LIMIT
    fine = catalog(profile("a", role("one", duration=timedelta(hours=1))), sources=[source])
    assert hops(plan("a", fine))[0].duration == timedelta(hours=1)


def test_behind_an_mfa_session_a_longer_wish_is_tried_and_said() -> None:
    hop = role("one", duration=timedelta(hours=4), mfa=True)
    warned = plan("a", catalog(profile("a", hop), sources=[with_mfa()]))
    assert [one.code for one in warned.warnings] == [Code.CHAINING_LIMIT]
    assert hops(warned)[0].duration == timedelta(hours=4)
    direct = plan("a", catalog(profile("a", hop), sources=[with_mfa(session=None)]))
    assert direct.warnings == ()


# Where STS is


@pytest.mark.parametrize(
    ("source", "settings", "around", "arn", "region"),
    [
        ({"sts_region": "eu-west-1"}, {"sts_region": "eu-west-2"}, ("eu-west-3", "eu-west-4"), "aws", "eu-west-1"),
        ({}, {"sts_region": "eu-west-2"}, ("eu-west-3", "eu-west-4"), "aws", "eu-west-2"),
        ({}, {}, ("eu-west-3", "eu-west-4"), "aws", "eu-west-3"),
        ({}, {}, (None, "eu-west-4"), "aws", "eu-west-4"),
        ({}, {}, (None, None), "aws", "us-east-1"),
        ({}, {}, (None, None), "aws-cn", "cn-north-1"),
        ({}, {}, (None, None), "aws-us-gov", "us-gov-west-1"),
        ({}, {"region": "ap-south-1"}, (None, None), "aws", "us-east-1"),  # the programs' region is another matter
    ],
)
def test_the_sts_region(
    source: dict[str, str], settings: dict[str, str], around: tuple[str | None, str | None], arn: str, region: str
) -> None:
    hop = role("one")
    hop = replace(hop, role_arn=replace(hop.role_arn, partition=arn))
    of = catalog(profile("a", hop), sources=[keys(**source)], settings=Settings(**settings))  # type: ignore[arg-type]
    surroundings = Surroundings("ana", "w", *(None if one is None else Region(one) for one in around))
    result = plan("a", of, surroundings)
    assert hops(result)[0].endpoint.region == region
    assert result.endpoint == hops(result)[0].endpoint


def test_endpoint_proxy_and_ca_of_source_settings_and_environment() -> None:
    around = replace(AROUND, endpoint_url="http://127.0.0.1:9")
    of = catalog(
        profile("a", role("one")), profile("b", role("one"), source="b"),
        sources=[keys(), keys("b", endpoint_url="http://127.0.0.1:1", proxy="http://b", ca_bundle="/b.pem")],
        settings=Settings(proxy="http://s", ca_bundle="/s.pem"),
    )  # fmt: skip
    a, b = (hops(plan(name, of, around))[0].endpoint for name in "ab")
    assert (a.endpoint_url, a.proxy, a.ca_bundle) == ("http://127.0.0.1:9", "http://s", "/s.pem")
    assert (b.endpoint_url, b.proxy, b.ca_bundle) == ("http://127.0.0.1:1", "http://b", "/b.pem")


# Read-only


READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_read_only_narrows_the_last_hop() -> None:
    of = catalog(
        profile("a", role("one"), role("two"), read_only=True),
        profile("base", role("hub")),
        profile("alias", base="base", read_only=True),
        profile("given", role("one", policy_arns=(READ_ONLY,)), read_only=True),
        profile("child", role("one"), base="base", read_only=True),
    )
    assert [call.policy_arns for call in hops(plan("a", of))] == [(), (READ_ONLY,)]
    assert hops(plan("alias", of))[0].policy_arns == (READ_ONLY,)
    assert plan("alias", of).last.key != plan("base", of).last.key
    assert hops(plan("given", of))[0].policy_arns == (READ_ONLY,)
    assert [call.policy_arns for call in hops(plan("child", of))] == [(), (READ_ONLY,)]


def test_read_only_without_a_hop_is_refused_rather_than_not_kept() -> None:
    of = catalog(profile("a", read_only=True), profile("b", base="a"))
    assert code("a", of) is code("b", of) is Code.VALUE_NOT_HERE


# Web identity and other sources


def test_web_identity_comes_first_unsigned_and_needs_a_hop() -> None:
    token = WebIdentityToken(name=SourceName("ci"), token_file="/t", provider_id="graph.facebook.com")
    oidc = Oidc(name=SourceName("okta"), issuer="https://id", client_id="c")
    of = catalog(
        profile("a", role("one"), role("two"), source="ci"),
        profile("b", role("one"), source="okta"),
        profile("none", source="ci"),
        sources=[token, oidc],
    )
    first, second = plan("a", of).calls
    assert isinstance(first, WebIdentityCall)
    assert first.provider_id == "graph.facebook.com"
    assert isinstance(second, AssumeRoleCall)
    assert second.parent == first.key
    assert kinds(plan("b", of)) == ["WebIdentityCall"]
    assert code("none", of) is Code.HOP_REQUIRED


@pytest.mark.parametrize("source", [process("acme"), keys()])
def test_every_source_of_long_lived_keys_ends_in_a_session(source: Source) -> None:
    assert kinds(plan("a", catalog(profile("a"), sources=[source]))) == ["SourceCall", "SessionTokenCall"]


def test_a_role_of_the_machine_is_delivered_as_it_is() -> None:
    of = catalog(profile("a"), sources=[InstanceMetadata(name=SourceName("acme"))])
    (only,) = plan("a", of).calls
    assert isinstance(only, SourceCall)


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=4))
def test_the_order_of_tags_is_no_difference_and_their_content_is(tags: dict[str, str]) -> None:
    key = call_key("k", "", tags=tags)
    assert key == call_key("k", "", tags=dict(reversed(tags.items())))
    assert key != call_key("k", "", tags={**tags, "other": "x"})
    assert key != call_key("k", "p", tags=tags)


@given(st.text(), st.text())
def test_no_value_can_pass_for_another_parameter(one: str, other: str) -> None:
    assert (call_key("k", "", a=one) == call_key("k", "", a=other)) == (one == other)
    assert call_key("k", "", a=f"{one}'\nb='{other}") != call_key("k", "", a=one, b=other)
