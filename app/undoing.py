"""Undo of a write to the AWS files: what was replaced comes back; the undo of a start is a stop."""

from app.core import Core
from app.domain.activity import Event, What
from app.domain.files import FileDiff, JournalEntry, taken_back
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.session import Starter, Stopped


def undone_by_stop(entry: JournalEntry) -> bool:
    """Whether stopping the entry's profiles takes back what it wrote."""
    return not entry.undoable and entry.what in ("start", "renew") and bool(entry.profiles)


def back_of(entry: JournalEntry) -> tuple[FileDiff, ...]:
    """Return the entry's own diff the other way round: what a stop takes back."""
    return (FileDiff(entry.path, taken_back(entry.diff), 0, None),)


async def preview(core: Core, entry: JournalEntry) -> tuple[FileDiff, ...]:
    """Return what `undo` would change, secrets masked; raises what it would raise."""
    if entry.undoable:
        return await core.files.undo_preview(entry.id)
    if not undone_by_stop(entry):
        raise AppError.of(Code.NOTHING_TO_UNDO)
    return back_of(entry)


async def undo(core: Core, entry: JournalEntry, by: Starter) -> None:
    """Put back what a write replaced, in the process that has the engine: what runs is stopped, or it writes again.

    Raises NOTHING_TO_UNDO, and what stopping the section would raise, as where the file was changed since.
    """
    await preview(core, entry)  # a refusal comes before anything is stopped
    statuses = core.engine.store.statuses
    names = [name for one in entry.profiles if (name := ProfileName(one)) in statuses]
    await core.engine.stop(*(name for name in names if not isinstance(statuses[name].state, Stopped)))
    now = {one.id: one for one in await core.files.journal()}
    if entry.undoable and (entry.id not in now or now[entry.id].undoable):  # the stop may have put it back
        await core.files.undo(entry.id)
    if core.recorder is not None:
        profile = entry.profiles[0] if len(entry.profiles) == 1 else ""
        core.recorder.add(Event(core.world.clock.now(), What.UNDONE, profile, entry.path, str(by)))
