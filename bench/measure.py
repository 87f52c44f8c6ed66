"""What the benchmarks share: one line of result, medians, memory and processor time of a child."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def result(target: int, what: str, ours: float, yardstick: float, limit: float, unit: str, note: str = "") -> None:
    """Print one result: `ours` against `limit` x `yardstick` (both in `unit`)."""
    line = {
        "target": target,
        "what": what,
        "ours": ours,
        "yardstick": yardstick,
        "ratio": ours / yardstick if yardstick else float("inf"),
        "limit": limit,
        "unit": unit,
        "note": note,
    }
    print(json.dumps(line), flush=True)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], object], times: int) -> float:
    """Return the median time of several calls."""
    return statistics.median(seconds(work) for _ in range(times))


def alternate(ours: Callable[[], float], yardstick: Callable[[], float], times: int) -> tuple[float, float]:
    """Measure both in turn, so that a drift of the machine meets both; return the medians."""
    pairs = [(ours(), yardstick()) for _ in range(times)]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)


def command_seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Return how long a command runs; it must end with 0."""
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(environ), capture_output=True, timeout=60, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return taken


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB; Linux counts what is its own and its share of the rest."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss")


def rss(pid: int) -> float:
    """Return the resident set of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def clean_environ(home: Path, **more: str) -> dict[str, str]:
    """Return an environment for a child with a home of its own and nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "QT_QPA_PLATFORM": "offscreen"} | more
