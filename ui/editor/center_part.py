"""What the source editor shows of Identity Center: the sign-in, and the roles to make profiles from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from shiboken6 import isValid

from app.domain.assignments import (
    AccountRoles,
    Assigned,
    assigned_by_profiles,
    names_for,
    tables_for,
    taken_names,
)
from app.domain.catalogcopy import Addition
from app.domain.names import Region, SourceName
from app.domain.problem import AppError
from app.domain.sign_in import TokenView
from app.domain.source import ACCOUNT_ACCESS, IdentityCenter, SignInFlow
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Core
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.roles_list import Names, RolesList
from ui.present.sources import sign_in_state
from ui.widgets.basics import button, column, label, plain, row, set_role


class RolesField(Field):
    """The roles to make profiles from; the way to sign in, and out."""

    def __init__(self, pressed: Callable[[], object], sign_out: Callable[[], object], names: Names) -> None:
        """Show no role yet."""
        self.roles = RolesList(many=True, names=names)
        self.state = label(role="second")
        self.list_button = button(T("Sign in and list roles"), icon="sign-in", small=True, pressed=pressed)
        self.sign_out = button(T("Sign out"), small=True, pressed=sign_out)
        line = row(self.list_button, self.state, None, self.sign_out)
        super().__init__("center-roles", T("Profiles"), plain(column(line, self.roles, spacing=8)))
        self.roles.hide()

    def show_view(self, view: TokenView | None, now: datetime) -> None:
        """Show whether the sign-in holds."""
        state = sign_in_state(view, now)
        self.state.setText(state.words)
        set_role(self.state, state.role)
        self.sign_out.setVisible(view is not None)

    def focus(self) -> None:
        """Go to the search, or to the button that lists."""
        (self.roles.search if self.roles.isVisibleTo(self.body) else self.list_button).setFocus()

    def load(self, draft: Draft) -> None:
        """Nothing of the draft is shown here."""

    def store(self, draft: Draft) -> None:
        """Nothing of the draft is changed here."""


class CenterPart:
    """Lists what the person has, and makes profiles of what is ticked."""

    def __init__(
        self, core: Core, bridge: Bridge, draft: Draft, now: Callable[[], datetime], listing: Callable[[], object]
    ) -> None:
        """Ask nobody yet. `listing` begins a sign-in with a list behind it."""
        self._core, self._bridge, self._draft, self._now = core, bridge, draft, now
        self.accounts: tuple[AccountRoles, ...] = ()
        self.field = RolesField(listing, self.sign_out, self._names)
        self.field.set_help(T("Tick the roles that are to become profiles. Saving makes them."))

    def attach(self) -> None:
        """Find out whether a sign-in holds."""
        self.field.show_view(None, self._now())
        self.show_ready()
        self.refresh()

    def show_ready(self) -> None:
        """Offer the list once there is enough to sign in with."""
        self.field.list_button.setEnabled(self.ready)
        self.field.state.setVisible(self.ready)

    @property
    def ready(self) -> bool:
        """Whether enough is typed to sign in."""
        return bool(self._draft.text("start_url").startswith(("https://", "http://")) and self._draft.text("region"))

    def source(self) -> IdentityCenter:
        """Return the source as it is typed."""
        draft = self._draft
        return IdentityCenter(
            name=SourceName(draft.name or "?"),
            start_url=draft.text("start_url"),
            region=Region(draft.text("region")),
            flow=SignInFlow.DEVICE if draft.text("flow") == "device" else SignInFlow.BROWSER,
            scopes=tuple(draft.texts("scopes")) or (ACCOUNT_ACCESS,),
            proxy=draft.text("proxy") or None,
            ca_bundle=draft.text("ca_bundle") or None,
        )

    async def list(self) -> str:
        """Sign in where that is needed, show the roles, and return what was found, in words; SIGN_IN_*, CENTER_*."""
        accounts = await self._core.engine.accounts(self.source())
        if isValid(self.field.body):
            self.show(accounts)
            await self._refresh()
        roles = sum(len(one.roles) for one in accounts)
        return T(
            "Signed in: {roles} in {accounts}",
            roles=N("{n} role", "{n} roles", roles),
            accounts=N("{n} account", "{n} accounts", len(accounts)),
        )

    def show(self, accounts: tuple[AccountRoles, ...]) -> None:
        """Show accounts and roles."""
        self.accounts = accounts
        there = assigned_by_profiles(self._core.catalog, SourceName(self._draft.original_name or self._draft.name))
        self.field.roles.show_accounts(accounts, there)
        self.field.roles.show()
        self.field.list_button.setText(f"\u2009{T('List again')}")

    @property
    def wanted(self) -> int:
        """How many profiles are to be made."""
        return len(self.field.roles.ticked)

    def addition(self) -> Addition:
        """Return the profiles that are ticked, and names of accounts that the catalog does not name, as new tables."""
        names = self._names(self.field.roles.ticked)
        return Addition(tables_for(names, SourceName(self._draft.name), self.accounts, self._core.catalog))

    def forget(self) -> None:
        """Let the list go: what was ticked is on its way."""
        self.accounts = ()
        self.field.roles.show_accounts((), {})

    def _names(self, chosen: Sequence[Assigned]) -> Mapping[Assigned, str]:
        return names_for(chosen, self.accounts, taken_names(self._core.catalog))

    def refresh(self) -> None:
        """Show whether the sign-in holds."""
        if self.ready:
            self._bridge.spawn(self._refresh(), "sign-in state")

    async def _refresh(self) -> None:
        view = await self._core.signs.last(self.source())
        if isValid(self.field.body):
            self.field.show_view(view, self._now())

    def sign_out(self) -> None:
        """Forget the sign-in here and at AWS."""
        self.field.sign_out.setEnabled(False)
        self._bridge.spawn(self._sign_out(), "sign-out")

    async def _sign_out(self) -> None:
        problem = None
        try:
            await self._core.signs.sign_out(self.source())
        except AppError as error:
            problem = error.problem
        if not isValid(self.field.body):
            return
        if problem is not None:
            words = describe(problem)
            said = (f"{words.title}.", words.detail, words.remedy)
            self.field.set_help(" ".join(part for part in said if part), "error")
        self.field.sign_out.setEnabled(True)
        await self._refresh()
