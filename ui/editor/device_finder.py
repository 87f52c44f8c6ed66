"""Finds the MFA devices of a source's user at IAM, for the field of the device."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from app.domain.problem import AppError
from app.texts import N, T, describe
from ui.editor.fields import Field
from ui.widgets.announcing import announce
from ui.widgets.basics import button

if TYPE_CHECKING:
    from ui.editor.source_window import SourceWindow


class DeviceFinder:
    """One device goes into the field, of several the person chooses. Nothing waits for it."""

    def __init__(self, window: "SourceWindow", field: Field) -> None:
        """Stand beside the field."""
        self._window, self._field = window, field
        self._running = False
        self.find = button(T("Find"), pressed=self.look)
        self.find.setAccessibleName(T("Find the MFA device"))
        self.find.setToolTip(T("Asks iam:ListMFADevices with this source's key."))
        field.add_beside(self.find)
        self.find.setVisible(window.tools.own_user is not None)
        self.menu: QMenu | None = None

    def look(self) -> None:
        """Ask IAM."""
        if not self._running and self._window.tools.own_user is not None:
            self._running = True
            self.find.setEnabled(False)
            self.find.setText(T("Finding…"))
            self._window.bridge.spawn(self._look(), "find device")

    async def _look(self) -> None:
        window, user = self._window, self._window.tools.own_user
        found: tuple[str, ...] = ()
        problem = None
        try:
            if user is not None:
                secret = window.secret.typed() if window.draft.text("kind") == "access-keys" else None
                found = await user().devices(window.draft.name, window.draft.values, secret)
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
        window, before = self._window, self._window.draft.text("mfa_serial")
        window.history.note()
        window.draft.set("mfa_serial", serial)
        self._field.load(window.draft)
        window.field_edited()
        window.validate()
        same = T("This is the device that IAM lists.") if before == serial else T("Found at IAM.")
        self._say(same, "ok")

    def _say(self, words: str, tone: str) -> None:
        self._field.set_help(words, tone)
        announce(self.find, words)
