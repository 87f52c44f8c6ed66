"""What editors ask of AWS by themselves: an account's alias, a key's age. Nothing waits for it, and nobody is asked."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.domain.problem import AppError
from app.texts import T, describe
from ui.bridge import Bridge
from ui.core import Core, Tools
from ui.editor.general import AccountField, account_note


class AliasLook(QObject):
    """Asks once for each account that the editor comes to, with a session of it that runs anyway.

    A signal tells, for it holds no window: one that its own parts keep alive is destroyed in an order that crashes.
    """

    known = Signal()

    def __init__(self, field: AccountField, core: Core, tools: Tools, bridge: Bridge) -> None:
        """Belong to the field."""
        super().__init__(field)
        self._field, self._core, self._bridge = field, core, bridge
        self._user = tools.own_user() if tools.own_user is not None else None
        self._asked: set[str] = set()
        self._now = ""

    def look(self, account: str) -> None:
        """Look at an account, unless its name is known or nothing that runs could tell."""
        if account != self._now:
            self._now = account
            self._field.busy.hide()
            self._field.set_help(account_note())
        named = self._core.catalog.accounts.get(account)
        if self._user is None or not account or account in self._asked or (named is not None and named.name):
            return
        if self._user.can_look(account):
            self._asked.add(account)
            self._field.busy.show()
            self._bridge.spawn(self._look(account), "account alias")

    async def _look(self, account: str) -> None:
        problem = None
        try:
            if self._user is not None:
                await self._user.look_at_account(account)
        except AppError as error:
            problem = error.problem
        if not isValid(self._field.line) or account != self._now:  # the window is gone, or shows another account
            return
        self._field.busy.hide()
        if problem is not None:
            title = describe(problem).title
            self._field.set_help(T("Follows the last hop. Its alias is not known: {title}.", title=title))
        else:
            self.known.emit()


async def look_at_key(tools: Tools, source: str, known: Callable[[], object]) -> None:
    """Find out when a source's key was made, as far as what is in memory may ask; `known` is called then."""
    if tools.own_user is not None and source and await tools.own_user().look_at_key(source) is not None:
        known()
