"""A file for a report of a fault: versions, findings, counts and the log, and nothing secret."""

import io
import json
import platform
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app import __version__
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.domain.source import kind_of
from app.folders import Folders
from app.world import World

_PACKAGES = ("PySide6_Essentials", "qasync", "boto3", "botocore", "keyring", "jeepney", "cryptography", "click")
_LOG_BYTES = 2_000_000
# what of the environment says how a desktop is made; values of others may be anybody's business
_TOLD = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "LANG", "QT_QPA_PLATFORM")


def write_report(path: Path, world: World, folders: Folders, catalog: Catalog) -> None:
    """Write the file, readable by this user alone; FILE_UNWRITABLE. Blocking: doctor looks at everything."""
    parts = {
        "about.json": json.dumps(_about(world), indent=2),
        "catalog.json": json.dumps(_counts(catalog), indent=2),
        "doctor.json": _doctor(world),
        "log.txt": _log(folders.log),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    try:
        path.touch(0o600, exist_ok=True)
        path.write_bytes(content.getvalue())
    except OSError as error:
        raise AppError.of(Code.FILE_UNWRITABLE, path=str(path), reason=error.strerror or "") from None


def _about(world: World) -> Mapping[str, object]:
    return {
        "rolecall": __version__, "python": sys.version, "platform": platform.platform(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "packages": {name: _version(name) for name in _PACKAGES},
        "environment": {name: world.environ[name] for name in _TOLD if name in world.environ},
        "names": sorted(name for name in world.environ if name.startswith(("AWS_", "ROLECALL_"))),
    }  # fmt: skip


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _counts(catalog: Catalog) -> Mapping[str, object]:
    hops = Counter(len(profile.roles) for profile in catalog.profiles.values())
    return {
        "profiles": len(catalog.profiles), "sources": Counter(map(kind_of, catalog.sources.values())),
        "roles": {str(number): count for number, count in sorted(hops.items())}, "broken": len(catalog.broken),
        "findings": sorted({str(one.problem.code) for one in catalog.findings}),
    }  # fmt: skip


def _doctor(world: World) -> str:
    from app.cli.context import Cli
    from app.cli.root import run

    said, complaints = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complaints):
        code = run(["doctor", "--json"], given=Cli(world))
    return said.getvalue() or json.dumps({"exit": int(code), "said": complaints.getvalue()})


def _log(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
