"""The row of the list as it will be with the draft's values."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from app.domain.names import ProfileName, SectionName
from app.domain.profile import ApprovePrograms, Catalog, Confirm, Delivery, Profile, Safety
from app.domain.reading.shared import inherit
from app.domain.session import Status, Stopped
from app.ports import Clock
from app.texts import T
from ui.editor.draft import Draft
from ui.main_window.delegate import ProfileDelegate
from ui.models.profiles import ROW
from ui.present.glyphs import glyph_of
from ui.present.names import account_name
from ui.present.rows import Row, delivery_icons, right_text
from ui.style.theme import theme
from ui.widgets.basics import column


class SampleRow(QFrame):
    """For the eye; its words are its accessible name."""

    def __init__(self, clock: Clock) -> None:
        """Show nothing yet."""
        super().__init__()
        self._clock = clock
        self.setProperty("card", "true")
        self._model = QStandardItemModel(1, 1, self)
        self._view = QListView()
        self._delegate = ProfileDelegate(self)
        self._view.setItemDelegate(self._delegate)
        self._view.setModel(self._model)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for bar in (self._view.setVerticalScrollBarPolicy, self._view.setHorizontalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setProperty("plain", True)
        self.setLayout(column(self._view, margins=(1, 1, 1, 1)))
        self._fit()
        theme().changed.connect(self._fit)

    def _fit(self) -> None:
        self._delegate.forget()
        self._view.setFixedHeight(self._view.sizeHintForRow(0))

    @property
    def row(self) -> Row:
        """What is shown."""
        return self._model.item(0).data(ROW)

    def show_draft(self, draft: Draft, catalog: Catalog, account: str, holds: Safety, status: Status | None) -> None:
        """Show a draft, as far as its values can be read."""
        now = self._clock.now()
        state = status or Status(ProfileName(draft.original_name or draft.name), Stopped())
        glyph = glyph_of(state, now)
        right, tone = right_text(state, glyph, now)
        number = len(draft.hops)
        arn = draft.text(f"roles.{number}.role_arn") if number else ""
        parts = (account_name(catalog, account or None), arn.rpartition("/")[2] or draft.text("role_name"))
        second = " · ".join(part for part in parts if part) or draft.text("source") or draft.text("base")
        made = Row(
            name=draft.name or T("New profile"),
            glyph=glyph,
            right=right,
            tone=tone,
            second=second,
            region=draft.text("region") or str(catalog.settings.region),
            deliveries=_deliveries(draft),
            production=(holds.label or "PROD") if holds.production else "",
            label=holds.color,
            favorite=draft.flag("favorite"),
            default=bool(draft.original_name) and str(catalog.settings.default or "") == draft.original_name,
            running=not isinstance(state.state, Stopped),
            spoken="",
        )
        item = QStandardItem()
        item.setData(made, ROW)
        words = (made.name, T("production") if holds.production else "", second)
        said = T("In the list: {row}", row=", ".join(part for part in words if part))
        item.setAccessibleText(said)
        self._model.setItem(0, item)
        self._view.setAccessibleName(said)
        self.setAccessibleName(said)


def _deliveries(draft: Draft) -> tuple[str, ...]:
    sections = tuple(SectionName(one) for one in draft.texts("delivery.credentials_file"))
    process, endpoint = draft.flag("delivery.credential_process"), draft.flag("delivery.endpoint")
    return delivery_icons(Delivery(sections, process, endpoint))


def safety_of(draft: Draft, catalog: Catalog, account: str) -> Safety:
    """Return the draft's guards with what account and groups say in them."""
    confirm = draft.text("safety.confirm")
    own = Safety(
        production=draft.flag("safety.production"),
        label=draft.text("safety.label"),
        color=draft.text("safety.color"),
        confirm=Confirm(confirm) if confirm in set(Confirm) else Confirm.NEVER,
        approve_programs=ApprovePrograms.NEVER,
        read_only=draft.flag("safety.read_only"),
    )
    profile = Profile(ProfileName(draft.name or "?"), group=draft.text("group"), safety=own)
    accounts = {str(number): one for number, one in catalog.accounts.items()}
    return inherit(profile, account, accounts, catalog.groups, confirm_given=bool(confirm)).safety
