"""A place in the AWS files that is someone else's: what stands there, and what Rolecall would put in its place."""

from dataclasses import field
from enum import StrEnum

from app.domain.problem import Problem
from app.domain.values import dataclass


class Reads(StrEnum):
    """What AWS's programs take a name's credentials from, in the order in which botocore looks."""

    ROLE = "role"
    WEB_IDENTITY = "web-identity"
    IDENTITY_CENTER = "identity-center"
    SESSION = "session"  # temporary keys in the credentials file
    LONG_LIVED = "long-lived"  # keys without an end there
    HALF = "half"  # a key id there without its secret: they fail
    LOGIN = "login"
    PROCESS = "process"
    CONFIG_KEYS = "config-keys"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name means to AWS's programs now. `what`: the masked key id, or the role's ARN."""

    by: Reads
    what: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A section of the credentials file, or with `key` one line of the config file. No secret is in it.

    `theirs` and `mine` are whole lines with secrets masked. `seen` tells whether what stands there is still the same.
    """

    path: str
    section: str
    key: str
    changed: bool  # it was ours, and another program wrote into it
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    reading: Reading
    into_keyring: bool  # a long-lived secret among theirs would go into the keyring, the rest into the backup
    others: int  # sections of others, none of which is touched
    taken: frozenset[str]  # the names that both files have
    refused: Problem | None = None  # it could not be taken over either
    seen: str = field(default="", repr=False)
