"""What the process does without, and what a person's command gets back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_DUMPABLE = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"

_SCRIPT = """
import json, os, resource, sys
from app import process

def state():
    umask = os.umask(0); os.umask(umask)
    return [umask, *resource.getrlimit(resource.RLIMIT_CORE)]

before = state()
answers = {"before": before, "none": process.umask_before()}
process.harden(); process.harden()
answers["hard"] = state()
answers["umask"] = process.umask_before()
open(sys.argv[1], "w").close()
answers["mode"] = os.stat(sys.argv[1]).st_mode & 0o777
process.relax()
answers["relaxed"] = state()
print(json.dumps(answers))
"""


def test_files_are_private_and_no_core_is_dumped_until_relaxed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "file")],
        check=True,
        capture_output=True,
        text=True,
        umask=0o027,
        cwd=_ROOT,
    )
    answers = json.loads(done.stdout)
    umask, core, most = answers["before"]
    assert umask == 0o027
    assert answers["none"] == -1
    assert answers["hard"] == [0o077, 0, most]
    assert answers["umask"] == 0o027
    assert answers["mode"] == 0o600
    assert answers["relaxed"] == [umask, core, most]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can")
def test_memory_can_be_hidden_from_the_users_other_programs() -> None:
    script = (
        "import ctypes; from app import process; print(process.hide_memory(), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=_ROOT)
    assert done.stdout.split() == ["True", "0"]
    kept = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{script}; import os, sys; os.execv(sys.executable, [sys.executable, '-c', {_DUMPABLE!r}])",
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=_ROOT,
    )
    assert kept.stdout.split()[-1] == "1"
