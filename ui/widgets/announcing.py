"""What a screen reader says of a change that the person did not cause, or that the focus does not tell."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(of: QWidget, words: str, *, now: bool = False) -> None:
    """Say words politely, or `now`, over what is being said. Nothing happens where no screen reader listens."""
    if not words or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(of, words)
    level = QAccessible.AnnouncementPoliteness
    event.setPoliteness(level.Assertive if now else level.Polite)
    QAccessible.updateAccessibility(event)
