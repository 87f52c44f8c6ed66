"""What stands in a place that is someone else's, beside what would be written there. Nothing is written for it."""

from app.awsfiles import shadow
from app.awsfiles.backups import long_lived_spans
from app.awsfiles.configlines import find_body
from app.awsfiles.content import KEY_ID, SECRET_KEY, TOKEN, Content, digest, key_lines
from app.awsfiles.dialect import Kind, bytes_of
from app.awsfiles.document import Document, config_name, credentials_name
from app.awsfiles.marker import Marker
from app.awsfiles.masking import masked_key_id, masked_lines
from app.awsfiles.plan import Plan
from app.awsfiles.sections import Standing, standing
from app.domain.conflict import Conflict, Reading, Reads
from app.domain.files import FileChange, LinePut, SectionPut
from app.domain.problem import Problem

_STALE_TOKEN = "aws_security_token"  # noqa: S105  read before aws_session_token
_IDENTITY_CENTER = ("sso_role_name", "sso_account_id")
_OPEN = frozenset({"credential_process"})


def conflict_at(plan: Plan, change: FileChange, refused: Problem | None, others: int) -> Conflict | None:
    """Return the conflict that a change meets; None where it meets none (any more)."""
    if isinstance(change, SectionPut):
        return _of_section(plan, change, refused, others)
    return _of_line(plan, change, refused, others) if isinstance(change, LinePut) else None


def _of_section(plan: Plan, put: SectionPut, refused: Problem | None, others: int) -> Conflict | None:
    sections = plan.document.named(put.section, credentials_name)
    content = Content(plan.document, sections[0]) if len(sections) == 1 else None
    whose = standing(content, plan.state.sections.get((str(plan.path), put.section)), plan.state, put.section)
    if content is None or whose not in (Standing.FOREIGN, Standing.CHANGED):
        return None
    marker = Marker(put.profile, plan.state.short_id, put.credentials.expires_at)
    mine = content.with_session(put.section, marker, key_lines(put.credentials), adopt=True)
    return Conflict(
        str(plan.path),
        put.section,
        "",
        whose is Standing.CHANGED,
        tuple(masked_lines(content.raw)),
        tuple(masked_lines(mine)),
        reading_of(plan.document, plan.config, put.section),
        bool(long_lived_spans(content.raw)),
        others,
        names_in(plan.document, plan.config),
        refused,
        digest(content.raw),
    )


def _of_line(plan: Plan, put: LinePut, refused: Problem | None, others: int) -> Conflict | None:
    body = find_body(plan, put.section)
    record = plan.state.lines.get((str(plan.path), put.section, put.key))
    value = body.value(put.key)
    if value in (None, put.value) or (record is not None and value == record.value):
        return None
    raw = body.raw(put.key)
    return Conflict(
        str(plan.path),
        put.section,
        put.key,
        record is not None,
        _line(raw),
        _line(bytes_of(f"{put.key} = {put.value}\n"), _OPEN),
        reading_of(Document(b""), plan.config, put.section),
        False,
        others,
        frozenset(),
        refused,
        digest(raw),
    )


def _line(raw: bytes, open_keys: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Lines of no section would be none of any key."""
    return tuple(masked_lines(b"[x]\n" + raw, open_keys)[1:])


def names_in(credentials: Document, config: Document) -> frozenset[str]:
    """Return the names that either file has a section for."""
    return frozenset((*credentials.names(credentials_name), *config.names(config_name)))


def reading_of(credentials: Document, config: Document, name: str) -> Reading:
    """Return what botocore would take the name's credentials from, by the two files alone."""
    here = _options(credentials, name)
    both = {**shadow.config_options(config, name), **here}
    if "web_identity_token_file" in both:
        return Reading(Reads.WEB_IDENTITY, both.get("role_arn", ""))
    if "role_arn" in both:
        return Reading(Reads.ROLE, both["role_arn"])
    if any(key in both for key in _IDENTITY_CENTER):
        return Reading(Reads.IDENTITY_CENTER, both.get("sso_role_name", ""))
    if KEY_ID in here:
        return Reading(_keys(here), masked_key_id(here[KEY_ID]))
    for key, by in (("login_session", Reads.LOGIN), ("credential_process", Reads.PROCESS)):
        if key in both:
            return Reading(by)
    in_config = shadow.config_options(config, name)
    if KEY_ID in in_config:
        return Reading(Reads.CONFIG_KEYS, masked_key_id(in_config[KEY_ID]))
    return Reading(Reads.NOTHING)


def _options(credentials: Document, name: str) -> dict[str, str]:
    sections = credentials.named(name, credentials_name)
    found = shadow.default_options(credentials) if sections else {}
    for section in sections:
        found |= {line.name: line.value for line in credentials.lines(section) if line.kind is Kind.OPTION}
    return found


def _keys(options: dict[str, str]) -> Reads:
    if SECRET_KEY not in options:
        return Reads.HALF
    token = options.get(_STALE_TOKEN) or options.get(TOKEN)
    return Reads.SESSION if token else Reads.LONG_LIVED
