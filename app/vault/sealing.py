"""The format of the secrets file: everything in one sealed body, under a key that a passphrase opens.

Version 1, one JSON object. `head`: the file's id, the parameters of scrypt, and the data key sealed with what scrypt
makes of the passphrase (AES-256-GCM). `sum`: SHA-256 of the head, no secret: it tells a damaged head from a wrong
passphrase. `body`: serial number and all entries, sealed with the data key (AES-256-GCM, a fresh nonce for each
writing), bound to the head. One body for all: names and number of the entries are hidden, and none can be taken out,
put back or exchanged alone. Nothing here touches a disk.
"""

import base64
import binascii
import json
import os
import unicodedata
from collections.abc import Mapping
from typing import cast

from app.domain.digests import sha256
from app.domain.secret import Secret
from app.domain.values import dataclass

FORMAT = "rolecall-secrets"
VERSION = 1
KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
PADDING = 1024  # bytes: the size of the file says little about the length of a secret
# scrypt takes 128 * n * r bytes: what stands in a file is not let do more, or less, than this
N_LEAST, N_MOST, R_MOST, P_MOST = 2**14, 2**20, 8, 4


@dataclass(frozen=True, slots=True)
class Kdf:
    """Parameters of scrypt. The default takes 128 MiB and some 0.6 s on a small machine."""

    n: int = 2**17
    r: int = 8
    p: int = 1


class DamagedError(Exception):
    """The file is not as it was written. `reason` is a key of texts."""

    def __init__(self, reason: str) -> None:
        """Hold the reason."""
        super().__init__(reason)
        self.reason = reason


class WrongPassphraseError(Exception):
    """The head is whole, and another passphrase opens it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What can be read without a passphrase."""

    file_id: str
    kdf: Kdf
    salt: bytes
    wrapped: bytes  # nonce and sealed data key

    def table(self) -> dict[str, object]:
        """Return it as it stands in the file."""
        return {
            "id": self.file_id,
            "kdf": {"name": "scrypt", "n": self.kdf.n, "r": self.kdf.r, "p": self.kdf.p, "salt": _text(self.salt)},
            "cipher": "AES-256-GCM",
            "key": _text(self.wrapped),
        }

    def about(self) -> bytes:
        """Return the bytes that the body is bound to."""
        return _canonical(self.table())


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What is sealed: the number of this writing, and the secrets by service."""

    serial: int
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A head with its data key: what reads and writes bodies."""

    head: Head
    key: bytes


def make(passphrase: Secret, kdf: Kdf, file_id: str = "") -> Opened:
    """Return a head with a fresh data key for a passphrase."""
    key, salt = os.urandom(KEY_BYTES), os.urandom(SALT_BYTES)
    name = file_id or os.urandom(8).hex()
    return Opened(Head(name, kdf, salt, _seal(_derive(passphrase, kdf, salt), key, _about_key(name, kdf))), key)


def seal(opened: Opened, content: Content) -> bytes:
    """Return the file."""
    plain = json.dumps({"serial": content.serial, "entries": dict(content.entries)}).encode()
    plain += b" " * (-len(plain) % PADDING)
    head = opened.head.table()
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "head": head,
        "sum": sha256(_canonical(head)).hexdigest(),
        "body": _text(_seal(opened.key, plain, opened.head.about())),
    }
    return json.dumps(whole, indent=1).encode() + b"\n"


def head_of(data: bytes) -> tuple[Head, bytes]:
    """Return the head and the sealed body of a file; DamagedError."""
    try:
        whole: object = json.loads(data)
    except (ValueError, RecursionError):
        raise DamagedError("cut-or-changed") from None
    table = _table(whole)
    if table.get("format") != FORMAT:
        raise DamagedError("no-secrets-file")
    if table.get("version") != VERSION:
        raise DamagedError("newer-version")
    head = _table(table.get("head"))
    if table.get("sum") != sha256(_canonical(head)).hexdigest():
        raise DamagedError("cut-or-changed")
    try:
        return _head(head), _bytes(table.get("body"))
    except (ValueError, TypeError, AttributeError):
        raise DamagedError("cut-or-changed") from None


def unlock(head: Head, passphrase: Secret) -> Opened:
    """Return the head with its data key; WrongPassphraseError. Takes as long as scrypt does."""
    from cryptography.exceptions import InvalidTag

    try:
        key = _open(_derive(passphrase, head.kdf, head.salt), head.wrapped, _about_key(head.file_id, head.kdf))
    except InvalidTag:
        raise WrongPassphraseError from None
    return Opened(head, key)


def open_body(opened: Opened, body: bytes) -> Content:
    """Return what a body holds; DamagedError."""
    from cryptography.exceptions import InvalidTag

    try:
        table = json.loads(_open(opened.key, body, opened.head.about()))
        return Content(int(table["serial"]), {str(name): str(text) for name, text in table["entries"].items()})
    except (InvalidTag, ValueError, KeyError, TypeError, AttributeError):
        raise DamagedError("cut-or-changed") from None


def _head(table: Mapping[str, object]) -> Head:
    kdf = cast(Mapping[str, object], table.get("kdf"))
    n, r, p = (_whole(kdf.get(name)) for name in ("n", "r", "p"))
    if not (N_LEAST <= n <= N_MOST and n & (n - 1) == 0 and 1 <= r <= R_MOST and 1 <= p <= P_MOST):
        raise ValueError
    if kdf.get("name") != "scrypt" or table.get("cipher") != "AES-256-GCM":
        raise ValueError
    return Head(str(table["id"]), Kdf(n, r, p), _bytes(kdf.get("salt")), _bytes(table.get("key")))


def _table(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _derive(passphrase: Secret, kdf: Kdf, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # the same text typed on another system may come decomposed
    text = unicodedata.normalize("NFC", passphrase.reveal()).encode()
    return Scrypt(salt=salt, length=KEY_BYTES, n=kdf.n, r=kdf.r, p=kdf.p).derive(text)


def _about_key(file_id: str, kdf: Kdf) -> bytes:
    return f"{FORMAT} {VERSION} {file_id} {kdf.n} {kdf.r} {kdf.p}".encode()


def _seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def _open(key: bytes, sealed: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)


def _canonical(table: object) -> bytes:
    return json.dumps(table, sort_keys=True, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError from None
