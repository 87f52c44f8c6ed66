"""The STS calls over botocore, and what AWS's refusals and the network's failures mean."""

from app.sts.calls import CALL_SECONDS, BotoSts
from app.sts.clients import Clients, isolated_session

__all__ = ["CALL_SECONDS", "BotoSts", "Clients", "isolated_session"]
