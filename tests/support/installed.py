"""The installed `rolecall` on a desktop of its own, as a person has it: commands, the tray application, its traces."""

import configparser
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support.desktop import Desktop, wait_for
from tests.support.tray import MenuEntry, Tray

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SCREENSHOTS = ROOT / "build" / "system-screenshots"
KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
START_SECONDS = 30.0


def of_home(home: Path) -> list[psutil.Process]:
    """Return the processes of Rolecall that run with this home folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(home) and "rolecall" in " ".join(process.cmdline()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@dataclass
class Installed:
    """Rolecall in one home. `sts_url` is its AWS; `environ` what its programs get beside the desktop's environment."""

    desktop: Desktop
    sts_url: str
    environ: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Name the AWS; the environment has nothing else of it."""
        self.environ |= {
            "AWS_ENDPOINT_URL_STS": self.sts_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "LC_ALL": "C.UTF-8",
        }

    # files

    @property
    def catalog(self) -> Path:
        """The catalog."""
        return self.desktop.home / ".config/rolecall/profiles.toml"

    @property
    def credentials(self) -> Path:
        """The shared credentials file."""
        return self.desktop.home / ".aws/credentials"

    @property
    def log(self) -> str:
        """What the application wrote into its log."""
        path = self.desktop.home / ".local/state/rolecall/log/rolecall.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def output(self) -> str:
        """What the application and the desktop's other programs printed."""
        return self.desktop.log_path.read_text(encoding="utf-8", errors="replace")

    def write_catalog(self, text: str) -> None:
        """Save the catalog as an editor does: a new file that takes the old one's place."""
        self.catalog.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.catalog.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(self.catalog)

    def write_credentials(self, content: bytes) -> None:
        """Begin with this credentials file."""
        self.credentials.parent.mkdir(exist_ok=True, mode=0o700)
        self.credentials.write_bytes(content)
        self.credentials.chmod(0o600)

    def section(self, name: str) -> Mapping[str, str] | None:
        """Return a section as any reader of the file sees it; None: there is none."""
        parser = configparser.RawConfigParser()
        parser.read_string(self.credentials.read_text(encoding="utf-8") if self.credentials.exists() else "")
        return dict(parser[name]) if parser.has_section(name) else None

    # programs

    def run(
        self, *arguments: str, stdin: str | None = None, seconds: float = 30.0, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of `rolecall`, with this on its standard input."""
        return self.call([str(BIN / "rolecall"), *arguments], stdin=stdin, seconds=seconds, environ=environ)

    def call(
        self,
        command: Sequence[str],
        *,
        stdin: str | None = None,
        seconds: float = 30.0,
        environ: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run any program as the person would."""
        return subprocess.run(
            command,
            env={**self.desktop.environ, **self.environ, **(environ or {})},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def keep_secret(self, source: str, secret: str) -> None:
        """Store a secret access key as the README says: `printf %s SECRET | rolecall keys set SOURCE`."""
        command = ["sh", "-c", f'printf %s "$GIVEN" | "{BIN / "rolecall"}" keys set {source}']
        done = self.call(command, environ={"GIVEN": secret})
        assert done.returncode == 0, done.stderr
        assert secret not in done.stdout + done.stderr

    def start(self, environ: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start the tray application; it is ready when the engine answers."""
        process = self.desktop.spawn([str(BIN / "rolecall")], environ={**self.environ, **(environ or {})})
        wait_for("the engine", lambda: self._answers(process), START_SECONDS)
        return process

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is not None:
            raise AssertionError(f"rolecall ended with {process.returncode}: {self.log[-3000:]}\n{self.output[-1000:]}")
        if not (self.desktop.home / "run/rolecall").is_dir():
            return False
        return any((self.desktop.home / "run/rolecall").glob("*.sock")) and self.status()["engine"] == "application"

    def status(self) -> dict[str, Any]:
        """Return `rolecall status --json`."""
        done = self.run("status", "--json")
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def profile(self, name: str) -> dict[str, Any]:
        """Return what `status` says about one profile."""
        return next((one for one in self.status()["profiles"] if one["name"] == name), {})

    # who one is, as programs find out

    def identity_by_boto3(self, profile: str) -> str:
        """Return the ARN that boto3, in a process of its own, is told with the section of the file."""
        session = "boto3.Session(profile_name=sys.argv[1])"
        code = f"import boto3, sys; print({session}.client('sts').get_caller_identity()['Arn'])"
        return self._identity([sys.executable, "-c", code, profile])

    def identity_by_cli(self, profile: str) -> str:
        """Return the ARN that the AWS CLI is told."""
        words = ["sts", "get-caller-identity", "--profile", profile, "--endpoint-url", self.sts_url]
        return self._identity([str(BIN / "aws"), *words, "--query", "Arn", "--output", "text"])

    def _identity(self, command: Sequence[str]) -> str:
        environ = {"AWS_SHARED_CREDENTIALS_FILE": str(self.credentials), "AWS_DEFAULT_REGION": "us-east-1"}
        done = self.call(command, environ=environ)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    # the screen

    def shot(self, name: str) -> None:
        """Take a screenshot, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.desktop.screenshot(SCREENSHOTS / f"{name}.png")

    def window(self, title: str, seconds: float = 20.0) -> str:
        """Wait for a visible window whose title is `title`, and return its id."""
        return wait_for(f"the window {title}", lambda: self.windows(title) or None, seconds)[0]

    def windows(self, title: str) -> tuple[str, ...]:
        """Return the visible windows of that title."""
        return self.desktop.windows(f"^{title}$")

    def size(self, window: str) -> tuple[int, int]:
        """Return a window's width and height, without its frame."""
        lines = self.desktop.xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = {name: int(value) for name, _, value in (line.partition("=") for line in lines)}
        return values["WIDTH"], values["HEIGHT"]

    def press(self, window: str, *keys: str) -> None:
        """Press keys in a window."""
        self.desktop.xdotool("windowfocus", "--sync", window)
        self.desktop.xdotool("key", *keys)

    def type(self, window: str, text: str) -> None:
        """Type into a window."""
        self.desktop.xdotool("windowfocus", "--sync", window, "type", "--delay", "20", text)

    def clipboard(self, target: str | None = None) -> str:
        """Return what is on the clipboard, or "" where nothing is."""
        form = ["-t", target] if target else []
        return self.call(["xclip", "-selection", "clipboard", "-o", *form], seconds=5).stdout


def pick(tray: Tray, *path: str, seconds: float = 20.0) -> MenuEntry:
    """Wait until the tray's menu has an entry that can be clicked, click it, and return it."""

    def found() -> MenuEntry | None:
        entry = tray.menu().find(*path)
        return entry if entry is not None and entry.enabled else None

    entry = wait_for(f"the menu's entry {' > '.join(path)}", found, seconds)
    tray.click(entry)
    return entry


def stop(tray: Tray, name: str) -> None:
    """Stop a session through the menu, and wait until it shows so."""
    pick(tray, f"{name}, ", "Stop")
    wait_for(f"the end of {name}", lambda: tray.menu().find(f"{name}, ") is None)


def ended(process: subprocess.Popen[bytes], seconds: float = 10.0) -> int:
    """Wait for a program to end by itself and return its exit code."""
    return process.wait(seconds)


class Notices:
    """What the desktop was asked to show as notifications, from now on."""

    def __init__(self, desktop: Desktop) -> None:
        """Begin to listen."""
        self._path = desktop.home / f"notices-{time.monotonic_ns()}.log"
        with self._path.open("wb") as target:
            self._process = subprocess.Popen(
                ["dbus-monitor", "--session", "interface='org.freedesktop.Notifications',member='Notify'"],
                env=desktop.environ,
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=subprocess.DEVNULL,
            )
        wait_for("dbus-monitor", lambda: self._path.stat().st_size > 0)

    @property
    def text(self) -> str:
        """All notifications so far."""
        return self._path.read_text(encoding="utf-8", errors="replace")

    def wait(self, words: str, seconds: float = 20.0) -> str:
        """Wait for a notification with these words."""
        return wait_for(f"a notification with “{words}”", lambda: self.text if words in self.text else None, seconds)

    def close(self) -> None:
        """Listen no more."""
        self._process.terminate()
        self._process.wait(5)


def without_screen(desktop: Desktop) -> dict[str, str]:
    """Return the environment of a person who is logged in without a screen."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
    return {name: value for name, value in desktop.environ.items() if name not in hidden}


def files_of(home: Path) -> dict[str, bytes]:
    """Return each file of a home with its content, the desktop's own traces aside."""
    own = {"desktop.log", "run", ".cache"}
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.relative_to(home).parts[0] not in own and path.is_file() and not path.is_symlink()
    }


__all__ = [
    "BIN",
    "KEYS",
    "SCREENSHOTS",
    "Installed",
    "Notices",
    "ended",
    "files_of",
    "of_home",
    "pick",
    "stop",
    "without_screen",
]
