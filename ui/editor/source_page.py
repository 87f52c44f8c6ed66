"""The page of the profile's source: one of those that there are, or another profile's session."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QWidget
from shiboken6 import isValid

from app.domain.assignments import AccountRoles, assigned_by_profiles
from app.domain.entries import access_key_entry
from app.domain.names import SourceName
from app.domain.problem import Problem
from app.domain.profile import Catalog
from app.domain.source import AccessKeys, IdentityCenter, Oidc, kind_of
from app.texts import T, describe
from ui.core import Core
from ui.editor.draft import Draft
from ui.editor.draft_page import DraftPage
from ui.editor.duration_field import DurationField
from ui.editor.editable_field import EditableField
from ui.editor.fields import CheckField, Field, TextField
from ui.editor.forms import grid_of
from ui.editor.hint_field import HintField
from ui.editor.roles_list import RolesList
from ui.present.keys import age_words
from ui.present.names import kind_icon
from ui.present.sources import State, key_state, sign_in_state, source_words, users_words, yields
from ui.style.fonts import font, grown
from ui.style.theme import restyle
from ui.widgets.basics import Glyph, button, card, column, label, plain, row, rule, set_role
from ui.widgets.boxwords import words_top


class Choice(QFrame):
    """One line of the list: a radio button, what it stands for, and its state at the right."""

    def __init__(self, title: str, second: str, icon: str, spoken: str = "") -> None:
        """Show a choice."""
        super().__init__()
        self.setProperty("choice", True)
        self.radio = QRadioButton()
        self.radio.setAccessibleName(spoken or f"{title}, {second}")
        self.radio.setFixedWidth(grown(20))
        self.radio.toggled.connect(self._toggled)
        self.title = label(title, "body-medium", wrap=True)
        self.second = label(second, "second", wrap=True)
        self.state = label(role="second")
        top = words_top(self.title.fontMetrics().height())
        words = plain(column(self.title, self.second, spacing=1, margins=(0, top, 0, 0)))
        self.state.setContentsMargins(0, top, 0, 0)
        self.line = row(margins=(13, 10, 14, 12), spacing=10)
        for one in (self.radio, plain(column(Glyph(icon), margins=(0, 3, 0, 0)))):
            self.line.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        self.line.addWidget(words, 1)
        self.line.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(self.line)

    def _toggled(self, on: object) -> None:
        restyle(self, chosen=bool(on))

    def show_state(self, state: State) -> None:
        """Show the state, and have it said."""
        self.state.setText(state.words)
        set_role(self.state, state.role)
        self.radio.setAccessibleDescription(state.words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the line chooses it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.radio.click()


class SourcePage(DraftPage):
    """Which identity makes the first call."""

    new_source = Signal()
    edit_source = Signal(str)
    rotate_wanted = Signal(str)
    roles_wanted = Signal(str)  # of a source of Identity Center

    def __init__(self, draft: Draft, catalog: Catalog, now: Callable[[], datetime]) -> None:
        """Show the draft."""
        self._now = now
        said = T("The identity that makes the first call. Its secret stays in the keyring.")
        super().__init__(draft, T("Source"), said)
        self.group = QButtonGroup(self)
        self.list = card()
        self.box.addWidget(self.list)
        self.wrong = label(role="error", wrap=True)
        self.wrong.hide()
        self.box.addWidget(self.wrong)
        add = button(T("New source"), icon="plus", pressed=self.new_source.emit)
        self.edit = button("", "text", pressed=self._edit)
        self.box.addLayout(row(add, self.edit, None))
        self._make_about()
        self.without = label(T("Without a hop"), "section")
        self.box.addWidget(self.without)
        self.fields: list[Field] = [
            DurationField(
                "duration", T("Duration"), ("1 h", "4 h", "12 h", "36 h"), T("GetSessionToken: 15 min to 36 h.")
            ),
            CheckField("mfa", T("MFA"), T("Ask for a code")),
        ]
        self.center: list[Field] = [
            HintField("account_id", T("Account ID"), hint=T("12 digits")),
            TextField("role_name", T("Role"), T("A role that Identity Center gives you."), code=True),
        ]
        self.list_roles = button(T("Choose from your roles"), icon="list-bullets", pressed=self._list_roles)
        self.roles = RolesList(many=False)
        self.roles.hide()
        self.roles.chosen.connect(self._role_chosen)
        self.roles_state = label(role="second", wrap=True)
        self.roles_state.hide()
        for field in (*self.fields, *self.center):
            self.form.take(field)
        self.form.fields.append(_SourceChoice(self))
        self.box.addLayout(grid_of([*self.center, *self.fields]))
        self.box.addLayout(row(self.list_roles, None))
        self.box.addWidget(self.roles_state)
        self.box.addWidget(self.roles)
        self.box.addStretch(1)
        self.group.idToggled.connect(self._picked)
        self.choices: list[tuple[str, str]] = []
        self.lines: list[Choice] = []
        self._states: dict[str, State] = {}
        self._roles_of = ""  # the source whose roles are listed
        self.show_catalog(catalog)

    def _make_about(self) -> None:
        self.about = card("info")
        self.what, self.users = label(role="body", wrap=True), label(role="second", wrap=True)
        line = row(margins=(14, 10, 14, 11), spacing=10)
        line.addWidget(Glyph("info", "accent-text"), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self.what, self.users, spacing=2), 1)
        self.rotate = button(T("Rotate…"), small=True, pressed=self._rotate)
        line.addWidget(self.rotate, 0, Qt.AlignmentFlag.AlignTop)
        self.about.setLayout(line)
        self.box.addWidget(self.about)

    def show_catalog(self, catalog: Catalog) -> None:
        """List sources and profiles to go on from."""
        self._catalog = catalog
        for one in self.group.buttons():
            self.group.removeButton(one)
        frame = card()
        bases = [name for name in catalog.profiles if name != self._draft.original_name]
        self.choices = [("source", name) for name in catalog.sources]
        self.lines = [self._line(name) for name in catalog.sources]
        self.lines.append(self._other(bases))
        parts: list[QWidget] = []
        for number, line in enumerate(self.lines):
            self.group.addButton(line.radio, number)
            parts += [rule()] if parts else []
            parts.append(line)
        restyle(self.lines[-1], edge="last")
        restyle(self.lines[0], edge="first" if len(self.lines) > 1 else "last")
        frame.setLayout(column(*parts, spacing=0, margins=(1, 1, 1, 1)))
        self.box.replaceWidget(self.list, frame)
        self.list.hide()
        self.list.deleteLater()
        self.list = frame
        self.base.load(self._draft)
        self.base.changed.connect(self._base_typed)
        self.base.left.connect(self.form.left)
        for name, state in self._states.items():
            self._show_state(name, state)
        self._show_choice()

    def _line(self, name: str) -> Choice:
        source = self._catalog.sources[name]
        return Choice(source.title or name, source_words(self._catalog, source), kind_icon(kind_of(source)))

    def _other(self, bases: Sequence[str]) -> Choice:
        title, second = T("Another profile"), T("Start from a session that Rolecall already keeps")
        made = Choice(title, second, "stack", T("Go on from another profile's session"))
        self.base = EditableField("base", T("Another profile"), bases)
        self.base.editor.setMinimumWidth(200)
        self.choose = button(T("Choose…"), "link", pressed=made.radio.click)
        self.choose.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the radio button does the same
        made.state.hide()
        made.line.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignTop)
        made.line.addWidget(self.base.editor, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    async def look(self, core: Core, now: datetime) -> None:
        """Find out whether the secrets are there and the sign-ins hold; nothing secret is read."""
        names = await core.vault.names()
        states: dict[str, State] = {}
        for name, source in core.catalog.sources.items():
            if isinstance(source, AccessKeys):
                states[name] = key_state(kept=access_key_entry(source.access_key_id).service in names)
            elif isinstance(source, Oidc | IdentityCenter):
                states[name] = sign_in_state(await core.signs.last(source), now)
        if isValid(self):  # the window may be gone by now
            self.show_states(states)

    def show_states(self, states: Mapping[str, State]) -> None:
        """Show what is known of the sources' states."""
        self._states = dict(states)
        for name, state in states.items():
            self._show_state(name, state)

    def _show_state(self, name: str, state: State) -> None:
        if ("source", name) in self.choices:
            self.lines[self.choices.index(("source", name))].show_state(state)

    def _show_choice(self) -> None:
        source, base = self._draft.text("source"), self._draft.text("base")
        chosen = (
            len(self.choices) if base else next((n for n, (_, name) in enumerate(self.choices) if name == source), -1)
        )
        found = self.group.button(chosen)
        if chosen >= 0 and not found.isChecked():
            self.group.blockSignals(True)
            found.setChecked(True)
            self.group.blockSignals(False)
        other = self.group.button(len(self.choices)).isChecked()
        self.base.editor.setVisible(other)
        self.choose.setVisible(not other)
        self.edit.setText(T("Edit {name}…", name=source) if source else "")
        self.edit.setVisible(bool(source))
        kind = self._catalog.sources.get(source)
        self.about.setVisible(kind is not None)
        if kind is not None:
            made = self._catalog.key_times.get(kind.access_key_id) if isinstance(kind, AccessKeys) else None
            users = users_words(self._catalog, source)
            how = T("Rotate makes a new key, stores it, tests it, then switches the old one off.")
            self.what.setText(
                yields(kind) if made is None else T("This key is {age} old", age=age_words(made, self._now()))
            )
            self.what.setFont(font("body", strong=made is not None))
            self.users.setText(users if made is None else f"{users} {how}")
            self.rotate.setVisible(isinstance(kind, AccessKeys))
        center = isinstance(kind, IdentityCenter)
        for field in self.center:
            field.set_shown(shown=center or self._draft.get(field.key) is not None)
        self.list_roles.setVisible(center)
        if not center or source != self._roles_of:
            self.roles.hide()
            self.roles_state.hide()
        none = not self._draft.hops
        self.without.setText(T("Assigned role") if center else T("Without a hop"))
        self.without.setVisible(none or center)
        for field in self.fields:
            field.set_shown(shown=(none and not center) or self._draft.get(field.key) is not None)

    def reload(self) -> None:
        """Show the draft again."""
        super().reload()
        self.show_again()

    def show_again(self) -> None:
        """Show the choice again, after hops came or went."""
        self.base.load(self._draft)
        self._show_choice()

    def _picked(self, number: int, on: object) -> None:
        if not on:
            return
        if number < len(self.choices):
            self._draft.set("source", self.choices[number][1])
            self._draft.set("base", None)
        else:
            self._draft.set("source", None)
            self.base.store(self._draft)
            self.base.editor.show()
            self.base.editor.setFocus()
        self._show_choice()
        self.form.changed.emit()
        self.form.left.emit()

    def _base_typed(self) -> None:
        self.base.store(self._draft)
        self._draft.set("source", None)
        self._show_choice()
        self.form.changed.emit()

    def _rotate(self) -> None:
        self.rotate_wanted.emit(self._draft.text("source"))

    def _list_roles(self) -> None:
        self._roles_of = self._draft.text("source")
        self.list_roles.setEnabled(False)
        self.say_roles(T("Listing your roles. You may be asked to sign in."))
        self.roles_wanted.emit(self._roles_of)

    def say_roles(self, words: str, role: str = "second") -> None:
        """Say how the list of roles comes along."""
        self.roles_state.setText(words)
        set_role(self.roles_state, role)
        self.roles_state.setVisible(bool(words))

    def show_roles(self, source: str, accounts: Sequence[AccountRoles], problem: Problem | None = None) -> None:
        """Show the roles of a source, or why there are none."""
        self.list_roles.setEnabled(True)
        if source != self._draft.text("source"):
            return
        if problem is not None:
            words = describe(problem)
            self.say_roles(f"{words.title}. {words.detail}", "error")
            return
        self.say_roles(T("Enter or a double click takes a role."))
        self.roles.show_accounts(accounts, assigned_by_profiles(self._catalog, SourceName(source)))
        self.roles.show()
        self.roles.mark(self._draft.text("account_id"), self._draft.text("role_name"))
        self.roles.search.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self.roles, lambda: self.ensureWidgetVisible(self.roles))

    def _role_chosen(self, account: str, role: str) -> None:
        self._draft.set("account_id", account)
        self._draft.set("role_name", role)
        for field in self.center:
            field.load(self._draft)
        self.form.changed.emit()
        self.form.left.emit()

    def _edit(self) -> None:
        self.edit_source.emit(self._draft.text("source"))


class _SourceChoice(Field):
    """Stands for the list of sources among the page's fields."""

    def __init__(self, page: SourcePage) -> None:
        self._page = page
        super().__init__("source", T("Source"), plain())

    def claims(self, key: str) -> bool:
        return key in {"source", "base"}

    def show_problems(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        found = [*errors, *warnings]
        words = describe(found[0]) if found else None
        self._page.wrong.setText(f"{words.title}. {words.detail}" if words else "")
        set_role(self._page.wrong, "error" if errors else "warn")
        self._page.wrong.setVisible(bool(words))

    def focus(self) -> None:
        """Go to the choice that is made, else to the first."""
        chosen = self._page.group.checkedButton() or self._page.lines[0].radio
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def load(self, draft: Draft) -> None:
        """Nothing of its own is shown."""

    def store(self, draft: Draft) -> None:
        """Nothing of its own is written."""
