"""The AWS of the desktop's tests, and the catalog of the person who uses it."""

from tests.support.strict_world import Device, Role, User, World

DEVICE = "arn:aws:iam::111122223333:mfa/ana"
ANA = User("ana", "111122223333", devices=[Device(DEVICE, "JBSWY3DPEHPK3PXP")])
HUB = "arn:aws:iam::123456789012:role/hub"
DEV = "arn:aws:iam::210987654321:role/dev"
GUARDED = "arn:aws:iam::123456789012:role/guarded"
FAVORITES = ("dev", "hub", "guarded")

_CATALOG = """schema = 1

[settings]
clipboard_seconds = {clipboard_seconds}

[sources.acme]  # Ana's key
kind = "access-keys"
access_key_id = "{key}"
mfa_serial = "{device}"
mfa = "prompt"

[profiles.hub]
source = "acme"
favorite = true
[[profiles.hub.roles]]
role_arn = "{hub}"
external_id = "ext-1"
[profiles.hub.delivery]
credentials_file = "hub"

[profiles.dev]  # over the hub into another account
source = "acme"
favorite = true
region = "eu-central-1"
[[profiles.dev.roles]]
role_arn = "{hub}"
external_id = "ext-1"
[[profiles.dev.roles]]
role_arn = "{dev}"
[profiles.dev.delivery]
credentials_file = "dev"

[profiles.guarded]
source = "acme"
favorite = true
[[profiles.guarded.roles]]
role_arn = "{guarded}"
mfa = true
[profiles.guarded.delivery]
credentials_file = "guarded"
"""


def world() -> World:
    """Return an AWS with a user, a role behind an external id, one behind that, and one that wants MFA."""
    return World(
        [ANA], [Role(HUB, [ANA.arn], external_id="ext-1"), Role(DEV, [HUB]), Role(GUARDED, [ANA.arn], mfa=True)]
    )


def catalog(*, clipboard_seconds: int = 45, key: str = ANA.access_key_id, more: str = "") -> str:
    """Return the person's catalog, with `more` at its end."""
    filled = _CATALOG.format(
        clipboard_seconds=clipboard_seconds, key=key, device=DEVICE, hub=HUB, dev=DEV, guarded=GUARDED
    )
    return filled + more
