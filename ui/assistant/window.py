"""The role assistant: a form, a preview of every call, the result. What to do next is the flow's decision."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.assistant.form import Form
from app.assistant.values import Recipe
from app.roleflow import FlowState, Offered, Page
from app.roletext import made_words, output_lines, plan_lines
from app.texts import T, describe
from ui.assistant.choose import ChooseDialog
from ui.assistant.fields import FormField
from ui.assistant.steps import Steps
from ui.present.assistant import fields, recipes, result_words
from ui.style.fonts import font, grown
from ui.style.theme import theme
from ui.widgets.basics import button, column, label, plain, row, set_role
from ui.widgets.page import PageBody
from ui.widgets.screen import fit

_LABELS = 150
_SIZE = (720, 680)


class Flow(Protocol):
    """The state machine that the window shows."""

    @property
    def state(self) -> FlowState: ...
    def edit(self, form: Form) -> None: ...
    def back(self) -> None: ...
    async def look(self, key: str) -> None: ...
    async def prepare(self) -> None: ...
    async def make(self) -> None: ...
    async def undo(self) -> None: ...


Begin = Callable[[Callable[[FlowState], None]], Flow]
Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class AssistantWindow(QDialog):
    """One run of the assistant; non-modal. Closing it while something is made does not stop that."""

    def __init__(
        self,
        begin: Begin,
        spawn: Spawn,
        profiles: tuple[str, ...],
        sources: tuple[str, ...],
        now: Callable[[], datetime],
    ) -> None:
        """`begin` makes the flow, `spawn` holds its tasks."""
        super().__init__(None)
        self.setWindowTitle(T("Create a role"))
        self.setModal(False)
        fit(self, *map(grown, _SIZE))
        self._spawn, self._now = spawn, now
        self._profiles, self._sources = profiles, sources
        self._fields: list[FormField] = []
        self.pickers: dict[str, QPushButton] = {}
        self.chooser: ChooseDialog | None = None
        self._offered: Offered | None = None
        self._sure = False  # a person was told that the role may do everything
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(T("Kind of role"))
        for one, (title, _) in recipes().items():
            self.recipe.addItem(title, one)
        self.what = label(role="third", wrap=True)
        self._form_host = QVBoxLayout()
        self._form_host.setContentsMargins(0, 0, 0, 0)
        self.preview, self.report = _reader(T("What will be done")), _reader(T("What was done"))
        self.said = label(role="second", wrap=True)
        self.outcome = label(role="body", wrap=True)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._form_page())
        self.pages.addWidget(plain(column(self.preview, margins=(24, 12, 24, 16))))
        self.pages.addWidget(plain(column(self.outcome, self.report, margins=(24, 12, 24, 16), spacing=8)))
        self.cancel = button(T("Close"), pressed=self.close)
        self.back = button(T("Back"), pressed=self._go_back)
        self.undo = button(T("Take it back"), "danger", pressed=self._take_back)
        self.go = button(T("Preview"), "primary", pressed=self._go_on)
        footer = QWidget()
        footer.setObjectName("dialogFooter")
        footer.setLayout(row(self.said, None, self.cancel, self.back, self.undo, self.go, margins=(20, 12, 20, 12)))
        head = plain(column(label(T("Create a role"), "headline"), margins=(24, 20, 24, 4)))
        body = QWidget()
        body.setObjectName("page")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body.setLayout(column(head, self.pages, spacing=0))
        self.setLayout(column(body, footer, spacing=0))
        self.flow: Flow = begin(self._show)
        self.recipe.setCurrentIndex(max(self.recipe.findData(self.flow.state.form.recipe), 0))
        self.recipe.currentIndexChanged.connect(self._chosen)
        self._build(self.flow.state.form)
        self._show(self.flow.state)

    def _form_page(self) -> QWidget:
        body = PageBody()
        body.setProperty("plain", True)
        body.setLayout(column(self._recipe_line(), plain(self._form_host), None, margins=(24, 12, 24, 12), spacing=12))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(body)
        return area

    def _recipe_line(self) -> QWidget:
        grid = _grid()
        grid.addWidget(_name(T("Kind of role")), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(plain(column(self.recipe, self.what, spacing=2)), 0, 1)
        return plain(grid)

    def _build(self, form: Form) -> None:
        """Lay out the fields of the recipe anew, with what was typed before."""
        grid = _grid()
        self._fields, self.pickers = [], {}
        for number, view in enumerate(fields(form.recipe)):
            given = getattr(form, view.key)
            value = " ".join(given) if isinstance(given, tuple) else given  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            made = FormField(view, value, self._profiles, self._sources, self._edited)
            self._fields.append(made)
            if view.kind != "check":
                grid.addWidget(_name(view.title), number, 0, Qt.AlignmentFlag.AlignTop)
            helped = label(view.help, "third", wrap=True)
            helped.setVisible(bool(view.help))
            line = row(made.widget, self._picker(view.key, view.pick), spacing=8) if view.pick else made.widget
            grid.addWidget(plain(column(line, helped, spacing=2)), number, 1)
        old = self._form_host.takeAt(0)
        if old is not None and (gone := old.widget()) is not None:
            gone.deleteLater()
        self._form_host.addWidget(plain(grid))
        self.what.setText(recipes()[form.recipe][1])

    def _picker(self, key: str, words: str) -> QPushButton:
        """Return the button that asks the account what it has for a field."""
        self.pickers[key] = made = button(words, pressed=lambda: self._spawn(self.flow.look(key), "role look"))
        made.setToolTip(T("Asks AWS with the session of the profile in “Made with”."))
        made.setEnabled(self.flow.state.can_look)
        return made

    def _offer(self, offered: Offered) -> None:
        """Open what the account has, to pick from."""
        field = next((one for one in self._fields if one.view.key == offered.key), None)
        if field is None:
            return
        self.chooser = chooser = ChooseDialog(self, offered, str(field.value).split())
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own = {one.value for one in offered.offers} | {one.detail for one in offered.offers}
        kept = [one for one in str(field.value).split() if one not in own and offered.key == "policies"]

        def take(values: tuple[str, ...]) -> None:
            field.take(" ".join((*values, *kept)))
            self._edited()

        chooser.chosen.connect(take)
        chooser.finished.connect(self._chooser_gone)
        chooser.open()

    def _chooser_gone(self) -> None:
        self.chooser = None

    def _chosen(self) -> None:
        recipe = Recipe(self.recipe.currentData())
        form = replace(self._typed(), recipe=recipe)
        self._build(form)
        self.flow.edit(form)

    def _typed(self) -> Form:
        typed: dict[str, Any] = {one.view.key: one.value for one in self._fields}
        if "policies" in typed:
            typed["policies"] = tuple(str(typed["policies"]).split())
        return replace(self.flow.state.form, **typed)

    def _edited(self, *_: object) -> None:
        self.flow.edit(self._typed())

    def _make(self) -> None:
        """A role that may do everything is asked about once more."""
        prepared = self.flow.state.prepared
        if prepared is not None and prepared.plan.confirm_twice and not self._sure:
            self._sure = True
            self.go.setText(T("It may do everything: make it all the same"))
            return
        self._spawn(self.flow.make(), "role make")

    def _go_back(self) -> None:
        self.flow.back()

    def _take_back(self) -> None:
        self._spawn(self.flow.undo(), "role undo")

    def _go_on(self) -> None:
        match self.flow.state.page:
            case Page.FORM:
                self._spawn(self.flow.prepare(), "role preview")
            case Page.PREVIEW:
                self._make()
            case Page.RESULT:
                self.close()

    def _show(self, state: FlowState) -> None:
        """Show a state of the flow."""
        self._sure = False
        self.pages.setCurrentIndex({Page.FORM: 0, Page.PREVIEW: 1, Page.RESULT: 2}[state.page])
        self.go.setText({Page.FORM: T("Preview"), Page.PREVIEW: T("Make the role"), Page.RESULT: T("Done")}[state.page])
        nothing = state.prepared is not None and not state.prepared.plan.open and state.prepared.addition is None
        for one in self.pickers.values():
            one.setEnabled(state.can_look)
        offered, self._offered = self._offered, state.offered
        if state.offered is not None and state.offered is not offered:
            self._offer(state.offered)
        self.go.setEnabled(state.can_go_on and not (state.page is Page.PREVIEW and nothing))
        self.go.setVisible(state.page is not Page.RESULT)
        self.back.setVisible(state.page is Page.PREVIEW)
        self.back.setEnabled(not state.busy)
        self.undo.setVisible(state.page is Page.RESULT and state.can_undo)
        if state.prepared is not None and state.page is Page.PREVIEW:
            self.preview.setPlainText("\n".join(_preview(state)))
        if state.page is Page.RESULT:
            self._show_result(state)
        self._say(state)

    def _say(self, state: FlowState) -> None:
        set_role(self.said, "error" if state.problem is not None else "second")
        if state.problem is not None:
            words = describe(state.problem)
            self.said.setText(f"{words.title}. {words.detail} {words.remedy}".strip())
        else:
            self.said.setText(T("Asking AWS…") if state.busy else "")
        self.said.setAccessibleName(self.said.text())

    def _show_result(self, state: FlowState) -> None:
        lines = list(state.said)
        if state.outcome is not None and state.prepared is not None and state.outcome.problem is None:
            lines += output_lines(state.prepared.plan.outputs)
        if state.outcome is not None and state.outcome.problem is not None and state.outcome.record.made:
            lines += ["", T("This was made before:"), *(made_words(one) for one in state.outcome.record.made)]
        self.report.setPlainText("\n".join(lines))
        name = state.form.new_profile
        self.outcome.setText(result_words(name, state.status, self._now(), elsewhere=state.elsewhere))


def _grid() -> QGridLayout:
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(16)
    made.setVerticalSpacing(10)
    made.setColumnMinimumWidth(0, grown(_LABELS))
    made.setColumnStretch(1, 1)
    return made


def _name(text: str) -> QLabel:
    made = label(text, "label", wrap=True)
    made.setFixedWidth(grown(_LABELS))
    line = made.fontMetrics().height()
    made.setContentsMargins(0, (theme().tokens.height("control", line) - line) // 2, 0, 0)  # beside that of the field
    return made


def _reader(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    Steps(made.document())
    made.setReadOnly(True)
    made.document().setDocumentMargin(10)
    made.setFont(font("code"))
    made.setAccessibleName(name)
    return made


def _preview(state: FlowState) -> list[str]:
    lines: list[str] = []
    for one in state.warnings:
        words = describe(one)
        lines += [f"! {words.title}: {words.detail}"]
    lines += [""] if lines else []
    return [*lines, *(plan_lines(state.prepared) if state.prepared is not None else [])]
