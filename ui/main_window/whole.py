"""What concerns more than one profile: one card above list and detail."""

from typing import TYPE_CHECKING

from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from ui.core import runs
from ui.present.remedies import catalog_card, problem_card, whole_card
from ui.present.wide import Wide, wide_of

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow


class Whole:
    """Decides which it is: the lock, what failed last, what many profiles fail from, what is wrong in the catalog."""

    def __init__(self, window: "MainWindow") -> None:
        """Show nothing yet."""
        self._window = window
        self.failed: Problem | None = None  # what failed last and was not closed
        self.wide: Wide | None = None
        window.problem.showing.connect(self._closed)

    def show(self) -> None:
        """Show what there is now."""
        core, card = self._window.core, self._window.problem
        store, now = core.engine.store, self._window.tools.clock.now()
        self.wide = wide_of(store.statuses, now, self.wide)
        if store.locked:
            card.show_card(problem_card(Problem.of(Code.LOCKED, Verb.UNLOCK)))
        elif self.failed is not None:
            again = self._window.verbs.retry(self.failed) is not None
            card.show_card(whole_card(self.failed, again=again, running=runs(core, now)))
        elif self.wide is not None:
            card.show_card(self.wide.card)
        else:
            card.show_card(catalog_card(core.catalog))

    def covers(self, name: ProfileName) -> bool:
        """Whether the card that is shown says what is wrong with a profile."""
        card = self._window.problem
        return self.wide is not None and card.shown == self.wide.card and name in self.wide.names

    def fail(self, problem: Problem) -> None:
        """Show a problem that belongs to no session."""
        self.failed = problem
        self.show()

    def forget(self) -> None:
        """Take the card of what failed last away: it is mended."""
        self.failed = None
        self.show()

    def catalog_read(self) -> None:
        """Where the catalog still cannot be read, that is said again."""
        if self.failed is not None and self.failed.code is Code.CATALOG_UNREADABLE:
            self.failed = None
        self.show()

    def again(self) -> None:
        """Do once more what failed last."""
        retry = self._window.verbs.retry(self.failed) if self.failed is not None else None
        if retry is not None:
            self.forget()
            retry()

    def renew_all(self) -> None:
        """Try again with every profile that fails from the same."""
        for name in self.wide.names if self.wide is not None else ():
            self._window.verbs.renew(name)

    def _closed(self, shown: object) -> None:
        if not shown:
            self.failed = None
            if self.wide is not None:  # what was said for all is said of the one that is looked at
                self._window.show_profile(self._window.picked())
