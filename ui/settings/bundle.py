"""Whether a CA bundle that is named can be one, without loading it."""

import errno
import os
from pathlib import Path

_BEGIN = (b"-----BEGIN CERTIFICATE", b"-----BEGIN TRUSTED CERTIFICATE", b"-----BEGIN X509 CERTIFICATE")
_LOOKED_AT = 1 << 20


def lacking(path: Path) -> str:
    """Return the reason why no certificate can come from there, as problems carry it; empty: one can.

    A folder is taken as it is. Of a file the first mebibyte is looked at.
    """
    try:
        whole = path.expanduser()
        if whole.is_dir():
            return ""
        if whole.exists() and not whole.is_file():
            return "not-a-file"
        with whole.open("rb") as file:
            content = file.read(_LOOKED_AT)
    except (RuntimeError, ValueError):
        return os.strerror(errno.ENOENT)
    except OSError as error:
        return error.strerror or "error"
    return "" if any(one in content for one in _BEGIN) else "no-certificate"
