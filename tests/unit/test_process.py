"""What the process does without, and what a person's command gets back."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    answers = json.loads(done.stdout)
    umask, core, most = answers["before"]
    assert umask == 0o027
    assert answers["none"] == -1
    assert answers["hard"] == [0o077, 0, most]
    assert answers["umask"] == 0o027
    assert answers["mode"] == 0o600
    assert answers["relaxed"] == [umask, core, most]
