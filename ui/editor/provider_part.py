"""What the source editor shows of an OpenID Connect provider: what it can do, what the last token said, sign-out."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.domain.names import SourceName
from app.domain.problem import AppError
from app.domain.sign_in import ProviderView, TokenView
from app.domain.source import Oidc, SignInFlow
from app.texts import T, describe, say_time_left
from ui.bridge import Bridge
from ui.core import Core
from ui.editor.draft import Draft
from ui.editor.fields import ChoiceField, Field
from ui.editor.forms import Form
from ui.widgets.basics import button, card, label, plain, row, set_role


class TokenField(Field):
    """The claims of the last token, never the token; and the way to sign out."""

    def __init__(self, pressed: Callable[[], object]) -> None:
        """Show none yet."""
        self.sign_out = button(T("Sign out"), small=True, pressed=pressed)
        self.claims_shown: dict[str, str] = {}
        self._frame: QFrame = card()
        self._grid = QGridLayout(self._frame)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        super().__init__("last-token", T("Last token"), self._frame)

    def show_view(self, view: TokenView | None, now: datetime) -> None:
        """Show what the last token said."""
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not self.sign_out:
                old.deleteLater()
        self.claims_shown = _claims(view, now)
        for number, (name, value) in enumerate(self.claims_shown.items()):
            self._grid.addWidget(label(name, "second"), number, 0)
            self._grid.addWidget(label(value, "code", wrap=True, select=True), number, 1)
        kept = view is not None and view.kept
        words = T("A refresh token is in the keyring.") if kept else T("No refresh token is kept.")
        foot: QWidget = plain(row(label(words, "third", wrap=True), None, self.sign_out))
        self.sign_out.setVisible(True)
        self._grid.addWidget(foot, len(self.claims_shown), 0, 1, 2)
        self.set_shown(shown=view is not None)

    def load(self, draft: Draft) -> None:
        """Nothing of the draft is shown here."""

    def store(self, draft: Draft) -> None:
        """Nothing of the draft is changed here."""


def _claims(view: TokenView | None, now: datetime) -> dict[str, str]:
    if view is None or not view.audience:
        return {}
    end = view.expires_at
    left = "" if end is None else f"{end.astimezone():%H:%M:%S}, {T('{left} left', left=say_time_left(end - now))}"
    return {"iss": view.issuer, "aud": view.audience, "sub": view.subject, "exp": left or T("no expiry")}


class ProviderPart:
    """Fetches the issuer when its field is left, and disables what the provider cannot do."""

    def __init__(self, core: Core, bridge: Bridge, draft: Draft, now: Callable[[], datetime]) -> None:
        """Ask nobody yet."""
        self._core, self._bridge, self._draft, self._now = core, bridge, draft, now
        self.token = TokenField(self.sign_out)
        self._form: Form | None = None
        self._looked = ""
        self.view: ProviderView | None = None

    def attach(self, form: Form) -> None:
        """Work on a form's fields."""
        self._form = form
        issuer = form.field("issuer")
        if issuer is not None:
            issuer.left.connect(self.look)
        self.token.show_view(None, self._now())
        self.look()
        self.refresh()

    def source(self) -> Oidc:
        """Return the source as it is typed."""
        draft = self._draft
        return Oidc(
            name=SourceName(draft.name or "?"),
            issuer=draft.text("issuer"),
            client_id=draft.text("client_id"),
            scopes=tuple(draft.texts("scopes")) or ("openid",),
            flow=SignInFlow.DEVICE if draft.text("flow") == "device" else SignInFlow.BROWSER,
            token=draft.text("token") or "id",
            provider_id=draft.text("provider_id") or None,
            client_secret=draft.flag("client_secret"),
            proxy=draft.text("proxy") or None,
            ca_bundle=draft.text("ca_bundle") or None,
        )

    def look(self) -> None:
        """Fetch the issuer, if it is another one than was fetched last."""
        issuer = self._draft.text("issuer")
        if issuer.startswith(("https://", "http://")) and issuer != self._looked:
            self._looked = issuer
            self._say(T("Reading the discovery document…"), "third")
            self._bridge.spawn(self._look(self.source()), "provider")

    async def _look(self, source: Oidc) -> None:
        try:
            view = await self._core.signs.look(source)
        except AppError as error:
            words = describe(error.problem)
            if source.issuer == self._looked:
                self._looked = ""
                self._say(f"{words.title}. {words.detail}", "warn")
                self._allow(None)
            return
        if source.issuer == self._looked:
            self._say(_can(view), "ok" if view.browser or view.device else "warn")
            self._allow(view)

    def _say(self, words: str, role: str) -> None:
        field = self._form.field("issuer") if self._form is not None else None
        if field is not None:
            field.set_help(words)
            set_role(field.note, role)

    def _allow(self, view: ProviderView | None) -> None:
        self.view = view
        field = self._form.field("flow") if self._form is not None else None
        if not isinstance(field, ChoiceField):
            return
        can = {"browser": view is None or (view.browser and view.pkce), "device": view is None or view.device}
        names = {"browser": T("Browser on this machine"), "device": T("Device code")}
        model = field.box.model()
        for value, allowed in can.items():
            place = field.box.findData(value)
            if isinstance(model, QStandardItemModel) and place >= 0:
                model.item(place).setEnabled(allowed)
                text = names[value] if allowed else T("{flow}: the provider does not offer it", flow=names[value])
                field.box.setItemText(place, text)
        said = (
            T("For a remote desktop, or a browser elsewhere: device code.")
            if can["device"]
            else T("The provider has no sign-in by device code.")
        )
        field.set_help(said)

    def refresh(self) -> None:
        """Show what the last token said."""
        if self._draft.text("issuer") and self._draft.text("client_id"):
            self._bridge.spawn(self._refresh(), "last token")

    async def _refresh(self) -> None:
        view = await self._core.signs.last(self.source())
        self.token.show_view(view, self._now())

    def sign_out(self) -> None:
        """Forget the sign-in here and at the provider."""
        self.token.sign_out.setEnabled(False)
        self._bridge.spawn(self._sign_out(), "sign-out")

    async def _sign_out(self) -> None:
        try:
            await self._core.signs.sign_out(self.source())
        except AppError as error:
            words = describe(error.problem)
            self._say(f"{words.title}. {words.detail}", "error")
        self.token.sign_out.setEnabled(True)
        await self._refresh()


def _can(view: ProviderView) -> str:
    ways = [T("browser")] if view.browser else []
    ways += [T("device code")] if view.device else []
    if not ways:
        return T("Discovery document read: it offers no sign-in that Rolecall can use.")
    said = T("Discovery document read: sign-in by {ways}", ways=T(" and ").join(ways))
    return (
        T("{said}, PKCE S256", said=said) if view.pkce else T("{said}, without PKCE S256: device code only", said=said)
    )
