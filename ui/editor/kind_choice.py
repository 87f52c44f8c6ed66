"""The choice of a source's kind: the usual ones side by side, and below them the members of a family."""

from app.texts import T
from ui.editor.choices import Option, Segments
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.source_forms import KINDS, kind_help
from ui.present.names import kind_icon, kind_label
from ui.widgets.basics import column, plain

_MACHINE = ("instance-metadata", "container")
_OTHER = ("web-identity-token", "shared-profile", "environment", "process")
_ALONE = tuple(kind for kind in KINDS if kind not in {*_MACHINE, *_OTHER})


class KindField(Field):
    """`value` is the kind. A family stands for its first member until another is chosen."""

    def __init__(self) -> None:
        """Show the kinds."""
        self._value = ""
        title = T("Kind")
        options = [Option(kind, kind_label(kind), kind_help(kind), kind_icon(kind)) for kind in _ALONE]
        options.append(Option("machine", T("EC2 / ECS"), T("What this machine has of its own."), "cpu"))
        options.append(Option("other", T("Other"), T("Tokens, AWS profiles, programs"), "dots-three"))
        self.top = Segments(title, options, wide=True)
        self.families = {
            name: Segments(title, [Option(kind, kind_label(kind), kind_help(kind)) for kind in kinds])
            for name, kinds in (("machine", _MACHINE), ("other", _OTHER))
        }
        super().__init__("kind", title, plain(column(self.top, *self.families.values(), spacing=8)))
        for segments in (self.top, *self.families.values()):
            segments.group.buttonClicked.connect(self._clicked)
            segments.group.buttonToggled.connect(self._clicked)

    @property
    def value(self) -> str:
        """The chosen kind."""
        return self._value

    def choose(self, kind: str) -> None:
        """Choose as a person does."""
        family = _family(kind)
        if self.top.value != family:
            self.top.buttons[family].click()
        if family in self.families and self.families[family].value != kind:
            self.families[family].buttons[kind].click()

    def _clicked(self) -> None:
        if self._quiet:
            return
        family = self.top.value
        kind = self.families[family].value if family in self.families else family
        if family in self.families and not kind:
            kind = next(iter(self.families[family].buttons))
        if kind and kind != self._value:
            self._show(kind)
            self.changed.emit()
            self.left.emit()

    def _show(self, kind: str) -> None:
        quiet, self._quiet = self._quiet, True
        self._value = kind
        self.top.show_value(_family(kind))
        for name, segments in self.families.items():
            segments.show_value(kind)
            segments.setVisible(name == _family(kind))
        self._quiet = quiet

    def _load(self, draft: Draft) -> None:
        self._show(draft.text("kind"))

    def store(self, draft: Draft) -> None:
        """Write the kind."""
        draft.set("kind", self._value)

    @property
    def in_family(self) -> bool:
        """Whether the focus is in the row of a family."""
        return any(one.hasFocus() for row in self.families.values() for one in row.buttons.values())

    def focus(self, *, family: bool = False) -> None:
        """Go to the kind that is chosen, or to its place in its family."""
        (self.families.get(self.top.value, self.top) if family else self.top).focus()


def _family(kind: str) -> str:
    return "machine" if kind in _MACHINE else "other" if kind in _OTHER else kind
