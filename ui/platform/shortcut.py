"""A key of the whole desktop as the settings write it, whatever desktop it is for."""

_MODIFIERS = {"shift": "shift", "ctrl": "ctrl", "alt": "alt", "meta": "meta", "super": "meta", "cmd": "meta"}
_NAMES = {"return": "enter", "insert": "ins", "delete": "del", "escape": "esc"}


def parts_of(shortcut: str) -> tuple[frozenset[str], str] | None:
    """Return the modifiers and the key of "Ctrl+Alt+R", in small letters; None for what has no modifier or no key.

    Modifiers are shift, ctrl, alt and meta, as Qt names them: on a Mac ctrl is Command and meta is Control.
    """
    *held, key = shortcut.split("+")
    known = [_MODIFIERS.get(one.strip().casefold(), "") for one in held]
    low = key.strip().casefold()
    if not known or "" in known or not low:
        return None
    return frozenset(known), _NAMES.get(low, low)


def function_key(key: str) -> int:
    """Return the number of "f9", 0 for what is no function key."""
    return int(key[1:]) if key[0] == "f" and key[1:].isascii() and key[1:].isdigit() and len(key) < 4 else 0
