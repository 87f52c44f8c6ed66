"""What the application in the tray has in memory before anyone opens a window or calls AWS: what it needs, and no more.

Each of these costs every person memory all day, so what comes here shows up here. docs/benchmarks.md, row 2, is the
sum; docs/adr/0025-idle-memory.md says how it is kept small.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_MOST = 255  # modules of ours; a new one that has to be here may raise it

# with everything below it
_LATER = """
    app.activitywords app.assistant app.awsapi app.awsfiles.rewrite app.awsfiles.store app.broker.processes
    app.catalog.adding app.catalog.changes app.catalog.places app.catalog.proof app.catalog.render app.catalog.scan
    app.catalog.sharing app.catalog.splice app.cli app.demo app.importing app.late.making_signs
    app.late.making_sources app.late.making_vaults app.oidc app.sources.command app.sources.kinds
    app.sources.mfa_codes app.sts app.unsigned app.vault ui.activity.journal ui.activity.reading ui.activity.window
    ui.assistant.window ui.editor ui.edits ui.keys.window ui.main_window ui.models ui.onboarding.window
    ui.palette.window ui.prompts ui.settings.window ui.style.contrast ui.style.fonts ui.style.marks ui.style.mirror
    ui.style.sheet ui.style.theme ui.style.tokens ui.verbs ui.widgets
"""
_OTHERS = """
    PySide6.QtNetwork PySide6.QtSvg boto3 botocore cryptography csv difflib email hashlib hmac http keyring
    logging.handlers pickle psutil secretstorage ssl tomlkit unicodedata urllib.request urllib3 xml
"""

_IDLE = """
import sys
from pathlib import Path
import ui.compose  # before anything else, as the launcher has it
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSystemTrayIcon

QSystemTrayIcon.isSystemTrayAvailable = staticmethod(lambda: True)  # else the window opens
seen = [0, 0]

def look():
    count = len(sys.modules)
    seen[:] = [count, seen[1] + 1 if count == seen[0] and "app.host" in sys.modules else 0]
    if seen[1] > 15:  # nothing came for one and a half seconds
        print(*sorted(name for name, module in sys.modules.items() if module is not None))
        print(*(Path("/proc/self/maps").read_text().split() if sys.platform == "linux" else ()))
        sys.stdout.flush()
        import os, signal
        os.kill(os.getpid(), signal.SIGTERM)
        timer.stop()

def begin(show):
    def shown(icon):
        global timer
        show(icon)
        if "timer" not in globals():
            timer = QTimer()
            timer.timeout.connect(look)
            timer.start(100)
    return shown

QSystemTrayIcon.show = begin(QSystemTrayIcon.show)
ui.compose.main()
"""

_CATALOG = """schema = 1
[sources.acme]
kind = "access-keys"
access_key_id = "AKIAEXAMPLEEXAMPLE12"
[profiles.dev]
source = "acme"
[[profiles.dev.roles]]
role_arn = "arn:aws:iam::111122223333:role/Dev"
[profiles.dev.delivery]
credentials_file = "dev"
"""


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> tuple[frozenset[str], str]:
    """The modules of the application at rest, and what the system has of files in its memory."""
    home = tmp_path_factory.mktemp("idle")
    for folder in ("config", "run"):
        (home / folder).mkdir(mode=0o700)
    (home / "config" / "profiles.toml").write_text(_CATALOG)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    folders = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), "ROLECALL_CONFIG_DIR": str(home / "config")}
    done = subprocess.run(
        [sys.executable, "-c", _IDLE],
        env=kept | folders | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    modules, maps = done.stdout.splitlines()[:2]
    return frozenset(modules.split()), maps


def below(names: str, loaded: frozenset[str]) -> list[str]:
    roots = tuple(names.split())
    return sorted(one for one in loaded if one in roots or one.startswith(tuple(f"{root}." for root in roots)))


def test_what_a_window_or_a_call_needs_comes_with_it(idle: tuple[frozenset[str], str]) -> None:
    assert "ui.application" in idle[0]
    assert below(_LATER, idle[0]) == []


def test_what_others_bring_comes_with_what_needs_it(idle: tuple[frozenset[str], str]) -> None:
    assert below(_OTHERS, idle[0]) == []


def test_there_is_no_more_of_ours_than_there_was(idle: tuple[frozenset[str], str]) -> None:
    ours = below("app ui", idle[0])
    assert 200 < len(ours) <= _MOST, ours


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of a process")
def test_qt_brings_no_library_for_pictures_or_networks(idle: tuple[frozenset[str], str]) -> None:
    assert "libQt6Core" in idle[1]
    assert not [name for name in ("libQt6Svg", "libQt6Network", "libcrypto", "libssl") if name in idle[1]]


def test_every_module_that_is_to_come_later_is_there_to_come() -> None:
    for name in _LATER.split():
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name
