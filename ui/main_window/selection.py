"""What is done to all selected profiles at once, and to those that are dropped on the sidebar."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QComboBox, QMenu

from app.domain.profile import Profile
from app.domain.session import Starter
from app.texts import N, T
from ui.main_window.selection_bar import selection_words
from ui.present.arrange import View, ViewKind
from ui.present.glyphs import is_active
from ui.present.names import plain_name
from ui.present.questions import Act, question_before
from ui.present.sidebar import takes
from ui.prompts.base import Prompt
from ui.prompts.questions import ChoicePrompt
from ui.style.keycaps import spelled
from ui.widgets.basics import button, column, label, row

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_NAMED = 8  # profiles that a question names; the rest are counted


class Selection:
    """Acts on what is selected in the list; a question is asked once for all of them."""

    def __init__(self, window: "MainWindow") -> None:
        """Hold the window, which owns this."""
        self._window = window
        self.prompt: Prompt | None = None

    def popup(self, at: QPoint) -> None:
        """Open the menu of what can be done to all selected profiles."""
        self.menu = QMenu(self._window)
        names = self._window.list.view.selected()
        running = sum(map(self._runs, names))
        self.menu.addAction(selection_words(len(names))).setEnabled(False)
        self.menu.addSeparator()
        acts: tuple[tuple[str, Callable[[], None], bool], ...] = (
            (T("Start"), self.start, running < len(names)),
            (f"{T('Stop')}\t{spelled('Ctrl+.')}", self.stop, running > 0),
            (f"{T('Add to group…')}\t{spelled('Ctrl+G')}", self.group, True),
            (f"{T('Add tag…')}\t{spelled('Ctrl+T')}", self.tag, True),
            (f"{T('Favorite')}\t{spelled('Ctrl+B')}", self._window.toggle_favorite, True),
            (T("Copy as credentials sections"), partial(self.copy, "ini"), True),
            (T("Copy as JSON"), partial(self.copy, "json"), True),
            (T("Export profiles…"), self._window.transfer.export, self._window.tools.exchange is not None),
            (f"{T('Delete…')}\t{spelled('Del')}", self.delete, True),
        )
        for text, act, possible in acts:
            if text.startswith((T("Copy as credentials sections"), T("Delete…"))):
                self.menu.addSeparator()
            action = self.menu.addAction(text)
            action.triggered.connect(act)
            action.setEnabled(possible)
        self.menu.aboutToHide.connect(self.menu.deleteLater)
        self.menu.popup(at)

    def start(self) -> None:
        """Start what does not run yet."""
        names = [name for name in self._window.list.view.selected() if not self._runs(name)]
        question = N("Start {n} profile?", "Start {n} profiles?", len(names))
        self._ask(Act.START, names, question, T("Start"))

    def stop(self) -> None:
        """Stop what runs."""
        names = [name for name in self._window.list.view.selected() if self._runs(name)]
        question = N("Stop {n} profile?", "Stop {n} profiles?", len(names))
        self._ask(Act.STOP, names, question, T("Stop"))

    def _runs(self, name: str) -> bool:
        return is_active(self._window.core.engine.store.status(self._window.core.catalog.profiles[name].name))

    def copy(self, style: str) -> None:
        """Copy the sessions of all as one text: sections of a credentials file, or one JSON object."""
        names = self._window.list.view.selected()
        question = N("Copy {n} session?", "Copy {n} sessions?", len(names))
        self._ask(Act.COPY, names, question, T("Copy"), style)

    def delete(self) -> None:
        """Delete all after one question; with production among them, their number is typed."""
        names = self._window.list.view.selected()
        profiles = self._window.core.catalog.profiles
        production = any(profiles[name].safety.production for name in names)
        question = N("Delete {n} profile?", "Delete {n} profiles?", len(names))
        detail = T("Their sessions are stopped first. Sources and secrets stay. Ctrl+Z brings them back.")
        verb = N("Delete {n} profile", "Delete {n} profiles", len(names))
        answers = [(Act.DELETE.value, verb, "production" if production else "danger")]
        typed = str(len(names)) if production else ""
        prompt = ChoicePrompt(question, detail, answers, lines=_lines(names, profiles), typed=typed)
        prompt.bar.setVisible(production)
        prompt.chosen.connect(partial(self._do, Act.DELETE, names, ""))
        self._show(prompt)

    def _ask(self, act: Act, names: Sequence[str], question: str, verb: str, style: str = "") -> None:
        profiles = self._window.core.catalog.profiles
        asking = [name for name in names if self._asks(act, name)]
        if not asking:
            self._do(act, names, style, "")
            return
        critical = [name for name in asking if profiles[name].safety.production]
        production = bool(critical)
        detail = T("Production is among them:") if critical == asking else T("These ask before:")
        answers = [(act.value, verb, "production" if production else "")]
        prompt = ChoicePrompt(question, detail, answers, lines=_lines(asking, profiles))
        prompt.bar.setVisible(production)
        prompt.chosen.connect(partial(self._do, act, names, style))
        self._show(prompt)

    def _asks(self, act: Act, name: str) -> bool:
        window = self._window
        profile = window.core.catalog.profiles[name]
        valid = window.core.engine.store.status(profile.name).valid(window.tools.clock.now())
        return question_before(window.core.catalog, profile, act, valid=valid) is not None

    def _do(self, act: Act, names: Sequence[str], style: str, _choice: str) -> None:
        verbs = self._window.verbs
        if act is Act.STOP and names:
            verbs.stop(names)
        elif act is Act.START:
            for name in names:
                verbs.start(name, Starter.WINDOW)
        elif act is Act.COPY:
            verbs.copy_several(names, Starter.WINDOW, style)
        elif act is Act.DELETE:
            verbs.edits.delete(names)

    def dropped(self, view: View, names: Sequence[str]) -> None:
        """Put profiles where they were dropped: in a group, under a tag, among the favorites."""
        edits = self._window.verbs.edits
        wanted = [name for name in names if takes(view, self._window.core.catalog.profiles.get(name))]
        if not wanted:
            return
        if view.kind is ViewKind.GROUP:
            edits.put_in_group(wanted, view.subject)
        elif view.kind is ViewKind.TAG:
            edits.add_tag(wanted, view.subject)
        elif view.kind is ViewKind.FAVORITES:
            edits.set_favorite(wanted, on=True)

    def group(self) -> None:
        """Ask for a group and put the selected profiles in it."""
        known = {one.group for one in self._window.core.catalog.profiles.values() if one.group}
        self._name(T("Add to group"), T("Group, with / between levels"), known, self._window.verbs.edits.put_in_group)

    def tag(self) -> None:
        """Ask for tags and give them to the selected profiles."""
        known = {tag for one in self._window.core.catalog.profiles.values() for tag in one.tags}

        def add(names: Sequence[str], text: str) -> None:
            words = [text] if text in known else [one for part in text.split(",") if (one := part.strip())]
            if words:
                self._window.verbs.edits.add_tags(names, list(dict.fromkeys(words)))

        self._name(T("Add tag"), T("Tag, or several with commas"), known, add)

    def _name(self, title: str, hint: str, known: set[str], act: Callable[[Sequence[str], str], None]) -> None:
        names = self._window.list.view.selected()
        if names:
            prompt = NamePrompt(title, selection_words(len(names)), hint, sorted(known, key=str.casefold))
            prompt.named.connect(partial(act, names))
            self._show(prompt)

    def _show(self, prompt: Prompt) -> None:
        self.prompt = prompt
        prompt.open_prompt(asked=True)


def _lines(names: Sequence[str], profiles: Mapping[str, Profile]) -> list[str]:
    """Return the names for a question, production marked, what is too much counted."""
    shown = [plain_name(profiles[name]) for name in names[:_NAMED]]
    more = len(names) - _NAMED
    return [*shown, *([N("and {n} more", "and {n} more", more)] if more > 0 else [])]


class NamePrompt(Prompt):
    """Asks for a name, known or new; `named` carries it."""

    named = Signal(str)

    def __init__(self, title: str, detail: str, hint: str, known: Sequence[str]) -> None:
        """Offer what is known; nothing is chosen yet."""
        super().__init__(title)
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.addItems(list(known))
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.name.setCompleter(None)  # pyright: ignore[reportArgumentType]  it would make a known name of a new, shorter one
        self.name.setCurrentText("")
        self.name.setAccessibleName(hint)
        line = self.name.lineEdit()
        if line is not None:
            line.setPlaceholderText(hint)
        parts = (label(title, "title", wrap=True), label(detail, "second", wrap=True), self.name)
        self.cancel = button(T("Cancel"), pressed=self.reject)
        self.add = button(title, "primary", pressed=self._add)
        self.add.setDefault(True)
        self.add.setEnabled(False)
        self.name.editTextChanged.connect(self._typed)
        page = column(*parts, None, margins=(24, 20, 24, 20), spacing=6)
        self.fill(page, row(None, self.cancel, self.add, margins=(20, 12, 20, 12)))
        self.name.setFocus()

    def _typed(self, text: str) -> None:
        self.add.setEnabled(bool(text.strip()))

    def _add(self) -> None:
        self.accept()
        self.named.emit(self.name.currentText().strip())
