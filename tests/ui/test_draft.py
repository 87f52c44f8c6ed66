"""The values that an editor edits."""

from hypothesis import given
from hypothesis import strategies as st

from ui.editor.draft import Draft


def test_unknown_keys_stay() -> None:
    draft = Draft("p", {"source": "s", "hooks": {"x": 1}, "delivery": {"later": True}})
    draft.set("delivery.endpoint", True)
    draft.set("delivery.endpoint", None)
    draft.set("region", "eu-west-1")
    assert draft.values == {"source": "s", "hooks": {"x": 1}, "delivery": {"later": True}, "region": "eu-west-1"}


def test_removing_the_last_key_removes_its_table() -> None:
    draft = Draft("p", {"source": "s"})
    draft.set("safety.label", "PROD")
    assert draft.dirty
    draft.set("safety.label", None)
    assert draft.values == {"source": "s"}
    assert not draft.dirty
    draft.set("console.browser", None)
    assert draft.values == {"source": "s"}


def test_the_catalogs_own_values_are_not_touched() -> None:
    values = {"roles": [{"role_arn": "a", "session_tags": {"x": "1"}}]}
    draft = Draft("p", values)
    draft.set("roles.1.role_arn", "b")
    draft.set("roles.1.session_tags", {"y": "2"})
    assert values == {"roles": [{"role_arn": "a", "session_tags": {"x": "1"}}]}


def test_hops() -> None:
    draft = Draft("p", {"roles": [{"role_arn": "a"}, {"role_arn": "b"}]})
    assert draft.get("roles.2.role_arn") == "b"
    assert draft.get("roles.3.role_arn") is None
    assert draft.add_hop() == 3
    assert draft.move_hop(1, 1) == 2
    assert [hop.get("role_arn") for hop in draft.hops] == ["b", "a", None]
    assert draft.move_hop(1, -1) == 1
    gone = draft.remove_hop(2)
    assert gone == {"role_arn": "a"}
    draft.insert_hop(1, gone)
    assert [hop.get("role_arn") for hop in draft.hops] == ["a", "b", None]
    for _ in range(3):
        draft.remove_hop(1)
    assert draft.values == {}


def test_saved_and_new() -> None:
    draft = Draft("", {}, new=True)
    assert draft.new
    assert not draft.dirty
    draft.name = "p"
    draft.set("source", "s")
    assert draft.dirty
    draft.saved()
    assert (draft.new, draft.dirty, draft.original_name) == (False, False, "p")


@given(st.lists(st.tuples(st.sampled_from(["a", "b.c", "b.d", "e.f.g"]), st.none() | st.text(max_size=4)), max_size=20))
def test_what_is_set_is_got_and_what_is_removed_leaves_nothing(steps: list[tuple[str, str | None]]) -> None:
    draft = Draft("p", {})
    kept: dict[str, str] = {}
    for key, value in steps:
        draft.set(key, value)
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    assert all(draft.get(key) == value for key, value in kept.items())
    for key in list(kept):
        draft.set(key, None)
    assert draft.values == {}


def test_a_value_of_a_hop_goes_into_the_list() -> None:
    draft = Draft("p", {"roles": [{"role_arn": "a"}, {"role_arn": "b"}]})
    draft.set("roles.2.external_id", "ext")
    draft.set("roles.1.role_arn", None)
    assert draft.values == {"roles": [{}, {"role_arn": "b", "external_id": "ext"}]}
