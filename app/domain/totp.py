"""Time-based one-time codes as AWS's MFA devices make them: RFC 6238 with SHA-1, 30 seconds, six digits."""

import base64
import binascii

STEP_SECONDS = 30
DIGITS = 6


def step_at(timestamp: float) -> int:
    """Return the number of the time step, counted from 1970."""
    return int(timestamp // STEP_SECONDS)


def seconds_left(timestamp: float) -> float:
    """Return how many seconds the code of now still has: above 0, up to 30. Then comes the next one."""
    return STEP_SECONDS - timestamp % STEP_SECONDS


def code_of(seed: str, step: int) -> str:
    """Return the code of a time step; `seed` is base32. ValueError, which does not quote it, where it is none."""
    bare = "".join(seed.split()).rstrip("=").upper()
    try:
        key = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        raise ValueError("not base32") from None
    if not key:
        raise ValueError("empty")
    import hmac  # with OpenSSL, which waits for its first use (app/domain/digests.py)

    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
