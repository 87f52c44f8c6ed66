"""Choosing, unlocking and moving vaults: what a person does with them as a whole."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.vaults import LASTING, Moved, VaultChoice, VaultKind, VaultReport
from app.ports import Offload, Pool
from app.vault.chosen import Choice, ChosenBackend, Turn
from app.vault.keyring_vault import ASKING_SECONDS, MARGIN, SECONDS
from app.vault.moving import Mover
from app.vault.sealed_file import SealedFile

T = TypeVar("T")
MOVE_SECONDS = 600.0


class VaultControl:
    """The port Vaults. Everything blocking runs on the vault's thread."""

    def __init__(
        self, chosen: ChosenBackend, choice: Choice, sealed: SealedFile, mover: Mover, turn: Turn, offload: Offload
    ) -> None:
        """Touch nothing yet."""
        self._chosen = chosen
        self._choice = choice
        self._sealed = sealed
        self._mover = mover
        self._turn = turn
        self._offload = offload

    async def report(self) -> VaultReport:
        """Return what is in charge, whether it is usable, and what a move has left to do. Asks nobody."""

        def look() -> VaultReport:
            choice = self._choice.read()
            locked = choice.kind is VaultKind.FILE and self._sealed.locked
            problem, count = None, None
            try:
                self._chosen.check(SECONDS - MARGIN)
                count = len(self._chosen.names())
            except AppError as error:
                problem = error.problem
            name = self._chosen.name
            return VaultReport(choice.kind, name, choice.move, self._sealed.exists(), locked, problem, count)

        return await self._run(look, SECONDS)

    async def unlock(self, passphrase: Secret, *, older: bool = False) -> None:
        """Open the secrets file with its passphrase. VAULT_PASSPHRASE, VAULT_TRIES, VAULT_DAMAGED, VAULT_OLDER."""
        await self._run(lambda: self._sealed.unlock(passphrase, older=older), SECONDS)

    def seal(self) -> None:
        """Forget the key of the secrets file at once."""
        self._sealed.seal()

    async def choose(self, kind: VaultKind, passphrase: Secret | None = None, *, leave: bool = False) -> None:
        """Put a kind in charge without moving anything; VAULT_HOLDS where secrets would be left behind, unless `leave`.

        For the file, `passphrase` opens the one that is there, or makes one.
        """

        def use() -> None:
            with self._turn():
                now = self._choice.read()
                if now.move is not None:
                    moving = {"source": str(now.move.source), "target": str(now.move.target)}
                    raise AppError.of(Code.VAULT_MOVING, Verb.MOVE_VAULT, **moving)
                if now.kind is not kind and kind in LASTING and not leave:
                    self._check_empty(now.kind, kind)
            if kind is VaultKind.FILE:
                self._ready(passphrase)
            with self._turn():
                self._choice.write(VaultChoice(kind))

        await self._run(use, ASKING_SECONDS)

    async def move(self, target: VaultKind, passphrase: Secret | None = None) -> Moved:
        """Copy all to another lasting vault, compare, put it in charge, delete the old. Goes on where cut off."""
        if target not in LASTING:
            raise AppError.of(Code.VAULT_FORGETS, Verb.CHOOSE_VAULT, entry="")

        def work() -> Moved:
            if target is VaultKind.FILE and self._sealed.locked:
                self._ready(passphrase)
            elif passphrase is not None and self._sealed.locked:
                self._sealed.unlock(passphrase)
            moved = self._mover.move(target, ASKING_SECONDS)
            if moved.source is VaultKind.FILE and not moved.left:
                self._sealed.discard()
            return moved

        return await self._run(work, MOVE_SECONDS)

    async def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Seal the file anew under another passphrase and another key."""

        def change() -> None:
            self._sealed.unlock(old)
            self._sealed.change_passphrase(new)

        await self._run(change, SECONDS)

    def _check_empty(self, kind: VaultKind, target: VaultKind) -> None:
        """Secrets in a vault that is no longer in charge could not be found: they are moved, or left when told so."""
        unknown = kind is VaultKind.FILE and self._sealed.locked
        if self._sealed.exists() if unknown else self._chosen.names():
            raise AppError.of(Code.VAULT_HOLDS, Verb.MOVE_VAULT, str(target), place=str(kind))

    def _ready(self, passphrase: Secret | None) -> None:
        if passphrase is None:
            raise AppError.of(Code.VAULT_SEALED, Verb.UNLOCK_VAULT)
        if self._sealed.exists():
            self._sealed.unlock(passphrase)
        else:
            self._sealed.create(passphrase)

    async def _run(self, work: Callable[[], T], seconds: float) -> T:
        try:
            return await self._offload.call(Pool.VAULT, work, deadline=seconds)
        except TimeoutError:
            raise AppError.of(Code.VAULT_HANGS, Verb.TRY_AGAIN, seconds=seconds) from None
