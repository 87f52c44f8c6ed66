"""What a row of an import's plan comes to, in the terms of tests/support/botocore_chains.py."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.domain.durations import parse_duration
from app.importing.values import ImportPlan, ProfileRow
from tests.support.botocore_chains import Call, Resolved, stand_in

_WAYS = {"environment": "Environment", "instance-metadata": "Ec2InstanceMetadata", "container": "EcsContainer"}


def planned(row: ProfileRow, plan: ImportPlan, tokens: Mapping[str, str], keys: Mapping[str, str]) -> Resolved:
    """Return the chain of a row. `tokens`: what each token file holds; `keys`: key ids of sections with sessions."""
    source: Mapping[str, Any] = plan.sources[row.source].values
    values: Mapping[str, Any] = row.values
    host = urlsplit(source["endpoint_url"]).netloc if "endpoint_url" in source else ""
    calls: list[Call] = []
    for hop in values.get("roles", ()):
        web = source["kind"] == "web-identity-token" and not calls
        serial = hop.get("mfa_serial", source.get("mfa_serial")) if hop.get("mfa") else None
        calls.append(
            Call(
                "AssumeRoleWithWebIdentity" if web else "AssumeRole",
                hop["role_arn"],
                hop.get("session_name"),
                hop.get("external_id"),
                serial,
                int(parse_duration(hop["duration"]).total_seconds()) if "duration" in hop else None,
                host,
            )
        )
    return Resolved(_first(source, values, tokens, keys), calls)


def _first(
    source: Mapping[str, Any], values: Mapping[str, Any], tokens: Mapping[str, str], keys: Mapping[str, str]
) -> str:
    match source["kind"]:
        case "access-keys":
            return source["access_key_id"]
        case "shared-profile":
            return keys[source["profile"]]
        case "process":
            return stand_in("process", *source["command"])
        case "identity-center":
            parts = (source["start_url"], source["region"], values["account_id"], values["role_name"])
            return stand_in("sso", *parts)
        case "web-identity-token":
            return f"token:{tokens[source['token_file']]}"
        case kind:
            return stand_in("way", _WAYS[kind])


def alike(ours: Resolved, theirs: Resolved, *, shortened: bool) -> bool:
    """Whether both make the same calls; `shortened`: behind the first hop ours ask for an hour."""
    if theirs.error or ours.first != theirs.first or len(ours.calls) != len(theirs.calls):
        return False
    for one, other in zip(ours.calls, theirs.calls, strict=True):
        same_host = one.host == other.host if one.host else "amazonaws.com" in other.host
        seconds = min(other.seconds or 0, 3600) or None if shortened else other.seconds
        first = (one.operation, one.role_arn, one.session_name, one.external_id, one.serial)
        second = (other.operation, other.role_arn, other.session_name, other.external_id, other.serial)
        if first != second or not same_host or one.seconds not in (seconds, other.seconds):
            return False
    return True
