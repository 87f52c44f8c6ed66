"""Starts and stops the embedded AWS."""

import importlib.util
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from app.demo.cast import ACCESS_KEY_ID, MFA_SERIAL
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.values import dataclass

_ROOT = Path(__file__).resolve().parents[2]
_NEEDED = ("moto", "flask", "flask_cors", "werkzeug")
_START = "import sys; sys.path.insert(0, sys.argv[1]); from app.demo.child import main; main()"
_START_SECONDS = 60.0
_STOP_SECONDS = 3.0
_NOT_INHERITED = ("AWS_", "MOTO_", "ROLECALL_", "PYTHON")


@dataclass(frozen=True, slots=True)
class EmbeddedAws:
    """The running embedded AWS, and the IAM user's secrets, made up for this run."""

    endpoint_url: str
    access_key_id: str
    secret_access_key: Secret = field(repr=False)
    mfa_serial: str
    totp_seed: Secret = field(repr=False)
    pid: int
    _process: "subprocess.Popen[str]" = field(repr=False)

    def stop(self) -> None:
        """End the child within some seconds; a second call does nothing."""
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def start_embedded_aws(
    lifetime: timedelta = timedelta(seconds=20), environ: Mapping[str, str] | None = None
) -> EmbeddedAws:
    """Start it in a child process and return when it answers. Blocks for some seconds; call it off the loop's thread.

    `lifetime`: how long role sessions last, whatever is asked for. The child ends with this process, however that ends.
    Raises EXTRA_MISSING where moto is not installed, UNEXPECTED where the child does not come up in a minute.
    """
    _require_moto()
    secret, seed = (
        secrets.token_urlsafe(30),
        "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32)),
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_environment(os.environ if environ is None else environ),
    )
    try:
        port = _introduce(
            process, {"lifetime": lifetime.total_seconds(), "secret_access_key": secret, "totp_seed": seed}
        )
    except BaseException:
        process.kill()
        process.communicate()
        raise
    url = f"http://127.0.0.1:{port}"
    return EmbeddedAws(url, ACCESS_KEY_ID, Secret(secret), MFA_SERIAL, Secret(seed), process.pid, process)


def _require_moto() -> None:
    for module in _NEEDED:
        if importlib.util.find_spec(module) is None:
            raise AppError.of(Code.EXTRA_MISSING, Verb.INSTALL, "rolecall[demo]", extra="demo", module=module)


def _introduce(process: "subprocess.Popen[str]", order: Mapping[str, object]) -> int:
    """Hand the secrets over by the child's standard input and return the port that it answers with."""
    if process.stdin is None or process.stdout is None:  # both are pipes; this is for the type checker
        raise AppError.of(Code.UNEXPECTED, Verb.REPORT, kind="EmbeddedAws")
    answers: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read_line, args=(process.stdout, answers), daemon=True).start()
    try:
        process.stdin.write(json.dumps(dict(order)) + "\n")
        process.stdin.flush()
        return int(json.loads(answers.get(timeout=_START_SECONDS))["port"])
    except (OSError, ValueError, KeyError, Empty):
        raise AppError.of(Code.UNEXPECTED, Verb.REPORT, kind="EmbeddedAws") from None


def _read_line(stream: IO[str], answers: "SimpleQueue[str]") -> None:
    answers.put(stream.readline())


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the child needs: nothing of AWS, of moto's own switches, or of Rolecall."""
    return {name: value for name, value in environ.items() if not name.startswith(_NOT_INHERITED)}
