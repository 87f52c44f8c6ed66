"""The person's own browser, started as the desktop does. The link is an argument of that one child and nowhere else."""

import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from app.domain.problem import AppError
from app.ports import Offload, Pool
from app.process import relax

_STARTED_SECONDS = 5.0  # who runs longer is the browser itself
_OPEN_SECONDS = 10.0


def has_browser(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser that opens here is before the person: not over SSH, and not without a screen.

    BROWSER counts everywhere: editors that work on another machine set it to something that opens pages there.
    """
    if environ.get("BROWSER"):
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return platform in {"win32", "darwin"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


class SystemOpener:
    """Opens pages: by BROWSER, else by what the system has for it."""

    def __init__(self, offload: Offload, environ: Mapping[str, str]) -> None:
        """Start nothing yet."""
        self._offload = offload
        self._environ = environ

    async def open(self, link: str) -> bool:
        """Open a page (see the port)."""
        if not link.startswith(("https://", "http://")):
            return False
        try:
            return await self._offload.call(Pool.AWS, lambda: self._open(link), deadline=_OPEN_SECONDS)
        except (AppError, TimeoutError):
            return False

    def _open(self, link: str) -> bool:
        if sys.platform == "win32" and not self._environ.get("BROWSER"):
            try:
                os.startfile(link)  # noqa: S606  the system's own way; checked to be a web address
            except OSError:
                return False
            return True
        return any(self._run(command) for command in self._commands(link))

    def _commands(self, link: str) -> list[list[str]]:
        found: list[list[str]] = []
        for one in filter(None, self._environ.get("BROWSER", "").split(os.pathsep)):
            try:
                words = shlex.split(one)
            except ValueError:
                continue
            found.append([word.replace("%s", link) for word in words] if "%s" in one else [*words, link])
        found += [["open", link]] if sys.platform == "darwin" else [["xdg-open", link], ["gio", "open", link]]
        return found

    def _run(self, command: Sequence[str]) -> bool:
        program = shutil.which(command[0], path=self._environ.get("PATH"))
        if program is None:
            return False
        try:
            child = subprocess.Popen(
                [program, *command[1:]],
                env=dict(self._environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=None if sys.platform == "win32" else relax,  # noqa: PLW1509  it takes no lock
            )
        except OSError:
            return False
        try:
            return child.wait(_STARTED_SECONDS) == 0
        except subprocess.TimeoutExpired:
            threading.Thread(target=child.wait, name="rolecall-browser", daemon=True).start()
            return True
