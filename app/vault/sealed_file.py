"""The back end of machines without a keyring: one file, sealed with a passphrase, unlocked once per start.

The passphrase is not kept: in memory is the data key, until the process ends or `seal` is called. Secrets are read
from the file anew at each use. Writings of several processes take turns, and each begins with what the other wrote.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic
from typing import Protocol

from app.domain.digests import equal
from app.domain.entries import VaultEntry
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass
from app.ports import StateFiles
from app.vault.sealing import Content, DamagedError, Head, Kdf, Opened, WrongPassphraseError, head_of, make, open_body
from app.vault.sealing import seal as sealed
from app.vault.sealing import unlock as opened_with
from app.vault.tries import Tries

SEEN = "vault-seen.json"
PASSPHRASE_LEAST = 12
STRENGTH = Kdf()
AT_ONCE = 3  # prompts for one use
# gets the problem of the last try and returns the passphrase, None: nobody gave one. Blocking
AskPassphrase = Callable[[Problem | None], Secret | None]


class Place(Protocol):
    """Where the file is. Failures are FILE_* problems."""

    @property
    def name(self) -> str:
        """The path, for people."""
        ...

    def read(self) -> bytes | None:
        """Return the file, None if there is none."""
        ...

    def write(self, content: bytes) -> None:
        """Replace the file at once, 0600; the old one stays whole where that fails."""
        ...

    def remove(self) -> None:
        """Remove the file; nothing happens if there is none."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Keep other processes from writing."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What the back end is given beside its place."""

    state: StateFiles
    ask: AskPassphrase | None = None
    kdf: Kdf = STRENGTH
    clock: Callable[[], float] = monotonic


class SealedFile:
    """The port Backend over a file. Usable from several threads."""

    name = "Secrets file"
    maximum = None

    def __init__(self, place: Place, means: Means) -> None:
        """Touch nothing yet."""
        self._place = place
        self._means = means
        self._tries = Tries(means.clock)
        self._lock = threading.RLock()
        self._opened: Opened | None = None
        self._sealings = 0

    # the port

    def may_ask(self, seconds: float) -> bool:  # noqa: ARG002  the port's
        """Whether it is locked, and somebody can be asked for the passphrase."""
        return self._opened is None and self._means.ask is not None

    def check(self, seconds: float) -> None:  # noqa: ARG002  the port's
        """Raise what stands in the way; never asks."""
        if (opened := self._opened) is None:
            self._head()
            raise _locked()
        self._content(opened)

    def get(self, entry: VaultEntry, seconds: float) -> Secret | None:  # noqa: ARG002  the port's
        """Return the secret, None if there is none."""
        text = self._read().entries.get(entry.service)
        return None if text is None else Secret(text)

    def put(self, entry: VaultEntry, secret: Secret, seconds: float) -> None:  # noqa: ARG002  the port's
        """Store or replace the secret."""
        self._change(lambda entries: entries | {entry.service: secret.reveal()})

    def drop(self, entry: VaultEntry, seconds: float) -> bool:  # noqa: ARG002  the port's
        """Delete the secret; False if there was none."""
        if entry.service not in self._read().entries:
            return False
        self._change(lambda entries: {name: text for name, text in entries.items() if name != entry.service})
        return True

    # its names, which stand in the file itself

    def names(self) -> tuple[str, ...]:
        """Return the services, sorted."""
        return tuple(sorted(self._read().entries))

    def add(self, service: str) -> bool:  # noqa: ARG002  a name comes with its secret
        """There is nothing to do; True: nothing is to be taken back."""
        return True

    def remove(self, service: str) -> None:
        """There is nothing to do."""

    # the passphrase

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed."""
        return self._opened is None

    def exists(self) -> bool:
        """Whether there is a file."""
        return self._place.read() is not None

    def create(self, passphrase: Secret) -> None:
        """Make an empty file for a passphrase and leave it unlocked; VAULT_SAME where there is a file already."""
        check_passphrase(passphrase)
        with self._lock, self._place.turn():
            if self._place.read() is not None:
                raise AppError.of(Code.VAULT_SAME, place="file")
            opened = make(passphrase, self._means.kdf)
            self._write(opened, Content(1, {}))
            self._opened = opened

    def unlock(self, passphrase: Secret, *, older: bool = False) -> None:
        """Take a passphrase: VAULT_PASSPHRASE, VAULT_TRIES, VAULT_DAMAGED; VAULT_OLDER unless `older` is accepted."""
        with self._lock:
            sealings = self._sealings
            self._tries.check()
            head = self._head()
            try:
                opened = opened_with(head, passphrase)
            except WrongPassphraseError:
                self._tries.failed()
                raise AppError.of(Code.VAULT_PASSPHRASE, Verb.UNLOCK_VAULT) from None
            self._tries.good()
            content = self._content(opened, older=older)
            if older:
                self._see(head, content.serial)
            if self._sealings != sealings:
                raise _locked()
            self._opened = opened

    def change_passphrase(self, passphrase: Secret) -> None:
        """Seal everything anew under another passphrase and another data key."""
        check_passphrase(passphrase)
        with self._lock, self._place.turn():
            opened = self._unlocked()
            content = self._content(opened)
            again = make(passphrase, self._means.kdf, opened.head.file_id)
            self._write(again, Content(content.serial + 1, content.entries))
            self._opened = again

    def discard(self) -> None:
        """Remove a file that holds nothing; one that does stays."""
        with self._lock, self._place.turn():
            if (opened := self._opened) is not None and not self._content(opened).entries:
                self._place.remove()
                self._opened = None

    def seal(self) -> None:
        """Forget the key; a passphrase is needed again. Waits for nothing, also while somebody is being asked."""
        self._sealings += 1
        self._opened = None

    # inside

    def _read(self) -> Content:
        with self._lock:
            return self._content(self._unlocked())

    def _change(self, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        with self._lock:
            opened = self._unlocked()  # a person may take long: not within the turn
            with self._place.turn():
                content = self._content(opened)
                self._write(opened, Content(content.serial + 1, change(dict(content.entries))))

    def _unlocked(self) -> Opened:
        refused: Problem | None = None
        for _ in range(AT_ONCE):
            if (opened := self._opened) is not None:
                return opened
            self._head()  # without a file nobody is asked
            passphrase = None if self._means.ask is None else self._means.ask(refused)
            if not passphrase:
                raise AppError(refused) if refused else _locked()
            try:
                self.unlock(passphrase)
            except AppError as error:
                if error.problem.code is not Code.VAULT_PASSPHRASE:
                    raise
                refused = error.problem
        if (opened := self._opened) is None:
            raise AppError(refused) if refused else _locked()
        return opened

    def _head(self) -> Head:
        data = self._place.read()
        if data is None:
            raise AppError.of(Code.VAULT_ABSENT, Verb.CHOOSE_VAULT, path=self._place.name)
        try:
            return head_of(data)[0]
        except DamagedError as error:
            raise self._damaged(error) from None

    def _content(self, opened: Opened, *, older: bool = False) -> Content:
        data = self._place.read()
        if data is None:
            raise AppError.of(Code.VAULT_ABSENT, Verb.CHOOSE_VAULT, path=self._place.name)
        try:
            head, body = head_of(data)
            if not equal(head.about(), opened.head.about()):
                self._opened = None  # another passphrase since, or another file
                raise _locked()
            content = open_body(opened, body)
        except DamagedError as error:
            raise self._damaged(error) from None
        least = self._seen(head)
        if content.serial < least and not older:
            raise AppError.of(
                Code.VAULT_OLDER, Verb.UNLOCK_VAULT, path=self._place.name, serial=content.serial, expected=least
            )
        return content

    def _write(self, opened: Opened, content: Content) -> None:
        data = sealed(opened, content)
        if open_body(opened, head_of(data)[1]) != content:  # before it replaces what is good
            raise AppError.of(Code.VAULT_MISMATCH, Verb.TRY_AGAIN, entry="")
        self._place.write(data)
        self._see(opened.head, content.serial)

    def _damaged(self, error: DamagedError) -> AppError:
        return AppError.of(Code.VAULT_DAMAGED, path=self._place.name, reason=error.reason)

    def _seen(self, head: Head) -> int:
        found = self._means.state.read(SEEN)
        serial = found.get("serial")
        return serial if found.get("id") == head.file_id and isinstance(serial, int) else 0

    def _see(self, head: Head, serial: int) -> None:
        self._means.state.write(SEEN, {"version": 1, "id": head.file_id, "serial": serial})


def check_passphrase(passphrase: Secret) -> None:
    """Raise SECRET_INVALID for a passphrase that would be guessed, or that a terminal could not give again."""
    text = passphrase.reveal()
    if len(text) < PASSPHRASE_LEAST:
        raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="passphrase-short")
    if len(set(text)) < PASSPHRASE_LEAST // 3:
        raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="passphrase-simple")
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="control")


def _locked() -> AppError:
    return AppError.of(Code.VAULT_SEALED, Verb.UNLOCK_VAULT)
