"""Sections of the credentials file: who owns one, and what a change does to it."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path

from app.awsfiles import shadow
from app.awsfiles.content import KEY_ID, OURS, Content, complete, digest, given_back, key_lines
from app.awsfiles.document import Section, credentials_name, section_bytes
from app.awsfiles.marker import Marker
from app.awsfiles.ownership import ABSENT, SHARED, SectionRecord, State
from app.awsfiles.plan import Plan, Result
from app.awsfiles.values import require_section
from app.domain.files import FileChange, SectionPut, SectionRemove
from app.domain.problem import AppError, Code, Problem, Verb

# what stands in a section that was stopped and has to stay: AWS refuses it, and who reads it sees why
STOPPED_KEY_ID = "ASIASTOPPEDBYROLECALL"
_STOPPED_VALUE = "stopped-by-rolecall"


class Standing(Enum):
    """Whose a section is."""

    ABSENT = auto()
    OURS = auto()
    KEYLESS = auto()  # nobody's identity is in it
    FOREIGN = auto()
    CHANGED = auto()  # ours by the state, someone else's by its key


def standing(content: Content | None, record: SectionRecord | None, state: State, name: str) -> Standing:
    """Return whose the section is, by state, marker and key id."""
    if content is None:
        return Standing.ABSENT
    marked_by_others = content.marker is not None and content.marker.installation != state.short_id
    if record is None:
        free = not content.has_identity and not marked_by_others and content.is_headed(name)
        return Standing.KEYLESS if free else Standing.FOREIGN
    if marked_by_others:
        return Standing.FOREIGN
    key_id = content.options.get(KEY_ID)
    if key_id in record.key_ids:
        return Standing.OURS
    if key_id is not None:
        return Standing.CHANGED
    if content.marker is not None:
        return Standing.OURS
    return Standing.CHANGED if content.has_identity or not content.is_headed(name) else Standing.KEYLESS


def plan_sections(plan: Plan, changes: Sequence[tuple[int, FileChange]]) -> None:
    """Plan the changes of the credentials file; of two for one section the second is refused by the caller."""
    for number, change in changes:
        match change:
            case SectionPut():
                plan.attempt(number, change.profile, lambda change=change: _put(plan, change))
            case SectionRemove():
                plan.attempt(number, change.profile, lambda change=change: _remove(plan, change))
            case _:
                raise TypeError


def find_content(plan: Plan, name: str) -> Content | None:
    """Return what stands in the section; FILE_BROKEN where SDKs that trim names see it twice."""
    sections = plan.document.named(name, credentials_name)
    if len(sections) > 1:
        raise _twice(plan, sections[1])
    return Content(plan.document, sections[0]) if sections else None


def _twice(plan: Plan, section: Section) -> AppError:
    line = plan.document.data.count(b"\n", 0, section.start) + 1
    path = str(plan.path)
    return AppError.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, path, path=path, line=line, rule="duplicate-section")


def _put(plan: Plan, put: SectionPut) -> Result:
    require_section(put)
    content = find_content(plan, put.section)
    record = plan.state.sections.get((str(plan.path), put.section))
    whose = standing(content, record, plan.state, put.section)
    adopting = whose in (Standing.FOREIGN, Standing.CHANGED)
    if adopting and not (put.adopt and _as_seen(put, content)):
        raise AppError(conflict_of(plan.path, put.section, whose, content))
    marker = Marker(put.profile, plan.state.short_id, put.credentials.expires_at)
    values = key_lines(put.credentials)
    _require_unshadowed(plan, put.section, content, adopting=adopting)
    fresh = SectionRecord(str(plan.path), put.section, put.profile, ())
    if content is None:
        return _add(plan, put, marker, values, record or fresh)
    if adopting:
        backup = plan.keep_bytes(put.section, content.raw)
        record = replace(fresh, before=backup, before_key_id=content.options.get(KEY_ID, ""))
    elif whose is Standing.KEYLESS and (record is None or record.before == ABSENT):
        record = replace(fresh, before=SHARED)
    owned = record or fresh
    plan.document.replace(
        content.section.start, content.end, content.with_session(put.section, marker, values, adopt=adopting)
    )
    key_ids = owned.with_key_id(values[KEY_ID], content.options.get(KEY_ID))
    _remember(plan, replace(owned, key_ids=key_ids, profile=put.profile, stopped=False))
    renewed = whose is Standing.OURS and owned.profile == put.profile and not owned.stopped
    return Result(what="adopt" if adopting else "renew" if renewed else "start")


def _as_seen(put: SectionPut, content: Content | None) -> bool:
    return not put.seen or (content is not None and put.seen == digest(content.raw))


def _add(plan: Plan, put: SectionPut, marker: Marker, values: dict[str, str], record: SectionRecord) -> Result:
    body = [str(marker), *(f"{key} = {value}" for key, value in values.items())]
    blank = plan.document.append(section_bytes(put.section, body, plan.document.newline))
    before = ABSENT if record.before == SHARED else record.before  # the section that we shared is gone
    key_ids = record.with_key_id(values[KEY_ID], None)
    _remember(plan, replace(record, key_ids=key_ids, profile=put.profile, before=before, blank=blank, stopped=False))
    return Result(what="start")


def _remember(plan: Plan, record: SectionRecord) -> None:
    plan.state.sections[record.path, record.section] = record


def conflict_of(path: Path, name: str, whose: Standing, content: Content | None) -> Problem:
    """Return the problem of a section that is someone else's."""
    if whose is Standing.CHANGED and content is not None:
        key_id = content.options.get(KEY_ID, "")
        return Problem.of(Code.SECTION_CHANGED, Verb.ADOPT, name, path=str(path), section=name, key_id=key_id)
    return Problem.of(Code.SECTION_FOREIGN, Verb.ADOPT, name, path=str(path), section=name)


def _require_unshadowed(plan: Plan, name: str, content: Content | None, *, adopting: bool) -> None:
    """Raise SECTION_SHADOWED where the session would not be read.

    That is so for a key of the config file, one that stands in the section itself (adopting takes it out), or one that
    [DEFAULT] adds to every section.
    """
    in_config = shadow.winning_key(shadow.config_options(plan.config, name))
    own = {} if content is None or adopting else content.options
    in_file = shadow.winning_here((*own, *shadow.default_options(plan.document)))
    for path, key in ((plan.config_path, in_config), (plan.path, in_file)):
        if key is not None:
            raise AppError.of(Code.SECTION_SHADOWED, Verb.RENAME_SECTION, name, path=str(path), section=name, key=key)


def _remove(plan: Plan, change: SectionRemove) -> Result:
    record = plan.state.sections.get((str(plan.path), change.section))
    if record is None or record.profile != change.profile:
        return Result()  # never ours, or another profile's by now
    content = find_content(plan, change.section)
    whose = standing(content, record, plan.state, change.section)
    has_backup = record.before not in (ABSENT, SHARED)
    if content is None:
        if has_backup:  # somebody removed the section: what it stood for comes back all the same
            plan.document.append(complete([plan.backup(record.before)], plan.document.newline))
            plan.used_backups.append(record.before)
        _forget(plan, record)
        return Result(what="stop" if has_backup else "")
    if whose not in (Standing.OURS, Standing.KEYLESS):
        _forget(plan, record)
        restored = content.options.get(KEY_ID) == record.before_key_id
        return Result(warnings=() if restored else (conflict_of(plan.path, change.section, whose, content),))
    if has_backup:
        plan.document.replace(content.section.start, content.end, given_back(content, plan.backup(record.before)))
        plan.used_backups.append(record.before)
    elif kept := _kept_for(plan, change.section):
        return _stop_in_place(plan, record, content, kept)
    elif record.before == SHARED:
        plan.document.replace(content.section.start, content.end, content.without_ours())
    else:
        _take_out(plan, record, content)
    _forget(plan, record)
    return Result(what="stop")


def _take_out(plan: Plan, record: SectionRecord, content: Content) -> None:
    rest = content.rest()
    if any(row.raw.strip() for row in rest) or content.attached_comments():
        plan.document.replace(content.section.start, content.end, content.without_ours())
    elif rest:
        plan.document.replace(content.section.start, content.end, b"".join(row.raw for row in rest))
    else:
        plan.document.remove(content.section.start, content.end, blank_above=record.blank)


def _forget(plan: Plan, record: SectionRecord) -> None:
    plan.done.append(lambda state: _drop(state, record))


def _drop(state: State, record: SectionRecord) -> None:
    state.sections.pop((record.path, record.section), None)


def _kept_for(plan: Plan, name: str) -> str | None:
    """The key in the config file by which the name would be another identity once the section is gone."""
    line = plan.state.lines.get((str(plan.config_path), name, "credential_process"))
    options = shadow.config_options(plan.config, name)
    return shadow.identity_key(options, ours=line.value if line else None)


def _stop_in_place(plan: Plan, record: SectionRecord, content: Content, key: str) -> Result:
    """The section stays, with keys that no call can use, so that its name does not become someone else's."""
    kept = Problem.of(Code.SECTION_KEPT, path=str(plan.path), section=record.section, key=key)
    if record.stopped:
        return Result(warnings=(kept,))
    marker = Marker(record.profile, plan.state.short_id, plan.now)
    values = dict.fromkeys(OURS, _STOPPED_VALUE) | {KEY_ID: STOPPED_KEY_ID}
    text = content.with_session(record.section, marker, values)
    plan.document.replace(content.section.start, content.end, text)
    key_ids = record.with_key_id(STOPPED_KEY_ID, content.options.get(KEY_ID))
    _remember(plan, replace(record, key_ids=key_ids, stopped=True))
    return Result(warnings=(kept,), what="stop")
