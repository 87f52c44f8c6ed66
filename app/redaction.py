"""Takes secrets out of text: by the looks of AWS's keys and tokens, and by the values that live in this process."""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from app.domain.secret import Secret

STARS = "***"
_SHORTEST = 6  # a shorter one would take half the words of a line along

_LONGEST = 20_000
_READ_THROUGH = 3 * _LONGEST
_NAMES = (
    r"secret[\s_-]*access[\s_-]*key|session[\s_-]*key|client[\s_-]*secret|code[\s_-]*verifier|token[\s_-]*code"
    r"|pass(?:word|wd|phrase)|signature|credential|secret|token"
)
_VALUE = r"(?:\"[^\"\r\n]*\"?|'[^'\r\n]*'?|[^\s\"'<>&,;)}\]]+)"
_FORTY = r"(?<![A-Za-z0-9+/=])(?=[^A-Z]{0,39}[A-Z])(?=[^a-z]{0,39}[a-z])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # a whole header line, "Authorization: AWS4-HMAC-SHA256 Credential=…, Signature=…"
    (re.compile(r"(?i)\b(authorization[\"']?\s*[:=]\s*)[^\r\n]+"), rf"\1{STARS}"),
    # NAME=value, "name": "value", <Name>value</Name>
    (re.compile(rf"(?i)((?:{_NAMES})[\"']?\s*(?:=>|[:=>])\s*){_VALUE}"), rf"\1{STARS}"),
    (re.compile(r"(?i)otpauth://\S+"), f"otpauth://{STARS}"),
    # a JWT, cut or whole
    (re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}"), STARS),
    # a session token, or any other long run of base64
    (re.compile(r"[A-Za-z0-9+/_=-]{100,}"), STARS),
    # a secret access key: forty of base64 in both cases, which a hash in hex never has
    (re.compile(_FORTY), STARS),
    # a key id: enough stays to tell one from another
    (re.compile(r"\b(A[KS]IA)[A-Z0-9]{8,}([A-Z0-9]{4})\b"), r"\1…\2"),
)


class Redactor:
    """Makes text fit for a log. Live secrets are known by value, in the forms in which they travel.

    They are found by their first characters, so that a line costs the same with one secret and with thousands.
    """

    def __init__(self) -> None:
        """Know the patterns alone."""
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._by_start: dict[str, list[str]] = {}  # forms by how they begin, longest first
        self._owners: list[_Owner] = []

    def add(self, *secrets: Secret | None) -> None:
        """Redact these values from now on; each `add` wants one `forget`."""
        with self._lock:
            self._change(secrets, 1)

    def forget(self, *secrets: Secret | None) -> None:
        """No longer look for these values."""
        with self._lock:
            self._change(secrets, -1)

    def watch(self, generation: Callable[[], int], secrets: Callable[[], Iterable[Secret]]) -> None:
        """Redact whatever `secrets` gives, which is asked with the next line after `generation` gave another number.

        Both are called on the thread that logs.
        """
        self._owners.append(_Owner(generation, secrets))

    def clean(self, text: str) -> str:
        """Return the text without secrets and without control characters but line end and tab."""
        with self._lock:
            for owner in self._owners:
                self._follow(owner)
            text = self._without_live(self._bounded(text))
        if len(text) > _LONGEST:
            text = text[:_LONGEST] + "…"
        for pattern, stars in _PATTERNS:
            text = pattern.sub(stars, text)
        return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "?", text)

    def _follow(self, owner: "_Owner") -> None:
        generation = owner.generation()
        if generation == owner.seen:
            return
        try:
            now = frozenset(owner.secrets())
        except RuntimeError:  # it was changed while it was looked at: the next line looks again
            return
        owner.seen = generation
        self._change(tuple(now - owner.known), 1)
        self._change(tuple(owner.known - now), -1)
        owner.known = now

    def _bounded(self, text: str) -> str:
        """Return no more than is looked through; what comes behind is not written, nor a secret that is cut there."""
        if len(text) <= _READ_THROUGH:
            return text
        longest = max(map(len, self._counts), default=0)
        return text[:_READ_THROUGH] if longest < _READ_THROUGH - _LONGEST else text[:_LONGEST] + "…"

    def _without_live(self, text: str) -> str:
        if not self._by_start:
            return text
        parts: list[str] = []
        done = at = 0
        while at <= len(text) - _SHORTEST:
            found = next(
                (one for one in self._by_start.get(text[at : at + _SHORTEST], ()) if text.startswith(one, at)), ""
            )
            if found:
                parts += [text[done:at], STARS]
                at = done = at + len(found)
            else:
                at += 1
        return "".join((*parts, text[done:]))

    def _change(self, secrets: Iterable[Secret | None], by: int) -> None:
        for secret in secrets:
            for form in forms(secret) if secret is not None else ():
                count = self._counts.get(form, 0) + by
                beginning = self._by_start.setdefault(form[:_SHORTEST], [])
                if count > 0:
                    self._counts[form] = count
                    if form not in beginning:
                        beginning.append(form)
                        beginning.sort(key=len, reverse=True)
                else:
                    self._counts.pop(form, None)
                    if form in beginning:
                        beginning.remove(form)
                if not beginning:
                    del self._by_start[form[:_SHORTEST]]


@dataclass(slots=True)
class _Owner:
    """Who holds secrets, and what was seen there."""

    generation: Callable[[], int]
    secrets: Callable[[], Iterable[Secret]]
    seen: int = -1
    known: frozenset[Secret] = frozenset()


def forms(secret: Secret) -> set[str]:
    """Return a secret's text as it may stand in a line: plain, in a URL, in JSON, in base64, in hex."""
    text = secret.reveal()
    if len(text) < _SHORTEST:
        return set()
    raw = text.encode("utf-8", "surrogatepass")
    found = {
        text,
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        repr(text)[1:-1],
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex(),
        raw.hex().upper(),
    }
    return found | {one.strip() for one in found if len(one.strip()) >= _SHORTEST}
