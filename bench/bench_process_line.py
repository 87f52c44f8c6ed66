"""Targets 4 and 5: a credential_process line, with the application running and without."""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.bench_sessions import slow_sts
from bench.measure import ROOT, alternate, clean_environ, command_seconds, result

_TIMES = 60
_SLOW_TIMES = 9
_THIN = ROOT / "build" / "dist" / "rolecall" / "rolecall-credentials"
_CATALOG = """schema = 1
[sources.shell]
kind = "environment"
[profiles.ready]
source = "shell"
start = "auto"
[[profiles.ready.roles]]
role_arn = "arn:aws:iam::123456789012:role/ready"
"""


def main() -> None:
    """Measure both in turn with their yardsticks."""
    with tempfile.TemporaryDirectory() as folder, slow_sts(0.0) as address:
        home = Path(folder)
        (home / "config").mkdir(mode=0o700)
        (home / "config/profiles.toml").write_text(_CATALOG)
        environ = clean_environ(
            home,
            ROLECALL_CONFIG_DIR=str(home / "config"),
            ROLECALL_STATE_DIR=str(home / "state"),
            AWS_ENDPOINT_URL_STS=address,
            AWS_ACCESS_KEY_ID="AKIABENCHBENCHBENCH1",
            AWS_SECRET_ACCESS_KEY="only-for-benchmarks",
        )
        line = [sys.executable, "-I", "-S", str(home / "state/credentials.py"), "ready"]
        _running(line, environ)
        _not_running(line, environ, home)


def _running(line: list[str], environ: dict[str, str]) -> None:
    app = subprocess.Popen([sys.executable, "rolecall.py"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        time.sleep(6)
        bare = [sys.executable, "-I", "-S", "-c", "1"]
        ours, yardstick = alternate(
            lambda: command_seconds(line, environ), lambda: command_seconds(bare, environ), _TIMES
        )
        if _THIN.exists():
            sockets = [str(path) for path in Path(environ["HOME"]).rglob("control.sock")]
            thin = [str(_THIN), sockets[0], "ready"]
            built, source = alternate(
                lambda: command_seconds(thin, environ), lambda: command_seconds(line, environ), _TIMES
            )
            result(4, "the built program's line; the source's", built * 1000, source * 1000, 6, "ms")
    finally:
        app.send_signal(signal.SIGTERM)
        app.wait(10)
    result(4, "credential_process line, application running", ours * 1000, yardstick * 1000, 1.6, "ms")


def _not_running(line: list[str], environ: dict[str, str], home: Path) -> None:
    aws = [str(Path(sys.executable).with_name("aws")), "--version"]

    def uncached() -> float:
        for kept in (home / "run").rglob("*"):
            if kept.is_file() and "session" in str(kept):
                kept.unlink()
        return command_seconds(line, environ)

    ours, yardstick = alternate(uncached, lambda: command_seconds(aws, environ), _SLOW_TIMES)
    result(5, "the same, not running, with a call to AWS", ours * 1000, yardstick * 1000, 1.5, "ms")
    ours, yardstick = alternate(
        lambda: command_seconds(line, environ), lambda: command_seconds(aws, environ), _SLOW_TIMES
    )
    result(5, "the same, not running, session kept from before", ours * 1000, yardstick * 1000, 1.5, "ms")


if __name__ == "__main__":
    main()
