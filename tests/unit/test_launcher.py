"""The launcher: whose `app` runs, what it says without a screen or Qt, how it ends."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import rolecall

ROOT = Path(__file__).resolve().parents[2]
_NO_SCREEN = {"QT_QPA_PLATFORM": ""}
_WHOSE = "import app, keyring; print(app.__file__, 'main' in vars(keyring))"


def python(
    script: str, *, interpreter: Path | None = None, cwd: Path = ROOT, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [interpreter or sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**os.environ, **(environ or {})},
    )


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    """A folder with packages called like ours and like what we depend on, which tell on themselves."""
    for name in ("app", "app/cli", "ui", "keyring", "boto3"):
        package = tmp_path / "strangers" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("print('STRANGER')\ndef main(argv): return 77\n")
    return tmp_path / "strangers"


def test_a_foreign_app_on_pythonpath_is_never_imported(strangers: Path) -> None:
    environ = {**_NO_SCREEN, "PYTHONPATH": str(strangers)}
    done = python(f"import rolecall; rolecall.run([]); {_WHOSE}", environ=environ)
    assert done.stdout == f"{ROOT / 'app' / '__init__.py'} False\n"


def test_a_foreign_app_in_the_current_folder_is_never_imported(strangers: Path) -> None:
    done = python(f"import rolecall; rolecall.run([]); {_WHOSE}", cwd=strangers, environ=_NO_SCREEN)
    assert done.stdout == f"{ROOT / 'app' / '__init__.py'} False\n"


def test_an_app_that_is_there_already_stops_the_start(strangers: Path) -> None:
    made = f"app = types.ModuleType('app'); app.__file__ = {str(strangers / 'app' / '__init__.py')!r}"
    done = python(f"import rolecall, sys, types; {made}; sys.modules['app'] = app; rolecall.main(['list'])")
    assert done.returncode == 1
    assert str(strangers) in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("kind", "stays"), [("site", True), ("library", True), ("elsewhere", False)])
def test_pythons_own_folders_stay_though_pythonpath_names_them(kind: str, stays: bool) -> None:
    entry = {
        "site": next(entry for entry in sys.path if entry.endswith("site-packages")),
        "library": str(Path(os.__file__).parent),
        "elsewhere": "/elsewhere",
    }[kind]
    path = rolecall.safe_path(["", entry, "/last"], "/own", {"PYTHONPATH": entry}, rolecall.site_folders())
    assert path == ["/own", *([entry] if stays else []), "/last"]


def test_our_own_folder_comes_first_and_once() -> None:
    assert rolecall.safe_path(["/x", "/own", "/y"], "/own", {}, ()) == ["/own", "/x", "/y"]


def test_without_a_screen_it_names_the_command_for_that() -> None:
    done = python("import rolecall; rolecall.main([])", environ=_NO_SCREEN)
    assert (done.returncode, done.stdout) == (2, "")
    cause, remedy = done.stderr.splitlines()
    assert "DISPLAY" in cause
    assert "rolecall refresh" in remedy


@pytest.mark.parametrize("gone", ["PySide6", "qasync"])
def test_without_qt_it_names_the_command_for_that(gone: str) -> None:
    done = python(f"import rolecall, sys; sys.modules[{gone!r}] = None; rolecall.main([])")
    assert done.returncode == 2, done.stderr
    *_, cause, remedy = done.stderr.splitlines()
    assert "Qt" in cause
    assert "rolecall refresh" in remedy


_COMMAND = """
import rolecall, sys, types
def command(argv, show_window=None):
    {body}
module = types.ModuleType("app.cli")
module.main = command
sys.modules["app.cli"] = module
rolecall.main(["x"])
"""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("return 5", 5),
        ("raise KeyboardInterrupt", 130),
        ("raise SystemExit(3)", 3),
        ("raise SystemExit", 0),
        ("raise SystemExit('no')", 1),
        ("raise ValueError", 1),
    ],
)
def test_the_exit_code_is_the_commands(body: str, code: int) -> None:
    assert python(_COMMAND.format(body=body)).returncode == code


@pytest.mark.parametrize(("command", "dumpable"), [("refresh", "0"), ("credentials", "1"), ("demo", "1")])
def test_what_lives_long_hides_its_memory(command: str, dumpable: str) -> None:
    body = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)); return 0"
    done = python(_COMMAND.format(body=body).replace('["x"]', f"[{command!r}]"))
    assert done.stdout.strip() == dumpable


def test_a_thread_that_hangs_does_not_hold_the_end_and_output_is_kept() -> None:
    hang = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()"
    done = python(_COMMAND.format(body=f"{hang}; print('said', end=''); return 0"))
    assert (done.returncode, done.stdout) == (0, "said")


def test_a_reader_that_left_does_not_change_the_end() -> None:
    body = "import os; r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w); print('lost'); return 4"
    assert python(_COMMAND.format(body=body)).returncode == 4


def test_the_launcher_itself_imports_nothing_that_python_has_not_loaded() -> None:
    listing = "before = set(sys.modules); import rolecall; print(*set(sys.modules) - before)"
    start = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {listing}"]
    done = subprocess.run(start, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["rolecall"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a release would have it."""
    target = tmp_path_factory.mktemp("wheel")
    done = python(f"from hatchling.build import build_wheel; print(build_wheel({str(target)!r}))")
    assert done.returncode == 0, done.stderr
    return target / done.stdout.split()[-1]


def test_the_wheel_puts_nothing_called_app_or_ui_among_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"rolecall.py", "_rolecall"}
    assert {name.split("/")[1] for name in names if name.startswith("_rolecall/")} == {"app", "ui", "resources"}
    assert "_rolecall/resources/icons/tray-idle.svg" in names
    assert not [name for name in names if name.endswith(".pyc") or "tests" in name.split("/")]


def test_the_installed_program_runs_its_own_app(wheel: Path, tmp_path: Path, strangers: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    site = next(home.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as content:
        content.extractall(site)
    (site / "others.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
    done = python(
        f"import rolecall; print(rolecall.run([])); {_WHOSE}",
        interpreter=home / "bin" / "python",
        cwd=strangers,
        environ={**_NO_SCREEN, "PYTHONPATH": str(strangers)},
    )
    assert done.stdout.splitlines() == ["2", f"{site / '_rolecall' / 'app' / '__init__.py'} False"], done.stderr
    assert "DISPLAY" in done.stderr


@pytest.mark.parametrize("logged", [False, True])
def test_what_nobody_caught_is_said_also_where_it_went_into_the_log(tmp_path: Path, *, logged: bool) -> None:
    start = (
        f"from app.logs import start_logging; from pathlib import Path; start_logging(Path({str(tmp_path)!r})).hook()"
    )
    script = (
        f"import rolecall\n{start if logged else ''}\nrolecall._command_line = lambda _: 1 / 0\nrolecall.main(['x'])"
    )
    done = python(script)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert ("Traceback" in done.stderr) is not logged
