"""Secrets that cannot be printed, pickled or compared by accident, and the credentials made of them."""

from datetime import datetime
from typing import Never

from app.domain.digests import equal
from app.domain.values import dataclass


class Secret:
    """Text that must not be seen. Only `reveal()` gives it back; repr, str, format, pickle and copy do not."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hold the text; nothing is stripped or checked here."""
        self._text = text

    def reveal(self) -> str:
        """Return the text. Call it only where the text leaves for its one destination."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __len__(self) -> int:
        return len(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return equal(self._text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> Never:
        raise TypeError("a Secret is not pickled")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs a call. Long-lived where `session_token` is None; `expires_at` aware UTC, None: not known."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: datetime | None = None

    @property
    def long_lived(self) -> bool:
        """Whether these are an IAM user's own keys, which are never delivered."""
        return self.session_token is None
