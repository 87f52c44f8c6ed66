"""Equal texts of a catalog are there once."""

import tomllib
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.file import CatalogBytes
from app.catalog.thrift import with_texts_once
from app.domain.names import parse_role_arn

_TEXT = """schema = 1
when = 2026-01-02T03:04:05Z
[profiles.one]
tags = ["blue", "green"]
group = "Team"
[[profiles.one.roles]]
role_arn = "arn"
duration = 900
[profiles.two]
group = "Team"
tags = ["green"]
[[profiles.two.roles]]
role_arn = "arn"
mfa = true
"""


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in cast(dict[str, Any], value).items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in cast(list[Any], value):
            yield from texts(inner)


def copies(value: object) -> int:
    """How many texts there are beyond one of each."""
    found = list(texts(value))
    return len({id(one) for one in found}) - len(set(found))


def test_each_text_is_there_once_and_says_what_it_said() -> None:
    data = tomllib.loads(_TEXT)
    before = copies(data)
    assert before > 5
    made = with_texts_once(tomllib.loads(_TEXT))
    assert copies(made) == 0
    assert made == data
    assert list(texts(made)) == list(texts(data))  # the order too


_VALUES = st.recursive(
    st.one_of(st.text(max_size=3), st.integers(), st.booleans(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=3)),
)


@given(st.dictionaries(st.text(max_size=2), _VALUES, max_size=4))
def test_any_values_stay_what_they_are(data: dict[str, object]) -> None:
    said = repr(data)
    assert repr(with_texts_once(data)) == said


def test_the_catalogs_file_is_read_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("catalog") / "profiles.toml"
    path.write_text(_TEXT)
    assert copies(CatalogBytes(path).read().data) == 0


def test_roles_of_an_account_share_its_number() -> None:
    one, two = (parse_role_arn(f"arn:aws:iam::111122223333:role/{name}") for name in ("One", "Two"))
    assert (one.account is two.account, one.partition is two.partition) == (True, True)
