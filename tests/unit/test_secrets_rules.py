"""Secrets as people paste them: what is taken, what is refused and by which rule, and that nothing is told."""

import base64
from collections.abc import Callable

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from app.domain.problem import AppError, Code
from app.domain.secrets_rules import PARSERS, parse_secret, parse_totp_seed
from app.texts import describe, say_rule, say_secret

KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SEED = "JBSWY3DPEHPK3PXP"


def numbered(*rows: tuple[str, ...]) -> list[ParameterSet]:
    """Give rows numbers as ids: what stands for a secret has no place in a test's name."""
    return [pytest.param(*row, id=str(number)) for number, row in enumerate(rows)]


def rule_of(what: str, text: str) -> str:
    with pytest.raises(AppError) as caught:
        parse_secret(what, text)
    problem = caught.value.problem
    assert problem.code is Code.SECRET_INVALID
    assert problem.arguments["what"] == what
    rule = str(problem.arguments["rule"])
    assert say_rule(rule) != rule, "the rule has no words"
    assert say_secret(what) in describe(problem).title
    if len(text.strip()) > 3:
        assert text.strip() not in repr(problem) + str(caught.value)
    return rule


@pytest.mark.parametrize("what", list(PARSERS))
@pytest.mark.parametrize(
    ("text", "rule"),
    numbered(
        ("", "empty"),
        ("   ", "empty"),
        ("\n", "empty"),
        (f"{KEY}\n", "newline"),
        (f"{KEY}\nmore", "newline"),
        (f"{KEY}\r", "newline"),
        (f"{KEY}\u2028x", "newline"),
        (f"{KEY}\0", "control"),
        (f"\x1b[31m{KEY}", "control"),
        (f"{KEY}\ud800", "control"),
    ),
)
def test_what_no_secret_may_have(what: str, text: str, rule: str) -> None:
    assert rule_of(what, text) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    numbered(
        (f" {KEY}", "whitespace"),
        (f"{KEY} ", "whitespace"),
        ("two words", "whitespace"),
        (f"{KEY}\t", "whitespace"),
        (f"{KEY}\u00a0", "whitespace"),
        ("pässword", "not-ascii"),
        ("AKIAEXAMPLE000000001", "access-key-id-instead"),
        ("ASIAIOSFODNN7EXAMPLE", "access-key-id-instead"),
    ),
)
def test_secret_access_keys_refused(text: str, rule: str) -> None:
    assert rule_of("secret-access-key", text) == rule


@pytest.mark.parametrize("text", numbered((KEY,), ("x",), ("=/+",), ("a" * 200,)))
def test_secret_access_keys_taken(text: str) -> None:
    assert parse_secret("secret-access-key", text).reveal() == text


def test_client_secrets() -> None:
    assert parse_secret("client-secret", "two words é").reveal() == "two words é"
    assert rule_of("client-secret", " x") == "whitespace"


@pytest.mark.parametrize(
    "text",
    numbered(
        (SEED,),
        (SEED.lower(),),
        ("JBSW Y3DP EHPK 3PXP",),
        ("jbsw-y3dp-ehpk-3pxp",),
        (f"  {SEED}==== ",),
        (f"otpauth://totp/AWS:ana@111122223333?secret={SEED}&issuer=Amazon",),
        (f"otpauth://totp/x?secret={SEED.lower()}&algorithm=SHA1&digits=6&period=30",),
        (f"OTPAUTH://TOTP/x?Secret={SEED}&Algorithm=sha1",),
    ),
)
def test_seeds_taken(text: str) -> None:
    assert parse_totp_seed(text).reveal() == SEED


@pytest.mark.parametrize(
    ("text", "rule"),
    numbered(
        ("not base32!", "base32"),
        ("01890189018901890", "base32"),
        ("JBSWY3DP", "short"),
        ("A" * 17, "base32"),
        (f"otpauth://hotp/x?secret={SEED}&counter=1", "otpauth-type"),
        ("otpauth://totp/x?issuer=Amazon", "otpauth-secret"),
        ("otpauth://totp/x?secret=", "otpauth-secret"),
        (f"otpauth://totp/x?secret={SEED}&digits=8", "otpauth-parameters"),
        (f"otpauth://totp/x?secret={SEED}&algorithm=SHA256", "otpauth-parameters"),
        (f"otpauth://totp/x?secret={SEED}&period=60", "otpauth-parameters"),
        ("otpauth://totp/x?secret=1189", "base32"),
        ("otpauth://[/?secret=x", "base32"),
        ("118204", "base32"),
    ),
)
def test_seeds_refused(text: str, rule: str) -> None:
    assert rule_of("totp-seed", text) == rule


@given(st.binary(min_size=10, max_size=64))
def test_any_seed_comes_back(raw: bytes) -> None:
    written = base64.b32encode(raw).decode()
    seed = parse_totp_seed(written).reveal()
    assert base64.b32decode(seed + "=" * (-len(seed) % 8)) == raw


@pytest.mark.parametrize("parse", list(PARSERS.values()), ids=list(PARSERS))
@given(text=st.text(max_size=60))
def test_any_text_is_taken_or_refused_by_a_rule(parse: Callable[[str], object], text: str) -> None:
    codes: list[Code] = []
    try:
        parse(text)
    except AppError as error:
        codes.append(error.problem.code)
    assert codes in ([], [Code.SECRET_INVALID])
