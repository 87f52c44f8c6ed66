"""Access keys in words: their age, their last use, the steps of replacing one, and what came of it."""

from datetime import datetime, timedelta

from app.domain.keys import KeyStep, UserKey
from app.texts import N, T


def age_words(made: datetime, now: datetime) -> str:
    """Return how old a key is: "412 days"."""
    days = max((now - made) // timedelta(days=1), 0)
    return N("{n} day", "{n} days", days) if days else T("under a day")


def ago_words(at: datetime, now: datetime) -> str:
    """Return how long ago something was: "412 days ago"."""
    days = max((now - at) // timedelta(days=1), 0)
    return N("{n} day ago", "{n} days ago", days) if days else T("less than a day ago")


def made_words(made: datetime, now: datetime) -> str:
    """Return the same for a line that has little room: "key made 412 days ago"."""
    return T("key made {ago}", ago=ago_words(made, now))


def key_words(key: UserKey, now: datetime) -> str:
    """Return the line below a key: when it was made and last used."""
    parts = [T("made {ago}", ago=ago_words(key.made_at, now))] if key.made_at is not None else []
    if key.used_at is not None:
        parts.append(T("last used {ago}", ago=ago_words(key.used_at, now)))
    parts.append(T("secret in the keyring") if key.kept else T("secret not in the keyring"))
    return ", ".join(parts)


def step_words(step: KeyStep, *, back: bool = False) -> str:
    """Return what a step does."""
    words = {
        KeyStep.CREATE: T("Make a new key"),
        KeyStep.STORE: T("Store its secret in the keyring"),
        KeyStep.TRY: T("Test it with GetCallerIdentity"),
        KeyStep.SWAP: T("Have the source use it"),
        KeyStep.SWITCH_OFF: T("Switch the old key off"),
        KeyStep.SWITCH_ON: T("Switch the old key on"),
        KeyStep.DELETE: T("Delete the new key") if back else T("Delete the old key"),
    }
    return words[step]


def full_words(other: str) -> str:
    """Return why no new key can be made."""
    return T(
        "IAM allows two keys, so that none can be made now. If nothing uses {other}, switch it off, and delete it "
        "when nothing has missed it.",
        other=other,
    )


def result_words(result: str, own: str, other: str) -> str:
    """Return what came of it. The words of `result` are those of app.keyflow.Result."""
    words = {
        "replaced": T(
            "{own} is in use. The old key is off, not deleted: whatever else used it fails from now on. "
            "Go back if something does, else delete it.",
            own=own,
        ),
        "switched-off": T("{other} is off. Whatever still used it fails from now on.", other=other),
        "switched-on": T("{other} is on again.", other=other),
        "deleted": T("The old key is deleted. {own} is in use.", own=own),
        "back": T("{own} is in use again.", own=own),
        "taken-back": T("Everything is as it was: {own} stays in use.", own=own),
        "new-in-use": T("{own} is in use and stored. The old key is still on.", own=own),
    }
    return words.get(result, "")
