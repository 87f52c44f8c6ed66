"""Taking lines of someone else's over, and giving them back: what a change does to the section that they stand in."""

from collections.abc import Sequence

from app.awsfiles.content import KEY_ID, Content, complete
from app.awsfiles.document import NameOf, credentials_name
from app.awsfiles.ownership import SectionRecord, State, TakenRecord
from app.awsfiles.plan import Plan, Result
from app.awsfiles.sections import STOPPED_KEY_ID
from app.awsfiles.taken import given_lines, taken_keys, taken_lines
from app.domain.files import FileChange, LinesGive, LinesTake
from app.domain.problem import AppError, Code, Verb


def plan_taking(plan: Plan, name_of: NameOf, changes: Sequence[tuple[int, FileChange]]) -> None:
    """Plan the changes of this kind; no other change of the same section is in the same plan."""
    for number, change in changes:
        if isinstance(change, LinesTake):
            plan.attempt(number, change.profile, lambda change=change: _take(plan, name_of, change))
        elif isinstance(change, LinesGive):
            plan.attempt(number, change.profile, lambda change=change: _give(plan, name_of, change))


def _find(plan: Plan, name: str, name_of: NameOf) -> Content | None:
    sections = plan.document.named(name, name_of)
    if len(sections) > 1:
        path = str(plan.path)
        line = plan.document.data.count(b"\n", 0, sections[1].start) + 1
        raise AppError.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, path, path=path, line=line, rule="duplicate-section")
    return Content(plan.document, sections[0]) if sections else None


def _take(plan: Plan, name_of: NameOf, change: LinesTake) -> Result:
    content = _find(plan, change.section, name_of)
    if content is None:
        return Result()
    path = str(plan.path)
    ours = {key for at, section, key in plan.state.lines if (at, section) == (path, change.section)}
    wanted = frozenset(change.keys).intersection(content.options) - ours
    if not wanted:
        return Result()
    if content.marker is not None or taken_keys(content) & wanted:
        # a session of ours, or lines that were written again beside their comments: nothing here is to be covered up
        raise AppError.of(Code.SECTION_FOREIGN, Verb.ADOPT, change.section, path=path, section=change.section)
    known = plan.state.taken.get((path, change.section))
    if known is not None:  # more of a section that was taken in part: that comes back first
        raise AppError.of(Code.SECTION_FOREIGN, Verb.ADOPT, change.section, path=path, section=change.section)
    backup = plan.keep_bytes(change.section, content.raw)
    plan.state.taken[path, change.section] = TakenRecord(path, change.section, change.profile, backup)
    plan.document.replace(content.section.start, content.end, taken_lines(content, wanted))
    return Result(what="import")


def _give(plan: Plan, name_of: NameOf, change: LinesGive) -> Result:
    path = str(plan.path)
    record = plan.state.taken.get((path, change.section))
    if record is None or record.profile != change.profile:
        return Result()
    content = _find(plan, change.section, name_of)
    section = content.section if content is not None else None
    stopped = plan.state.sections.get((path, change.section)) if name_of is credentials_name else None
    if content is not None and stopped is not None and content.options.get(KEY_ID) == STOPPED_KEY_ID:
        content = content.alone()  # what stands there only so that nobody takes the name goes for the name's owner
        plan.done.append(lambda state: _forget(state, stopped))
    if content is None or section is None:  # somebody removed the section: it comes back whole
        plan.document.append(complete([plan.backup(record.before)], plan.document.newline))
    elif taken_keys(content) & content.options.keys():
        raise AppError.of(Code.SECTION_FOREIGN, Verb.ADOPT, change.section, path=path, section=change.section)
    else:
        text = given_lines(content, plan.backup(record.before))
        plan.document.replace(section.start, section.end, text)
    plan.used_backups.append(record.before)
    plan.done.append(lambda state: _drop(state, record))
    return Result(what="undo")


def _forget(state: State, record: SectionRecord) -> None:
    state.sections.pop((record.path, record.section), None)


def _drop(state: State, record: TakenRecord) -> None:
    state.taken.pop((record.path, record.section), None)
