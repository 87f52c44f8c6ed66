"""All keys, window by window, for the page of keys."""

from app.texts import T

Section = tuple[str, tuple[tuple[str, str], ...]]


def key_sections() -> tuple[Section, ...]:
    """Return headings with the keys of a window and what they do."""
    return (_main(), _palette(), _editors(), _activity(), _questions())


def _main() -> Section:
    return (
        T("Main window"),
        (
            ("Enter", T("Start, or copy exports if active")),
            ("Ctrl+.", T("Stop")),
            ("Ctrl+C", T("Copy exports")),
            ("Ctrl+Shift+C", T("Copy exports as…")),
            ("Ctrl+O", T("Open console")),
            ("Ctrl+D", T("Make default")),
            ("Ctrl+R", T("Refresh now")),
            ("Ctrl+Shift+R", T("Pause or resume refreshing")),
            ("Ctrl+E", T("Edit")),
            ("Ctrl+N", T("New profile")),
            ("Ctrl+Shift+N", T("New source")),
            ("Ctrl+B", T("Favorite")),
            ("Ctrl+G", T("Add to group…")),
            ("Ctrl+T", T("Add tag…")),
            ("Ctrl+Z", T("Undo the last change of groups, tags or favorites, or a deletion")),
            ("Delete", T("Delete")),
            ("Ctrl+F", T("Search; Down goes to the list")),
            ("Ctrl+K", T("Quick switch")),
            ("Shift+F10", T("The row's menu")),
            ("F6", T("Next part of the window")),
            ("F9", T("Show or hide the sidebar")),
            ("Ctrl+1 … 4", T("Active, needs attention, favorites, all")),
            ("Ctrl+L", T("Lock: stop all, forget MFA sessions")),
            ("Ctrl+Shift+P", T("Programs that ask for sessions")),
            ("Ctrl+,", T("Settings")),
            ("Ctrl+Shift+A", T("Activity")),
            ("F1", T("Keys")),
            ("Esc", T("Clear the search, close a card, close the window")),
            ("Ctrl+W", T("Close to the tray")),
            ("Ctrl+Q", T("Quit")),
        ),
    )


def _palette() -> Section:
    return (
        T("Quick switch"),
        (
            ("Enter", T("Start, or copy exports if active")),
            ("Tab", T("All actions of the row")),
            ("Ctrl+1 … 9", T("Pick a row")),
            ("Ctrl+C", T("Copy exports; starts first where needed")),
            ("Ctrl+O", T("Open console")),
            ("Ctrl+D", T("Make default")),
            ("Ctrl+R", T("Refresh now")),
            ("Ctrl+.", T("Stop")),
            ("Ctrl+E", T("Edit")),
            ("Ctrl+L", T("Unlock, where it is locked")),
            ("Esc", T("Clear, then close")),
        ),
    )


def _editors() -> Section:
    return (
        T("Editors"),
        (
            ("Ctrl+1 … 5", T("Pages")),
            ("Ctrl+T", T("Test")),
            ("Ctrl+S", T("Save")),
            ("Ctrl+Z, Ctrl+Shift+Z", T("Undo, redo")),
            ("Ctrl+Enter", T("Add a hop")),
            ("Alt+Up, Alt+Down", T("Move a hop")),
            ("Delete", T("Remove a hop")),
            ("Esc", T("Close; asks if something changed")),
        ),
    )


def _activity() -> Section:
    return (
        T("Activity"),
        (
            ("Ctrl+1, Ctrl+2", T("Events, file writes")),
            ("Left, Right", T("From bar to bar")),
            ("+, −, 0", T("Zoom in, out, back")),
            ("Enter", T("Everything known of an event")),
            ("Ctrl+F", T("Search")),
        ),
    )


def _questions() -> Section:
    return (T("Questions"), (("Ctrl+Enter", T("Confirm a question about production")), ("Esc", T("Cancel, or deny"))))
