"""One role hop out of the values of `[[profiles.NAME.roles]]`."""

from app.domain.durations import ASSUME_ROLE_MAXIMUM, ASSUME_ROLE_MINIMUM
from app.domain.names import AccountId, RoleArn, parse_mfa_serial, parse_role_arn, require_session_name
from app.domain.problem import Code, Remedy, Verb
from app.domain.profile import RoleHop
from app.domain.reading import parameters
from app.domain.reading.table import Place, Table

HOP_KEYS = frozenset(
    {
        "role_arn", "session_name", "duration", "external_id", "mfa", "mfa_serial", "source_identity", "policy",
        "policy_arns", "session_tags", "transitive_tags",
    }
)  # fmt: skip


NO_ROLE = RoleArn("", "", AccountId(""), "")  # stands in for an invalid one, so that hops keep their numbers


def parse_hop(given: Table) -> RoleHop:
    """Return the hop, with NO_ROLE for a role that is invalid; findings are noted in the table."""
    number = given.prefix.rstrip(".").rsplit(".", 1)[-1]
    place = Place(given.place.table, Remedy(Verb.EDIT_HOP, number))
    table = Table(place, given.values, given.prefix, given.findings)
    table.unknown(HOP_KEYS)
    role = table.required("role_arn", parse_role_arn)
    tags = table.mapping("session_tags", parameters.tag_key, parameters.tag_value, parameters.TAGS_MAXIMUM)
    transitive = table.texts("transitive_tags", parameters.tag_key, parameters.TAGS_MAXIMUM)
    if tags or transitive:
        _check_tags(table, tuple(tags), transitive)
    policy_arns = table.texts("policy_arns", parameters.policy_arn, parameters.POLICY_ARNS_MAXIMUM)
    session_name = table.text("session_name", require_session_name, None)
    external_id = table.text("external_id", parameters.external_id, None)
    mfa_serial = table.text("mfa_serial", parse_mfa_serial, None)
    source_identity = table.text("source_identity", parameters.source_identity, None)
    policy = table.text("policy", parameters.policy, None)
    duration = table.duration("duration", ASSUME_ROLE_MINIMUM, ASSUME_ROLE_MAXIMUM)
    mfa = table.flag("mfa", False)
    return RoleHop(
        role or NO_ROLE,
        session_name,
        duration,
        external_id,
        mfa,
        mfa_serial,
        source_identity,
        policy,
        policy_arns,
        tags,
        transitive,
    )


def _check_tags(table: Table, tags: tuple[str, ...], transitive: tuple[str, ...]) -> None:
    """AWS compares keys of tags without regard to case."""
    seen: set[str] = set()
    for key in tags:
        if key.casefold() in seen:
            table.wrong(Code.VALUE_DUPLICATE, f"session_tags.{key}", value=key)
        seen.add(key.casefold())
    passed: set[str] = set()
    for number, key in enumerate(transitive, 1):
        if key.casefold() not in seen:
            table.wrong(Code.VALUE_CHOICE, f"transitive_tags.{number}", value=key, choices=", ".join(tags) or "-")
        elif key.casefold() in passed:
            table.wrong(Code.VALUE_DUPLICATE, f"transitive_tags.{number}", value=key)
        passed.add(key.casefold())
