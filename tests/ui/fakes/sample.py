"""A catalog like a person's own, with every kind of thing in it, and sessions in every state."""

from datetime import timedelta

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import (
    Active,
    Attention,
    DeliveryStatus,
    Expired,
    Starter,
    Starting,
    Status,
    Waiting,
    lease_of,
)
from tests.ui.fakes.core import NOW, FakeCore, active, stopped

CATALOG = """
schema = 1
[settings]
default = "dev-poweruser"
region = "us-east-1"

[accounts."444455556666"]
name = "acme-prod"
production = true
[accounts."111122223333"]
name = "acme-identity"
[accounts."222233334444"]
name = "acme-dev"
color = "blue"
[accounts."555566667777"]
name = "acme-staging"
color = "amber"
[accounts."666677778888"]
name = "acme-payer"

[groups."Acme/Prod"]
color = "crimson"
[groups."Acme/Staging"]
color = "amber"
[groups."Acme/Dev"]
color = "blue"

[sources."mira.lind"]
kind = "access-keys"
access_key_id = "AKIAIOSFODNN7EXAMPLE"
mfa_serial = "arn:aws:iam::111122223333:mfa/mira.lind"
[sources.acme-sso]
title = "acme.awsapps.com"
kind = "identity-center"
start_url = "https://acme.awsapps.com/start"
region = "eu-central-1"
[sources.fjord]
title = "login.fjord.example"
kind = "oidc"
issuer = "https://login.fjord.example/realms/eng"
client_id = "rolecall-desktop"
scopes = ["openid", "profile", "groups"]
[sources.ec2]
kind = "instance-metadata"

[profiles.prod-admin]
source = "mira.lind"
region = "eu-central-1"
group = "Acme/Prod"
tags = ["on-call", "terraform"]
note = "Break-glass role. Open a ticket in OPS before use."
favorite = true
[[profiles.prod-admin.roles]]
role_arn = "arn:aws:iam::111122223333:role/OrgAccess"
duration = "1h"
mfa = true
[[profiles.prod-admin.roles]]
role_arn = "arn:aws:iam::444455556666:role/AdminRole"
session_name = "{user}-{profile}"
duration = "1h"
policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["iam:*"],"Resource":"*"}]}'
policy_arns = ["arn:aws:iam::aws:policy/PowerUserAccess"]
session_tags = { cost-center = "4821", ticket = "OPS-1733" }
transitive_tags = ["cost-center"]
source_identity = "mira.lind"
[profiles.prod-admin.delivery]
credentials_file = "prod-admin"
endpoint = true

[profiles.ci-debug]
source = "mira.lind"
region = "eu-north-1"
group = "Acme/Staging"
[[profiles.ci-debug.roles]]
role_arn = "arn:aws:iam::555566667777:role/Developer"
[profiles.ci-debug.delivery]
endpoint = true

[profiles.dev-poweruser]
source = "mira.lind"
region = "eu-west-1"
group = "Acme/Dev"
[[profiles.dev-poweruser.roles]]
role_arn = "arn:aws:iam::222233334444:role/PowerUser"
[profiles.dev-poweruser.delivery]
credentials_file = "dev-poweruser"

[profiles.billing-view]
source = "mira.lind"
favorite = true
[[profiles.billing-view.roles]]
role_arn = "arn:aws:iam::666677778888:role/BillingReadOnly"

[profiles.audit-viewer]
source = "mira.lind"
region = "eu-central-1"
[[profiles.audit-viewer.roles]]
role_arn = "arn:aws:iam::111122223333:role/SecurityAudit"
[profiles.audit-viewer.delivery]
credentials_file = "audit-viewer"

[profiles.prod-readonly]
source = "mira.lind"
region = "eu-central-1"
group = "Acme/Prod"
tags = ["on-call"]
favorite = true
[[profiles.prod-readonly.roles]]
role_arn = "arn:aws:iam::444455556666:role/ReadOnlyRole"
[profiles.prod-readonly.delivery]
credentials_file = "prod-readonly"

[profiles.staging-admin]
source = "mira.lind"
region = "eu-west-1"
group = "Acme/Staging"
favorite = true
[[profiles.staging-admin.roles]]
role_arn = "arn:aws:iam::555566667777:role/AdminRole"
[profiles.staging-admin.delivery]
credentials_file = "staging-admin"

[profiles.network-ops]
source = "mira.lind"
region = "eu-central-1"
tags = ["pci"]
[[profiles.network-ops.roles]]
role_arn = "arn:aws:iam::111122223333:role/NetworkOps"
[profiles.network-ops.delivery]
credential_process = true

[profiles.fjord-sandbox]
source = "fjord"
group = "Fjord Labs"
[[profiles.fjord-sandbox.roles]]
role_arn = "arn:aws:iam::222233334444:role/Developer"
"""

DENIED = Problem.of(
    Code.ACCESS_DENIED_EXTERNAL_ID, Verb.EDIT_HOP, "2", hop=2, role="AdminRole", operation="AssumeRole",
    aws="User: arn:aws:sts::111122223333:assumed-role/OrgAccess is not authorized to perform: sts:AssumeRole",
)  # fmt: skip


def fill(core: FakeCore) -> None:
    """Put sessions in every state into the core's store."""
    lease = lease_of(active("prod-admin").state)
    low = lease_of(active("ci-debug", minutes=4.9).state)
    assert lease is not None
    assert low is not None
    written = NOW - timedelta(minutes=32, seconds=20)
    yesterday = NOW - timedelta(days=1)
    core.engine.store.put(
        active(
            "prod-admin",
            state=Attention(AttentionKind.REFUSED, DENIED, NOW - timedelta(minutes=2), lease),
            deliveries=(DeliveryStatus("credentials-file", "prod-admin", written),),
        ),
        active(
            "ci-debug",
            state=Waiting(
                low,
                Problem.of(Code.NETWORK, host="sts.eu-north-1.amazonaws.com", reason="no-such-name"),
                NOW + timedelta(seconds=20),
            ),
        ),
        active(
            "dev-poweruser", minutes=51.5, deliveries=(DeliveryStatus("credentials-file", "dev-poweruser", written),)
        ),
        active("billing-view", minutes=450, lifetime=480),
        Status(ProfileName("audit-viewer"), Expired(NOW - timedelta(minutes=19), DENIED), started_by=Starter.AUTO),
        stopped("prod-readonly", last_used_at=yesterday),
        stopped("staging-admin", last_used_at=yesterday),
        Status(
            ProfileName("network-ops"),
            Attention(
                AttentionKind.MFA,
                Problem.of(
                    Code.MFA_NEEDED,
                    Verb.GIVE_MFA,
                    "network-ops",
                    profile="network-ops",
                    serial="arn:aws:iam::111122223333:mfa/mira.lind",
                ),
                NOW,
            ),
        ),
        Status(ProfileName("fjord-sandbox"), Starting(NOW - timedelta(seconds=3), 0, 2)),
    )
    assert isinstance(core.engine.store.status(ProfileName("billing-view")).state, Active)
