"""Calls to services of AWS with a session: IAM, EC2, Access Analyzer. Failures are the problems of STS calls."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.calls import StsEndpoint
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials
from app.ports import Offload, Pool
from app.sts.calls import CALL_SECONDS
from app.sts.clients import Clients, host_of, signed_by
from app.sts.failures import network_problem
from app.sts.refusals import Asked, refusal


class BotoApi:
    """Every call runs on the `aws` pool and ends within 20 s. Nothing is tried again."""

    def __init__(self, offload: Offload, environ: Mapping[str, str]) -> None:
        """Import nothing yet."""
        self._offload = offload
        self._clients = Clients(environ)

    async def call(
        self,
        endpoint: StsEndpoint,
        signer: Credentials,
        service: str,
        operation: str,
        parameters: Mapping[str, object],
    ) -> dict[str, Any]:
        """Make a call by AWS's name of it ("CreateRole") and return its answer as botocore parses it.

        `endpoint` gives region, proxy and CA; an address of its own is STS's alone.
        """
        asked = Asked(operation, key_id=signer.access_key_id, region=endpoint.region)
        work: Callable[[], dict[str, Any]] = lambda: _called(  # noqa: E731
            self._clients, endpoint, signer, asked, service, parameters
        )
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            problem = Code.NETWORK_TIMEOUT
            raise AppError.of(problem, Verb.CHECK_NETWORK, host=service, seconds=int(CALL_SECONDS)) from None


def _called(
    clients: Clients,
    endpoint: StsEndpoint,
    signer: Credentials,
    asked: Asked,
    service: str,
    parameters: Mapping[str, object],
) -> dict[str, Any]:
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    client = clients.get(endpoint, service)
    try:
        with signed_by(signer):
            return getattr(client, xform_name(asked.operation))(**parameters)
    except ClientError as error:
        raise AppError(refusal(error.response, asked, None)) from None
    except (BotoCoreError, ResponseParserError, OSError, ValueError) as error:
        raise AppError(network_problem(error, host_of(client.meta.endpoint_url))) from None
