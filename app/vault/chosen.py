"""The one back end that is in charge, by what a person chose. Looked up at each use: another process may move it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass
from app.domain.vaults import LASTING, VaultChoice, VaultKind, choice_json, parse_choice
from app.ports import StateFiles
from app.vault.backend import Backend, Names

CHOICE = "vault.json"
Turn = Callable[[], AbstractContextManager[None]]


class Choice:
    """Which kind is in charge, as the state file says."""

    def __init__(self, state: StateFiles) -> None:
        """Read nothing yet."""
        self._state = state

    def read(self) -> VaultChoice:
        """Return it; VALUE_CHOICE where the file says something else."""
        return parse_choice(self._state.read(CHOICE))

    def write(self, choice: VaultChoice) -> None:
        """Put it in force, at once and whole."""
        self._state.write(CHOICE, choice_json(choice))


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind: its back end and where its names stand."""

    backend: Backend
    names: Names


class ChosenBackend:
    """The ports Backend and Names, over the kind in charge. Changes take turns with a move.

    `for_good`: for what is kept nowhere else, as long-lived keys that leave the credentials file and that AWS shows to
    nobody again. Memory does not take it: VAULT_FORGETS.
    """

    def __init__(
        self,
        kinds: Mapping[VaultKind, Kept],
        choice: Choice,
        turn: Turn,
        help_key: Callable[[], str],
        *,
        for_good: bool = False,
    ) -> None:
        """`help_key` tells which advice fits this machine where it has no keyring."""
        self._kinds = kinds
        self._choice = choice
        self._turn = turn
        self._help_key = help_key
        self._for_good = for_good

    def kept(self) -> Kept:
        """Return the kind in charge."""
        return self._kinds[self._choice.read().kind]

    @property
    def name(self) -> str:
        """The name for people."""
        return self.kept().backend.name

    @property
    def maximum(self) -> int | None:
        """How long a secret may be, in UTF-16 units."""
        return self.kept().backend.maximum

    def may_ask(self, seconds: float) -> bool:
        """Whether using it now can put a question to a person."""
        with self._helped():
            return self.kept().backend.may_ask(seconds)

    def check(self, seconds: float) -> None:
        """Raise what stands in the way; never asks."""
        with self._helped():
            self.kept().backend.check(seconds)

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:
        """Return the secret, None if there is none."""
        with self._helped():
            return self.kept().backend.get(entry, seconds)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:
        """Store or replace the secret."""
        with self._helped(), self._turn():
            if self._for_good and self._choice.read().kind not in LASTING:
                raise AppError.of(Code.VAULT_FORGETS, Verb.CHOOSE_VAULT, entry=entry.what)
            self.kept().backend.put(entry, secret, seconds)

    def drop(self, entry: VaultEntry, seconds: float) -> bool:
        """Delete the secret; False if there was none."""
        with self._helped(), self._turn():
            return self.kept().backend.drop(entry, seconds)

    def names(self) -> tuple[str, ...]:
        """Return the services, sorted."""
        return self.kept().names.names()

    def add(self, service: str) -> bool:
        """Note a service's name; True if it was there already."""
        return self.kept().names.add(service)

    def remove(self, service: str) -> None:
        """Forget a service's name."""
        self.kept().names.remove(service)

    @contextmanager
    def _helped(self) -> Iterator[None]:
        """Without a keyring, say what would help on this machine."""
        try:
            yield
        except AppError as error:
            problem = error.problem
            if problem.code is not Code.VAULT_NONE or "help" in problem.arguments:
                raise
            arguments = {**problem.arguments, "help": self._help_key()}
            raise AppError(Problem(problem.code, arguments, problem.remedy)) from None
