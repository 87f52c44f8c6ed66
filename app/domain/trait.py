"""What a problem can mean to the program: an exit code, a kind of attention. Which code means what is in problem.py."""

from enum import IntEnum, StrEnum

from app.domain.values import dataclass


class Exit(IntEnum):
    """Exit codes of the command line (docs: command line)."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    NOT_FOUND = 3
    ATTENTION = 4
    REFUSED = 5
    NETWORK = 6
    VAULT = 7
    CONFLICT = 8
    INVALID = 9
    FILE = 10
    DENIED = 11
    INTERRUPTED = 130


class AttentionKind(StrEnum):
    """What a profile waits for when it cannot go on by itself."""

    MFA = "mfa"
    SIGN_IN = "sign-in"
    APPROVAL = "approval"
    EDIT = "edit"
    REFUSED = "refused"
    VAULT = "vault"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Trait:
    """What a code means to the program. `transient`: trying again by itself can help."""

    exit: Exit
    attention: AttentionKind | None = None
    transient: bool = False
