"""The ID token, checked in full before it is used: signature, issuer, audience, time, nonce."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from app.domain.digests import equal
from app.domain.jwt_view import look_into
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import Oidc
from app.domain.values import dataclass
from app.oidc.provider import Provider

if TYPE_CHECKING:
    from joserfc.jwk import Key

LEEWAY = 60  # seconds that the clocks may differ

Keys = Callable[[bool], "list[Key]"]  # the provider's keys; True: fetched anew


@dataclass(frozen=True, slots=True)
class Checked:
    """What a good ID token says."""

    subject: str
    audience: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """Checks the ID tokens of one source. `nonce` None: of a refresh, where none may be new."""

    source: Oidc
    provider: Provider
    keys: Keys
    now: datetime

    def __call__(
        self, token: Secret, *, nonce: str | None, access_token: Secret | None = None, subject: str | None = None
    ) -> Checked:
        """Return what the token says; ID_TOKEN_*, TOKEN_ACCESS."""
        claims, header = self._signed(token)
        self._made_for_us(claims)
        self._in_time(claims)
        said = claims.get("nonce")
        if nonce is not None and not (isinstance(said, str) and equal(said.encode(), nonce.encode())):
            raise self._wrong("token-nonce")
        who = claims.get("sub")
        if not isinstance(who, str) or not who:
            raise self._wrong("token-format")
        if subject is not None and who != subject:
            raise self._wrong("token-subject")
        if access_token is not None:
            self._belongs(claims, header, access_token)
        return Checked(who, ", ".join(_texts(claims.get("aud"))), _time(claims["exp"]))

    def _signed(self, token: Secret) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        from joserfc import jws, jwt
        from joserfc.errors import JoseError

        view = look_into(token)
        if view is not None and view.access:
            raise AppError.of(Code.TOKEN_ACCESS, Verb.NONE, source=self.source.name, issuer=view.issuer)
        try:
            header = cast("Mapping[str, Any]", jws.extract_compact(token.reveal().encode()).headers())
        except (JoseError, ValueError):
            raise self._wrong("token-format") from None
        algorithm = header.get("alg")
        if algorithm not in self.provider.algorithms:
            raise self._wrong("token-algorithm")
        for anew in (False, True):
            for key in _fitting(self.keys(anew), header):
                try:
                    decoded = jwt.decode(token.reveal(), key, algorithms=[str(algorithm)])
                except (JoseError, ValueError, TypeError):
                    continue
                return decoded.claims, header
        raise AppError.of(Code.ID_TOKEN_KEY, Verb.NONE, source=self.source.name, host=self.provider.host)

    def _made_for_us(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") != self.provider.issuer:
            raise self._wrong("token-issuer")
        client, audiences, azp = self.source.client_id, _texts(claims.get("aud")), claims.get("azp")
        if client not in audiences or (azp is not None and azp != client) or (len(audiences) > 1 and azp is None):
            said = ", ".join(audiences) if client not in audiences else str(azp or ", ".join(audiences))
            raise AppError.of(
                *(Code.ID_TOKEN_AUDIENCE, Verb.EDIT_SOURCE, self.source.name),
                source=self.source.name,
                host=self.provider.host,
                audience=said[:200],
                client=client,
            )

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now, expires, issued = self.now.timestamp(), _number(claims.get("exp")), _number(claims.get("iat"))
        if expires is None or issued is None:
            raise self._wrong("token-format")
        if expires + LEEWAY <= now:
            expired = _time(expires).strftime("%Y-%m-%d %H:%M UTC")
            source, host = self.source.name, self.provider.host
            raise AppError.of(Code.ID_TOKEN_EXPIRED, Verb.SET_CLOCK, source=source, host=host, expired=expired)
        begins = _number(claims.get("nbf", issued))
        if begins is None or max(begins, issued) - LEEWAY > now:
            raise self._wrong("token-early")

    def _belongs(self, claims: Mapping[str, Any], header: Mapping[str, Any], access_token: Secret) -> None:
        from authlib.oidc.core.util import create_half_hash

        said = claims.get("at_hash")
        if said is None:
            return
        hashed = create_half_hash(access_token.reveal(), header["alg"])
        if hashed is not None and not equal(str(said).encode(), bytes(hashed)):
            raise self._wrong("token-at-hash")

    def _wrong(self, reason: str) -> AppError:
        source, host = self.source.name, self.provider.host
        return AppError.of(Code.ID_TOKEN_WRONG, Verb.NONE, source=source, host=host, reason=reason)


def read_keys(table: Mapping[str, object]) -> "list[Key]":
    """Return the keys of a JWKS that can be used for signatures; others are passed over."""
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    found: list[Key] = []
    values = table.get("keys")
    for one in cast("list[object]", values) if isinstance(values, list) else []:
        if isinstance(one, dict) and cast("dict[str, object]", one).get("kty") in {"RSA", "EC", "OKP"}:
            try:
                found.append(import_key(cast("dict[str, Any]", one)))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return found


def _fitting(keys: "Iterable[Key]", header: Mapping[str, Any]) -> "list[Key]":
    """Return the keys that the header may mean: those with its key id, or all where it names none."""
    kid = header.get("kid")
    usable = [one for one in keys if one.get("use", "sig") == "sig" and one.get("alg", header["alg"]) == header["alg"]]
    return [one for one in usable if kid is None or one.get("kid") == kid]


def _texts(value: object) -> tuple[str, ...]:
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _time(value: float) -> datetime:
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)
