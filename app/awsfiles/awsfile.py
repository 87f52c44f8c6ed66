"""One of the two files: plan changes on what stands there, remember, write, remember what came of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.awsfiles.backups import Backups
from app.awsfiles.conflicts import conflict_at
from app.awsfiles.document import Document, NameOf
from app.awsfiles.faults import faults, repaired
from app.awsfiles.masking import diff_lines
from app.awsfiles.ownership import Ownership, State
from app.awsfiles.pace import Pace
from app.awsfiles.plan import Plan, Planner, Result
from app.awsfiles.rewrite import Rewriter, Written
from app.awsfiles.snapshot import Identity, Snapshot
from app.awsfiles.writelog import WriteLog
from app.domain.conflict import Conflict
from app.domain.files import FileChange, FileDiff, Outcome
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import WriteMode
from app.domain.values import dataclass

Numbered = Sequence[tuple[int, FileChange]]
OPEN_KEYS = frozenset({"credential_process"})  # of ours: it names our own stub
CONFLICTS = frozenset({Code.SECTION_FOREIGN, Code.SECTION_CHANGED})


@dataclass(frozen=True, slots=True)
class Desk:
    """What both files share. `config`: the config file as it is now, for what it says about a name."""

    ownership: Ownership
    backups: Backups
    log: WriteLog
    pace: Pace
    mode: WriteMode
    config: Callable[[], Document]
    config_path: Path


class AwsFile:
    """The credentials file or the config file. Every method but `preview` and `look` is called with the lock held."""

    def __init__(self, path: Path, name_of: NameOf, planner: Planner, rewriter: Rewriter, desk: Desk) -> None:
        """Touch nothing yet."""
        self.path = path
        self._name_of = name_of
        self._planner = planner
        self.rewriter = rewriter
        self._desk = desk
        self._sound: Identity | None = None
        self.written: Identity | None = None
        self.last_changes: Numbered = ()

    def look(self, state: State) -> Snapshot:
        """Return the file when it holds still."""
        return self.rewriter.snapshot(self._ours(state), state.others.get(str(self.path), 0))

    def _ours(self, state: State) -> frozenset[str]:
        path = str(self.path)
        return frozenset(name for known in (state.sections, state.made) for at, name in known if at == path)

    def _require_sound(self, snapshot: Snapshot) -> None:
        """Raise FILE_BROKEN for what botocore cannot read: it is not made worse."""
        if snapshot.identity is not None and snapshot.identity == self._sound:
            return
        if found := faults(snapshot.data):
            path = str(snapshot.path)
            raise AppError.of(
                Code.FILE_BROKEN, Verb.REPAIR_FILE, path, path=path, line=found[0].line, rule=found[0].rule
            )
        self._sound = snapshot.identity

    def _plan(self, snapshot: Snapshot, state: State, changes: Numbered, keep: Callable[[str, bytes], str]) -> Plan:
        plan = Plan(
            path=self.path,
            document=snapshot.document,
            state=state,
            keep=keep,
            backup=lambda identifier: self._desk.backups.read(identifier).content,
            config=self._desk.config(),
            config_path=self._desk.config_path,
            now=self._desk.pace.clock.now(),
        )
        self._planner(plan, changes)
        return plan

    def preview(self, state: State, changes: Numbered) -> FileDiff:
        """Return what the changes would do; those that would be refused do nothing."""
        snapshot = self.look(state)
        self._require_sound(snapshot)
        plan = self._plan(snapshot, state.copy(), changes, lambda _section, _content: "")
        return self._diff(snapshot, plan.document, len(self.rewriter.others_in(plan.document, self._ours(state))))

    def refusals(self, state: State, changes: Numbered) -> dict[int, Problem | None]:
        """Return why each change would be refused; None: it would not be."""
        snapshot = self.look(state)
        self._require_sound(snapshot)
        plan = self._plan(snapshot, state.copy(), changes, lambda _section, _content: "")
        return {number: plan.results[number].problem for number, _ in changes}

    def conflicts(self, state: State, changes: Numbered) -> dict[int, Conflict | None]:
        """Return what each change would take over, None where nothing of someone else's is in its place."""
        snapshot = self.look(state)
        self._require_sound(snapshot)
        plan = self._plan(snapshot, state.copy(), changes, lambda _section, _content: "")
        others = len(self.rewriter.others_in(plan.document, self._ours(state)))
        before = replace(plan, state=state)
        return {at: conflict_at(before, change, plan.results[at].problem, others) for at, change in changes}

    def objections(self, state: State, changes: Numbered) -> list[Problem]:
        """Return why giving back would not bring back what was there: as `refusals`, and what is someone else's now."""
        snapshot = self.look(state)
        self._require_sound(snapshot)
        results = self._plan(snapshot, state.copy(), changes, lambda _section, _content: "").results
        problems = [problem for at, _ in changes if (problem := results[at].problem) is not None]
        return problems + [one for at, _ in changes for one in results[at].warnings if one.code in CONFLICTS]

    def _diff(self, snapshot: Snapshot, document: Document, others: int) -> FileDiff:
        lines = diff_lines(str(snapshot.path), document.data, document.edits, OPEN_KEYS)
        return FileDiff(str(snapshot.path), tuple(lines), others, snapshot.mode)

    def apply(self, changes: Numbered) -> dict[int, Outcome]:
        """Carry out the changes in one write. A failure of the whole file is every change's own.

        To give back what was never ours needs no file, so that it works with a broken one too.
        """
        before = self._desk.ownership.load()
        idle = [(number, change) for number, change in changes if before.has_nothing_of(str(self.path), change)]
        working = [one for one in changes if one not in idle]
        done = {number: Outcome(change, None) for number, change in idle}
        return done | (self._write(before, working) if working else {})

    def _write(self, before: State, changes: Numbered) -> dict[int, Outcome]:
        kept: dict[tuple[str, bytes], str] = {}
        plans: list[Plan] = []

        def keep(section: str, content: bytes) -> str:
            if (section, content) not in kept:
                kept[section, content] = self._desk.backups.keep(self.path, section, content)
            return kept[section, content]

        def edit(snapshot: Snapshot) -> bytes | None:
            plans[:] = [plan := self._plan_write(snapshot, before.copy(), changes, keep)]
            data = plan.document.result()
            return data if data != snapshot.data else None

        path = str(self.path)
        try:
            written = self.rewriter.write(
                edit,
                self._ours(before),
                before.others.get(path, 0),
                mode=self._desk.mode,
                agreed=str(self.path) in before.in_place,
            )
        except AppError as error:
            self._take_back(before, kept.values())
            return {number: Outcome(change, None, error.problem) for number, change in changes}
        plan = plans[0]
        self._conclude(plan, written, kept, [one.section for at, one in changes if plan.results[at].what])
        self.last_changes = changes
        return self._outcomes(plan, changes, written)

    def repair_preview(self, state: State) -> FileDiff | None:
        """Return what a repair would change, None for a file that botocore can read."""
        snapshot = self.look(state)
        if not faults(snapshot.data):
            return None
        self._edit_whole(snapshot)
        return self._diff(snapshot, snapshot.document, 0)

    def repair(self) -> FileDiff | None:
        """Write the repair; no line is dropped, so there is nothing to keep aside."""
        state = self._desk.ownership.load()
        shown: list[FileDiff] = []

        def edit(snapshot: Snapshot) -> bytes | None:
            shown.clear()
            if not faults(snapshot.data):
                return None
            data = self._edit_whole(snapshot)
            shown.append(self._diff(snapshot, snapshot.document, 0))
            return data

        others = state.others.get(str(self.path), 0)
        agreed = str(self.path) in state.in_place
        self.rewriter.write(edit, self._ours(state), others, mode=self._desk.mode, agreed=agreed)
        for diff in shown:
            self._desk.log.add(self.path, "repair", (), diff.lines, ())
        return shown[0] if shown else None

    def _edit_whole(self, snapshot: Snapshot) -> bytes:
        data = repaired(snapshot.data)
        snapshot.document.replace(0, len(snapshot.data), data)
        return data

    def _plan_write(
        self, snapshot: Snapshot, state: State, changes: Numbered, keep: Callable[[str, bytes], str]
    ) -> Plan:
        self._require_sound(snapshot)
        plan = self._plan(snapshot, state, changes, keep)
        names, ours = snapshot.document.names(self._name_of), self._ours(state)
        state.others[str(self.path)] = len(names) - sum(name in names for name in ours)
        # what we are about to write is ours even if we end before we can say so
        self._desk.ownership.save(state)
        return plan

    def _take_back(self, before: State, kept: Iterable[str]) -> None:
        """The write failed: what was remembered for it is forgotten again, as far as that is possible."""
        try:
            self._desk.ownership.save(before)
        except AppError:
            return  # then the backups stay, since the state may name them
        for identifier in kept:
            self._desk.backups.drop(identifier)

    def _conclude(
        self, plan: Plan, written: Written | None, kept: dict[tuple[str, bytes], str], sections: Sequence[str]
    ) -> None:
        if written is not None:
            self._sound = self.written = written.identity
        for done in plan.done:
            done(plan.state)
        try:
            self._desk.ownership.save(plan.state)
        except AppError:
            return  # a record too many does no harm: the next change of its section finds that out
        for identifier in (*plan.used_backups, *(set(kept.values()) - set(plan.made_backups))):
            self._desk.backups.drop(identifier)
        if written is not None:
            diff = diff_lines(str(self.path), plan.document.data, plan.document.edits, OPEN_KEYS)
            self._desk.log.add(self.path, plan.what(), plan.profiles, diff, plan.made_backups, sections)

    def _outcomes(self, plan: Plan, changes: Numbered, written: Written | None) -> dict[int, Outcome]:
        now = self._desk.pace.clock.now()
        mode: tuple[Problem, ...] = ()
        if written is not None and written.opened_to_others is not None:
            path = str(written.snapshot.path)
            mode = (Problem.of(Code.FILE_MODE, path=path, mode=f"{written.opened_to_others:04o}"),)
        return {number: _outcome(change, plan.results[number], now, mode) for number, change in changes}


def _outcome(change: FileChange, result: Result, now: datetime, more: tuple[Problem, ...]) -> Outcome:
    if result.problem is not None:
        return Outcome(change, None, result.problem, result.warnings)
    return Outcome(change, now, None, (*result.warnings, *more))
