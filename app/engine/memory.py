"""What the engine remembers over restarts: the last sessions without their secrets, and a pause."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from app.domain.calls import CallKey
from app.domain.names import ProfileName
from app.domain.session import Lease, Starter
from app.domain.values import dataclass

SESSIONS = "sessions.json"
ENGINE = "engine.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Memo:
    """The last session of a profile. `running`: it was being renewed when this was written."""

    profile: ProfileName
    running: bool
    lease: Lease | None = None
    call: CallKey = ""  # the plan's last call, to see whether the catalog was edited meanwhile
    started_by: Starter | None = None
    started_at: datetime | None = None
    last_used_at: datetime | None = None


def sessions_json(sessions: Mapping[ProfileName, Mapping[str, object]]) -> Mapping[str, object]:
    """Return what goes into sessions.json."""
    return {"version": VERSION, "sessions": dict(sessions)}


def read_sessions(value: Mapping[str, object]) -> dict[ProfileName, Memo]:
    """Return what sessions.json says; what cannot be understood is passed over."""
    sessions = value.get("sessions")
    if not isinstance(sessions, Mapping):
        return {}
    memos: dict[ProfileName, Memo] = {}
    for name, one in cast("Mapping[object, object]", sessions).items():
        if isinstance(name, str) and isinstance(one, Mapping):
            profile = ProfileName(name)
            memos[profile] = _read_memo(profile, cast("Mapping[str, object]", one))
    return memos


def pause_json(*, paused: bool, until: datetime | None) -> Mapping[str, object]:
    """Return what goes into engine.json."""
    return {"version": VERSION, "paused": paused, "paused_until": _text(until)}


def read_pause(value: Mapping[str, object], now: datetime) -> tuple[bool, datetime | None]:
    """Return whether a pause still holds, and until when."""
    until = _time(value.get("paused_until"))
    paused = value.get("paused") is True and (until is None or now < until)
    return paused, until if paused else None


def memo_json(memo: Memo) -> Mapping[str, object]:
    """Return what sessions.json says of one profile."""
    lease = memo.lease
    session: dict[str, object] = {}
    if lease is not None:
        session = {
            "access_key_id": lease.access_key_id,
            "received_at": _text(lease.received_at),
            "expires_at": _text(lease.expires_at),
            "due_at": _text(lease.due_at),
            "arn": lease.arn,
            "account": lease.account,
        }
    return {
        "running": memo.running,
        "call": memo.call,
        "started_by": memo.started_by,
        "started_at": _text(memo.started_at),
        "last_used_at": _text(memo.last_used_at),
        **session,
    }


def _read_memo(profile: ProfileName, one: Mapping[str, object]) -> Memo:
    starter = one.get("started_by")
    return Memo(
        profile,
        running=one.get("running") is True,
        lease=_read_lease(one),
        call=_string(one.get("call")) or "",
        started_by=Starter(starter) if starter in tuple(Starter) else None,
        started_at=_time(one.get("started_at")),
        last_used_at=_time(one.get("last_used_at")),
    )


def _read_lease(one: Mapping[str, object]) -> Lease | None:
    key, received, due = _string(one.get("access_key_id")), _time(one.get("received_at")), _time(one.get("due_at"))
    if key is None or received is None or due is None:
        return None
    expires = _time(one.get("expires_at"))
    return Lease(key, received, expires, due, _string(one.get("arn")), _string(one.get("account")))


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
