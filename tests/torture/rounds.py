"""What the torture tests share: the writer's process, a file of others' sections, and what must hold at any moment."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.awsfiles.document import Document, credentials_name
from app.awsfiles.faults import faults
from tests.support.awsfiles import read, session
from tests.torture.writer import store

ROOT = Path(__file__).resolve().parents[2]
OTHERS = 40


class Forge:
    """The process that forks writers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.writer"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the writer's process ended"
        return json.loads(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


def others(count: int = OTHERS) -> bytes:
    """Sections of someone else's, with comments and no final line end."""
    parts = [
        f"# account {n}\n[other{n}]\naws_access_key_id = AKIAOTHER{n:011d}\naws_secret_access_key = {'x' * 40}\n"
        for n in range(count)
    ]
    return "\n".join(parts).encode().rstrip(b"\n")


class Sandbox:
    """A folder with the files of others, and ours beside them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "aws" / "credentials"
        self.foreign = others()
        (root / "aws").mkdir(mode=0o700, parents=True)
        self.reset()

    def reset(self) -> None:
        """As before the first write."""
        for name in ("state", "run"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        self.path.write_bytes(self.foreign)
        self.path.chmod(0o600)

    def assert_whole(self) -> None:
        """Every byte of others is there, our sections are complete, the file can be read, nobody else can read it."""
        data = self.path.read_bytes()
        assert data.startswith(self.foreign), "bytes of others changed"
        assert not faults(data)
        found = read(data)
        assert found is not None
        for name, options in found.items():
            if name.startswith("other"):
                continue
            number = int(options["aws_access_key_id"][4:])
            whole = session(number)
            assert whole.session_token is not None
            assert options["aws_secret_access_key"] == whole.secret_access_key.reveal()
            assert options["aws_session_token"] == whole.session_token.reveal()
        assert self.path.stat().st_mode & 0o777 == 0o600

    def next_start(self) -> None:
        """What the next process does first; then nothing of the crash is left, and what is ours is known as ours."""
        files = store(self.root)
        files.sweep()
        left = [file for file in self.root.rglob("*") if ".rolecall-" in file.name]
        assert left == []
        ours = {name for name in Document(self.path.read_bytes()).names(credentials_name) if name.startswith("a")}
        assert {one.section for one in files.owned()} == ours
        assert all(one.matches for one in files.owned())
