"""The stub behind a credential_process line: a file at a stable place, run by an isolated interpreter.

SDKs run the line for every process that they start, so it imports nothing but what a socket needs: it sends one
constant request to the running application and copies the finished answer. Whatever else comes, it becomes the command
line, which does the work itself or says what is wrong.
"""

import shlex
import subprocess
import sys
from pathlib import Path

from app.domain.values import dataclass

STUB_NAME = "credentials.py"

_STUB = '''# Written by Rolecall at each start; changes are lost.
import sys

SOCKET = {socket!r}
PYTHON = {python!r}
LAUNCHER = {launcher!r}


def ready(name):
    """Return the running application's finished answer, or nothing."""
    request = b'{{"v":1,"verb":"process","by":"program","names":["%s"]}}\\n' % name.encode()
    if SOCKET.startswith("\\\\\\\\"):
        pipe = open(SOCKET, "r+b", buffering=0)
        pipe.write(request)
        receive = pipe.read
    else:
        import _socket

        client = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        client.settimeout(2)
        client.connect(SOCKET)
        client.send(request)
        receive = client.recv
    answer = b""
    while not answer.endswith(b"\\n"):
        part = receive(65536)
        if not part:
            return b""
        answer += part
    return answer if answer.startswith(b'{{"Version"') else b""


def main():
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    system = __import__("posix" if "posix" in sys.builtin_module_names else "nt")
    nested = b"ROLECALL_NESTED" in system.environ or "ROLECALL_NESTED" in system.environ
    plain = name.isascii() and name.isprintable() and '"' not in name and "\\\\" not in name
    if name and plain and not nested and not name.startswith("-"):
        try:
            answer = ready(name)
        except OSError:
            answer = b""
        if answer:
            system.write(1, answer)
            system._exit(0)
    command = [PYTHON, "-I", LAUNCHER, "credentials", *sys.argv[1:]]
    if system.__name__ == "posix":
        system.execv(PYTHON, command)
    import subprocess

    sys.exit(subprocess.call(command))


main()
'''


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """Where the stub is and what it names. All paths absolute.

    `program`: in a built program there is no interpreter to run a stub; a thin program of its own takes its place.
    """

    stub: Path
    socket: str
    python: Path
    launcher: Path
    program: Path | None = None

    def text(self) -> str:
        """Return the stub's source."""
        return _STUB.format(socket=self.socket, python=str(self.python), launcher=str(self.launcher))

    def command(self, profile: str) -> str:
        """Return what stands behind `credential_process =`, quoted as the SDKs split it on this system."""
        words = [str(self.python), "-I", "-S", str(self.stub), profile]
        if self.program is not None:
            words = [str(self.program), self.socket, profile]
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
