"""Sessions kept between commands: one 0600 file each in the runtime folder, gone when the profile is stopped.

Where that folder is memory-backed the file is as it is; elsewhere it is sealed with a key from the vault. What cannot
be sealed is not kept. Blocking; never raises for what is only a cache.
"""

import base64
import contextlib
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from app.broker.protocol import decode
from app.broker.wire import parse_session, session_json
from app.domain.calls import Issued
from app.domain.digests import sha256
from app.domain.names import SessionKey
from app.domain.problem import AppError
from app.domain.secret import Secret

FOLDER = "sessions"
MARGIN = timedelta(minutes=5)  # closer to its end than this, SDKs ask for the next one anyway
NONCE_BYTES = 12
KEY_BYTES = 32
_MEMORY = {"tmpfs", "ramfs"}


class Seal(Protocol):
    """Seals bytes for storage."""

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Return the sealed bytes; `about` must be the same when they are opened."""
        ...

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return the plain bytes; ValueError where they were not sealed so."""
        ...


class SessionCache:
    """The folder of kept sessions. `seal` None: files are as they are (a memory-backed folder)."""

    def __init__(self, runtime: Path, seal: Seal | None) -> None:
        """Nothing is made yet."""
        self._folder = runtime / FOLDER
        self._seal = seal

    def get(self, key: SessionKey, chain: str, now: datetime) -> Issued | None:
        """Return the kept session if it is of this very chain and good for 5 min (or half its life, if less)."""
        path = self._path(key)
        try:
            about = _about(key, chain)
            data = path.read_bytes()
            plain = data if self._seal is None else self._seal.open(data, about)
            value = decode(plain)
            if value.get("chain") != chain:
                return None
            issued = parse_session(value.get("session"))
        except (OSError, ValueError, KeyError, TypeError, AppError):
            return None
        return issued if lasts(issued, now) else None

    def put(self, key: SessionKey, chain: str, issued: Issued) -> None:
        """Keep a session. One without an expiry is not kept: nobody could tell when it ends."""
        if issued.expires_at is None:
            return
        plain = json.dumps({"chain": chain, "session": session_json(issued)}).encode()
        data = plain if self._seal is None else self._seal.seal(plain, _about(key, chain))
        path = self._path(key)
        temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            try:
                handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)

    def forget(self, profiles: Iterable[str]) -> None:
        """Remove the kept sessions of the profiles, the narrower ones too."""
        for one in profiles:
            with contextlib.suppress(OSError):
                for path in tuple(self._folder.glob(f"{_digest(one)}*")):
                    path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove every kept session."""
        with contextlib.suppress(OSError):
            for one in tuple(self._folder.iterdir()):
                one.unlink(missing_ok=True)

    def _path(self, key: SessionKey) -> Path:
        narrower = f"-{_digest(key.narrowing)}" if key.narrowing else ""
        return self._folder / f"{_digest(key.profile)}{narrower}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _about(key: SessionKey, chain: str) -> bytes:
    narrower = f"\n{key.narrowing}" if key.narrowing else ""
    return f"rolecall session {key.profile}{narrower}\n{chain}".encode()


def lasts(issued: Issued, now: datetime) -> bool:
    """Whether a session is good for 5 min more, or half its life, whichever is less."""
    until = issued.expires_at
    if until is None:
        return False
    return until - now > min(MARGIN, (until - issued.received_at) / 2)


class AesGcmSeal:
    """AES-256-GCM with a key of the vault."""

    def __init__(self, key: Secret) -> None:
        """`key` as `new_key` makes it; ValueError otherwise."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        raw = base64.b64decode(key.reveal(), validate=True)
        if len(raw) != KEY_BYTES:
            raise ValueError("key")
        self._cipher = AESGCM(raw)

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Return nonce and sealed bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return the plain bytes; ValueError where they were not sealed so."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except InvalidTag:
            raise ValueError("sealed otherwise") from None


def new_key() -> Secret:
    """Return a fresh key for AesGcmSeal."""
    return Secret(base64.b64encode(os.urandom(KEY_BYTES)).decode())


def memory_backed(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether what is written to the folder stays in memory (swap aside). Only Linux tells."""
    if sys.platform != "linux":
        return False
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return False
    real = Path(os.path.realpath(folder))
    best, kind = -1, ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if (point == real or point in real.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind in _MEMORY
