"""What the readers of TOML and JSON say: every message that Python has, in words of our own; what is new stays seen."""

import inspect
import json
import json.decoder
import re
import tomllib
from importlib import import_module

import pytest

from app.domain.parsing import UNKNOWN, json_fault, toml_fault
from app.domain.problem import AppError, Code, Problem
from app.domain.reading.parameters import policy
from app.texts import describe, say_number, say_reason, set_language


def messages() -> dict[str, list[str]]:
    """Return the messages that stand in the sources of this Python's readers."""
    toml = inspect.getsource(import_module("tomllib._parser"))
    found = re.findall(r"(?:suffixed_err|TOMLDecodeError)\(\s*\w+,\s*[^,]+,\s*(f?)(\"(?:[^\"\\]|\\.)*\")", toml)
    decoder = inspect.getsource(json.decoder)
    return {
        "toml": [re.sub(r"\{[^}]*\}", "'x'", str(json.loads(text))) for _, text in found],
        "json": [*re.findall(r"JSONDecodeError\(\"((?:[^\"\\]|\\.)+)\"", decoder), "Invalid \\escape: 'x'"],
    }


def test_every_message_of_the_readers_has_words() -> None:
    found = messages()
    assert len(found["toml"]) > 15
    assert len(found["json"]) > 4
    faults = [toml_fault(tomllib.TOMLDecodeError(f"{one} (at line 3, column 7)"), "") for one in found["toml"]]
    faults += [json_fault(json.JSONDecodeError(one, "", 0)) for one in found["json"]]
    assert [one for one in faults if one.reason == UNKNOWN] == []
    assert {(one.line, one.column) for one in faults} == {(3, 7), (1, 1)}


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("a = 1\nb = \n", 2, 5, "toml-value"),
        ("[a]\n[a]\n", 2, 3, "toml-twice"),
        ("a 1\n", 1, 3, "toml-equals"),
        ("a = 1 2\n", 1, 7, "toml-rest"),
        ('a = """x', 1, 9, "toml-string"),
        ("a = 'x", 1, 7, "toml-string"),
        ("a = [1, 2", 1, 10, "toml-array"),
        ("a = {b = 1", 1, 11, "toml-inline"),
        ("a = 1\n[b", 2, 3, "toml-table"),
        ("a = 1\n[[b]", 2, 4, "toml-tables"),
        ('a = "\\q"', 1, 7, "toml-escape"),
        ("a = 2026-02-31", 1, 5, "toml-date"),
        ("= 1", 1, 1, "toml-key"),
        ("a = 1\x01", 1, 6, "toml-rest"),
        ("# \x01", 1, 3, "toml-control"),
    ],
)
def test_toml(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    fault = toml_fault(caught.value, text)
    assert (fault.line, fault.reason, fault.said) == (line, reason, "")
    assert abs(fault.column - column) <= 2  # versions of Python differ about the end of what is broken


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "json-name"),
        ('{"a": }', "json-value"),
        ('{"a" 1}', "json-colon"),
        ('{"a": 1 "b": 2}', "json-comma"),
        ('{"a": 1,}', "json-name"),
        ('{"a": 1} x', "json-rest"),
        ('{"a": "\t"}', "json-control"),
        ('{"a": "\\q"}', "json-escape"),
        ('{"a": "', "json-string"),
    ],
)
def test_json(text: str, reason: str) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(text)
    fault = json_fault(caught.value)
    assert (fault.reason, fault.line) == (reason, 1)
    assert say_reason(reason) != reason


def test_a_message_of_a_later_python_is_shown_beside_our_words() -> None:
    fault = json_fault(json.JSONDecodeError("Something new", "{\n", 2))
    words = describe(Problem.of(Code.POLICY_JSON, key="policy", **fault.arguments()))
    assert words.detail == "Line 2, column 1: It cannot be read from there on. The reader says: Something new."


def test_line_column_and_cause_are_said() -> None:
    with pytest.raises(AppError) as caught:
        policy('{"Version": "2012-10-17",\n "Statement" []}', "policy")
    assert describe(caught.value.problem).detail == "Line 2, column 14: A colon is missing behind a name."


@pytest.mark.parametrize(("language", "said"), [("en", "20,000"), ("de", "20.000"), ("es", "20.000")])
def test_numbers_are_grouped_as_the_language_does(language: str, said: str) -> None:
    problem = Problem.of(Code.VALUE_LENGTH, key="note", length=20_001, minimum=0, maximum=20_000)
    try:
        set_language(language)
        words = describe(problem)
        assert (say_number(20_000), say_number(999)) == (said, "999")
        assert said in f"{words.title} {words.detail}"
        assert "20,000" in describe(problem, english=True).detail
        fault = describe(Problem.of(Code.POLICY_JSON, key="policy", line=2, column=14, reason="json-colon"))
        assert ("A colon is missing" in fault.detail) is (language == "en"), "no English inside another language"
    finally:
        set_language("en")
