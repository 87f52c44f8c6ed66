"""Looks after what was written: another program may undo our writes, or put its own keys there."""

import asyncio
from collections.abc import Callable, Mapping

from app.domain.names import ProfileName
from app.domain.problem import AppError, Problem
from app.engine.targets import Place
from app.engine.writer import Writer
from app.ports import CredentialsFile

Finding = Callable[[ProfileName, Place, Problem | None], None]


class Guard:
    """Compares the credentials file with what was written, whenever the file changed. Our own writes find no fault."""

    def __init__(self, files: CredentialsFile, writer: Writer, found: Finding) -> None:
        """`found` is told profile and section of each fault; None: it is to be written again."""
        self._files = files
        self._writer = writer
        self._found = found
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def look(self) -> None:
        """Look soon; several calls make one look."""
        if self._task is not None:
            self._again = True
        elif self._writer.written:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """End a look that is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while True:
                self._again = False
                if not await self._compare() or self._again:
                    continue
                return
        finally:
            self._task = None

    async def _compare(self) -> bool:
        """Report the faults; False if a write of ours came between, so that what was read means nothing."""
        await self._writer.drain()
        writes = self._writer.writes
        written = dict(self._writer.written)
        expected = {section: one.access_key_id for section, one in written.items()}
        if not expected:
            return True
        try:
            faults: Mapping[str, Problem | None] = await self._files.check(expected)
        except AppError:
            return True  # the file cannot be read now: the next write says so
        if self._writer.writes != writes:
            return False
        for section, problem in faults.items():
            self._found(written[section].profile, Place(section), problem)
        return True
