"""Gives places back when a profile stops, with some patience for files that are busy."""

import asyncio
from collections.abc import Iterable

from app.domain.files import Outcome
from app.domain.names import ProfileName
from app.engine.alarm import Later
from app.engine.targets import Place, removal
from app.engine.writer import Writer

TRIES = 3
PAUSE_SECONDS = 0.5


async def give_back(writer: Writer, later: Later, places: Iterable[Place], profile: ProfileName) -> tuple[Outcome, ...]:
    """Give every place back; what fails with something that can pass is tried three times. One outcome per place."""
    changes = [removal(place, profile) for place in places]
    outcomes = list(await writer.apply(changes))
    for _ in range(TRIES - 1):
        failed = [at for at, one in enumerate(outcomes) if one.problem is not None and one.problem.transient]
        if not failed:
            break
        await _pause(later)
        again = await writer.apply([changes[at] for at in failed])
        for at, outcome in zip(failed, again, strict=True):
            outcomes[at] = outcome
    return tuple(outcomes)


async def _pause(later: Later) -> None:
    over = asyncio.Event()
    timer = later(PAUSE_SECONDS, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()
