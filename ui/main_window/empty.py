"""What stands in the list's place when it has no row."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.texts import T
from ui.present.arrange import View, ViewKind
from ui.present.sidebar import view_title
from ui.widgets.basics import Glyph, button, column, label, plain, row
from ui.widgets.elided import ElidedButton


class EmptyList(QWidget):
    """Says why nothing is shown and offers what helps."""

    def __init__(self) -> None:
        """Begin without words."""
        super().__init__()
        self.title = label(role="body-strong", wrap=True)
        self.detail = label(role="second", wrap=True)
        self.use = button("", small=True)
        self.clear = button(T("Clear"), small=True)
        self.make = ElidedButton()
        self.make.setProperty("kind", "link")
        self.new = button(T("New profile"), small=True)
        self.files = button(T("Import from AWS files…"), small=True)
        self.source = button(T("New source"), small=True)
        self.glyph = Glyph("folder", "text-3", 32)
        for one in (self.title, self.detail):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._or = label(T("or"), "second")
        picture = plain(row(None, self.glyph, None))
        files = plain(row(None, self.files, None))
        buttons = plain(row(None, self.use, self.clear, self.source, self.new, None))
        made = plain(row(None, self._or, self.make, None, spacing=4))
        page = column(48, picture, self.title, self.detail, 8, files, buttons, made, None, margins=(24, 0, 24, 0))
        self.setLayout(page)

    def show_for(self, query: str, nearest: str, view: View, *, first: bool) -> None:
        """Say it for a search, for a catalog without a profile (`first`), or for a view."""
        if query:
            self.title.setText(T("No profile matches “{query}”", query=query))
            self.detail.setText(T("Searched names, accounts, roles, regions and tags"))
        elif first:
            self.title.setText(T("No profile yet"))
            self.detail.setText(
                T("Take over what your AWS files have, or begin with a source: the identity that makes the first call.")
            )
        else:
            self.title.setText(T("Nothing in {view}", view=view_title(view)))
            self.detail.setText(_what(view))
        self.use.setVisible(bool(nearest))
        self.use.setText(T("Search for {name}", name=nearest))
        self.clear.setVisible(bool(query))
        for one in (self.files, self.source):
            one.setVisible(first and not query)
        self.new.setVisible(not query)
        self.glyph.setVisible(not query)
        self.glyph.set(_PICTURES.get(view.kind, "folder") if not first else "identification-card", "text-3")
        for one in (self._or, self.make):
            one.setVisible(bool(query))
        self.make.setText(T("make a profile named {name}", name=query if len(query) <= 40 else f"{query[:39]}…"))


_PICTURES = {
    ViewKind.ACTIVE: "lightning",
    ViewKind.ATTENTION: "check-circle-fill",
    ViewKind.FAVORITES: "star",
    ViewKind.TAG: "tag",
    ViewKind.SOURCE: "key",
}


def _what(view: View) -> str:
    words = {
        ViewKind.ACTIVE: T("A profile that you start stands here until its session ends."),
        ViewKind.ATTENTION: T("Every session is as it should be."),
        ViewKind.FAVORITES: T("Ctrl+B makes the picked profile a favorite; dragging it here does too."),
        ViewKind.GROUP: T("Drag profiles onto the group, or put the selected ones in it with Ctrl+G."),
    }
    return words.get(view.kind) or T("A profile names a source, the roles to assume, and where the session goes.")
