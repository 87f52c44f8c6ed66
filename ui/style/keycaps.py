"""Keys as they stand on the keyboard: in the platform's way, and in the language of the windows."""

from PySide6.QtGui import QKeySequence

# Qt's translations spell out what the caps of these keyboards shorten
_CAPS = {
    "Control": "Ctrl",
    "Mayúsculas": "Mayús",
    "Suprimir": "Supr",
    "Escape": "Esc",
    "Tabulador": "Tab",
}


def spelled(keys: str) -> str:
    """Return keys as a person reads them ("Strg+F"); several may stand there with ", " or " … " between."""
    for between in (", ", " … "):
        if between in keys:
            return between.join(spelled(one) for one in keys.split(between))
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return "+".join(_CAPS.get(one, one) for one in native.split("+")) or keys


def cap(key: str) -> str:
    """Return a key for the picture of its cap: without plus signs."""
    return spelled(key).replace("+", " ")
