"""Targets 1 and 2: the tray is there as soon, and nearly as small, as a bare tray program's."""

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import ROOT, clean_environ, result, rss

_PROFILES = 1000
_TIMES = 7
_IDLE = 4.0  # seconds until everything after the first paint is done

_CATALOG = """[profiles.p{n}]
source = "acme"
region = "eu-central-1"
group = "Acme/Team {team}"
tags = ["one", "two"]
[[profiles.p{n}.roles]]
role_arn = "arn:aws:iam::{account:012d}:role/Role{n}"
[profiles.p{n}.delivery]
credentials_file = "p{n}"
"""


def catalog(profiles: int) -> str:
    """Return a catalog of so many profiles."""
    head = 'schema = 1\n[sources.acme]\nkind = "access-keys"\naccess_key_id = "AKIABENCHBENCHBENCH1"\n'
    return head + "".join(_CATALOG.format(n=n, team=n % 20, account=100 + n % 50) for n in range(profiles))


def measured(command: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Start a program, return the seconds to its tray and its memory when idle; end it."""
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        shown = float(process.stdout.readline())
        time.sleep(_IDLE)
        return shown, rss(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def main() -> None:
    """Measure both in turn."""
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for _ in range(_TIMES):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "config").mkdir(mode=0o700)
            (home / "config/profiles.toml").write_text(catalog(_PROFILES))
            environ = clean_environ(home, ROLECALL_CONFIG_DIR=str(home / "config"))
            bare.append(measured([sys.executable, "-m", "bench.yardsticks.bare_tray"], environ))
            ours.append(measured([sys.executable, "bench/programs/tray_start.py", str(ROOT)], environ))
    middle = statistics.median
    result(1, "tray visible, 1,000 profiles", middle(o[0] for o in ours), middle(b[0] for b in bare), 1.5, "s")
    result(2, "resident memory idle, 1,000 profiles", middle(o[1] for o in ours), middle(b[1] for b in bare), 1.4, "MB")


if __name__ == "__main__":
    main()
