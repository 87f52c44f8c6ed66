"""The port SignIns over a vault in memory, for tests."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from app.domain.names import SourceName
from app.domain.source import Oidc
from app.engine.offload import ThreadOffload
from app.oidc.http import Below, Reach
from app.oidc.sign_ins import OidcSignIns
from app.ports import Clock
from app.sign_in_ports import SignInAttempt
from app.sts.failures import network_problem
from app.sts.trust import tls_context
from app.sts.wire import environment_proxy
from app.vault.memory import MemoryVault
from app.world import SystemClock

OIDC = SourceName("okta")
BELOW = Below(tls_context, environment_proxy, network_problem)


class Wall:
    """The clock of the wall, which a test can put ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()


def oidc(issuer: str, client: str = "rolecall-desktop", **more: object) -> Oidc:
    """Return a source."""
    return Oidc(name=OIDC, issuer=issuer, client_id=client, **more)  # type: ignore[arg-type]


def sign_ins(
    offload: ThreadOffload,
    vault: MemoryVault,
    clock: Clock | None = None,
    reach: Callable[[Oidc], Reach] | None = None,
) -> OidcSignIns:
    """Return the port; a provider that names no interval is asked ten times a second."""
    return OidcSignIns(
        vault, offload, clock or SystemClock(), BELOW, reach or (lambda one: Reach(one.proxy, one.ca_bundle)), 0.1
    )


async def finished(attempt: SignInAttempt) -> None:
    """Wait for a sign-in and let go of it."""
    try:
        await attempt.finish()
    finally:
        with suppress(RuntimeError):
            attempt.close()
