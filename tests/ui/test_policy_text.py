"""The text of a session policy: where it is wrong, how long it is, formatting that changes nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.editor.policy import MAXIMUM, compact, formatted, look_at, tokens

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=4))
def test_formatting_keeps_the_meaning(policy: dict[str, object]) -> None:
    text = json.dumps(policy)
    assert json.loads(formatted(text)) == policy
    assert json.loads(compact(text)) == policy
    assert compact(formatted(text)) == compact(text)
    assert formatted(compact(text)) == formatted(text)
    assert len(compact(text)) <= len(text)


def test_formatting_keeps_keys_that_are_there_twice_and_numbers_as_written() -> None:
    text = '{"Version":"2012-10-17","Action":"a","Action":"b","n":1.50,"m":1e3}'
    assert compact(formatted(text)) == text


@pytest.mark.parametrize("text", ["", "{", "no", '{"a":}', "[" * 100_000])
def test_what_is_no_json_stays(text: str) -> None:
    assert formatted(text) == text
    assert compact(text) == text


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{\n  "Version": "2012-10-17"\n  "Statement": []\n}', 3, 3),
        ('{"a":}', 1, 6),
        ("[]", 1, 1),
        ("[" * 100_000, 1, 1),
    ],
    ids=["comma", "value", "list", "deep"],
)
def test_what_is_wrong_has_a_place(text: str, line: int, column: int) -> None:
    look = look_at(text)
    assert (look.tone, look.line, look.column) == ("error", line, column)
    assert not look.valid


def test_the_size_is_counted_and_what_compact_would_bring() -> None:
    assert look_at("").tone == "third"
    assert look_at('{"a": 1}').words == "Valid JSON. 8 of 2,048 characters."
    spaced = '{"a":' + " " * MAXIMUM + "1}"
    assert look_at(spaced).tone == "warn"
    assert "Compact makes it 7" in look_at(spaced).words
    long = json.dumps({"a": "x" * MAXIMUM})
    assert "when compact" in look_at(long).words
    assert look_at(json.dumps({"a": "x" * (MAXIMUM - 9)})).tone == "ok"


def test_keys_and_texts_of_a_line() -> None:
    assert [kind for _, _, kind in tokens('{"a" : "b", "c\\"d": ["e"]}')] == ["key", "text", "key", "text"]
