"""What the source editor shows of an OpenID Connect provider: what it can do, what the last token said, sign-out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.domain.names import SourceName
from app.domain.problem import AppError
from app.domain.sign_in import ProviderView, TokenView
from app.domain.source import Oidc, SignInFlow
from app.texts import T, describe, say_time_left
from ui.bridge import Bridge
from ui.core import Core
from ui.editor.choices import RadioField
from ui.editor.draft import Draft
from ui.editor.fields import Field, TextField
from ui.editor.forms import Form
from ui.present.issuer import issuer_help
from ui.widgets.basics import Glyph, button, card, column, icon_button, label, link, plain, row, rule

_SHOWN = 60  # letters of an issuer in a button


class TokenField(Field):
    """The claims of the last token, never the token; and the way to sign out."""

    def __init__(self, pressed: Callable[[], object]) -> None:
        """Show none yet."""
        self.sign_out = button(T("Sign out"), small=True, pressed=pressed)
        self.claims_shown: dict[str, str] = {}
        self.agrees: dict[str, bool] = {}
        self.kept = label(role="second")
        self._frame: QFrame = card()
        self._rows = column(spacing=0, margins=(1, 1, 1, 1))
        self._frame.setLayout(self._rows)
        whole = plain(column(self._frame, row(self.kept, None, self.sign_out), spacing=6))
        super().__init__("last-token", T("Last token"), whole)

    def show_view(self, view: TokenView | None, source: Oidc, now: datetime) -> None:
        """Show what the last token said, and whether it is for this source."""
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.claims_shown = _claims(view, now)
        self.agrees = {}
        if view is not None:
            self.agrees = {"iss": view.issuer == source.issuer, "aud": view.audience == source.client_id}
        for number, (name, value) in enumerate(self.claims_shown.items()):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(name, value, view, now))
        self._frame.setVisible(bool(self.claims_shown))
        kept = view is not None and view.kept
        self.kept.setText(T("A refresh token is in the keyring.") if kept else T("No refresh token is kept."))
        self.set_shown(shown=view is not None)

    def _row(self, name: str, value: str, view: TokenView | None, now: datetime) -> QWidget:
        parts: list[QWidget] = []
        agrees = self.agrees.get(name)
        if agrees is not None:
            words = {
                ("iss", True): T("the issuer above"),
                ("iss", False): T("not the issuer above"),
                ("aud", True): T("the client ID above"),
                ("aud", False): T("not the client ID above"),
            }[name, agrees]
            parts += [label(words, "ok" if agrees else "warn")]
            parts += [Glyph("check-circle-fill" if agrees else "warning-fill", "ok" if agrees else "warn")]
        elif name == "sub":
            parts.append(icon_button("copy", T("Copy the subject"), partial(_copy, value)))
        elif view is not None and view.expires_at is not None:
            left = view.expires_at - now
            ended = left.total_seconds() <= 0
            words = T("ended") if ended else T("{left} left", left=say_time_left(left))
            parts.append(label(words, "second"))
        title = label(name, "second")
        title.setFixedWidth(max(36, title.fontMetrics().horizontalAdvance("aud") + 8))
        text = label(value, "code", wrap=True, select=True)
        made = row(title, margins=(12, 2, 10, 2))
        made.addWidget(text, 1)
        for one in parts:
            made.addWidget(one)
        holder = plain(made)
        holder.setMinimumHeight(30)
        return holder

    def load(self, draft: Draft) -> None:
        """Nothing of the draft is shown here."""

    def store(self, draft: Draft) -> None:
        """Nothing of the draft is changed here."""


def _copy(text: str, _checked: object = None) -> None:
    QGuiApplication.clipboard().setText(text)


def _claims(view: TokenView | None, now: datetime) -> dict[str, str]:
    if view is None or not view.audience:
        return {}
    end = view.expires_at
    local = "" if end is None else end.astimezone()
    at = "" if end is None else f"{local:%H:%M:%S}" if abs(end - now) < timedelta(days=1) else f"{local:%Y-%m-%d %H:%M}"
    return {"iss": view.issuer, "aud": view.audience, "sub": view.subject, "exp": at or T("no expiry")}


class ProviderPart:
    """Fetches the issuer when its field is left, and disables what the provider cannot do.

    `take` puts an issuer into the field, where a person wants the one that the provider names.
    """

    def __init__(
        self, core: Core, bridge: Bridge, draft: Draft, now: Callable[[], datetime], take: Callable[[str], None]
    ) -> None:
        """Ask nobody yet."""
        self._core, self._bridge, self._draft, self._now, self._take = core, bridge, draft, now, take
        self.token = TokenField(self.sign_out)
        self.use = link("", self._use)
        self._named = ""  # the issuer that the button puts in
        self._form: Form | None = None
        self._looked = ""
        self.view: ProviderView | None = None

    def attach(self, form: Form) -> None:
        """Work on a form's fields."""
        self._form = form
        issuer = form.field("issuer")
        if issuer is not None:
            issuer.left.connect(self.look)
            issuer.changed.connect(partial(self._offer, ""))
            box = issuer.body.layout()
            if isinstance(box, QVBoxLayout):
                box.addLayout(row(self.use, None))
        self._offer("")
        self.token.show_view(None, self.source(), self._now())
        self.look()
        self.refresh()

    def source(self) -> Oidc:
        """Return the source as it is typed."""
        draft = self._draft
        return Oidc(
            name=SourceName(draft.name),
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
            self._offer("")
            self._say(T("Reading the discovery document…"), "third")
            self._bridge.spawn(self._look(self.source()), "provider")

    async def _look(self, source: Oidc) -> None:
        try:
            view = await self._core.signs.look(source)
        except AppError as error:
            if source.issuer == self._looked:
                self._looked = ""
                said = issuer_help(error.problem, source.issuer)
                self._say(said.words, "warn")
                self._offer(said.use)
                self._allow(None)
            return
        if source.issuer == self._looked:
            self._say(_can(view), "ok" if view.browser or view.device else "warn")
            self._allow(view)

    def _say(self, words: str, role: str) -> None:
        field = self._form.field("issuer") if self._form is not None else None
        if field is not None:
            field.set_help(words, role)
            if isinstance(field, TextField):
                field.trailing.tick(on=role == "ok")

    def _offer(self, issuer: str) -> None:
        """Offer the issuer that the provider names; it is taken by a person alone, and can be undone."""
        self._named = issuer
        shown = issuer if len(issuer) <= _SHOWN else f"{issuer[: _SHOWN // 2]}…{issuer[-_SHOWN // 2 :]}"
        self.use.setText(T("Use {issuer}", issuer=shown) if issuer else "")
        self.use.setToolTip(issuer)
        self.use.setAccessibleName(T("Use {issuer}", issuer=issuer) if issuer else "")
        self.use.setVisible(bool(issuer))

    def _use(self) -> None:
        field = self._form.field("issuer") if self._form is not None else None
        if self._named and field is not None:
            field.focus()  # the button goes
            self._take(self._named)
            self.look()

    def _allow(self, view: ProviderView | None) -> None:
        self.view = view
        field = self._form.field("flow") if self._form is not None else None
        if not isinstance(field, RadioField):
            return
        browser = T("Authorization code with PKCE, back to a free port on 127.0.0.1")
        device = T("For a remote desktop or a browser elsewhere")
        if view is not None and not view.browser:
            browser = T("The provider does not offer it")
        elif view is not None and not view.pkce:
            browser = T("The provider does not say that it takes PKCE S256")
        if view is not None and not view.device:
            device = T("The provider has no sign-in by device code")
        field.allow("browser", browser, allowed=view is None or (view.browser and view.pkce))
        field.allow("device", device, allowed=view is None or view.device)

    def refresh(self) -> None:
        """Show what the last token said."""
        if self._draft.text("issuer") and self._draft.text("client_id"):
            self._bridge.spawn(self._refresh(), "last token")

    async def _refresh(self) -> None:
        source = self.source()
        self.token.show_view(await self._core.signs.last(source), source, self._now())

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
