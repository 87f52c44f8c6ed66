"""The tray application for a long time: many short sessions, on a real desktop. Memory, stalls, tracebacks, the file.

    python -m bench.soak --minutes 60 --sessions 50 --lifetime 60

Stalls are measured from outside, as a tray host sees them: how long the application takes to answer for its menu.
Ends with 1 if memory grew, a section in the file was ever expired, the log has a traceback, or it stalled.
"""

import argparse
import configparser
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import ROOT, processor_seconds, rss
from tests.support.desktop import Desktop, end, wait_for
from tests.support.tray import Tray

_MARKER = re.compile(r"^# rolecall \S+ \S+ expires (\S+)$", re.MULTILINE)
_SETTLING = 0.25  # the first quarter of the run fills caches and is not judged
_GROWTH_MB = 5.0
_EVERY = 5.0  # seconds between looks at the menu; a panel asks when a person opens it


def catalog(sessions: int) -> str:
    """Return a catalog with so many profiles that start by themselves."""
    head = 'schema = 1\n[sources.shell]\nkind = "environment"\n'
    one = """[profiles.p{n}]
source = "shell"
start = "auto"
[[profiles.p{n}.roles]]
role_arn = "arn:aws:iam::123456789012:role/soak{n}"
[profiles.p{n}.delivery]
credentials_file = "p{n}"
"""
    return head + "".join(one.format(n=n) for n in range(sessions))


def expired_sections(path: Path) -> int:
    """Return how many sections of the credentials file have ended."""
    now = datetime.now(UTC)
    ends = (datetime.fromisoformat(text) for text in _MARKER.findall(path.read_text()))
    return sum(1 for at in ends if at <= now)


def main() -> int:
    """Run and print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--lifetime", type=float, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Desktop(Path(folder)) as desktop:
        return _soak(desktop, chosen.minutes * 60, chosen.sessions, chosen.lifetime)


def _soak(desktop: Desktop, seconds: float, sessions: int, lifetime: float) -> int:
    config = desktop.home / "config"
    config.mkdir(mode=0o700)
    (config / "profiles.toml").write_text(catalog(sessions))
    sts = subprocess.Popen(
        [sys.executable, "-m", "bench.slow_sts", "--delay", "0.05", "--lifetime", str(lifetime)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert sts.stdout is not None
    try:
        port = int(sts.stdout.readline())
        environ = {
            "ROLECALL_CONFIG_DIR": str(config),
            "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "AKIASOAKSOAKSOAKSOAK",
            "AWS_SECRET_ACCESS_KEY": "only-for-the-soak-run",
        }
        app = desktop.spawn([sys.executable, str(ROOT / "rolecall.py")], environ=environ)
        return _watch(desktop, app, seconds, sessions)
    finally:
        end(sts)


def _watch(desktop: Desktop, app: subprocess.Popen[bytes], seconds: float, sessions: int) -> int:
    file = desktop.home / ".aws/credentials"
    wait_for("all sections", lambda: file.exists() and len(_MARKER.findall(file.read_text())) == sessions, 60)
    memory: list[float] = []
    answers: list[float] = []
    expired = 0
    started, busy = time.monotonic(), processor_seconds(app.pid)
    next_report = started
    with Tray(desktop.environ["DBUS_SESSION_BUS_ADDRESS"]) as tray:
        while time.monotonic() - started < seconds and app.poll() is None:
            before = time.monotonic()
            tray.menu()
            answers.append(time.monotonic() - before)
            expired += expired_sections(file)
            memory.append(rss(app.pid))
            if time.monotonic() >= next_report:
                next_report += 60
                print(f"{time.monotonic() - started:6.0f} s  {memory[-1]:6.1f} MB", flush=True)
            time.sleep(_EVERY)
    lasted = time.monotonic() - started
    load = (processor_seconds(app.pid) - busy) / lasted if app.poll() is None else float("nan")
    code = end(app)
    parser = configparser.RawConfigParser()
    parser.read_string(file.read_text())
    return _judge(desktop, memory, answers, expired, (lasted, load, code, len(parser.sections()) == sessions))


def _judge(
    desktop: Desktop, memory: list[float], answers: list[float], expired: int, rest: tuple[float, float, int, bool]
) -> int:
    lasted, load, code, whole = rest
    settled = memory[int(len(memory) * _SETTLING) :]
    tenth = max(len(settled) // 10, 1)
    growth = statistics.median(settled[-tenth:]) - statistics.median(settled[:tenth])
    log = desktop.log_path.read_text(errors="replace")
    tracebacks = log.count("Traceback")
    worst = max(answers)
    print(f"ran {lasted:.0f} s, exit code {code}, processor {load:.1%} of one core")
    print(f"memory {settled[0]:.1f} MB settled, {settled[-1]:.1f} MB at the end, growth {growth:+.1f} MB")
    print(f"menu answered in {statistics.median(answers) * 1000:.1f} ms (median), {worst * 1000:.0f} ms (worst)")
    print(f"expired sections seen {expired}, tracebacks {tracebacks}, file whole: {whole}")
    if tracebacks:
        print(log[-4000:])
    return int(growth > _GROWTH_MB or expired > 0 or tracebacks > 0 or not whole or worst > 1 or code != 0)


if __name__ == "__main__":
    sys.exit(main())
