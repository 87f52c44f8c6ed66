"""What a person can do about a problem: a verb, and what it is about. The words are in app/texts.py."""

from enum import StrEnum

from app.domain.values import dataclass


class Verb(StrEnum):
    """What a person can do about a problem. A window makes a button of it, the command line a sentence."""

    NONE = ""
    EDIT_PROFILE = "edit-profile"
    CHOOSE_ROLE = "choose-role"
    EDIT_HOP = "edit-hop"
    EDIT_SOURCE = "edit-source"
    EDIT_CATALOG = "edit-catalog"
    REPLACE_KEY = "replace-key"
    SET_SECRET = "set-secret"  # noqa: S105
    GIVE_MFA = "give-mfa"
    SIGN_IN = "sign-in"
    APPROVE = "approve"
    TRY_AGAIN = "try-again"
    SHORTEN = "shorten"
    SET_CLOCK = "set-clock"
    CHECK_NETWORK = "check-network"
    CHECK_PROXY = "check-proxy"
    CHECK_CA = "check-ca"
    UNLOCK_KEYRING = "unlock-keyring"
    GET_KEYRING = "get-keyring"
    UNLOCK_VAULT = "unlock-vault"
    CHOOSE_VAULT = "choose-vault"
    MOVE_VAULT = "move-vault"
    ADOPT = "adopt"
    RENAME_SECTION = "rename-section"
    REPAIR_FILE = "repair-file"
    FREE_SPACE = "free-space"
    MAKE_WRITABLE = "make-writable"
    ALLOW_IN_PLACE = "allow-in-place"
    STOP_OTHER = "stop-other"
    START_ENGINE = "start-engine"
    RESUME = "resume"
    UNLOCK = "unlock"
    INSTALL = "install"
    CONFIRM = "confirm"
    CHANGE_PORT = "change-port"
    UPDATE = "update"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do: a verb and what it is about (a hop's number, a source's name)."""

    verb: Verb
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}".strip()


NO_REMEDY = Remedy(Verb.NONE)
