"""Running a command that a person approved: no shell, a time limit, capped output, an environment without secrets."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

from app.approval_ports import Approvals
from app.domain.problem import AppError, Code, Verb
from app.domain.values import dataclass

COMMAND_SECONDS = 60.0
OUTPUT_MAXIMUM = 64 * 1024
_DRAIN_SECONDS = 1.0
_NOT_FOUND = 127
_NO_WINDOW = 0x08000000  # Windows: no console flashes up
_SECRETS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    }
)


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs approved commands. Blocking: call it on a thread. `umask`: the commands' own, -1 leaves this process's."""

    approvals: Approvals
    environ: Mapping[str, str]
    umask: int = -1

    def run(self, source: str, command: Sequence[str], seconds: float = COMMAND_SECONDS) -> bytes:
        """Return what the command prints; APPROVAL_NEEDED, COMMAND_FAILED, COMMAND_TIMEOUT, COMMAND_OUTPUT.

        What it writes to standard error is not kept: it may hold secrets.
        """
        if not self.approvals.approved(command):
            raise AppError.of(Code.APPROVAL_NEEDED, Verb.APPROVE, source, source=source, command=shlex.join(command))
        process = self._start(source, command)
        output = _Output(process)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AppError.of(Code.COMMAND_TIMEOUT, source=source, seconds=int(seconds)) from None
        finally:
            if process.poll() is None:
                end_group(process)
        text = output.all()
        if text is None:
            raise AppError.of(Code.COMMAND_OUTPUT, source=source, reason="too-much-output")
        if status:
            raise AppError.of(Code.COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, status=status, reason="")
        return text

    def _start(self, source: str, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(self.environ),
                start_new_session=True,
                umask=self.umask,
                creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise AppError.of(
                Code.COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, status=_NOT_FOUND, reason=f"{reason}."
            ) from None


class _Output:
    """Reads standard output on a thread of its own, up to the cap; a command that prints more is ended."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._text = bytearray()
        self._too_much = False
        self._thread = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._thread.start()

    def all(self) -> bytes | None:
        """Return what was printed, None if it was too much. Something left running may keep the pipe open: it stays."""
        self._thread.join(_DRAIN_SECONDS)
        return None if self._too_much else bytes(self._text)

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while part := os.read(stream.fileno(), OUTPUT_MAXIMUM):
                if len(self._text) + len(part) > OUTPUT_MAXIMUM:
                    self._too_much = True
                    end_group(self._process)
                    return
                self._text += part


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return a person's environment without credentials, marked so that Rolecall refuses to ask itself."""
    return {name: value for name, value in environ.items() if name not in _SECRETS} | {"ROLECALL_NESTED": "1"}


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End the command with all that it started: it has a process group of its own."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except OSError:  # it has ended meanwhile
        pass
    process.wait()
