"""Signing in, put together."""

from collections.abc import Callable
from dataclasses import replace

from app.domain.calls import StsEndpoint
from app.domain.endpoints import sts_endpoint
from app.domain.profile import Catalog
from app.domain.source import IdentityCenter, Source
from app.late.signing import SignParts
from app.oidc.all_sign_ins import AllSignIns
from app.oidc.center import CenterSignIns
from app.oidc.http import Below, Reach
from app.oidc.portal import AccessPortal
from app.oidc.sign_ins import OidcSignIns
from app.ports import Offload, Vault
from app.sts.failures import network_problem
from app.sts.trust import tls_context
from app.sts.wire import environment_proxy
from app.unsigned import UnsignedAws
from app.world import World, surroundings

DEVICE_INTERVAL = 5.0  # seconds; RFC 8628, 3.2, where a provider does not say how often it may be asked
THROTTLED_SECONDS = 1.0  # before a throttled call of the access portal is made again; they double


def make_signs(world: World, offload: Offload, vault: Vault, catalog: Callable[[], Catalog]) -> SignParts:
    """Return signing in, and the access portal of Identity Center."""
    around, environ = surroundings(world), world.environ

    def reach(source: Source) -> Reach:
        to = sts_endpoint(source, (), catalog(), around)
        return Reach(to.proxy, to.ca_bundle or environ.get("AWS_CA_BUNDLE") or environ.get("REQUESTS_CA_BUNDLE"))

    def at(source: IdentityCenter) -> StsEndpoint:
        return replace(sts_endpoint(source, (), catalog(), around), region=source.region, endpoint_url=None)

    below, clock = Below(tls_context, environment_proxy, network_problem), world.clock
    aws = UnsignedAws(clock, environ)
    oidc = OidcSignIns(vault, offload, clock, below, reach, DEVICE_INTERVAL)
    center = CenterSignIns(vault, offload, clock, aws, at, DEVICE_INTERVAL)
    return SignParts(AllSignIns(oidc, center), AccessPortal(offload, clock, aws, at, THROTTLED_SECONDS))
