"""Calls of AWS that nobody signs: the sign-in at Identity Center and its access portal. See app/oidc/aws.py."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError
from app.oidc.aws import RefusedError, Told
from app.ports import Clock
from app.sts.calls import clock_offset
from app.sts.clients import Clients, host_of, signed_by
from app.sts.failures import network_problem

_VARIABLES = {"sso": "AWS_ENDPOINT_URL_SSO", "sso-oidc": "AWS_ENDPOINT_URL_SSO_OIDC"}
_EXCEPTION = re.compile(r"(Exception|Error)$")


class UnsignedAws:
    """The port Aws over botocore, for worker threads. Every call is made once."""

    def __init__(self, clock: Clock, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._clock = clock
        self._environ = environ
        self._clients = Clients(environ)

    def call(self, at: StsEndpoint, service: str, operation: str, parameters: Mapping[str, object]) -> Told:
        """Make a call and return its answer (see the port)."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        client, sent = self._clients.get(self._at(at, service), service), self._clock.now()
        try:
            with self._clients.turns.turn(), signed_by(None):
                answer: Mapping[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except ClientError as error:
            raise _refusal(cast("Mapping[str, Any]", error.response)) from None
        except (BotoCoreError, ResponseParserError, OSError, ValueError) as error:
            raise AppError(network_problem(error, host_of(client.meta.endpoint_url))) from None
        return Told(answer, clock_offset(answer, sent, self._clock.now()))

    def address(self, at: StsEndpoint, service: str) -> str:
        """Return where a service is called (see the port)."""
        return str(self._clients.get(self._at(at, service), service).meta.endpoint_url).rstrip("/")

    def _at(self, at: StsEndpoint, service: str) -> StsEndpoint:
        """Return the place with the address that the environment names, as AWS's tools read it."""
        if self._environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
            return replace(at, endpoint_url=None)
        url = self._environ.get(_VARIABLES[service]) or self._environ.get("AWS_ENDPOINT_URL") or None
        return replace(at, endpoint_url=url)


def _refusal(response: Mapping[str, Any]) -> RefusedError:
    error, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    code = str(response.get("error") or _snake(str(error.get("Code", ""))))
    said = str(response.get("error_description") or error.get("Message") or "")
    return RefusedError(int(meta.get("HTTPStatusCode", 0)), code, said, str(response.get("region") or ""))


def _snake(name: str) -> str:
    """Return AWS's name of an error as OAuth writes it: "SlowDownException" is "slow_down"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", _EXCEPTION.sub("", name)).lower()
