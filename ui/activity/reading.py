"""What the window takes from the core: the journal of events, and that of the writes to the AWS files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.names import ProfileName
from app.domain.session import Starter, Stopped

if TYPE_CHECKING:
    from app.compose import Core
    from app.domain.activity import Event
    from app.domain.files import FileDiff, JournalEntry
    from app.domain.problem import Problem
    from ui.activity.journal import Journal, Line
    from ui.activity.writes import Writes

_READ_SECONDS = 30.0  # of a large journal on a slow disk
_LATEST = 300_000  # bytes: some two thousand events


def journal_of(core: "Core") -> "Journal":
    """Return the journal of events."""
    from app.activity import NAME, ActivityFile
    from app.catalog.replace import replace, unwritable
    from app.ports import Pool
    from ui.activity.journal import Journal, lines_of, text_of

    file = ActivityFile(core.folders.state / NAME)

    async def read() -> "Sequence[Line]":
        if core.recorder is not None:
            await core.recorder.flush()
        return await core.offload.call(Pool.DISK, lambda: lines_of(file.read()), deadline=_READ_SECONDS)

    async def latest() -> "Sequence[Line]":
        if core.recorder is not None:
            await core.recorder.flush()
        return await core.offload.call(Pool.DISK, lambda: lines_of(file.read(most=_LATEST)), deadline=_READ_SECONDS)

    def put(path: Path, events: "Sequence[Event]") -> None:
        try:
            replace(path, text_of(path, events).encode())
        except OSError as error:
            raise unwritable(path, error) from error

    async def write(path: Path, events: "Sequence[Event]") -> None:
        await core.offload.call(Pool.DISK, lambda: put(path, events), deadline=_READ_SECONDS)

    def trouble() -> "Problem | None":
        return core.recorder.trouble if core.recorder is not None else None

    return Journal(read, write, latest, trouble)


def writes_of(core: "Core") -> "Writes":
    """Return what was written to the AWS files, and the way to undo it."""
    from app.undoing import preview, undo, undone_by_stop
    from ui.activity.writes import Writes

    def running(entry: "JournalEntry") -> tuple[str, ...]:
        statuses = core.engine.store.statuses
        found = (statuses.get(ProfileName(name)) for name in entry.profiles)
        return tuple(str(one.profile) for one in found if one is not None and not isinstance(one.state, Stopped))

    def way(entry: "JournalEntry") -> str:
        if entry.undoable:
            return "put-back"
        return "stop" if undone_by_stop(entry) and running(entry) else ""

    async def read() -> "Sequence[JournalEntry]":
        return await core.files.journal()

    async def show(entry: "JournalEntry") -> "Sequence[FileDiff]":
        return await preview(core, entry)

    async def put_back(entry: "JournalEntry") -> None:
        await undo(core, entry, Starter.WINDOW)

    return Writes(read, way, running, show, put_back)
