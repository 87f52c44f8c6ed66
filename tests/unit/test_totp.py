"""One-time codes against the vectors of RFC 6238 and another implementation."""

import base64

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.totp import code_of, step_at

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_vectors_of_the_rfc(at: int, code: str) -> None:
    assert code_of(RFC, step_at(at)) == code  # the last six digits of its eight


@given(st.binary(min_size=14, max_size=64), st.integers(0, 2**37))
def test_another_implementation_agrees(key: bytes, at: int) -> None:
    seed = base64.b32encode(key).decode()
    code = pyotp.TOTP(seed).at(at)
    assert code_of(seed, step_at(at)) == code
    assert code_of(seed.rstrip("=").lower(), step_at(at)) == code


@pytest.mark.parametrize("seed", ["", "   ", "====", "01189998", "A", "not base32!", "ÄÖÜ"])
def test_what_is_no_seed(seed: str) -> None:
    with pytest.raises(ValueError) as caught:
        code_of(seed, 1)
    assert not seed.strip() or seed.strip("=") == "" or seed not in str(caught.value)
    assert caught.value.__cause__ is None
