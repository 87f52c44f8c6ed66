"""Our frozen dataclasses do what those of `dataclasses` do."""

import copy
import dataclasses
import gc
import pickle
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.values import dataclass as ours

Maker = Callable[..., Callable[[type], Any]]


@ours(frozen=True, slots=True)
class Point:
    """A value of two."""

    left: int
    right: int = 0


@ours(frozen=True, slots=True)
class Named(Point):
    name: str = ""


@pytest.fixture(params=[dataclasses.dataclass, ours], ids=["dataclasses", "ours"])
def maker(request: pytest.FixtureRequest) -> Maker:
    return request.param


def made(maker: Maker, **wanted: bool) -> Any:
    class Made:
        one: int
        two: "str | None" = None
        silent: str = dataclasses.field(default="", repr=False)
        beside: int = dataclasses.field(default=0, compare=False)

    return maker(frozen=True, slots=True, **wanted)(Made)


def test_values_are_equal_by_their_fields(maker: Maker) -> None:
    cls, other = made(maker), made(maker)
    assert cls(1, "a") == cls(1, "a")
    assert cls(1, "a") != cls(1, "b")
    assert cls(1, "a", beside=1) == cls(1, "a", beside=2)
    assert cls(1, "a") != other(1, "a")
    assert cls(1) != (1, None, "")


def test_values_are_keys(maker: Maker) -> None:
    cls = made(maker)
    assert {cls(1, "a"): "kept"}[cls(1, "a", beside=3)] == "kept"
    assert len({cls(1), cls(1), cls(2)}) == 2


def test_values_say_what_they_are(maker: Maker) -> None:
    cls = made(maker)
    assert repr(cls(1, "a", silent="hidden")).endswith("Made(one=1, two='a', beside=0)")
    assert repr(made(maker, repr=False)(1)).startswith("<")


def test_values_do_not_change(maker: Maker) -> None:
    value = made(maker)(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="one"):
        value.one = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="two"):
        del value.two
    assert (value.one, value.two) == (1, None)
    assert not hasattr(value, "__dict__")


def test_a_value_without_fields_and_one_with_a_single_field(maker: Maker) -> None:
    none = maker(frozen=True, slots=True)(type("Empty", (), {}))
    assert (none() == none(), hash(none()) == hash(none()), repr(none())) == (True, True, "Empty()")
    single = maker(frozen=True, slots=True)(type("Single", (), {"__annotations__": {"one": int}}))
    assert single(1) == single(1) != single(2)
    assert len({single(1), single(1)}) == 1


def test_what_a_class_says_itself_stays(maker: Maker) -> None:
    class Own:
        """Its own words."""

        one: int

        def __repr__(self) -> str:
            return "mine"

        def __hash__(self) -> int:
            return 7

    cls = maker(frozen=True, slots=True)(Own)
    assert (repr(cls(1)), hash(cls(1)), cls.__doc__) == ("mine", 7, "Its own words.")
    assert cls(1) == cls(1)


def test_a_class_with_an_equality_of_its_own_keeps_it(maker: Maker) -> None:
    class Loose:
        one: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 1

    assert maker(frozen=True, slots=True)(Loose)(1) == 5


def test_identity_where_it_is_asked_for(maker: Maker) -> None:
    cls = made(maker, eq=False)
    assert cls(1) != cls(1)


def test_keywords_alone(maker: Maker) -> None:
    cls = made(maker, kw_only=True)
    assert cls(one=1).one == 1
    with pytest.raises(TypeError):
        cls(1)


def test_a_value_below_another() -> None:
    assert Named(1, 2, "a") == Named(1, 2, "a") != Named(1, 2, "b")
    assert Named(1, 2) != Point(1, 2)
    assert repr(Named(1, 2, "a")) == "Named(left=1, right=2, name='a')"
    assert hash(Named(1)) == hash(Named(1, 0, ""))


def test_values_are_copied_replaced_pickled_and_matched() -> None:
    value = Point(1, 2)
    assert dataclasses.replace(value, right=3) == Point(1, 3)
    assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value
    assert dataclasses.asdict(value) == {"left": 1, "right": 2}
    match value:
        case Point(left, right):
            assert (left, right) == (1, 2)


def test_others_are_left_to_dataclasses() -> None:
    @ours(slots=True)
    class Open:
        one: int

    opened = Open(1)
    opened.one = 2
    assert opened == Open(2)
    assert Open.__hash__ is None


def test_the_class_that_slots_replace_is_forgotten() -> None:
    class First:
        one: int

    gone = weakref.ref(First)
    kept: Any = ours(frozen=True, slots=True)(First)
    del First
    gc.collect()
    assert gone() is None
    assert kept(1).one == 1


def test_classes_share_what_needs_no_code_of_their_own() -> None:
    shared = ("__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__")
    assert {name: getattr(Point, name) for name in shared} == {name: getattr(Named, name) for name in shared}
