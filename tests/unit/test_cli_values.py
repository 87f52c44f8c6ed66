"""--set and --unset: values of the catalog from the command line."""

import pytest

from app.cli.commands.execute import execute, in_order
from app.cli.values import assigned, parse_value
from app.domain.problem import AppError, Code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hello", "hello"),
        ('"1h"', "1h"),
        ("1h", "1h"),
        ("90", 90),
        ("true", True),
        ('["a", "b"]', ["a", "b"]),
        ('{ team = "data" }', {"team": "data"}),
        ("a b = c", "a b = c"),
        ("", ""),
        ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:role/x"),
        ('"open', '"open'),
        ("1\nextra = 2", "1\nextra = 2"),
    ],
)
def test_toml_or_the_text_itself(text: str, value: object) -> None:
    assert parse_value(text) == value


def test_dotted_keys_make_what_is_missing() -> None:
    values = assigned({}, ["source=acme", "roles.1.role_arn=arn:x", "roles.2.role_arn=arn:y", "delivery.endpoint=true"])
    assert values == {
        "source": "acme",
        "roles": [{"role_arn": "arn:x"}, {"role_arn": "arn:y"}],
        "delivery": {"endpoint": True},
    }


def test_the_given_values_are_left_alone() -> None:
    before = {"roles": [{"role_arn": "arn:x"}], "tags": ["a"]}
    after = assigned(before, ["roles.1.external_id=e"], ["tags"])
    assert before == {"roles": [{"role_arn": "arn:x"}], "tags": ["a"]}
    assert after == {"roles": [{"role_arn": "arn:x", "external_id": "e"}]}


def test_a_hop_can_be_taken_out() -> None:
    assert assigned({"roles": [{"role_arn": "a"}, {"role_arn": "b"}]}, [], ["roles.1"]) == {
        "roles": [{"role_arn": "b"}]
    }


def test_an_equals_sign_in_the_value_stays() -> None:
    assert assigned({}, ["note=a=b"]) == {"note": "a=b"}


@pytest.mark.parametrize(
    ("assignments", "unset"),
    [
        (["novalue"], []),
        (["=x"], []),
        (["roles.3.mfa=true"], []),
        (["roles.0.mfa=true"], []),
        (["roles.x.mfa=true"], []),
        (["source.kind=x"], []),
        ([], ["missing"]),
        ([], ["roles.9"]),
        ([], ["source.kind"]),
    ],
)
def test_what_leads_nowhere_is_refused(assignments: list[str], unset: list[str]) -> None:
    with pytest.raises(AppError) as caught:
        assigned({"source": "acme", "roles": [{"role_arn": "a"}]}, assignments, unset)
    assert caught.value.problem.code is Code.USAGE


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["dev", "true"], ["dev", "true"]),
        (["dev", "--", "true"], ["dev", "--", "true"]),
        (["dev", "--env", "--", "sh", "-c", "x"], ["--env", "dev", "--", "sh", "-c", "x"]),
        (["--yes", "dev", "--env", "--", "--env"], ["--yes", "--env", "dev", "--", "--env"]),
        (
            ["dev", "--duration", "15m", "--policy-arn=A", "--", "x"],
            ["--duration", "15m", "--policy-arn=A", "dev", "--", "x"],
        ),
        (["dev", "--env", "x"], ["dev", "--env", "x"]),
        (["dev", "git", "log", "--", "file"], ["dev", "git", "log", "--", "file"]),
        (["dev", "--read-only", "git", "--", "file"], ["dev", "--read-only", "git", "--", "file"]),
        (["dev", "--policy", "--", "x"], ["dev", "--policy", "--", "x"]),
        (["--env"], ["--env"]),
        ([], []),
    ],
)
def test_options_of_ours_may_stand_before_the_commands_dashes(given: list[str], ordered: list[str]) -> None:
    assert in_order(given, execute.params) == ordered
