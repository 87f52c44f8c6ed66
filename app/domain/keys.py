"""An IAM user's access keys, and the steps of replacing one."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.values import dataclass

OLD_AFTER = timedelta(days=90)  # AWS Config's rule access-keys-rotated and the CIS benchmark say so


@dataclass(frozen=True, slots=True)
class UserKey:
    """A key as IAM lists it. `used_at` None: never, or not known. `kept`: its secret is in the vault."""

    key_id: str
    made_at: datetime | None
    active: bool
    used_at: datetime | None = None
    kept: bool = False

    def age(self, now: datetime) -> timedelta | None:
        """How long ago it was made, None where that is not known."""
        return None if self.made_at is None else max(now - self.made_at, timedelta())

    def old(self, now: datetime) -> bool:
        """Whether it is older than keys should be."""
        age = self.age(now)
        return age is not None and age > OLD_AFTER


class KeyStep(StrEnum):
    """A step of replacing a key, or of going back to the old one."""

    CREATE = "create"
    STORE = "store"
    TRY = "try"
    SWAP = "swap"
    SWITCH_OFF = "switch-off"
    SWITCH_ON = "switch-on"
    DELETE = "delete"


REPLACING = (KeyStep.CREATE, KeyStep.STORE, KeyStep.TRY, KeyStep.SWAP, KeyStep.SWITCH_OFF)
GOING_BACK = (KeyStep.SWITCH_ON, KeyStep.TRY, KeyStep.SWAP, KeyStep.DELETE)
ENDING = (KeyStep.DELETE,)
