"""Identity providers and their tokens, made on the spot."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.support.strict_world import Provider


@dataclass(frozen=True, slots=True)
class Maker:
    """A provider as IAM knows it, with the private key."""

    known: Provider
    key: rsa.RSAPrivateKey


def provider(issuer: str, audience: str) -> Maker:
    """Return a provider with a new key."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Maker(Provider(issuer, [audience], pem.decode()), key)


def token(maker: Maker, expires_at: float, audience: str | None = None) -> str:
    """Return a signed ID token."""
    claims: dict[str, Any] = {
        "iss": maker.known.issuer,
        "sub": "ana",
        "aud": audience or maker.known.audiences[0],
        "iat": int(time.time()) - 120,
        "exp": int(expires_at),
    }
    text = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = maker.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_token(claims: dict[str, Any], **header: object) -> str:
    """Return a token with these claims that nobody signed: for what only looks into it."""
    return f"{_part({'alg': 'RS256', **header})}.{_part(claims)}.c2lnbmF0dXJl"
