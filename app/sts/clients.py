"""Clients of AWS: one per service and endpoint, shared by all threads; each request is signed with its own credentials.

The session behind them sees the environment's settings for FIPS, dual-stack and regional endpoints, and nothing of a
person's profiles: a call without credentials of its own fails instead of using someone else's.
"""

import os
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials
from app.sts.turns import Turns
from app.sts.wire import CONNECTIONS, Wire

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.session import Session

_TOLD = frozenset({"sts", "sso", "sso-oidc"})  # whose address is said with the call, and found nowhere else
_SIGNER: ContextVar[Any] = ContextVar("signer", default=None)


class Client(Protocol):
    """As much as is used of a botocore client; its operations are methods made at run time."""

    @property
    def meta(self) -> Any:  # noqa: ANN401  botocore's ClientMeta
        """The client's own events and endpoint."""
        ...


class Clients:
    """Makes each client once. For use on worker threads: the first call imports botocore."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._environ = environ
        self.turns = Turns()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._clients: dict[tuple[str, StsEndpoint], Client] = {}

    def get(self, endpoint: StsEndpoint, service: str = "sts") -> Client:
        """Return the client; CA_BUNDLE for a CA bundle that cannot be read."""
        with self._lock:
            client = self._clients.get((service, endpoint))
            if client is None:
                client = self._clients[service, endpoint] = self._new(endpoint, service)
            return client

    def _new(self, endpoint: StsEndpoint, service: str) -> Client:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        if self._session is None:
            self._session = isolated_session()
        config = Config(
            # for these the caller says which endpoint; the session must not find another by itself
            ignore_configured_endpoint_urls=service in _TOLD,  # pyright: ignore[reportCallIssue]  not in the stubs
            max_pool_connections=CONNECTIONS,
            # AWS judges what it is sent; limits that are known are checked where values are typed
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            user_agent_extra="rolecall",
        )
        try:
            client = self._session.create_client(
                service,  # pyright: ignore[reportArgumentType, reportCallIssue]  the stubs know literals alone
                region_name=endpoint.region,
                endpoint_url=endpoint.endpoint_url if service in _TOLD else None,
                config=config,
            )
        except (BotoCoreError, ValueError) as error:
            raise AppError.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__) from None
        bundle = self._ca_bundle(endpoint)
        wire = Wire(host_of(client.meta.endpoint_url), endpoint.proxy, bundle, self.turns, service=service)
        client.meta.events.register_first(f"before-sign.{service}", _sign_with_own)
        events: Any = client.meta.events  # a handler of before-send does return something
        events.register_first(f"before-send.{service}", wire.send)
        return client

    def _ca_bundle(self, endpoint: StsEndpoint) -> str | None:
        return endpoint.ca_bundle or self._environ.get("AWS_CA_BUNDLE") or self._environ.get("REQUESTS_CA_BUNDLE")


@contextmanager
def signed_by(signer: Credentials | None) -> Generator[None]:
    """Sign the requests that this thread makes meanwhile with these credentials; None: they are not signed."""
    from botocore.credentials import Credentials as BotoCredentials

    own = None
    if signer is not None:
        token = None if signer.session_token is None else signer.session_token.reveal()
        own = BotoCredentials(signer.access_key_id, signer.secret_access_key.reveal(), token)
    reset = _SIGNER.set(own)
    try:
        yield
    finally:
        _SIGNER.reset(reset)


def isolated_session() -> "Session":
    """Return a botocore session that reads no profile, no config file and has no credentials of its own."""
    from botocore.credentials import CredentialResolver
    from botocore.session import Session

    session = Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    session.register_component("credential_provider", CredentialResolver([]))
    return session


def host_of(url: str) -> str:
    """Return host and port of an address, for people."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def _sign_with_own(request: "AWSRequest", **_: object) -> None:
    signer = _SIGNER.get()
    if signer is not None:
        request.context.setdefault("signing", {})["request_credentials"] = signer
