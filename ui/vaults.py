"""What the windows do about the place where secrets are kept: show it, unlock it, choose another."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.entries import session_cache_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.secret import Secret
from app.domain.session import problem_of
from app.domain.vaults import VaultKind
from app.texts import T, describe
from ui.core import Change
from ui.present.remedies import Do

if TYPE_CHECKING:
    from ui.application import Application
    from ui.prompts.passphrase import PassphrasePrompt

_REFUSALS = (Code.VAULT_PASSPHRASE, Code.VAULT_TRIES, Code.SECRET_INVALID)


class VaultCare(QObject):
    """One passphrase prompt at a time; it comes by itself once, when something first needs the secrets file."""

    def __init__(self, application: "Application") -> None:
        """Ask nothing yet."""
        super().__init__(application)
        self._application = application
        self._core, self._bridge = application.core, application.bridge
        self._asked = False
        self.prompt: PassphrasePrompt | None = None

    def look(self, change: Change) -> None:
        """Ask for the passphrase when a profile first waits for it; once dismissed, only by a button again."""
        store = self._core.engine.store
        if store.locked:
            self._asked = False
        if self._asked or not change.profiles:
            return
        problems = [problem_of(store.status(name).state) for name in change.profiles]
        if any(one is not None and one.code is Code.VAULT_SEALED for one in problems):
            self._asked = True
            self.want(Do.UNLOCK_VAULT)

    def show(self) -> None:
        """Bring the status bar's word about it up to date."""
        self._bridge.spawn(self._show(act=False), "keyring")

    def show_and_ask(self) -> None:
        """A click on the status bar's word: show it anew, and ask for what stands in the way."""
        self._bridge.spawn(self._show(act=True), "keyring")

    async def _show(self, *, act: bool) -> None:
        bar = self._application.window.status_bar
        try:
            bar.show_keyring(await self._core.vault.check(), fine=True)
        except AppError as error:
            bar.show_keyring(describe(error.problem).title, fine=False)
            if act and error.problem.code is Code.VAULT_SEALED:
                self.want(Do.UNLOCK_VAULT)
            elif act:
                self._application.window.fail(error.problem)

    def want(self, do: Do) -> None:
        """Carry out a button of a problem card."""
        if do is Do.KEEP_IN_MEMORY:
            self._bridge.spawn(self._in_memory(), "keep in memory")
        elif do is Do.KEEP_IN_FILE:
            self._bridge.spawn(self._in_file(), "keep in a file")
        elif do is Do.UNLOCK_KEYRING:
            self._bridge.spawn(self._unlock_keyring(), "unlock the keyring")
        else:
            self._open(new=False)

    async def _unlock_keyring(self) -> None:
        """Have the desktop ask for the keyring's password; then go on with whoever waits for it."""
        await self._core.vault.read(session_cache_entry())  # what is in it is of no interest: reading asks
        store = self._core.engine.store
        for name, status in tuple(store.statuses.items()):
            problem = problem_of(status.state)
            if problem is not None and problem.code is Code.VAULT_LOCKED:
                self._application.verbs.renew(name)
        self._application.window.whole.forget()
        self.show()

    async def _in_memory(self) -> None:
        await self._core.choose_vault(VaultKind.MEMORY)
        self._chosen(T("Secrets are kept in memory until Rolecall ends. Enter them at their sources."))

    async def _in_file(self) -> None:
        report = None if self._core.vaults is None else await self._core.vaults.report()
        self._open(new=report is not None and not report.file_there, choose=True)

    def _open(self, *, new: bool, choose: bool = False) -> None:
        from ui.prompts.passphrase import PassphrasePrompt

        if self.prompt is not None and self.prompt.isVisible():
            self.prompt.open_prompt(asked=True)
            return
        self._application.style()
        self.prompt = PassphrasePrompt(new=new)
        self.prompt.given.connect(self._choose if choose else self._unlock)
        self.prompt.open_prompt(asked=choose)

    def _unlock(self, passphrase: str) -> None:
        self._bridge.spawn(self._try(Secret(passphrase), choose=False), "unlock")

    def _choose(self, passphrase: str) -> None:
        self._bridge.spawn(self._try(Secret(passphrase), choose=True), "secrets file")

    async def _try(self, passphrase: Secret, *, choose: bool) -> None:
        try:
            if choose:
                # the keyring whose names are known is not there: nothing could be moved out of it
                await self._core.choose_vault(VaultKind.FILE, passphrase, leave=True)
            else:
                await self._core.unlock_vault(passphrase)
        except AppError as error:
            self._refused(error.problem)
            return
        if self.prompt is not None:
            self.prompt.over()
        said = T("Secrets are kept in a file with a passphrase.") if choose else T("The secrets file is unlocked.")
        self._chosen(said)

    def _refused(self, problem: Problem) -> None:
        if self.prompt is not None and problem.code in _REFUSALS:
            self.prompt.refuse(problem)
            return
        if self.prompt is not None:
            self.prompt.over()
        self._application.fail(problem)

    def _chosen(self, said: str) -> None:
        self._application.window.whole.forget()
        self._application.verbs.said.emit(said, 8)
        self.show()
