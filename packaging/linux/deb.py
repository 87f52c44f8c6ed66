"""Puts the built program and its assets into a .deb, the same bytes each time.

`python packaging/linux/deb.py PROGRAM ASSETS TARGET.deb`: PROGRAM is PyInstaller's folder, ASSETS what assets.py wrote.
Needs dpkg-deb. SOURCE_DATE_EPOCH dates everything.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from app import __version__  # noqa: E402  the path comes first

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# what Qt's xcb platform and the built program load from the system
DEPENDS = (
    "libc6 (>= 2.34)", "libegl1", "libgl1", "libfontconfig1", "libfreetype6", "libdbus-1-3", "libxkbcommon0",
    "libglib2.0-0 | libglib2.0-0t64",
)  # fmt: skip
RECOMMENDS = ("gnome-keyring | kwalletmanager | keepassxc", "fonts-inter | fonts-dejavu-core", "xdg-utils")
CONTROL = """\
Package: rolecall
Version: {version}
Architecture: {architecture}
Maintainer: The authors of Rolecall <rolecall@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: devel
Priority: optional
Description: keeps AWS sessions fresh and hands them to your programs
 Rolecall keeps long-lived AWS keys in the system's keyring, turns them into
 temporary sessions through any chain of roles, and keeps those sessions fresh
 where your tools look for them. It sits in the tray and is a whole program on
 the command line without one.
"""


def build(program: Path, assets: Path, target: Path) -> None:
    """Write the package."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        shutil.copytree(program, tree / "usr" / "lib" / "rolecall", symlinks=True)
        shutil.copytree(assets / "share", tree / "usr" / "share")
        _link(tree, "rolecall")
        unit = tree / "usr" / "lib" / "systemd" / "user" / "rolecall.service"
        unit.parent.mkdir(parents=True)
        shutil.copyfile(HERE / "rolecall.service", unit)
        for page in (tree / "usr" / "share" / "man").rglob("*.1"):
            page.with_suffix(".1.gz").write_bytes(gzip.compress(page.read_bytes(), 9, mtime=0))
            page.unlink()
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
        control = tree / "DEBIAN" / "control"
        control.parent.mkdir()
        values = {
            "version": __version__, "architecture": ARCHITECTURES[os.uname().machine], "size": size,
            "depends": ", ".join(DEPENDS), "recommends": ", ".join(RECOMMENDS),
        }  # fmt: skip
        control.write_text(CONTROL.format(**values), encoding="utf-8")
        _settle(tree, epoch)
        target.parent.mkdir(parents=True, exist_ok=True)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(target)]
        subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)})


def _link(tree: Path, name: str) -> None:
    link = tree / "usr" / "bin" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(f"../lib/rolecall/{name}")


def _settle(tree: Path, epoch: int) -> None:
    """Give every file the mode and time that it has in each build."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or path.parent == tree / "usr/lib/rolecall"
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    tree.chmod(0o755)
    os.utime(tree, (epoch, epoch))


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
