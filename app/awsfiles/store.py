"""The AWS files as the rest of Rolecall uses them. Blocking; for one thread at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from app.awsfiles import safety
from app.awsfiles.awsfile import AwsFile, Desk, Numbered
from app.awsfiles.configlines import plan_lines
from app.awsfiles.content import KEY_ID, SECRET_KEY, TOKEN, Content
from app.awsfiles.document import Document, config_name, credentials_name
from app.awsfiles.house import House
from app.awsfiles.lock import locked
from app.awsfiles.ownership import SectionRecord, State
from app.awsfiles.plan import Plan
from app.awsfiles.rewrite import Rewriter
from app.awsfiles.sections import Standing, conflict_of, plan_sections, standing
from app.awsfiles.snapshot import Identity, read_stable
from app.awsfiles.taking import plan_taking
from app.domain.conflict import Conflict
from app.domain.files import (
    FileChange,
    FileDiff,
    JournalEntry,
    LinePut,
    LineRemove,
    LinesGive,
    LinesTake,
    Outcome,
    OwnedSection,
    SectionPut,
    SectionRemove,
    taken_back,
)
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import WriteMode
from app.domain.secret import Credentials, Secret
from app.ports import Clock, LongLivedKeeper

_CURRENT_KEY_IDS = 2  # the last that we wrote, or the one before where a crash came between state and file


class AwsFiles(House):
    """The shared credentials file and single lines of the config file.

    Only what is ours is touched: every other byte of both files stays, whatever fails and whenever the process ends.
    """

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
        write_mode: WriteMode = WriteMode.REPLACE,
        keeper: LongLivedKeeper | None = None,
    ) -> None:
        """Touch nothing yet. `keeper` None: sections with long-lived keys cannot be adopted."""
        super().__init__(
            credentials_path,
            config_path,
            state_dir,
            runtime_dir,
            clock=clock,
            sleep=sleep,
            random=random,
            keeper=keeper,
        )
        self._config_seen: tuple[Identity, Document] | None = None
        desk = Desk(self._ownership, self._backups, self._log, self._pace, write_mode, self._config, config_path)
        self._credentials_file = AwsFile(
            credentials_path, credentials_name, _plan_credentials, self._rewriter(credentials_path), desk
        )
        self._config_file = AwsFile(config_path, config_name, _plan_config, self._rewriter(config_path), desk)

    def _rewriter(self, path: Path) -> Rewriter:
        name_of = credentials_name if path == self.path else config_name
        return Rewriter(path, name_of, self._pace, self._scratch, self._in_place)

    def _config(self) -> Document:
        """The config file as it is now; one that cannot be read says nothing."""
        try:
            real = safety.resolve(self.config_path)
            if self._config_seen is not None and Identity.of(real.stat()) == self._config_seen[0]:
                return self._config_seen[1]
            snapshot = read_stable(real, self._pace)
        except (AppError, OSError):
            return Document(b"")
        self._config_seen = (snapshot.identity, snapshot.document) if snapshot.identity else None
        return snapshot.document

    # writing

    def apply(self, changes: Sequence[FileChange]) -> tuple[Outcome, ...]:
        """Carry out the changes, all of one file in one write; one outcome per change, in order. Never raises AppError.

        A change that is refused (SECTION_FOREIGN, SECTION_SHADOWED, SECRET_INVALID …) stops no other. What goes
        wrong with a file as a whole (FILE_*) is the problem of each of its changes, and the file is as it was. Two
        changes of one place are carried out one after the other.
        """
        outcomes: dict[int, Outcome] = {}
        for wave in _waves(changes):
            try:
                with locked(self._runtime_dir, self._pace, self.path):
                    for file, part in self._by_file(wave):
                        outcomes |= self._apply_to(file, part)
            except (AppError, OSError) as error:
                problem = error.problem if isinstance(error, AppError) else safety.unwritable(self.path, error).problem
                missing = [(number, change) for number, change in wave if number not in outcomes]
                outcomes |= {number: Outcome(change, None, problem) for number, change in missing}
        return tuple(outcomes[number] for number in range(len(changes)))

    def _apply_to(self, file: AwsFile, part: Numbered) -> dict[int, Outcome]:
        if not file.rewriter.was_written_late():
            return file.apply(part)
        # another program's write comes in under ours: what it may have undone is done again with it
        places = {_place(change) for _, change in part}
        again = [(-1 - at, change) for at, (_, change) in enumerate(file.last_changes) if _place(change) not in places]
        outcomes = file.apply((*again, *part))
        file.last_changes = part
        return {number: outcome for number, outcome in outcomes.items() if number >= 0}

    def _by_file(self, changes: Numbered) -> list[tuple[AwsFile, Numbered]]:
        sections = [one for one in changes if not _in_config(one[1])]
        lines = [one for one in changes if _in_config(one[1])]
        both = ((self._credentials_file, sections), (self._config_file, lines))
        return [(file, part) for file, part in both if part]

    def preview(self, changes: Sequence[FileChange]) -> tuple[FileDiff, ...]:
        """Return what the changes would do to each file, secrets masked; changes that would be refused do nothing.

        Raises FILE_* where the file as a whole cannot be written.
        """
        state = self._ownership.load()
        return tuple(file.preview(state, part) for file, part in self._by_file(list(enumerate(changes))))

    def refusals(self, changes: Sequence[FileChange]) -> tuple[Problem | None, ...]:
        """Return why each change would be refused, None where it would not be; nothing is written.

        Raises FILE_* where the file as a whole cannot be written.
        """
        state = self._ownership.load()
        found: dict[int, Problem | None] = {}
        for file, part in self._by_file(list(enumerate(changes))):
            found |= file.refusals(state, part)
        return tuple(found[number] for number in range(len(changes)))

    def conflicts(self, changes: Sequence[FileChange]) -> tuple[Conflict | None, ...]:
        """Return what each change, all with `adopt`, would take over; None where nothing of someone else's is there.

        Raises FILE_* where the file as a whole cannot be read or written.
        """
        state = self._ownership.load()
        found: dict[int, Conflict | None] = {}
        for file, part in self._by_file(list(enumerate(changes))):
            found |= file.conflicts(state, part)
        return tuple(found[number] for number in range(len(changes)))

    # looking

    def owned(self) -> tuple[OwnedSection, ...]:
        """Return the sections of the credentials file that are ours by state and marker, as they stand in it."""
        state = self._ownership.load()
        records = self._records(state)
        if not records:
            return ()
        document = self._credentials_file.look(state).document
        found = (_owned(document, record, state) for record in records)
        return tuple(one for one in found if one is not None)

    def ours(self) -> tuple[FileChange, ...]:
        """Return the changes that give back every section and line that is ours in these files, by the state."""
        state = self._ownership.load()
        sections = [
            SectionRemove(one.section, one.profile) for one in state.sections.values() if one.path == str(self.path)
        ]
        config = str(self.config_path)
        lines = [LineRemove(one.section, one.key, one.profile) for one in state.lines.values() if one.path == config]
        return (*sections, *lines)

    def check(self, expected: Mapping[str, str]) -> Mapping[str, Problem | None]:
        """Return the sections (of section -> access key id) that are not as written.

        None: gone, or as it was before our last write: write it again. A problem: someone else's now, untouched.
        """
        state = self._ownership.load()
        if self._credentials_file.rewriter.was_written_late():
            return dict.fromkeys(expected)
        return self._check_document(self._credentials_file.look(state).document, expected, state)

    def _check_document(
        self, document: Document, expected: Mapping[str, str], state: State
    ) -> dict[str, Problem | None]:
        found: dict[str, Problem | None] = {}
        for name, key_id in expected.items():
            sections = document.named(name, credentials_name)
            content = Content(document, sections[0]) if sections else None
            if len(sections) == 1 and content is not None and content.options.get(KEY_ID) == key_id:
                continue
            record = state.sections.get((str(self.path), name))
            whose = standing(content, record, state, name)
            theirs = whose in (Standing.FOREIGN, Standing.CHANGED)
            found[name] = conflict_of(self.path, name, whose, content) if theirs else None
        return found

    # undoing

    def journal(self) -> tuple[JournalEntry, ...]:
        """Return the writes of the last 30 days, newest first, secrets masked."""
        return tuple(entry for entry, _ in self._log.entries(self._backups.has))

    def undo(self, entry_id: str | None) -> JournalEntry:
        """Put back what a write replaced (None: the newest that can be undone); what was written in its place goes.

        Raises NOTHING_TO_UNDO, SECTION_CHANGED or SECTION_FOREIGN where someone else wrote there since, and what
        stopping the section would raise; then nothing was put back.
        """
        entry, removals = self._undoable(entry_id)
        self._require_unchanged(next(self._waves_of(removals)))
        outcomes = self.apply(removals)
        if problems := [one.problem for one in outcomes if one.problem]:
            raise AppError(problems[0])
        return entry

    def undo_preview(self, entry_id: str) -> tuple[FileDiff, ...]:
        """Return what `undo` of a write would change now, secrets masked; raises what it would raise."""
        entry, removals = self._undoable(entry_id)
        first, *later = self._waves_of(removals)
        self._require_unchanged(first)
        back = FileDiff(entry.path, taken_back(entry.diff), 0, None)  # what comes after, on what is not there yet
        return tuple(diff for diff in (*self.preview(first), *([back] if later else ())) if diff.lines)

    def _undoable(self, entry_id: str | None) -> tuple[JournalEntry, list[FileChange]]:
        for entry, backups in self._log.entries(self._backups.has):
            if entry_id in (None, entry.id):
                removals = [change for backup in backups for change in self._removals(backup)]
                if removals:
                    return entry, removals
        raise AppError.of(Code.NOTHING_TO_UNDO)

    def _waves_of(self, changes: Sequence[FileChange]) -> Iterator[list[FileChange]]:
        return ([change for _, change in wave] for wave in _waves(changes))

    def _require_unchanged(self, changes: Sequence[FileChange]) -> None:
        state = self._ownership.load()
        for file, part in self._by_file(list(enumerate(changes))):
            if found := file.objections(state, part):
                raise AppError(found[0])

    def _removals(self, backup: str) -> list[FileChange]:
        state = self._ownership.load()
        sections = [SectionRemove(one.section, one.profile) for one in state.sections.values() if one.before == backup]
        lines = [LineRemove(one.section, one.key, one.profile) for one in state.lines.values() if one.before == backup]
        taken: list[FileChange] = []
        for one in state.taken.values():
            if one.before == backup:
                in_config = one.path == str(self.config_path)
                ours = None if in_config else state.sections.get((one.path, one.section))
                taken += [SectionRemove(one.section, ours.profile)] if ours else []  # what stands there in their place
                taken.append(LinesGive(one.section, one.profile, in_config))
        return [*sections, *lines, *taken]

    # repairing

    def repair_preview(self) -> tuple[FileDiff, ...]:
        """Return what would make the files readable for botocore again (`faults.repaired`); nothing where they are."""
        state = self._ownership.load()
        diffs = (file.repair_preview(state) for file in (self._credentials_file, self._config_file))
        return tuple(diff for diff in diffs if diff is not None)

    def repair(self) -> tuple[FileDiff, ...]:
        """Write what `repair_preview` shows, by the same protocol, and return it. Raises FILE_*."""
        with locked(self._runtime_dir, self._pace, self.path):
            diffs = [file.repair() for file in (self._credentials_file, self._config_file)]
        return tuple(diff for diff in diffs if diff is not None)

    # keeping house

    def allow_in_place(self) -> None:
        """Record that the person agreed to writing in place where replacing is impossible, for both files."""
        with locked(self._runtime_dir, self._pace, self.path):
            state = self._ownership.load()
            state.in_place |= {str(self.path), str(self.config_path)}
            self._ownership.save(state)

    def close(self) -> None:
        """Let go of what is held open for a second look."""
        self._credentials_file.rewriter.close()
        self._config_file.rewriter.close()


def _in_config(change: FileChange) -> bool:
    if isinstance(change, LinesTake | LinesGive):
        return change.in_config
    return isinstance(change, LinePut | LineRemove)


def _plan_credentials(plan: Plan, changes: Numbered) -> None:
    plan_sections(plan, [one for one in changes if isinstance(one[1], SectionPut | SectionRemove)])
    plan_taking(plan, credentials_name, changes)


def _plan_config(plan: Plan, changes: Numbered) -> None:
    plan_lines(plan, changes)
    plan_taking(plan, config_name, changes)


def _place(change: FileChange) -> tuple[str, str, bool]:
    key = change.key if isinstance(change, LinePut | LineRemove) else ""
    return change.section, key, _in_config(change)


def _waves(changes: Sequence[FileChange]) -> list[list[tuple[int, FileChange]]]:
    """Part the changes so that no place comes twice in one wave, and keep their order for each place.

    Taking lines over and giving them back concerns the whole section, and has a wave without other changes of it.
    """
    waves: list[list[tuple[int, FileChange]]] = []
    seen: dict[tuple[str, str, bool], int] = {}
    last: dict[tuple[str, bool], int] = {}  # of any change of the section
    whole: dict[tuple[str, bool], int] = {}  # of a change of all of it
    for number, change in enumerate(changes):
        place, section = _place(change), (change.section, _in_config(change))
        if isinstance(change, LinesTake | LinesGive):
            wave = whole[section] = last.get(section, -1) + 1
        else:
            wave = max(seen.get(place, -1), whole.get(section, -1)) + 1
        seen[place] = wave
        last[section] = max(last.get(section, -1), wave)
        if wave == len(waves):
            waves.append([])
        waves[wave].append((number, change))
    return waves


def _owned(document: Document, record: SectionRecord, state: State) -> OwnedSection | None:
    sections = document.named(record.section, credentials_name)
    content = Content(document, sections[0]) if len(sections) == 1 else None
    whose = standing(content, record, state, record.section)
    if content is None or whose is not Standing.OURS or KEY_ID not in content.options:
        return None
    key_id = content.options[KEY_ID]
    token = content.options.get(TOKEN)
    credentials = Credentials(
        access_key_id=key_id,
        secret_access_key=Secret(content.options.get(SECRET_KEY, "")),
        session_token=None if token is None else Secret(token),
        expires_at=content.marker.expires_at if content.marker else None,
    )
    matches = key_id in record.key_ids[:_CURRENT_KEY_IDS] and not record.stopped
    return OwnedSection(record.section, record.profile, credentials, matches)
