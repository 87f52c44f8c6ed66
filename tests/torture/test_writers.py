"""Four writers at once: two of ours, the AWS CLI's, an editor that renames. What is lost was not lost by us."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.awsfiles.document import Document, credentials_name
from tests.support.awsfiles import read
from tests.torture.conftest import Row
from tests.torture.rounds import OTHERS, ROOT, Forge, Sandbox
from tests.torture.test_duel import heal, put
from tests.torture.writer import store

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="the CLI cannot write what is being replaced"),
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]


def begin(kind: str, sandbox: Sandbox, sections: str, count: int, pause_ms: int) -> "subprocess.Popen[str]":
    lock = str(sandbox.root / "theirs.lock")
    arguments = [kind, str(sandbox.path), sections, str(count), str(pause_ms), lock]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.torture.edits", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("edits", [40, pytest.param(2000, marks=pytest.mark.torture)])
def test_four_writers_at_once(tmp_path: Path, edits: int, row: Row) -> None:
    sandbox = Sandbox(tmp_path)
    forge = Forge()
    theirs = [begin("cli", sandbox, "0:20", edits, 100), begin("editor", sandbox, f"20:{OTHERS}", edits, 100)]
    try:
        for one in theirs:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        orders = [
            {"do": "loop", "root": str(tmp_path), "number": 1_000_000 * one, "rounds": edits, "waits": True}
            for one in (1, 2)
        ]
        for pid in [forge.ask(**order)["pid"] for order in orders]:
            assert forge.ask(do="reap", pid=pid)["status"] == 0
        said: dict[str, str] = {}
        for one in theirs:
            out, _ = one.communicate(timeout=1200)
            assert one.returncode == 0
            said |= json.loads(out)
    finally:
        forge.close()
        for one in theirs:
            one.kill()
            one.wait(10)
            if one.stdout is not None:
                one.stdout.close()
    files = store(tmp_path, waits=True)
    put(files, 5)
    heal(files, 5)
    data = sandbox.path.read_bytes()
    names = list(Document(data).names(credentials_name))
    found = read(data)
    assert found is not None, "the file cannot be read any more"
    gone = [f"other{n}" for n in range(OTHERS) if f"other{n}" not in found]
    stale = [section for section, value in said.items() if found.get(section, {}).get("region") != value]
    row("no lost edit", f"4 writers, {edits} edits each: {len(gone)} sections lost, {len(stale)} edits of theirs lost")
    assert gone == []
    assert stale == []
    assert len(names) == len(set(names)), "a section stands there twice"
    assert {"a0", "a1"} <= set(found)
    for n in range(OTHERS):
        assert found[f"other{n}"]["aws_access_key_id"] == f"AKIAOTHER{n:011d}"
        assert found[f"other{n}"]["aws_secret_access_key"] == "x" * 40
