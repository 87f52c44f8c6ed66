"""Targets 3, 6 and 7: a thousand sessions at once, the loop meanwhile, and memory over ten thousand renewals."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.bench_tray import measured
from bench.measure import ROOT, clean_environ, result

_SESSIONS = 1000
_DELAY = 0.05
_AT_ONCE = 16
_KEPT = 50
_RENEWALS = 10_000

_PROFILE = """[profiles.{name}]
source = "shell"
[[profiles.{name}.roles]]
role_arn = "arn:aws:iam::123456789012:role/{name}"
[profiles.{name}.delivery]
credentials_file = "{name}"
"""


@contextmanager
def slow_sts(delay: float) -> Iterator[str]:
    """Run an STS in a process of its own; yield its address."""
    command = [sys.executable, "-m", "bench.slow_sts", "--delay", str(delay)]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.stdin.close()
        server.wait(10)


def measure(sessions: int, renewals: int, delay: float) -> dict[str, object]:
    """Run the program in a clean home and return what it measured."""
    with tempfile.TemporaryDirectory() as folder, slow_sts(delay) as address:
        home = Path(folder)
        (home / "config").mkdir(mode=0o700)
        names = ["warm", *(f"p{n}" for n in range(sessions))]
        text = 'schema = 1\n[sources.shell]\nkind = "environment"\n' + "".join(_PROFILE.format(name=n) for n in names)
        (home / "config/profiles.toml").write_text(text)
        environ = clean_environ(
            home,
            ROLECALL_CONFIG_DIR=str(home / "config"),
            AWS_ENDPOINT_URL_STS=address,
            AWS_ACCESS_KEY_ID="AKIABENCHBENCHBENCH1",
            AWS_SECRET_ACCESS_KEY="only-for-benchmarks",
        )
        command = [sys.executable, "-m", "bench.programs.many_sessions", str(sessions), str(renewals)]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=900, check=False, text=True)
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure; the yardstick of 6 is arithmetic, that of 3 a bare tray with one STS client."""
    runs = [measure(_SESSIONS, 0, _DELAY) for _ in range(3)]
    best = sorted(runs, key=lambda run: float(str(run["seconds"])))[1]
    ideal = _SESSIONS * _DELAY / _AT_ONCE
    result(6, "1,000 sessions of 50 ms, 16 at a time, delivered", float(str(best["seconds"])), ideal, 1.35, "s")
    result(7, "loop latency meanwhile, 99 %", float(str(best["late_99"])), 16.0, 1.0, "ms")
    result(7, "loop latency meanwhile, worst", float(str(best["late_most"])), 50.0, 1.0, "ms")
    own = "without what other programs took"
    result(7, f"the same, 99 %, {own}", float(str(best["own_99"])), 16.0, 1.0, "ms")
    result(7, f"the same, worst, {own}", float(str(best["own_most"])), 50.0, 1.0, "ms")
    kept = measure(_KEPT, _RENEWALS, 0.0)
    memory = [float(one) for one in list(kept["memory"])]  # type: ignore[call-overload]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.yardsticks.bare_tray", "--sts"]
        bare = statistics.median(measured(command, clean_environ(Path(folder)))[1] for _ in range(3))
    result(3, "memory, 50 sessions after 10,000 renewals", memory[-1], bare, 1.3, "MB")
    result(3, "memory at the end against the middle of these", memory[-1], memory[len(memory) // 2 - 1], 1.01, "MB")


if __name__ == "__main__":
    main()
