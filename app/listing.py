"""What is said of profiles for programs: the JSON of `list` and `status`. Always English; fields are only added."""

from collections.abc import Sequence
from datetime import datetime

from app.broker.protocol import time_text
from app.choosing import source_of_profile
from app.domain.problem import Problem
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, lease_of, next_attempt_of, problem_of, state_name
from app.texts import describe

JSON_VERSION = 1


def profile_row(profile: Profile, catalog: Catalog) -> dict[str, object]:
    """Return what the catalog says of a profile."""
    source = source_of_profile(catalog, profile)
    return {
        "group": profile.group,
        "tags": list(profile.tags),
        "aliases": list(profile.aliases),
        "source": source,
        "base": profile.base,
        "roles": [hop.role_arn.text for hop in profile.roles],
        "region": profile.region or catalog.settings.region,
        "favorite": profile.favorite,
        "production": profile.safety.production,
        "default": catalog.settings.default == profile.name,
    }


def status_row(
    status: Status, now: datetime, *, account: str | None = None, stops_at: datetime | None = None
) -> dict[str, object]:
    """Return what `status --json` says of a session; `account` is the catalog's, while no session says it.

    `stops_at`: when auto_stop ends it.
    """
    lease, problem = lease_of(status.state), problem_shown(status)
    valid = status.valid(now)
    return {
        "name": status.profile,
        "state": state_name(status.state),
        "valid": valid,
        "paused": status.paused,
        "expires_at": whole_time(lease.expires_at if lease is not None and valid else None),
        "next_attempt_at": whole_time(next_attempt_of(status.state)),
        "started_at": whole_time(status.started_at),
        "stops_at": whole_time(stops_at),
        "started_by": None if status.started_by is None else str(status.started_by),
        "account": (lease.account if lease is not None else None) or account,
        "arn": lease.arn if lease is not None else None,
        "deliveries": [
            {"kind": one.kind, "target": one.target, "written_at": whole_time(one.written_at)}
            for one in status.deliveries
        ],
        "problem": None if problem is None else problem_row(problem),
    }


def problem_row(problem: Problem) -> dict[str, object]:
    """Return a problem with its words."""
    words = describe(problem, english=True)
    return {"code": str(problem.code), "title": words.title, "detail": words.detail, "remedy": words.remedy}


def problem_shown(status: Status) -> Problem | None:
    """Return the problem that stands for a status: its state's, else the first delivery's."""
    own = problem_of(status.state)
    if own is not None:
        return own
    return next((one.problem for one in status.deliveries if one.problem is not None), None)


def whole_time(at: datetime | None) -> str | None:
    """Return a time for programs: ISO 8601 in UTC with Z, whole seconds."""
    return None if at is None else time_text(at.replace(microsecond=0))


def document(profiles: Sequence[object], **more: object) -> dict[str, object]:
    """Return the JSON document of `list`, `status` and the commands that print sessions."""
    return {"version": JSON_VERSION, **more, "profiles": list(profiles)}
