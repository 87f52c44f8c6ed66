"""An editor of several pages, each built when it is first needed: shown, gone to, or asked for a title."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut

from app.domain.profile import Finding
from app.domain.session import Status
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.forms import key_of
from ui.editor.nav import PageList, begin_below
from ui.editor.page_stack import PageStack
from ui.editor.places import GENERAL, WHOLE, place_of
from ui.editor.window import EditorWindow
from ui.widgets.basics import plain, row


class PagedEditor(EditorWindow):
    """The draft alone holds the values and `findings` what is wrong with them; a page that is not there misses nothing.

    `pages` are those that there are.
    """

    def __init__(self, core: Core, tools: Tools, bridge: Bridge, draft: Draft) -> None:
        """Have no page yet; `lay_out` names them."""
        super().__init__(core, tools, bridge, draft)
        self.nav, self.stack = PageList(), PageStack()
        self._there: dict[int, DraftPage] = {}

    def make_page(self, number: int) -> DraftPage:
        """Return a page that was not needed before."""
        raise NotImplementedError

    def page_made(self, number: int, page: DraftPage) -> None:
        """Show on a new page what is known beside draft and findings; nothing by default."""

    def status(self) -> Status | None:
        """Return the state of what is edited; none by default."""
        return None

    def lay_out(self, titles: Sequence[tuple[str, str]]) -> None:
        """List the pages, (title, glyph) each, and show none."""
        self.frame(plain(row(self.nav, self.stack, spacing=0)))
        for number, (title, glyph) in enumerate(titles):
            self.nav.add(title, glyph)
            self.stack.reserve()
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(partial(self.nav.setCurrentRow, number))
        self.nav.currentRowChanged.connect(self.turn_to)
        begin_below(self, self.nav, self.save_button)

    def page(self, number: int) -> DraftPage:
        """Return a page; it is built now if it was not needed before."""
        if number not in self._there:
            page = self._there[number] = self.make_page(number)
            page.form.changed.connect(self.page_edited)
            page.form.left.connect(self.field_left)
            page.form.passed.connect(self.field_passed)
            page.form.pasting.connect(self.take_paste)
            self.stack.put(number, page)
            self.pages = tuple(self._there.values())
            page.follow(self.core.catalog, self.status())
            page.show_findings(self.due)
            self.page_made(number, page)
            self.make_room(page)
        return self._there[number]

    def has(self, number: int) -> bool:
        """Whether a page is there."""
        return number in self._there

    def turn_to(self, number: int) -> None:
        """Show a page; from the one before a person went on."""
        before = self.stack.currentIndex()
        if before != number and self.has(before):
            for key in WHOLE.get(before, ()):
                self.field_passed(key)
        self.page(number)
        self.stack.setCurrentIndex(number)

    def page_edited(self) -> None:
        """A person changed something on a page."""
        self.follow()
        self.edited()

    def follow(self) -> None:
        """Show on the pages what follows from one another's values and from the catalog."""
        status = self.status()
        for page in self._there.values():
            page.follow(self.core.catalog, status)

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show findings on the pages that there are, and mark all; return those that have no field on any."""
        for page in self._there.values():
            page.show_findings(findings)
        self.mark_pages()
        return [one for one in findings if place_of(key_of(one.problem)) is None]

    def mark_pages(self) -> None:
        """Mark the pages with an error in the list, those that are not built too."""
        wrong = {place_of(key_of(one.problem)) or GENERAL for one in self.due if not one.warning}
        for number in range(self.nav.count()):
            self.nav.mark(number, wrong=number in wrong)

    def go_to(self, key: str) -> None:
        """Go to the field of a key; a key without one: to the first page."""
        number = place_of(key) or GENERAL
        self.nav.setCurrentRow(number)
        self.page(number).go_to(key)

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called, with its hop; the key itself where there is no field."""
        number = place_of(key)
        return (self.page(number).title_of(key) if number is not None else "") or key

    def reload(self) -> None:
        """Show the draft again."""
        for page in self._there.values():
            page.reload()
        self.follow()

    def beside_pages(self) -> int:
        """Return the width of the navigation."""
        return self.nav.width()
