"""A machine of its own for the command line: home, keyring, an STS on loopback, the program as a child process."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.keyring_session import KeyringSession
from tests.support.strict_sts import Device, Role, StrictSts, User, World

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, str(ROOT / "rolecall.py")]
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SERIAL = "arn:aws:iam::111122223333:mfa/ana"
HUB = "arn:aws:iam::111122223333:role/hub"
PROD = "arn:aws:iam::123456789012:role/prod"
DEV = "arn:aws:iam::210987654321:role/dev"
MFA_ROLE = "arn:aws:iam::210987654321:role/guarded"
CLOSED = "arn:aws:iam::210987654321:role/closed"

CATALOG = f"""\
# Ana's profiles: this comment stays.
schema = 1

[sources.acme]
kind = "access-keys"
access_key_id = "{{key_id}}"
mfa_serial = "{SERIAL}"
mfa = "totp"

[profiles.prod]
source = "acme"
start = "auto"
region = "eu-west-1"
aliases = ["main"]

[[profiles.prod.roles]]
role_arn = "{HUB}"
external_id = "ext-1"

[[profiles.prod.roles]]
role_arn = "{PROD}"
duration = "1h"

[profiles.prod.delivery]
credentials_file = "prod"

[profiles.dev]
source = "acme"
start = "auto"

[[profiles.dev.roles]]
role_arn = "{DEV}"

[profiles.dev.delivery]
credentials_file = "dev"

[profiles.guarded]
source = "acme"

[[profiles.guarded.roles]]
role_arn = "{MFA_ROLE}"
mfa = true

[profiles.guarded.delivery]
credentials_file = "guarded"

[profiles.closed]
source = "acme"

[[profiles.closed.roles]]
role_arn = "{CLOSED}"

[profiles.closed.delivery]
credentials_file = "closed"
"""

OTHERS = (
    b"# kept by hand\r\n[mine]\r\naws_access_key_id = AKIAMINE000000000001\r\naws_secret_access_key=abc/def+ghi\r\n"
    b"\r\n; two lines of somebody else\r\n[ other ]\naws_access_key_id : AKIAOTHER00000000001\n"
    b"aws_secret_access_key : xyz\nregion = eu-north-1"
)


def ana() -> User:
    """The IAM user of CATALOG."""
    return User("ana", "111122223333", devices=[Device(SERIAL, SEED)])


def ana_world(user: User, lifetime: float | None = None) -> World:
    """The AWS that CATALOG names; the role `closed` trusts nobody."""
    roles = [
        Role(HUB, [user.arn], external_id="ext-1"),
        Role(PROD, [HUB]),
        Role(DEV, [user.arn]),
        Role(MFA_ROLE, [user.arn], mfa=True),
        Role(CLOSED, []),
    ]
    return World([user], roles, lifetime=lifetime)


@dataclass
class Ran:
    """What a run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def __repr__(self) -> str:
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class SharedKeyring:
    """A keyring session for many machines, with the secrets of one IAM user in it: storing them takes a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.user = ana()
        self.session = KeyringSession(folder)

    def __enter__(self) -> Self:
        self.session.__enter__()
        with Machine(self._folder, shared=self) as machine:
            machine.write_catalog()
            machine.must("keys", "set", "acme", stdin=self.user.secret_access_key)
            machine.must("keys", "set", "acme", "--totp", stdin=SEED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.__exit__(kind, error, trace)


def heed_signals() -> None:
    """Heed what ends a program, also where what started the tests ignores or blocks some of it: both are inherited."""
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)


@dataclass
class Machine:
    """The machine as a context. `user` is the IAM user of its STS; `shared`: a keyring that has his secrets already."""

    folder: Path
    lifetime: float | None = None
    keyring: bool = True
    shared: SharedKeyring | None = None
    environ: dict[str, str] = field(default_factory=dict)
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    program: Sequence[str] = field(default_factory=lambda: PROGRAM)

    def __enter__(self) -> Self:
        self.user = ana() if self.shared is None else self.shared.user
        self.session = KeyringSession(self.folder, keyring=self.keyring) if self.shared is None else None
        if self.session is not None:
            self.session.__enter__()
        elif self.shared is not None:
            self.shared.session.keep_unlocked()
        self.sts = StrictSts(ana_world(self.user, self.lifetime))
        self.sts.__enter__()
        self.environ = {
            **self._session_environ(),
            "AWS_ENDPOINT_URL_STS": self.sts.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "USER": "ana",
            "LOGNAME": "ana",
        }
        if not self.keyring:
            del self.environ["DBUS_SESSION_BUS_ADDRESS"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGCONT)
                os.killpg(child.pid, signal.SIGKILL)  # what it runs goes along, or it would keep our pipes open
            with suppress(subprocess.TimeoutExpired):
                child.communicate(timeout=10)
        self.sts.__exit__(kind, error, trace)
        if self.session is not None:
            self.session.__exit__(kind, error, trace)

    def _session_environ(self) -> dict[str, str]:
        """The environment of the keyring's session, with folders of this machine's own."""
        if self.session is not None:
            return dict(self.session.environ)
        assert self.shared is not None
        home = self.folder
        (home / "run").mkdir(mode=0o700, exist_ok=True)
        return {
            **self.shared.session.environ,
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_RUNTIME_DIR": str(home / "run"),
        }

    @property
    def credentials(self) -> Path:
        return self.folder / ".aws" / "credentials"

    @property
    def catalog(self) -> Path:
        return self.folder / ".config" / "rolecall" / "profiles.toml"

    @property
    def log(self) -> Path:
        return self.folder / ".local" / "state" / "rolecall" / "log" / "rolecall.log"

    def write_catalog(self, text: str = CATALOG) -> None:
        """Put a catalog in place; {key_id} stands for the user's access key id."""
        self.catalog.parent.mkdir(parents=True, exist_ok=True)
        self.catalog.write_text(text.replace("{key_id}", self.user.access_key_id))

    def write_credentials(self, content: bytes = OTHERS) -> None:
        """Put a credentials file of other people's sections in place."""
        self.credentials.parent.mkdir(exist_ok=True)
        self.credentials.write_bytes(content)
        self.credentials.chmod(0o600)

    def set_up(self) -> None:
        """Catalog, secrets and a credentials file with sections of others."""
        self.write_catalog()
        self.write_credentials()
        if self.shared is None:
            self.must("keys", "set", "acme", stdin=self.user.secret_access_key)
            self.must("keys", "set", "acme", "--totp", stdin=SEED)

    def run(
        self,
        *arguments: str,
        stdin: str | bytes | None = None,
        environ: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Ran:
        """Run the program to its end."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*self.program, *arguments],
            input=data if data is not None else b"",
            env={**self.environ, **(environ or {})},
            cwd=self.folder,
            capture_output=True,
            timeout=seconds,
            check=False,
            start_new_session=True,  # no controlling terminal: nobody can be asked
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, *arguments: str, stdin: str | bytes | None = None) -> Ran:
        """Run the program; it must end well and say nothing of a fault."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.code == 0, ran
        return ran

    def begin(self, *arguments: str, environ: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Start the program and let it run; it is killed with the machine if it still does."""
        child = subprocess.Popen(
            [*self.program, *arguments],
            env={**self.environ, **(environ or {}), "PYTHONUNBUFFERED": "1"},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=heed_signals,  # noqa: PLW1509  it takes no lock
        )
        self.children.append(child)
        return child

    def boto(self, profile: str, program: str) -> Ran:
        """Run Python with boto3 as a program of the person's would: the profile by AWS_PROFILE, the files in ~/.aws."""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**self.environ, "AWS_PROFILE": profile},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def identity(self, profile: str) -> str:
        """The ARN that boto3 gets with a section."""
        ran = self.boto(
            profile,
            "import boto3; print(boto3.client('sts', region_name='us-east-1').get_caller_identity()['Arn'])",
        )
        assert ran.code == 0, ran
        return ran.out.strip()

    def calls(self, operation: str = "AssumeRole") -> int:
        """How many good calls of an operation the STS has seen."""
        return sum(one.operation == operation for one in self.sts.calls)


def wait_for(done: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


def read_until(child: "subprocess.Popen[bytes]", text: str, seconds: float = 20.0) -> str:
    """Read a child's standard output until it contains the text."""
    assert child.stdout is not None
    end, read = time.monotonic() + seconds, b""
    while text.encode() not in read:
        left = end - time.monotonic()
        ready, _, _ = select.select([child.stdout], [], [], max(left, 0))
        assert ready, f"{text!r} did not come; so far: {read.decode()!r}"
        more = os.read(child.stdout.fileno(), 65536)
        assert more, (
            f"it ended before {text!r}: {read.decode()!r} {child.stderr.read().decode() if child.stderr else ''}"
        )
        read += more
    return read.decode()


__all__: Sequence[str] = ("CATALOG", "OTHERS", "Machine", "Ran", "read_until", "wait_for")
