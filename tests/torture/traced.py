"""One write of a forked writer under strace: which system calls it makes, and what becomes of it when one fails."""

import re
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

from app.domain.files import SectionPut
from tests.support.awsfiles import session
from tests.torture.rounds import Forge, Sandbox
from tests.torture.writer import store

STRACE = shutil.which("strace")
CALL = re.compile(r"^(\w+)\(")
# calls that have nothing to do with files, and the pipe to the test
_QUIET = {
    "exit_group",
    "exit",
    "rt_sigaction",
    "rt_sigprocmask",
    "mmap",
    "munmap",
    "brk",
    "mprotect",
    "madvise",
    "mremap",
}


class Traced:
    """One write under strace, attached after everything is imported."""

    def __init__(self, forge: Forge, sandbox: Sandbox, log: Path) -> None:
        self.forge = forge
        self.sandbox = sandbox
        self.log = log

    def run(self, *inject: str, **order: object) -> tuple[int, str]:
        pid = self.forge.ask(do="once", root=str(self.sandbox.root), number=2, **order)["pid"]
        _wait_until_it_waits(pid)  # attached any earlier, its calls would be numbered differently
        command = [STRACE or "strace", "-p", str(pid), "-o", str(self.log), *inject]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            assert "attached" in said, said
            answer = self.forge.ask(do="go")
            strace.stderr.read()
        return answer["status"], answer["said"]

    def calls(self, **order: object) -> list[tuple[str, int]]:
        """Return the system calls of one write: each with how many times it came so far."""
        assert self.run(**order) == (0, "done")
        counts: Counter[str] = Counter()
        found: list[tuple[str, int]] = []
        for line in self.log.read_text().splitlines():
            if match := CALL.match(line):
                counts[match[1]] += 1
                if match[1] not in _QUIET:
                    found.append((match[1], counts[match[1]]))
        begin = next(at for at, (name, _) in enumerate(found) if name == "read")
        return found[begin + 1 : -1]  # the first waited for the test, the last tells it


def _wait_until_it_waits(pid: int) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < end
        time.sleep(0.001)


def prepared(tmp_path: Path, mode: str) -> Sandbox:
    """One session of ours in the file, so that the write is a renewal."""
    sandbox = Sandbox(tmp_path)
    sandbox.reset()
    renew(sandbox, mode)
    return sandbox


def renew(sandbox: Sandbox, mode: str = "replace") -> None:
    sandbox.reset()
    outcome = store(sandbox.root, mode=mode).apply([SectionPut("a0", "a0", session(1))])[0]
    assert outcome.problem is None
