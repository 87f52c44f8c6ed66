"""Single lines of the config file: which are ours, and what a change does to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.awsfiles.content import Content, Row, digest
from app.awsfiles.dialect import bytes_of, text_of
from app.awsfiles.document import config_header, config_name, newline_before, section_bytes
from app.awsfiles.ownership import LineRecord, State
from app.awsfiles.plan import Plan, Result
from app.awsfiles.values import require_line
from app.domain.files import FileChange, LinePut, LineRemove
from app.domain.problem import AppError, Code, Problem, Verb


@dataclass(eq=False, slots=True)
class _Body:
    """A section's lines while they are changed, each complete. `content` None: the file has no such section."""

    name: str
    content: Content | None
    newline: bytes
    rows: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # beside rows: whose line it is

    @classmethod
    def of(cls, name: str, content: Content | None, newline: bytes) -> "_Body":
        body = cls(name, content, newline)
        for row in content.rows[1:] if content else ():
            body.rows.append(_complete(row, newline))
            body.keys.append(row.owner)
        return body

    def span(self, key: str) -> tuple[int, int]:
        """Where the lines of a key stand: itself and its continuations."""
        start = self.keys.index(key)
        end = start
        while end < len(self.keys) and self.keys[end] == key:
            end += 1
        return start, end

    def value(self, key: str) -> str | None:
        """What the key says now, None if it does not stand here."""
        if key not in self.keys:
            return None
        start, end = self.span(key)
        first = text_of(self.rows[start]).strip()
        marks = [at for at in (first.find("="), first.find(":")) if at >= 0]
        return "\n".join(
            [first[min(marks) + 1 :].strip(), *(text_of(row).strip() for row in self.rows[start + 1 : end])]
        )

    def raw(self, key: str) -> bytes:
        start, end = self.span(key)
        return b"".join(self.rows[start:end])

    def put(self, key: str, value: str) -> None:
        """Write the line in the place of what the key has, else below the section's last line."""
        line = bytes_of(f"{key} = {value}") + self.newline
        if key in self.keys:
            start, end = self.span(key)
            self.rows[start:end], self.keys[start:end] = [line], [key]
        else:
            self.rows.append(line)
            self.keys.append(key)

    def take(self, key: str, instead: bytes) -> None:
        """Remove the lines of a key, or put other bytes in their place."""
        start, end = self.span(key)
        self.rows[start:end] = [instead] if instead else []
        self.keys[start:end] = [key] if instead else []


def _complete(row: Row, newline: bytes) -> bytes:
    return row.raw if newline_before(row.raw, len(row.raw)) else row.raw + newline


def plan_lines(plan: Plan, changes: Sequence[tuple[int, FileChange]]) -> None:
    """Plan the changes of the config file: section by section, so that each is edited once."""
    bodies: dict[str, _Body] = {}
    for number, change in changes:
        if isinstance(change, LinePut | LineRemove):
            plan.attempt(number, change.profile, lambda change=change: _change(plan, bodies, change))
    for body in bodies.values():
        _finish(plan, body)


def _change(plan: Plan, bodies: dict[str, _Body], change: LinePut | LineRemove) -> Result:
    if isinstance(change, LinePut):
        require_line(change)
    body = bodies.get(change.section)
    if body is None:
        body = bodies[change.section] = find_body(plan, change.section)
    return _put(plan, body, change) if isinstance(change, LinePut) else _remove(plan, body, change)


def find_body(plan: Plan, name: str) -> _Body:
    """Return the lines that stand in a section now; FILE_BROKEN where there are two of it."""
    sections = plan.document.named(name, config_name)
    if len(sections) > 1:
        path = str(plan.path)
        line = plan.document.data.count(b"\n", 0, sections[1].start) + 1
        raise AppError.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, path, path=path, line=line, rule="duplicate-section")
    content = Content(plan.document, sections[0]) if sections else None
    return _Body.of(name, content, plan.document.newline)


def _put(plan: Plan, body: _Body, put: LinePut) -> Result:
    place = (str(plan.path), put.section, put.key)
    record = plan.state.lines.get(place)
    value = body.value(put.key)
    before = record.before if record else ""
    ours = record is not None and value in (None, record.value)
    if value == put.value and record is None:
        return Result()  # it says so already, by someone else's hand
    if value not in (None, put.value) and not ours:
        if not (put.adopt and put.seen in ("", digest(body.raw(put.key)))):
            raise AppError(_conflict(plan, put, changed=record is not None))
        before = plan.keep_bytes(f"{put.section} {put.key}", body.raw(put.key))
    plan.state.lines[place] = LineRecord(*place, put.profile, put.value, before)
    if body.content is None and not body.rows:
        plan.state.made[str(plan.path), put.section] = False
    if value != put.value:
        body.put(put.key, put.value)
    return Result(what="config-line" if value != put.value else "")


def _conflict(plan: Plan, change: LinePut | LineRemove, *, changed: bool) -> Problem:
    path, section = str(plan.path), config_header(change.section)
    if changed:
        return Problem.of(
            Code.SECTION_CHANGED, Verb.ADOPT, change.section, path=path, section=section, key_id=change.key
        )
    return Problem.of(Code.SECTION_FOREIGN, Verb.ADOPT, change.section, path=path, section=section)


def _remove(plan: Plan, body: _Body, change: LineRemove) -> Result:
    place = (str(plan.path), change.section, change.key)
    record = plan.state.lines.get(place)
    if record is None or record.profile != change.profile:
        return Result()
    plan.done.append(lambda state: _drop(state, place))
    value = body.value(change.key)
    if value is None:
        return Result()
    if value != record.value:
        return Result(warnings=(_conflict(plan, change, changed=True),))
    body.take(change.key, plan.backup(record.before) if record.before else b"")
    if record.before:
        plan.used_backups.append(record.before)
    return Result(what="config-line")


def _drop(state: State, place: tuple[str, str, str]) -> None:
    state.lines.pop(place, None)


def _finish(plan: Plan, body: _Body) -> None:
    """Put the section's new lines into the document."""
    place = (str(plan.path), body.name)
    if body.content is None:
        if body.rows:
            lines = [text_of(row).rstrip("\r\n") for row in body.rows]
            text = section_bytes(config_header(body.name), lines, body.newline)
            plan.state.made[place] = plan.document.append(text)
        return
    content = body.content
    made = place in plan.state.made
    if made and not any(row.strip() for row in body.rows) and not content.attached_comments():
        plan.document.remove(content.section.start, content.end, blank_above=plan.state.made[place])
        plan.done.append(lambda state: _drop_made(state, place))
        return
    before = [_complete(row, body.newline) for row in content.rows]
    after = [before[0], *body.rows]
    if after != before:
        plan.document.replace(content.section.start, content.end, b"".join(after))


def _drop_made(state: State, place: tuple[str, str]) -> None:
    state.made.pop(place, None)
