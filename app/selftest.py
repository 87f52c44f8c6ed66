"""`rolecall --self-test`: an installed Rolecall checks itself, in a temporary folder and on loopback alone.

Nothing of the person is read or written, and no keyring is opened.
"""

import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs

from app.cli.output import note
from app.domain.problem import Code, Problem
from app.domain.values import dataclass
from app.texts import T, describe

# every service that is called anywhere; signin is the console's own
SERVICES = ("sts", "iam", "ec2", "sso", "sso-oidc", "signin", "accessanalyzer")
_BACKENDS = {
    "linux": ("jeepney", "app.vault.secret_service"),
    "darwin": ("keyring.backends.macOS",),
    "win32": ("keyring.backends.Windows",),
}
_PROFILE = "self-test"
_CATALOG = f"""schema = 1

[sources.here]
kind = "environment"

[profiles.{_PROFILE}]
source = "here"
roles = [{{ role_arn = "arn:aws:iam::123456789012:role/self-test" }}]
delivery = {{ credentials_file = "{_PROFILE}" }}
"""
_OTHERS = b"# of somebody else\n[other]\naws_access_key_id = AKIAOTHER00000000000\naws_secret_access_key = other\n"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is tried. `run` returns a remark and raises whatever goes wrong."""

    name: str
    run: Callable[[], str]


def checks() -> tuple[Check, ...]:
    """Return what is tried without windows."""
    return (
        Check(T("clients of AWS"), _clients),
        Check(T("keyring back ends"), _backends),
        Check(T("secrets file"), _sealing),
        Check(T("texts and pictures"), _resources),
        Check(T("a session from STS into a credentials file, and out again"), _whole_job),
    )


def self_test(more: Sequence[Check] = (), *, out: Callable[[str], object] = print) -> int:
    """Run every check, say how each went, and return the exit code: 0, or that of SELF_TEST."""
    failed: list[str] = []
    for check in (*checks(), *more):
        try:
            remark = check.run()
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is wrong with this installation
            failed.append(check.name)
            out(f"failed  {check.name}: {type(error).__name__}: {error}")
        else:
            out(f"ok      {check.name}" + (f": {remark}" if remark else ""))
    if not failed:
        return 0
    problem = Problem.of(Code.SELF_TEST, parts=", ".join(failed))
    words = describe(problem)
    note(f"{words.title}: {words.detail}")
    note(f"  {words.remedy}")
    return int(problem.exit)


def _clients() -> str:
    from botocore.session import Session

    session = Session()
    session.set_credentials("AKIASELFTEST00000000", "made-up")
    for service in SERVICES:
        session.create_client(service, region_name="eu-central-1")
    regions = session.get_available_regions("sts", "aws")
    if len(regions) < len(SERVICES):
        raise LookupError("the partitions of AWS are missing")
    return ", ".join(SERVICES)


def _backends() -> str:
    names = next((names for platform, names in _BACKENDS.items() if sys.platform.startswith(platform)), ())
    for name in names:
        import_module(name)
    return ", ".join(names)


def _sealing() -> str:
    import_module("app.vault.sealing")
    import_module("cryptography.hazmat.bindings._rust")
    return ""


def _resources() -> str:
    from app.texts import TRANSLATIONS

    root = TRANSLATIONS.parent
    for path in (root / "tokens.json", root / "icons", root / "qss"):
        if not path.exists():
            raise FileNotFoundError(path)
    if not list((root / "icons" / "phosphor").glob("*.svg")):
        raise FileNotFoundError(root / "icons" / "phosphor")
    return ", ".join(sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.mo")))


def _whole_job() -> str:
    folder = Path(tempfile.mkdtemp(prefix="rc-"))  # short, for the socket in it
    try:
        with _sts() as url:
            _started_and_stopped(folder, url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ""


def _started_and_stopped(folder: Path, url: str) -> None:
    catalog, credentials = folder / "config" / "profiles.toml", folder / ".aws" / "credentials"
    for path, content in ((catalog, _CATALOG.encode()), (credentials, _OTHERS)):
        path.parent.mkdir(mode=0o700)
        path.write_bytes(content)
        path.chmod(0o600)
    environ = {
        **{f"ROLECALL_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "STATE", "RUNTIME")},
        "AWS_ENDPOINT_URL_STS": url, "AWS_ACCESS_KEY_ID": "AKIASELFTEST00000000",
        "AWS_SECRET_ACCESS_KEY": "made-up", "AWS_REGION": "eu-central-1",
    }  # fmt: skip
    _command(folder, environ, "start", _PROFILE)
    content = credentials.read_bytes()
    if f"[{_PROFILE}]".encode() not in content or not content.startswith(_OTHERS):
        raise ValueError("the credentials file does not have the session")
    _command(folder, environ, "stop", _PROFILE)
    if credentials.read_bytes() != _OTHERS:
        raise ValueError("the credentials file is not as it was")


def _command(folder: Path, environ: Mapping[str, str], *arguments: str) -> None:
    from app.cli.context import Cli
    from app.cli.root import run
    from app.compose import World
    from app.vault.memory import MemoryKeeper, MemoryVault

    world = World(environ, folder, "self", "test", vault=MemoryVault(), keeper=MemoryKeeper())
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run(arguments, given=Cli(world))
    if code:
        raise RuntimeError(f"rolecall {arguments[0]} ended with {code}: {said.getvalue().strip()}")


@contextmanager
def _sts() -> Iterator[str]:
    """An STS on loopback that gives one made-up session to whoever asks."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Sts) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _Sts(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        operation = form.get("Action", [""])[0]
        until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        arn = "arn:aws:sts::123456789012:assumed-role/self-test/self-test"
        body = (
            f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{operation}Result><Credentials>'
            f"<AccessKeyId>ASIASELFTEST00000000</AccessKeyId><SecretAccessKey>made-up</SecretAccessKey>"
            f"<SessionToken>made-up</SessionToken><Expiration>{until}</Expiration></Credentials><AssumedRoleUser>"
            f"<AssumedRoleId>A:self-test</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser></{operation}Result>"
            f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""
