"""Where long-lived secrets are kept: which of the kinds is in charge, and a move from one to another under way."""

from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.values import dataclass

VERSION = 1


class VaultKind(StrEnum):
    """The kinds of vault. Exactly one is in charge at a time, and a person chose it."""

    KEYRING = "keyring"
    FILE = "file"
    MEMORY = "memory"


LASTING = (VaultKind.KEYRING, VaultKind.FILE)


@dataclass(frozen=True, slots=True)
class Move:
    """A move that has begun. Until `copied`, `source` is in charge; from then on `target`, and `names` are deleted."""

    source: VaultKind
    target: VaultKind
    names: tuple[str, ...]
    copied: bool = False


@dataclass(frozen=True, slots=True)
class VaultChoice:
    """What the state file says."""

    kind: VaultKind = VaultKind.KEYRING
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did. `left`: services that stay in the old vault, since the new one does not have them."""

    source: VaultKind
    target: VaultKind
    moved: int
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VaultReport:
    """How the vault stands. `problem`: what keeps it from being used now; `count`: how many secrets, where known."""

    kind: VaultKind
    name: str
    move: Move | None
    file_there: bool
    locked: bool
    problem: Problem | None
    count: int | None


def parse_choice(value: Mapping[str, object]) -> VaultChoice:
    """Return the choice of a state file's object, an empty one being the keyring; VALUE_CHOICE for what is none.

    What cannot be read is never taken for the keyring: a secret would go where nobody chose it to go.
    """
    if not value:
        return VaultChoice()
    if value.get("version") != VERSION:
        raise _unknown(f"version {value.get('version')}")
    kind = _kind(value.get("vault"))
    moving = value.get("move")
    if not isinstance(moving, dict):
        return VaultChoice(kind)
    table = cast(Mapping[str, object], moving)
    names = table.get("names")
    listed = cast(list[object], names) if isinstance(names, list) else []
    source, target = _kind(table.get("source")), _kind(table.get("target"))
    texts = tuple(one for one in listed if isinstance(one, str))
    return VaultChoice(kind, Move(source, target, texts, table.get("copied") is True))


def choice_json(choice: VaultChoice) -> Mapping[str, object]:
    """Return the state file's object."""
    value: dict[str, object] = {"version": VERSION, "vault": str(choice.kind)}
    if choice.move is not None:
        move = choice.move
        value["move"] = {
            "source": str(move.source),
            "target": str(move.target),
            "names": list(move.names),
            "copied": move.copied,
        }
    return value


def _kind(value: object) -> VaultKind:
    try:
        return VaultKind(str(value))
    except ValueError:
        raise _unknown(str(value)) from None


def _unknown(value: str) -> AppError:
    return AppError.of(
        Code.VALUE_CHOICE, Verb.CHOOSE_VAULT, key="vault", value=value[:40], choices=", ".join(VaultKind)
    )
