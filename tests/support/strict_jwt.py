"""Just enough of JWT to refuse what STS refuses: RS256 or ES256, issuer, audience, expiry."""

import base64
import json
from typing import Any

from tests.support.strict_answers import RefusalError
from tests.support.strict_world import Provider


def _part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(token: str, providers: list[Provider], now: float) -> tuple[Provider, dict[str, Any]]:
    """Return the token's provider and claims, or refuse it in AWS's words."""
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(_part(head)), json.loads(_part(body))
    except ValueError:
        raise _invalid(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        ) from None
    provider = next((one for one in providers if one.issuer == claims.get("iss")), None)
    if provider is None:
        raise _invalid("No OpenIDConnect provider found in your account for " + str(claims.get("iss")))
    if not _signed(provider, header.get("alg"), f"{head}.{body}".encode(), _part(signature)):
        raise _invalid("Couldn't retrieve verification key from your identity provider")
    audience = claims.get("aud")
    if not {*(audience if isinstance(audience, list) else [audience])} & set(provider.audiences):
        raise _invalid("Incorrect token audience")
    expires = claims.get("exp")
    if not isinstance(expires, int) or not isinstance(claims.get("iat"), int) or not claims.get("sub"):
        raise _invalid("Missing a required claim")
    if expires <= now:
        words = f"Token expired: current date/time {int(now)} must be before the expiration date/time {expires}"
        raise RefusalError("ExpiredTokenException", words)
    return provider, claims


def _invalid(words: str) -> RefusalError:
    return RefusalError("InvalidIdentityToken", words)


def _signed(provider: Provider, algorithm: object, text: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    key = serialization.load_pem_public_key(provider.public_key.encode())
    try:
        if algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
            return True
        if algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 64:
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
            return True
    except InvalidSignature:
        pass
    return False
