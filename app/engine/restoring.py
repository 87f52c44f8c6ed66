"""Next start: what of the sections that stand in the credentials file is a session that goes on. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import schedule
from app.domain.calls import Issued
from app.domain.files import OwnedSection
from app.domain.names import ProfileName
from app.domain.session import Active, Expired, Lease, Starter, Status
from app.domain.values import dataclass
from app.engine.memory import Memo


@dataclass(frozen=True, slots=True)
class Restored:
    """A session found at the start. `keeps`: it ran when the engine ended, so it is renewed again."""

    status: Status
    issued: Issued | None
    keeps: bool
    sections: tuple[str, ...]  # those that hold it


def restore(
    owned: Iterable[OwnedSection],
    memos: dict[ProfileName, Memo],
    now: datetime,
    draw: Callable[[], float],
) -> tuple[Restored, ...]:
    """Return the sessions of sections that are ours and as we wrote them. The latest wins where sections differ."""
    by_profile: dict[ProfileName, list[OwnedSection]] = {}
    for one in owned:
        if one.matches and not one.credentials.long_lived:
            by_profile.setdefault(ProfileName(one.profile), []).append(one)
    found: list[Restored] = []
    for name, sections in by_profile.items():
        one = _restored(name, sections, memos.get(name), now, draw)
        if one is not None:
            found.append(one)
    return tuple(found)


def _restored(
    name: ProfileName, sections: list[OwnedSection], memo: Memo | None, now: datetime, draw: Callable[[], float]
) -> Restored | None:
    latest = max(sections, key=lambda one: one.credentials.expires_at or now)
    credentials = latest.credentials
    lease = memo.lease if memo is not None else None
    if lease is None or lease.access_key_id != credentials.access_key_id:
        due = schedule.due_at(now, credentials.expires_at, draw() * schedule.JITTER)
        lease = Lease(credentials.access_key_id, now, credentials.expires_at, due)
    elif lease.expires_at is not None and credentials.expires_at is not None:
        # the clock may have been set right meanwhile: better early by what it was wrong than late
        due = credentials.expires_at - (lease.expires_at - lease.due_at)
        lease = replace(lease, due_at=min(lease.due_at, due))
    status = Status(
        name,
        started_at=memo.started_at if memo is not None else now,
        started_by=(memo.started_by if memo is not None else None) or Starter.AUTO,
        last_used_at=memo.last_used_at if memo is not None else None,
    )
    ran = memo is not None and memo.running
    if not lease.valid(now):
        # it stays in the file; whether it runs again is for `start` to say, but a person may see and stop it
        ended = lease.expires_at or now
        return Restored(replace(status, state=Expired(ended)), None, keeps=False, sections=()) if ran else None
    offset: timedelta | None = None
    if lease.expires_at is not None and credentials.expires_at is not None:
        offset = (lease.expires_at - credentials.expires_at) or None
    issued = Issued(credentials, lease.received_at, lease.arn, lease.account, clock_offset=offset)
    holding = tuple(one.section for one in sections if one.credentials.access_key_id == credentials.access_key_id)
    return Restored(replace(status, state=Active(lease)), issued, keeps=ran, sections=holding)
