"""Which certificates are trusted: a bundle that the person names and nothing else, or the operating system's own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.problem import AppError, Code, Verb

if TYPE_CHECKING:
    import ssl


def tls_context(ca_bundle: str | None) -> "ssl.SSLContext":
    """Return a verifying context. `ca_bundle` (a file or folder) stands alone where it is given.

    Raises CA_BUNDLE for a bundle that cannot be read or holds no certificate.
    """
    if ca_bundle:
        return _of_bundle(str(Path(ca_bundle).expanduser()))
    if sys.platform == "linux" and not _system_has_certificates():
        from botocore.httpsession import where

        return _of_bundle(str(where()))  # a slim container has none; botocore brings its own
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _of_bundle(path: str) -> "ssl.SSLContext":
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise AppError.of(Code.CA_BUNDLE, Verb.CHECK_CA, path=path, reason="no-certificate") from None
    except OSError as error:
        raise AppError.of(Code.CA_BUNDLE, Verb.CHECK_CA, path=path, reason=error.strerror or "error") from None
    return context


def _system_has_certificates() -> bool:
    import ssl

    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and any(Path(paths.capath).glob("*.0"))):
        return True
    usual = ("/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/ca-bundle.pem")
    return any(Path(one).is_file() for one in (*usual, *_RED_HAT))


_RED_HAT = ("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/cert.pem")
