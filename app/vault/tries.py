"""How often a passphrase may be tried: three times at once, then slower and slower."""

from collections.abc import Callable
from math import ceil

from app.domain.problem import AppError, Code, Verb

FREE = 3
LONGEST = 60.0  # seconds


class Tries:
    """Counts failures of one process. Who has the file can try elsewhere: there, scrypt is what makes it slow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` grows in seconds."""
        self._clock = clock
        self._failed = 0
        self._until = 0.0

    def check(self) -> None:
        """Raise VAULT_TRIES where it is too early for another one."""
        left = self._until - self._clock()
        if left > 0:
            raise AppError.of(Code.VAULT_TRIES, Verb.UNLOCK_VAULT, seconds=ceil(left))

    def failed(self) -> None:
        """Count a wrong passphrase."""
        self._failed += 1
        if self._failed >= FREE:
            self._until = self._clock() + min(2.0 ** (self._failed - FREE), LONGEST)

    def good(self) -> None:
        """Begin anew."""
        self._failed, self._until = 0, 0.0
