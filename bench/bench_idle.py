"""Target 12: fifty sessions, no window, nothing to do: next to no processor time and few wake-ups."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.bench_sessions import slow_sts
from bench.measure import ROOT, clean_environ, processor_seconds, result
from bench.soak import catalog

_SESSIONS = 50
_SETTLE = 20.0
_WATCHED = 300.0
_LONGEST_TIMER = 30.0
_PER_TIMER = 20


def wakeups(pid: int) -> int:
    """Return how often all threads of a process have gone to sleep by themselves."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(), re.MULTILINE)
        total += int(found[1]) if found else 0
    return total


def main() -> None:
    """Measure the tray application over five minutes."""
    with tempfile.TemporaryDirectory() as folder, slow_sts(0.0) as address:
        home = Path(folder)
        (home / "config").mkdir(mode=0o700)
        (home / "config/profiles.toml").write_text(catalog(_SESSIONS))
        environ = clean_environ(
            home,
            ROLECALL_CONFIG_DIR=str(home / "config"),
            AWS_ENDPOINT_URL_STS=address,
            AWS_ACCESS_KEY_ID="AKIABENCHBENCHBENCH1",
            AWS_SECRET_ACCESS_KEY="only-for-benchmarks",
        )
        app = subprocess.Popen(
            [sys.executable, "bench/programs/tray_start.py", str(ROOT)],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(_SETTLE)
            sections = (home / ".aws/credentials").read_text().count("# rolecall ")
            if sections != _SESSIONS:
                sys.exit(f"{sections} sections of {_SESSIONS}")
            used, woken = processor_seconds(app.pid), wakeups(app.pid)
            time.sleep(_WATCHED)
            used, woken = processor_seconds(app.pid) - used, wakeups(app.pid) - woken
        finally:
            app.send_signal(signal.SIGTERM)
            app.wait(10)
    result(12, "idle, 50 sessions: share of one core", 100 * used / _WATCHED, 0.1, 1.0, "%", f"{_WATCHED:.0f} s")
    # one timer of 30 s for all sessions and one of a minute for the tray; each wakes a few threads (X, D-Bus, ours)
    allowed = _PER_TIMER * _WATCHED / _LONGEST_TIMER
    result(12, "idle, 50 sessions: wake-ups of all threads", woken, allowed, 1.0, "", f"{_PER_TIMER} per 30 s allowed")


if __name__ == "__main__":
    main()
