"""Running a command that a person approved: no shell, a time limit, capped output, an environment without secrets."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.problem import AppError, Code, Verb
from app.ports import Approvals

COMMAND_SECONDS = 60.0
OUTPUT_MAXIMUM = 64 * 1024
_REASON_MAXIMUM = 200
_DROPPED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_DROPPED_PREFIXES = ("PYTHON", "LD_", "DYLD_", "QT_", "KEYRING_PROPERTY_")


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs approved commands. Blocking: call it on a thread."""

    approvals: Approvals
    environ: Mapping[str, str]

    def run(self, source: str, command: Sequence[str], seconds: float = COMMAND_SECONDS) -> bytes:
        """Return what the command prints; APPROVAL_NEEDED, COMMAND_FAILED, COMMAND_TIMEOUT, COMMAND_OUTPUT.

        What it writes to standard error is not kept: it may hold secrets.
        """
        if not self.approvals.approved(command):
            raise AppError.of(Code.APPROVAL_NEEDED, Verb.APPROVE, source, source=source, command=shlex.join(command))
        with tempfile.TemporaryFile() as output:  # capped below; an unnamed file cannot be left behind
            status = self._wait(source, command, output.fileno(), seconds)
            size = os.fstat(output.fileno()).st_size
            if size > OUTPUT_MAXIMUM:
                raise AppError.of(Code.COMMAND_OUTPUT, source=source, reason=f"It printed {size} bytes.")
            output.seek(0)
            text = output.read()
        if status:
            raise AppError.of(Code.COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, status=status, reason="")
        return text

    def _wait(self, source: str, command: Sequence[str], output: int, seconds: float) -> int:
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=child_environment(self.environ),
                start_new_session=True,
            )
        except OSError as error:
            reason = (error.strerror or "error")[:_REASON_MAXIMUM]
            raise AppError.of(
                Code.COMMAND_FAILED, Verb.EDIT_SOURCE, source, source=source, status=127, reason=reason
            ) from None
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise AppError.of(Code.COMMAND_TIMEOUT, source=source, seconds=int(seconds)) from None


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return a person's environment without credentials and without what would lead another program astray."""
    kept = {
        name: value
        for name, value in environ.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)
    }
    return kept | {"ROLECALL_NESTED": "1"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the command with all that it started: it has a process group of its own."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
