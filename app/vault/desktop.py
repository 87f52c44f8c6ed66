"""Why this machine has no keyring, as far as can be seen, and so what to start or install. Keys of app/words."""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_GTK_DESKTOPS = {"gnome", "unity", "x-cinnamon", "cinnamon", "budgie", "pantheon", "mate", "xfce", "lxde", "lxqt"}
_CONTAINERS = ("run/.containerenv", ".dockerenv")


def keyring_help(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    root: Path = Path("/"),
    which: Callable[[str], str | None] = shutil.which,
) -> str:
    """Return the key of the advice that fits: what is nearest to the cause comes first. Never raises."""
    if platform == "darwin":
        return "help-macos"
    if platform == "win32":
        return "help-windows"
    if "microsoft" in _read(root / "proc/sys/kernel/osrelease").lower():
        return "help-wsl"
    if any((root / name).exists() for name in _CONTAINERS) or environ.get("container"):
        return "help-container"
    graphical = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "help-ssh"
    if not graphical:
        return "help-server"
    return _of_desktop(environ, which)


def _of_desktop(environ: Mapping[str, str], which: Callable[[str], str | None]) -> str:
    desktops = set(environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":")) - {""}
    gnome_keyring = bool(which("gnome-keyring-daemon"))
    if "kde" in desktops:
        there = which("ksecretd") or which("kwalletd6") or which("kwalletd5")
        return "help-kde" if there else "help-kde-install"
    if desktops & _GTK_DESKTOPS:
        return "help-gnome" if gnome_keyring else "help-gnome-install"
    if which("keepassxc") and not gnome_keyring:
        return "help-keepassxc"
    return "help-bare" if gnome_keyring else "help-bare-install"


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")[:500]
    except OSError:
        return ""
