"""What a second session of a profile may do at most, as it is wished for. How it is kept to: narrower.py."""

import json
from datetime import timedelta

from app.domain.digests import sha256
from app.domain.durations import write
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a second session may do at most. Nothing given: it is the profile's own session that is meant."""

    read_only: bool = False
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    duration: timedelta | None = None

    def __bool__(self) -> bool:
        return self != FULL

    @property
    def policies(self) -> bool:
        """Whether it says what may be done, not just for how long."""
        return self.read_only or self.policy is not None or bool(self.policy_arns)

    @property
    def key(self) -> str:
        """Return the `narrowing` of a SessionKey: the same for what is narrowed alike, "" for the profile's own."""
        parts = ["read-only"] if self.read_only else []
        if self.policy is not None or self.policy_arns:
            text = json.dumps([self.policy, sorted(self.policy_arns)])
            parts.append(f"policy-{sha256(text.encode()).hexdigest()[:12]}")
        if self.duration is not None:
            parts.append(write(self.duration))
        return " ".join(parts)


FULL = Narrowing()
READ_ONLY = Narrowing(read_only=True)
