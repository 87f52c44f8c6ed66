"""A process that forks writers on demand, so that each costs a fork and no imports. Speaks lines of JSON.

`loop`: a writer that renews the sections a0, a1, … for ever (until it is killed). `once`: a writer of one write, which
begins with `go`. Nothing here waits: the protocol's fixed waits are left out, so that kills hit what matters.
"""

import json
import os
import select
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

from app.awsfiles.store import AwsFiles
from app.domain.files import SectionPut, SectionRemove
from app.domain.problem import AppError
from app.domain.profile import WriteMode
from tests.support.awsfiles import RealClock, session


def store(root: Path, *, mode: str = "replace", waits: bool = False) -> AwsFiles:
    return AwsFiles(
        root / "aws" / "credentials",
        root / "aws" / "config",
        root / "state",
        root / "run",
        clock=RealClock(),
        sleep=time.sleep if waits else lambda _seconds: None,
        random=Random(),
        write_mode=WriteMode(mode),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:  # whatever is imported late is imported now
        root = Path(folder)
        for what in ("put", "remove", "sweep"):
            _once(store(root), {"what": what, "number": 1, "do": "once"})
    waiting: tuple[int, int, int] | None = None
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "go":
            assert waiting is not None
            pid, begin, result = waiting
            os.write(begin, b"x")
            os.close(begin)
            said = os.read(result, 1000)
            os.close(result)
            _, status = os.waitpid(pid, 0)
            answer: dict[str, Any] = {"status": os.waitstatus_to_exitcode(status), "said": said.decode()}
        elif order["do"] == "reap":
            _, status = os.waitpid(order["pid"], 0)
            answer = {"status": os.waitstatus_to_exitcode(status)}
        else:
            go_read, go_write = os.pipe()
            said_read, said_write = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(go_write)
                os.close(said_read)
                _child(order, go_read, said_write)
            os.close(go_read)
            os.close(said_write)
            if order["do"] == "once":
                waiting = pid, go_write, said_read
            else:
                os.close(go_write)
                os.close(said_read)
            answer = {"pid": pid}
        print(json.dumps(answer), flush=True)


def _child(order: dict[str, Any], go: int, said: int) -> None:
    status = 1
    try:
        if "uid" in order:
            os.setgroups([])
            os.setgid(order["uid"])
            os.setuid(order["uid"])
        files = store(Path(order["root"]), mode=order.get("mode", "replace"), waits=order.get("waits", False))
        if order["do"] == "loop":
            os.close(said)
            _loop(files, order)
        else:
            # the tracer is attached in this wait, and cannot tell whether to count it; what follows it counts
            select.select([go], [], [])
            os.read(go, 1)
            os.write(said, _once(files, order).encode())
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _once(files: AwsFiles, order: dict[str, Any]) -> str:
    if order.get("what") == "remove":
        outcome = files.apply([SectionRemove("a0", "a0")])[0]
    elif order.get("what") == "adopt":
        outcome = files.apply([SectionPut("theirs", "theirs", session(order["number"]), adopt=True)])[0]
    elif order.get("what") in ("sweep", "undo"):
        try:
            _ = files.sweep() if order["what"] == "sweep" else files.undo(None)
        except AppError as error:
            return str(error.problem.code)
        return "done"
    else:
        outcome = files.apply([SectionPut("a0", "a0", session(order["number"]))])[0]
    return str(outcome.problem.code) if outcome.problem else "done"


def _loop(files: AwsFiles, order: dict[str, Any]) -> None:
    number = order["number"]
    until = order.get("rounds", 10**9)
    while until:
        until -= 1
        number += 1
        names = [f"a{(number + more) % 3}" for more in range(1 + number % 2)]
        files.apply([SectionPut(name, name, session(number)) for name in names])


if __name__ == "__main__":
    main()
