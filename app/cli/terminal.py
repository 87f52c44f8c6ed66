"""The person at the terminal: secrets, codes, yes and no."""

import getpass
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.totp import seconds_left
from app.texts import T, say_secret

LINE_MAXIMUM = 64 * 1024


class Terminal:
    """Reads what must not stand on the command line. Questions go to the terminal itself, not to standard output."""

    now: Callable[[], float] = staticmethod(time.time)  # seconds since 1970; replaced in tests

    def present(self) -> bool:
        """Whether a person can be asked."""
        if not (_is_tty(0) or _is_tty(2)):
            return False
        if os.name == "nt":
            return True
        try:
            os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        except OSError:
            return False
        return True

    def secret(self, what: str) -> Secret:
        """Return a secret: one line of standard input, or typed unseen where that is a terminal. SECRET_INVALID."""
        if _is_tty(0):
            if not self.present():
                raise AppError.of(
                    Code.USAGE, reason=T("The {what} is read from standard input.", what=say_secret(what))
                )
            return Secret(self._unseen(f"{say_secret(what)}: "))
        data = sys.stdin.buffer.read(LINE_MAXIMUM + 1) if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise AppError.of(Code.SECRET_INVALID, what=what, rule="not-ascii") from None
        line = text.removesuffix("\n").removesuffix("\r")
        if "\n" in line or "\r" in line:
            raise AppError.of(Code.SECRET_INVALID, what=what, rule="newline")
        return Secret(line)

    def code(self, serial: str, refused: Problem | None) -> str | None:
        """Return the MFA code that the person typed; None if none was given."""
        if refused is not None:
            from app.cli.output import note, say_problem

            say_problem(refused)
            if refused.code in (Code.MFA_REFUSED, Code.MFA_REUSED):
                note(T("The next code comes in {seconds} s.", seconds=math.ceil(seconds_left(self.now()))))
        try:
            return self._unseen(T("MFA code of {serial}: ", serial=serial)).replace(" ", "") or None
        except EOFError:
            return None

    def passphrase(self, refused: Problem | None) -> Secret | None:
        """Return the passphrase of the secrets file, typed unseen; None if none was given."""
        if refused is not None:
            from app.cli.output import say_problem

            say_problem(refused)
        try:
            return Secret(self._unseen(T("Passphrase of the secrets file: "))) or None
        except (EOFError, OSError):
            return None

    def new_passphrase(self) -> Secret:
        """Return a passphrase typed twice, unseen; SECRET_INVALID where the two differ."""
        try:
            first = self._unseen(T("New passphrase of the secrets file, at least 12 characters: "))
            again = self._unseen(T("The same again: "))
        except (EOFError, OSError):
            raise AppError.of(Code.CANCELED) from None
        if first != again:
            raise AppError.of(Code.SECRET_INVALID, what="passphrase", rule="passphrase-differs")
        return Secret(first)

    def token(self, source: str, refused: Problem | None) -> str | None:
        """Return the identity token that the person pasted for a source; None if none was given."""
        from app.cli.unseen import long_line

        if refused is not None:
            from app.cli.output import say_problem

            say_problem(refused)
        try:
            return long_line(T("Identity token for source {source}, pasted unseen: ", source=source)).strip() or None
        except (EOFError, OSError):
            return None

    def agrees(self, question: str) -> bool:
        """Ask yes or no; no is the default."""
        return self._line(f"{question} [y/N] ").lower() in {"y", "yes"}

    def types(self, question: str, word: str) -> bool:
        """Ask for a word to be typed; anything else is no."""
        return self._line(f"{question} ") == word

    @staticmethod
    def _line(text: str) -> str:
        if os.name == "nt":
            return input(text).strip()
        with Path("/dev/tty").open("r+b", buffering=0) as tty:
            tty.write(text.encode())
            answer = tty.readline() if hasattr(tty, "readline") else b""
        return answer.decode(errors="replace").strip()

    @staticmethod
    def _unseen(prompt: str) -> str:
        return getpass.getpass(prompt)


def confirm_needed(name: str) -> AppError:
    """Return the error for what asks first where nobody can be asked."""
    return AppError.of(Code.CONFIRM_NEEDED, Verb.CONFIRM, name, profile=name)


def _is_tty(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
