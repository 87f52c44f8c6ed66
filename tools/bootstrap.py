#!/usr/bin/env python3
"""Sets up what a make target needs: .venv with the locked packages, the system's packages and npm's for tests.

    python3 tools/bootstrap.py [--packages runtime|demo|test|dev] [--system no|screen|all]

Says what it does, a line each; what is in place already is left alone, so that a second run takes a moment. Standard
library only: it runs before anything is installed. Any Python 3.11 to 3.13 will do.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "rolecall-installed"
OLDEST, NEWEST = (3, 11), (3, 13)
NODE = ROOT / "tests"
OLDEST_NODE = 20
NODE_TESTS = ("test_oidc_provider.py", "test_cli_sign_in.py", "test_sign_in.py", "test_sdks.py")
SETS = ("runtime", "demo", "test", "dev")  # each holds those before it
_TESTED = SETS[SETS.index("test") :]
_SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
PYTHON = VENV / _SCRIPTS / ("python.exe" if sys.platform == "win32" else "python")


class SetupError(Exception):
    """What a person has to do before the set-up can go on."""


def say(line: str) -> None:
    """Say what is being done."""
    print(f"set-up: {line}", flush=True)


def main() -> int:
    """Set up what was asked for."""
    parser = argparse.ArgumentParser(description="Set up .venv and the system's packages.")
    parser.add_argument("--packages", choices=SETS, default="dev")
    parser.add_argument("--system", choices=("no", "screen", "all"), default="no")
    options = parser.parse_args()
    try:
        check_python()
        system_packages(options.system)
        python_packages(options.packages)
        if options.packages in _TESTED and options.system == "all":
            node_packages()
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"set-up: {' '.join(map(str, error.cmd))} ended with {error.returncode}", file=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    """Refuse a Python that Rolecall does not run on."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = sys.version.split()[0]
        raise SetupError(f"Python 3.11, 3.12 or 3.13 is needed, this is {found}; name one: make PYTHON=python3.12 …")


def python_packages(wanted: str) -> None:
    """Bring .venv up to the lock file of a set."""
    stamp = stamp_of(wanted)
    if PYTHON.exists() and any(read(STAMP) == stamp_of(one) for one in SETS[SETS.index(wanted) :]):
        return
    if not has_pip():
        make_venv()
    lock = ROOT / "requirements" / f"{wanted}.txt"
    say(f"installing what {lock.relative_to(ROOT)} names into .venv (hashes checked)")
    STAMP.unlink(missing_ok=True)
    pip("install", "--require-hashes", "--requirement", str(lock))
    say("installing Rolecall itself into .venv, from this folder")
    build = ROOT / "requirements" / "build.txt"
    pip("install", "--require-hashes", "--requirement", str(build))
    pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(stamp)


def node_packages() -> None:
    """Bring what every package-lock.json below tests names up to date. Without Node say what is skipped; in CI fail."""
    locks = sorted(one for one in NODE.glob("**/package-lock.json") if "node_modules" not in one.parts)
    old = [one for one in locks if read(node_stamp(one)) != digest_of(one)]
    if not old:
        return
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None or node_version(node) < OLDEST_NODE:
        words = f"no Node.js {OLDEST_NODE} or newer with npm: the tests of sign-in and of AWS's SDK for JavaScript"
        if os.environ.get("CI"):
            raise SetupError(f"{words} cannot run, and in CI nothing is skipped")
        say(f"{words} are skipped ({', '.join(NODE_TESTS)})")
        return
    for lock in old:
        say(f"installing what {lock.relative_to(NODE.parent)} names with npm (hashes checked)")
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        place = VENV / "node" / lock.parent.relative_to(NODE)  # what others wrote stays out of our own folders
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(lock.parent / name, place)
        subprocess.run([npm, "ci", *quiet], check=True, cwd=place, stdout=subprocess.DEVNULL)
        link_to(place / "node_modules", lock.parent / "node_modules")
        node_stamp(lock).write_text(digest_of(lock))


def link_to(target: Path, link: Path) -> None:
    """Let Node find the packages beside the script that imports them."""
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)


def node_stamp(lock: Path) -> Path:
    """Return the file that says which lock file was installed."""
    return lock.parent / "node_modules" / "rolecall-installed"


def digest_of(lock: Path) -> str:
    """Return what a stamp holds."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def node_version(node: str) -> int:
    """Return Node's major version, 0 where it does not say."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = done.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def stamp_of(packages: str) -> str:
    """Return what .venv is made of: the locked packages, the project's own metadata and the interpreter."""
    files = [ROOT / "requirements" / f"{packages}.txt", ROOT / "requirements" / "build.txt", ROOT / "pyproject.toml"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return f"{packages} {digest} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}\n"


def read(file: Path) -> str:
    """Return a file's text, empty if there is none."""
    try:
        return file.read_text()
    except OSError:
        return ""


def has_pip() -> bool:
    """Whether .venv works, is of this Python and has pip."""
    if not PYTHON.exists():
        return False
    check = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([PYTHON, "-c", check], stderr=subprocess.DEVNULL, check=False).returncode == 0


def make_venv() -> None:
    """Make .venv anew; on Debian without python3-venv, get that first."""
    say(f"making .venv with Python {sys.version.split()[0]}")
    if VENV.exists():
        shutil.rmtree(VENV)
    if not has_ensurepip():
        install([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"])
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def has_ensurepip() -> bool:
    """Whether this Python can put pip into a virtual environment. Debian ships that part by itself."""
    return find_spec("ensurepip") is not None


def pip(*arguments: str) -> None:
    """Run .venv's pip."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([PYTHON, "-m", "pip", arguments[0], *quiet, *arguments[1:]], check=True, cwd=ROOT)


def system_packages(kind: str) -> None:
    """Install what is missing of tools/system-packages.txt on Debian and its like; elsewhere say what is needed.

    `screen`: what Qt needs of a desktop, where there is one; `all`: what the tests need.
    """
    if kind == "no" or (kind == "screen" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))):
        return
    names = packages_of(kind)
    if not shutil.which("dpkg-query"):
        say(f"no Debian or Ubuntu: if something is missing, it is what Debian calls {' '.join(names)}")
        return
    if missing := [name for name in names if not installed(name)]:
        install(missing)


def packages_of(kind: str) -> list[str]:
    """Return the names listed in the section [screen], or all."""
    names: list[str] = []
    section = ""
    for line in (ROOT / "tools" / "system-packages.txt").read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            section = text.strip("[]")
        elif text and kind in {"all", section}:
            names.append(text)
    return names


def installed(package: str) -> bool:
    """Whether a Debian package is installed."""
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0 and done.stdout == "installed"


def install(packages: list[str]) -> None:
    """Install Debian packages: as root at once, else by naming the command."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        raise SetupError(f"please install what Debian calls {' '.join(packages)}")
    if os.geteuid() != 0:
        raise SetupError(
            f"please run this, then try again (or go on without: make SYSTEM=no …):\n"
            f"  sudo apt-get update && sudo {' '.join(command)}"
        )
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"installing with apt-get: {' '.join(packages)}")
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=environ)
    subprocess.run([command[0], "--quiet=2", *command[1:]], check=True, env=environ, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
