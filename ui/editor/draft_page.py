"""A page of the profile editor as its window sees it: a view of the draft, which alone holds the values."""

from collections.abc import Sequence

from app.domain.profile import Catalog, Finding
from app.domain.session import Status
from ui.editor.draft import Draft
from ui.editor.forms import Form, Page


class DraftPage(Page):
    """Built when it is first needed; `follow` and `show_findings` bring it up to what the others know by then."""

    def __init__(self, draft: Draft, title: str, intro: str) -> None:
        """Make an empty page."""
        super().__init__(title, intro)
        self._draft = draft
        self.form = Form(draft)

    def reload(self) -> None:
        """Show the draft's values again."""
        self.form.load()

    def follow(self, catalog: Catalog, status: Status | None) -> None:
        """Show what follows from values of other pages and from the catalog; nothing by default."""

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show at their fields those findings that belong to this page."""
        self.form.show_findings(findings)

    def title_of(self, key: str) -> str:
        """Return what the field of a key is called; empty where no field here claims it."""
        field = self.form.field(key)
        return field.title if field else ""

    def go_to(self, key: str) -> None:
        """Scroll to the field of a key and go to it, if there is one."""
        field = self.form.field(key)
        if field is not None:
            self.show_field(field)
