"""Names of the vault's entries: what each belongs to, never a source's name, so that renaming touches no secret."""

from app.domain.digests import sha256
from app.domain.values import dataclass

VAULT_USER = "rolecall"


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """One secret of the vault. `service` is unique per secret; `what` is a key of texts.py for people."""

    service: str
    what: str


def access_key_entry(access_key_id: str) -> VaultEntry:
    """Return the entry of an IAM user's secret access key."""
    return VaultEntry(f"rolecall/access-key/{access_key_id}", "secret-access-key")


def totp_entry(serial: str) -> VaultEntry:
    """Return the entry of an MFA device's TOTP seed."""
    return VaultEntry(f"rolecall/totp/{serial}", "totp-seed")


def oidc_entry(issuer: str, client_id: str, part: str) -> VaultEntry:
    """Return the entry of an OIDC client's "refresh-token" or "client-secret"."""
    digest = sha256(f"{issuer}\n{client_id}".encode()).hexdigest()[:16]
    return VaultEntry(f"rolecall/oidc/{digest}/{part}", part)


def identity_center_entry(start_url: str, region: str, part: int) -> VaultEntry:
    """Return the entry of a part (from 1) of what a sign-in at Identity Center left: see app/oidc/center_store.py."""
    digest = sha256(f"{start_url}\n{region}".encode()).hexdigest()[:16]
    return VaultEntry(f"rolecall/identity-center/{digest}/sign-in-{part}", "sign-in")


def undo_entry(name: str) -> VaultEntry:
    """Return the entry of a long-lived key that left the credentials file and comes back on undo."""
    return VaultEntry(f"rolecall/undo/{name}", "secret-access-key")


def session_cache_entry() -> VaultEntry:
    """Return the entry of the key that seals the session cache where its folder is not in memory."""
    return VaultEntry("rolecall/session-cache", "session-cache-key")
