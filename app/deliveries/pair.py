"""A private pair of AWS files: the person's own, with nothing in [default] that SDKs would take for credentials.

A program with neither keys nor AWS_PROFILE in its environment reads [default] before it asks an endpoint. Every other
section stays as it is, so that `--profile NAME` works in the program as ever.
"""

import contextlib
import os
import re
from pathlib import Path

# region and output as the contract has it; the CA is how AWS is reached at all behind some proxies
_KEPT = (b"region", b"output", b"ca_bundle")
_HEADER = re.compile(rb"^\[([^\]\r\n]*)\][^\r\n]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_SETTING = re.compile(rb"^(" + b"|".join(_KEPT) + rb")[ \t]*[=:][ \t]*([^\r\n]*?)[ \t]*$", re.MULTILINE)
_DEFAULT = re.compile(rb"[ \t]*(?:profile[ \t]+)?[\"']?default[\"']?[ \t]*", re.IGNORECASE)


def reduced(data: bytes) -> bytes:
    """Return an AWS file whose [default] has region, output and CA alone, whatever way it is written in.

    [DEFAULT] in capitals goes too: botocore lends its keys to every section.
    """
    found = list(_HEADER.finditer(data))
    ends = [*(one.start() for one in found[1:]), len(data)]
    kept = [data[: found[0].start()]] if found else [data]
    settings: dict[bytes, bytes] = {}
    for header, end in zip(found, ends, strict=True):
        if _DEFAULT.fullmatch(header[1]):
            settings |= {one[1].lower(): one[2] for one in _SETTING.finditer(data[header.end() : end]) if one[2]}
        else:
            kept.append(data[header.start() : end])
    text = b"".join(kept)
    newline = b"" if not text or text.endswith((b"\n", b"\r")) else b"\n"
    lines = b"".join(name + b" = " + value + b"\n" for name, value in settings.items())
    return text + newline + (b"[default]\n" + lines if settings else b"")


class FilePair:
    """The two files in `folder`, 0600, brought up to date by `bring`. Blocking."""

    def __init__(self, folder: Path, config_source: Path, credentials_source: Path) -> None:
        """Nothing is made yet. The sources are the person's own files."""
        self.config = folder / "config"
        self.credentials = folder / "credentials"
        self._sources = ((config_source, self.config), (credentials_source, self.credentials))
        self._seen: dict[Path, tuple[int, int] | None] = {}

    def bring(self) -> bool:
        """Make the files, or make those anew whose source has changed; whether both can be used."""
        try:
            for source, target in self._sources:
                state = _state(source)
                if target not in self._seen or self._seen[target] != state or not target.exists():
                    _write(target, b"" if state is None else reduced(source.read_bytes()))
                    self._seen[target] = state
        except OSError:
            return False
        return True

    def remove(self) -> None:
        """Remove both."""
        self._seen.clear()
        for _, target in self._sources:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)


def _state(path: Path) -> tuple[int, int] | None:
    """Return what changes with the file; None where there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mtime_ns, found.st_size


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
