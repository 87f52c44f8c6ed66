"""SHA-256, and a comparison that does not tell where two texts differ. OpenSSL comes with the first use of either.

No module of `app` that the tray application imports before its first call to AWS loads OpenSSL: that is 5 MB.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash  # pyright: ignore[reportPrivateUsage]


def sha256(data: bytes) -> "_Hash":
    """Return SHA-256 of the bytes; more can be added to it."""
    import hashlib

    return hashlib.sha256(data)


def equal(one: bytes, other: bytes) -> bool:
    """Whether both are the same, in a time that does not depend on where they differ."""
    import hmac

    return hmac.compare_digest(one, other)
