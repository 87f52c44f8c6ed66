"""Who there is in the embedded AWS; resources/demo/profiles.toml names the same accounts, roles and key."""

from typing import Final

USER: Final = "mira.lind"
USER_ACCOUNT: Final = "444455556666"
ACCESS_KEY_ID: Final = "AKIADEMOACMEMIRA0001"
MFA_SERIAL: Final = f"arn:aws:iam::{USER_ACCOUNT}:mfa/{USER}"

# account: its roles, with their paths
ROLES: Final = {
    "444455556666": ("OrgAccess",),
    "210987654321": ("ReadOnly", "Deploy", "Billing"),
    "345678901234": ("PowerUser",),
    "456789012345": ("data/Analyst", "data/Engineer"),
    "567890123456": ("Admin",),
}
