"""The wheel as pipx, uv and pip install it: the same bytes each time, whole where it is, nobody else's `app`."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("clients of AWS", "keyring back ends", "secrets file", "texts and pictures", "a session from STS", "windows")


def built(folder: Path, source: Path, *, epoch: str = "1764115200") -> Path:
    """Build the wheel of a source tree, without an index."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    done = subprocess.run(command, cwd=source, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def copied(target: Path) -> Path:
    """Return a clone of what git knows here, changes included, in another place."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, names):
        source, to = ROOT / name, target / name
        if source.is_file():
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(source.read_bytes())
            to.chmod(source.stat().st_mode & 0o755 | 0o600)
    return target


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"), ROOT)


@pytest.mark.slow
def test_two_builds_in_two_places_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    other = built(tmp_path / "dist", copied(tmp_path / "elsewhere"))
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, other)}
    assert len(digests) == 1


@pytest.mark.slow
def test_what_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"rolecall.py", "_rolecall"}
    assert not [name for name in names if name.endswith((".pyc", ".po", ".pot")) or "__pycache__" in name]
    assert "_rolecall/resources/icons/phosphor/copy.svg" in names


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel, its dependencies those of these tests."""
    environment = tmp_path_factory.mktemp("fresh") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, timeout=60)
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--offline", "--no-deps"]
    python = environment / "bin" / "python"
    subprocess.run([*uv, "--python", str(python), str(wheel)], check=True, timeout=120, capture_output=True)
    (site,) = environment.glob("lib/python*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(f"{here}\n")
    return environment / "bin"


def run(program: Path, *arguments: str, home: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    plain = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [str(program), *arguments],
        env={**plain, **environ}, cwd=home, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("hostile", [False, True])
def test_it_works_where_it_is_installed(installed: Path, tmp_path: Path, *, hostile: bool) -> None:
    environ = dict[str, str]()
    if hostile:  # packages of the same names, which tell on themselves
        for name in ("app", "ui", "boto3", "keyring", "PySide6", "click"):
            (tmp_path / "path" / name).mkdir(parents=True)
            (tmp_path / "path" / name / "__init__.py").write_text("print('STRANGER'); raise SystemExit(66)\n")
        environ["PYTHONPATH"] = str(tmp_path / "path")
    home = tmp_path / "home"
    home.mkdir()
    done = run(installed / "rolecall", "--self-test", home=home, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "STRANGER" not in done.stdout
    lines = done.stdout.splitlines()
    assert [line[8:].startswith(part) for line, part in zip(lines, PARTS, strict=True)] == [True] * len(PARTS)
    assert list(home.iterdir()) == [], "it leaves nothing behind"


@pytest.mark.slow
def test_a_part_that_is_missing_is_named(installed: Path, tmp_path: Path) -> None:
    (site,) = installed.parent.glob("lib/python*/site-packages")
    icons = site / "_rolecall" / "resources" / "icons"
    icons.rename(icons.with_name("gone"))
    try:
        done = run(installed / "rolecall", "--self-test", home=tmp_path, environ={})
    finally:
        icons.with_name("gone").rename(icons)
    assert done.returncode == 1
    assert "failed  texts and pictures" in done.stdout
    assert done.stderr.startswith("This installation does not work: What failed: texts and pictures")
    assert done.stderr.count("\n") == 2
