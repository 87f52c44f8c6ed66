"""Rules of the house that no linter holds."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
# standard library that reaches the world or the clock, or that logs: not for the domain
_WORLDLY_NAMES = """
    asyncio concurrent ftplib getpass glob http io locale logging mmap multiprocessing os pathlib platform queue random
    secrets select selectors shutil signal socket socketserver sqlite3 ssl subprocess tempfile threading time tomllib
    urllib
"""
_WORLDLY = frozenset(_WORLDLY_NAMES.split())
_LONGEST = 400


def modules(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def tracked() -> list[Path]:
    """What goes into the repository: tracked files and those that are about to be, without what git ignores."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    return [file for name in done.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def imported(file: Path) -> Iterator[str]:
    """The full names that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{one.name}" for one in node.names)


def offenders(files: list[Path], *forbidden: str) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in imported(file)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
    ]


def pure(name: str) -> bool:
    """Whether the domain may import it."""
    top = name.partition(".")[0]
    if top == "app":
        return name.startswith("app.domain.")
    return name.startswith("urllib.parse.") or (top in sys.stdlib_module_names and top not in _WORLDLY)


def test_the_domain_imports_pure_parts_of_the_standard_library_alone() -> None:
    wrong = [f"{file.name}: {name}" for file in modules("app/domain") for name in imported(file) if not pure(name)]
    assert wrong == []


def test_the_domain_asks_no_clock() -> None:
    pattern = re.compile(r"\.(now|today|utcnow)\(")
    assert [file.name for file in modules("app/domain") if pattern.search(file.read_text())] == []


_NAMES_OF_ROOMS = "assistant awsfiles broker catalog deliveries endpoint engine events importing sources sts vault"
_ROOMS = tuple(_NAMES_OF_ROOMS.split())


@pytest.mark.parametrize("room", _ROOMS)
def test_a_room_stands_on_ports_and_domain_alone(room: str) -> None:
    own = ("app.domain.", "app.ports.", "app.approval_ports.", "app.sign_in_ports.", "app.kernellock.", f"app.{room}.")
    files = [*modules(f"app/{room}"), *(ROOT / "app").glob(f"{room}.py")]
    names = [(file.name, name) for file in files for name in imported(file) if name.startswith("app.")]
    assert [one for one in names if not one[1].startswith(own)] == []


def test_only_the_loop_knows_qasync() -> None:
    others = [file for file in modules("app", "ui") if file != ROOT / "ui" / "loop.py"]
    assert offenders(others, "qasync") == []


def test_what_is_presented_knows_no_qt_and_models_know_its_core_alone() -> None:
    assert offenders(modules("ui/present"), "PySide6", "qasync") == []
    assert offenders(modules("ui/models"), "PySide6.QtWidgets", "PySide6.QtGui") == []


_EXECUTED = re.compile(
    r"\.exec_?\(|\basyncSlot\b|\bprocessEvents\(|\bQ(File|Input|Color|Font)Dialog\.get|\bQMessageBox\.[a-z]+\("
)


# The one place: before the loop runs there is no task that a turn of Qt's events could get in the way of.
_FIRST_PAINT = ("ui/compose.py", "app.processEvents()")


def test_dialogs_are_opened_never_executed() -> None:
    lines = [(str(file.relative_to(ROOT)), line) for file in modules("ui") for line in file.read_text().splitlines()]
    found = [(file, line.partition("  #")[0].strip()) for file, line in lines if _EXECUTED.search(line)]
    assert found == [_FIRST_PAINT]


def test_slow_packages_are_imported_where_they_are_needed() -> None:
    slow = {"boto3", "botocore", "keyring", "watchdog", "moto"}
    wrong = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules("app", "ui")
        for node in ast.parse(file.read_bytes()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.partition(".")[0] in slow
    ]
    assert wrong == []


def test_frozen_values_are_made_in_little_room() -> None:
    frozen = [file for file in modules("app", "ui") if "@dataclass(frozen=True, slots=True" in file.read_text()]
    assert frozen
    assert offenders(frozen, "dataclasses.dataclass") == []  # app.domain.values has it: ADR 25


_IDLE = """
import importlib, sys
import ui.compose
with ui.compose.asyncio_without_tls():
    import ui.loop
from app import compose
others = "app.logs app.awsfiles.store app.catalog.store app.host ui.running ui.application ui.tools"
for name in (*compose.ROOMS, *others.split()):
    importlib.import_module(name)
heavy = {"ssl", "_ssl", "hashlib", "_hashlib", "hmac", "email", "difflib", "botocore", "keyring"}
print(*sorted(heavy & set(sys.modules)))
import asyncio, ssl
print(asyncio.sslproto.ssl, ssl.create_default_context().check_hostname)
"""


def test_what_the_idle_application_imports_is_without_openssl() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IDLE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["", "None True"]


_IMPORT_ALL = """
import importlib, pkgutil, sys
for blocked in ("PySide6", "shiboken6", "qasync", "ui"):
    sys.modules[blocked] = None
import app
names = [found.name for found in pkgutil.walk_packages(app.__path__, "app.")]
for name in names:
    importlib.import_module(name)
slow = {"boto3", "botocore", "keyring", "moto"} & set(sys.modules)
print(len(names), *slow)
"""


def test_all_of_app_imports_without_qt_and_without_what_is_slow() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _IMPORT_ALL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    count, *slow = done.stdout.split()
    assert int(count) > 20
    assert slow == []


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    command = [lint, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def test_packaging_is_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert list((ROOT / "resources").rglob("*.py")) == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {file.parent for file in modules("app", "ui")}
    assert [str(one.relative_to(ROOT)) for one in folders if not (one / "__init__.py").exists()] == []


def test_names_say_what_a_module_is_about() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    assert [str(file.relative_to(ROOT)) for file in modules("app", "ui") if file.stem in vague] == []


def test_files_can_be_read_in_one_sitting() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in modules("app", "ui")}
    assert {name: length for name, length in lengths.items() if length > _LONGEST} == {}


_REGISTRY = re.compile(
    rb"(files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|--(extra-)?index-url|--find-links|index-url *=)"
)
_MACHINE = re.compile(rb"(?<![\w.])/(root|work|home/[a-z]+|Users/\w+)/\w")
_THIS = Path(__file__).resolve()


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python before 3.11.5 matches such patterns wrongly; Debian 12 has 3.11.2."""
    possessive = re.compile(r"""\)(?:[*+?]|\{[\d,]+\}|\{\{[\d,]+\}\})\+|\(\?>""")
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for file in [*modules("app", "ui"), ROOT / "rolecall.py"]
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if possessive.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(("what", "pattern"), [("a registry", _REGISTRY), ("a folder of one machine", _MACHINE)])
def test_no_file_names(what: str, pattern: re.Pattern[bytes]) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120].decode(errors='replace')}"
        for file in tracked()
        if file != _THIS and file.suffix not in {".png", ".mo"}
        for number, line in enumerate(file.read_bytes().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], what


def test_lock_files_hold_names_versions_and_hashes_alone() -> None:
    fine = re.compile(r"([a-z0-9][a-z0-9.\-]*==[\w.!+\-]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)")
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        wrong = [line for line in lock.read_text().splitlines() if not fine.fullmatch(line)]
        assert wrong == [], lock.name


def pins(name: str) -> set[str]:
    """The pinned versions of a lock file, without their markers: a smaller set asks for less."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {line.partition(" ")[0] for line in lines if not line.startswith(" ")}


@pytest.mark.parametrize("name", ["runtime.txt", "demo.txt", "build.txt"])
def test_a_smaller_lock_file_agrees_with_the_whole_one(name: str) -> None:
    assert pins(name) - pins("dev.txt") == set()


def test_the_lock_file_fits_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["demo"]]
    groups = project["dependency-groups"]
    asked += [
        one
        for name, group in groups.items()
        if name not in ("docs", "package")
        for one in group
        if isinstance(one, str)
    ]
    for lock, wanted in (("dev.txt", asked), ("docs.txt", groups["docs"]), ("package.txt", groups["package"])):
        locked = [tuple(pin.split("==")) for pin in pins(lock)]
        for one in map(Requirement, wanted):
            name = one.name.lower().replace("_", "-")
            assert any(name == other and version in one.specifier for other, version in locked), one
