"""What is known of sessions while nothing runs: the last sessions without their secrets, and what the files hold."""

import asyncio
from collections.abc import Sequence

from app.compose import World, core
from app.domain.files import OwnedSection
from app.domain.names import ProfileName
from app.domain.problem import AppError
from app.domain.session import Active, DeliveryStatus, Expired, Status
from app.engine.memory import SESSIONS, Memo, read_sessions
from app.ports import Clock

DEFAULT = "default"


def remembered(world: World) -> dict[str, Status]:
    """Return a status for each profile whose session stands in the credentials file. Calls nobody, changes nothing.

    A file that cannot be read is as an empty one here: `doctor` says what is wrong with it.
    """

    async def look() -> tuple[dict[ProfileName, Memo], tuple[OwnedSection, ...]]:
        async with core(world) as one:
            memos = read_sessions(one.state.read(SESSIONS))
            try:
                return memos, await one.files.owned()
            except AppError:
                return memos, ()

    memos, owned = asyncio.run(look())
    sections: dict[str, list[OwnedSection]] = {}
    for section in owned:
        sections.setdefault(section.profile, []).append(section)
    found: dict[str, Status] = {}
    for name, own in sections.items():
        status = _status(memos.get(ProfileName(name)), ProfileName(name), own, world.clock)
        if status is not None:
            found[name] = status
    return found


def _status(memo: Memo | None, name: ProfileName, own: Sequence[OwnedSection], clock: Clock) -> Status | None:
    if memo is None or memo.lease is None:
        return None
    lease = memo.lease
    written = [one for one in own if one.credentials.access_key_id == lease.access_key_id]
    if not written:
        return None
    state = Active(lease) if lease.valid(clock.now()) else Expired(lease.expires_at or lease.received_at)
    deliveries = tuple(
        DeliveryStatus("default" if one.section == DEFAULT else "credentials-file", one.section, lease.received_at)
        for one in written
    )
    return Status(
        name,
        state,
        started_at=memo.started_at,
        started_by=memo.started_by,
        deliveries=deliveries,
        last_used_at=memo.last_used_at,
    )
