"""A move of all secrets from one vault to another: copied, compared, put in charge, then deleted. Blocking.

What is done stands in the state file before it is done, so that a move that was cut off goes on where it was, from any
process. Until the copy was read back and is equal, the old vault is in charge and has everything; afterwards the new
one. Nothing is deleted from the old one that the new one does not have as it is.
"""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Verb
from app.domain.vaults import Move, Moved, VaultChoice, VaultKind
from app.vault.backend import remove, store
from app.vault.chosen import Choice, Kept, Turn


class Mover:
    """Carries moves out."""

    def __init__(self, kinds: Mapping[VaultKind, Kept], choice: Choice, turn: Turn) -> None:
        """Do nothing yet."""
        self._kinds = kinds
        self._choice = choice
        self._turn = turn

    def move(self, target: VaultKind, seconds: float) -> Moved:
        """Move everything to `target`, or go on with a move to it that was cut off."""
        with self._turn():
            now = self._choice.read()
            move = now.move
            if move is None:
                if now.kind is target:
                    raise AppError.of(Code.VAULT_SAME, place=str(target))
                move = Move(now.kind, target, self._kinds[now.kind].names.names())
            elif move.target is not target and not move.copied:
                move = Move(now.kind, target, self._kinds[now.kind].names.names())  # the other was not in charge yet
            elif move.target is not target:
                raise AppError.of(Code.VAULT_MOVING, Verb.MOVE_VAULT, source=str(move.source), target=str(move.target))
            if not move.copied:
                move = self._copied(move, seconds)
            return self._deleted(move, seconds)

    def _copied(self, move: Move, seconds: float) -> Move:
        source, target = self._kinds[move.source], self._kinds[move.target]
        names = source.names.names()  # also what came since the move was cut off
        self._choice.write(VaultChoice(move.source, replace(move, names=names)))
        for service in names:
            entry = VaultEntry(service, _what(service))
            secret = source.backend.get(entry, seconds)
            if secret is not None and target.backend.get(entry, seconds) != secret:
                store(target.backend, target.names, entry, secret, seconds)
        for service in names:  # all once more, now that nothing is written any longer
            entry = VaultEntry(service, _what(service))
            secret = source.backend.get(entry, seconds)
            if secret is not None and target.backend.get(entry, seconds) != secret:
                raise AppError.of(Code.VAULT_MISMATCH, Verb.TRY_AGAIN, entry=entry.what)
        done = replace(move, names=names, copied=True)
        self._choice.write(VaultChoice(move.target, done))
        return done

    def _deleted(self, move: Move, seconds: float) -> Moved:
        source, target = self._kinds[move.source], self._kinds[move.target]
        left: list[str] = []
        for service in move.names:
            entry = VaultEntry(service, _what(service))
            old = source.backend.get(entry, seconds)
            if old is None:
                source.names.remove(service)
            elif target.backend.get(entry, seconds) is None:
                left.append(service)  # deleted there since, or lost: not ours to decide
            else:
                remove(source.backend, source.names, entry, seconds)
        self._choice.write(VaultChoice(move.target))
        return Moved(move.source, move.target, len(move.names) - len(left), tuple(left))


def _what(service: str) -> str:
    """Return which kind of secret a service's name stands for."""
    parts = service.split("/")
    kind = parts[1] if len(parts) > 1 else ""
    if kind == "oidc":
        return parts[-1]
    others = {"totp": "totp-seed", "session-cache": "session-cache-key", "identity-center": "sign-in"}
    return others.get(kind, "secret-access-key")
