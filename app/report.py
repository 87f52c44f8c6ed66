"""A file for a report of a fault: versions, findings, counts and the log, and nothing secret."""

import io
import json
import os
import platform
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

from app import __version__
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog
from app.domain.source import kind_of
from app.folders import Folders
from app.private import private_values
from app.redaction import Redactor
from app.world import World

_PACKAGES = ("PySide6_Essentials", "qasync", "boto3", "botocore", "keyring", "jeepney", "cryptography", "click")
_LOG_BYTES = 2_000_000
# what of the environment says how a desktop is made; values of others may be anybody's business
_TOLD = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "LANG", "QT_QPA_PLATFORM")


def write_report(path: Path, world: World, folders: Folders, catalog: Catalog) -> None:
    """Write the file, readable by this user alone; FILE_UNWRITABLE. Blocking: doctor looks at everything.

    Nothing in it was meant to hold a secret; all of it is looked through for secrets all the same.
    """
    redactor = Redactor()
    redactor.add(*private_values(world, catalog))
    parts = {
        "about.json": json.dumps(_cleaned(_about(world), redactor), indent=2),
        "catalog.json": json.dumps(_counts(catalog), indent=2),
        "doctor.json": _doctor(world, redactor),
        "log.txt": _log(folders.log, redactor),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    try:
        path.touch(0o600, exist_ok=True)
        if os.name != "nt":
            path.chmod(0o600)  # it may have been there
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


def _doctor(world: World, redactor: Redactor) -> str:
    from app.cli.context import Cli
    from app.cli.root import run

    said, complaints = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complaints):
        code = run(["doctor", "--json"], given=Cli(world))
    try:
        found = json.loads(said.getvalue())
    except ValueError:
        found = {"exit": int(code), "said": said.getvalue() + complaints.getvalue()}
    return json.dumps(_cleaned(found, redactor), indent=2, ensure_ascii=False)


def _cleaned(found: object, redactor: Redactor) -> object:
    """Return data of JSON with every text in it cleaned; its form stays."""
    match found:
        case str():
            return redactor.clean(found)
        case Mapping():
            return {
                str(key): _cleaned(value, redactor) for key, value in cast("Mapping[object, object]", found).items()
            }
        case list() | tuple():
            return [_cleaned(one, redactor) for one in cast("Sequence[object]", found)]
        case _:
            return found


def _log(path: Path, redactor: Redactor) -> str:
    """Return the end of the log. A file that was begun a moment ago tells little: the one before it goes along."""
    content = b""
    for one in (path, path.with_name(f"{path.name}.1")):
        room = _LOG_BYTES - len(content)
        with suppress(OSError), one.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(max(0, size - room))
            content = file.read(room) + content
    return "".join(f"{redactor.clean(line)}\n" for line in content.decode("utf-8", "replace").splitlines())
