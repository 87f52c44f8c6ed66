"""Finds the MFA devices of a source's user at IAM, for the field of the device."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from app.domain.problem import AppError
from app.texts import N, T, describe
from ui.bridge import Bridge
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.fields import Field
from ui.editor.secret_field import SecretField
from ui.widgets.announcing import announce
from ui.widgets.basics import button


class DeviceFinder(QObject):
    """Nothing waits for it. `chosen` carries the device: the only one, or of several the one that the person chose."""

    chosen = Signal(str)

    def __init__(self, field: Field, tools: Tools, bridge: Bridge, draft: Draft, secret: SecretField) -> None:
        """Stand beside the field; `secret`: where the key of a source of access keys is typed."""
        super().__init__(field)
        self._field, self._tools, self._bridge, self._draft, self._secret = field, tools, bridge, draft, secret
        self._running = False
        self.find = button(T("Find"), pressed=self.look)
        self.find.setAccessibleName(T("Find the MFA device"))
        self.find.setToolTip(T("Asks iam:ListMFADevices with this source's key."))
        field.add_beside(self.find)
        self.find.setVisible(tools.own_user is not None)
        self.menu: QMenu | None = None

    def look(self) -> None:
        """Ask IAM."""
        if not self._running and self._tools.own_user is not None:
            self._running = True
            self.find.setEnabled(False)
            self.find.setText(T("Finding…"))
            self._bridge.spawn(self._look(), "find device")

    async def _look(self) -> None:
        user, draft = self._tools.own_user, self._draft
        found: tuple[str, ...] = ()
        problem = None
        try:
            if user is not None:
                secret = self._secret.typed() if draft.text("kind") == "access-keys" else None
                found = await user().devices(draft.name, draft.values, secret)
        except AppError as error:
            problem = error.problem
        self._running = False
        if not isValid(self.find):  # another kind was chosen, or the window is gone
            return
        self.find.setEnabled(True)
        self.find.setText(T("Find"))
        if problem is not None:
            words = describe(problem)
            self._say(" ".join(part for part in (f"{words.title}.", words.detail, words.remedy) if part), "error")
        elif len(found) == 1:
            self.choose(found[0])
        else:
            self._offer(found)

    def _offer(self, found: tuple[str, ...]) -> None:
        self._say(N("{n} device found.", "{n} devices found.", len(found)), "third")
        self.menu = QMenu(self.find)
        for serial in found:
            self.menu.addAction(serial.replace("&", "&&")).triggered.connect(partial(self.choose, serial))
        self.menu.popup(self.find.mapToGlobal(self.find.rect().bottomLeft()))

    def choose(self, serial: str, _checked: object = None) -> None:
        """Put a device into the field."""
        before = self._draft.text("mfa_serial")
        self.chosen.emit(serial)
        same = T("This is the device that IAM lists.") if before == serial else T("Found at IAM.")
        self._say(same, "ok")

    def _say(self, words: str, tone: str) -> None:
        self._field.set_help(words, tone)
        announce(self.find, words)
