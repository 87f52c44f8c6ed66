"""What lies beside the AWS files: the state of what is ours, backups, journals; kept in order at each start.

An application that delivers nothing needs no more of this room.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

from app.awsfiles import safety
from app.awsfiles.atomic import Scratch
from app.awsfiles.backups import Backups
from app.awsfiles.inplace import InPlace
from app.awsfiles.lock import locked
from app.awsfiles.ownership import Ownership, SectionRecord, State
from app.awsfiles.pace import Pace
from app.awsfiles.writelog import WriteLog
from app.domain.problem import AppError
from app.ports import Clock, LongLivedKeeper


class House:
    """The folders of Rolecall's own that go with a pair of AWS files. Blocking; for one thread at a time."""

    def __init__(
        self,
        credentials_path: Path,
        config_path: Path,
        state_dir: Path,
        runtime_dir: Path,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        random: Random,
        keeper: LongLivedKeeper | None = None,
    ) -> None:
        """Touch nothing yet. `keeper` None: sections with long-lived keys cannot be adopted."""
        self.path = credentials_path
        self.config_path = config_path
        self._runtime_dir = runtime_dir
        self._pace = Pace(clock, sleep, random)
        self._scratch = Scratch.of(runtime_dir, self._pace.token)
        self._ownership = Ownership(state_dir, self._scratch, f"{random.getrandbits(128):032x}")
        self._backups = Backups(state_dir / "backups", self._scratch, self._pace, keeper)
        self._log = WriteLog(state_dir / "journal", self._scratch, self._pace)
        self._in_place = InPlace(state_dir / "journal", self._scratch)
        self._folders = (state_dir, state_dir / "backups", state_dir / "journal")

    def owns(self) -> bool:
        """Whether a section of the credentials file is ours by the state; FILE_UNREADABLE."""
        return bool(self._records(self._ownership.load()))

    def _records(self, state: State) -> list[SectionRecord]:
        return [record for record in state.sections.values() if record.path == str(self.path)]

    def sweep(self) -> None:
        """Remove what a crash left behind, finish an interrupted write in place. Once, at the start; FILE_LOCKED."""
        with locked(self._runtime_dir, self._pace, self.path):
            for path in (self.path, self.config_path):
                try:
                    real = safety.resolve(path)
                except AppError:
                    continue
                self._scratch.sweep(real.parent, real.name)
            for folder in self._folders:
                self._scratch.sweep(folder)
            self._in_place.recover(self._keep_whole)
            state = self._ownership.load()
            records = (*state.sections.values(), *state.lines.values(), *state.taken.values())
            self._backups.sweep({record.before for record in records})
            self._log.sweep()

    def _keep_whole(self, path: Path, content: bytes) -> None:
        self._backups.keep(path, "", content)
