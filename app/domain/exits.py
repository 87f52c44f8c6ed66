"""How a command ends, and what a profile waits for: the two things that a problem's code decides."""

from enum import IntEnum, StrEnum


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
