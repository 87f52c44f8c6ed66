"""The credential_process line of this installation: its stub in the state folder, kept up to date."""

import contextlib
import sys
from pathlib import Path

from app.broker.pipe import pipe_name
from app.catalog.replace import replace
from app.deliveries.stub import STUB_NAME, ProcessLine
from app.folders import Folders


def process_line(folders: Folders) -> ProcessLine:
    """Return the stub for these folders, this interpreter and this installation."""
    import app

    root = Path(app.__file__ or "").resolve().parent.parent
    here = root / "rolecall.py"
    launcher = here if here.is_file() else root.parent / "rolecall.py"  # installed, the packages live in _rolecall/
    address = pipe_name(folders.socket) if sys.platform == "win32" else str(folders.socket)
    thin = "rolecall-credentials.exe" if sys.platform == "win32" else "rolecall-credentials"
    program = Path(sys.executable).parent / thin if getattr(sys, "frozen", False) else None
    return ProcessLine(folders.state / STUB_NAME, address, Path(sys.executable), launcher, program)


def write_stub(line: ProcessLine) -> None:
    """Bring the stub up to date: it names the interpreter and the socket of today. Blocking; small."""
    if line.program is not None:
        return
    text = line.text()
    with contextlib.suppress(OSError):  # a state folder that cannot be written is said elsewhere
        if not line.stub.is_file() or line.stub.read_text() != text:
            replace(line.stub, text.encode())


class ProcessLines:
    """Makes the command of a profile's line; the stub is there before the first one is."""

    def __init__(self, folders: Folders) -> None:
        """Write nothing yet."""
        self._line = process_line(folders)
        self._written = False

    def __call__(self, profile: str) -> str:
        """Return what stands behind `credential_process =` for a profile."""
        if not self._written:
            write_stub(self._line)
            self._written = True
        return self._line.command(profile)
