"""What a write changes, as unified diff lines in which no secret can be read."""

import re
from collections.abc import Iterator, Sequence

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind
from app.awsfiles.document import Edit
from app.awsfiles.marker import read_marker
from app.awsfiles.taken import SECRETS, TAKEN

_CONTEXT = 2
_COUNTED = 4 << 20
_EDITS_SHOWN = 50
_SHOWN_ENDS = 4
_LONG_TOKEN = re.compile(r"[A-Za-z0-9/+=_-]{16,}")
_OPEN = """
    region output role_arn source_profile credential_source mfa_serial duration_seconds role_session_name sso_session
    sso_start_url sso_region sso_account_id sso_role_name web_identity_token_file cli_pager endpoint_url
    sts_regional_endpoints retry_mode max_attempts services ca_bundle
"""
OPEN_KEYS = frozenset(_OPEN.split())
_KEY_ID = "aws_access_key_id"


def dots(text: str) -> str:
    """Return dots with the length in place of a secret."""
    return f"•••••• ({len(text)})" if text else ""


def masked_key_id(text: str) -> str:
    """Return the first and last four characters of an access key id."""
    return f"{text[:_SHOWN_ENDS]}…{text[-_SHOWN_ENDS:]}" if len(text) > 3 * _SHOWN_ENDS else dots(text)


def masked_lines(data: bytes, open_keys: frozenset[str] = frozenset()) -> list[str]:
    """Return the lines of some bytes with every value masked whose key is not known to be harmless."""
    shown: list[str] = []
    open_keys = OPEN_KEYS | open_keys
    for line in dialect.lines(data):
        text = data[line.start : line.end].decode("utf-8", "replace").rstrip("\r\n")
        if line.kind is Kind.OPTION:
            shown.append(_masked_option(text, line.name, line.value, open_keys))
        elif line.kind in (Kind.BLANK, Kind.HEADER):
            shown.append(text)
        elif line.kind is Kind.COMMENT:
            shown.append(_shown_comment(text, open_keys))
        else:
            shown.append(f"  {dots(text.strip())}")
    return shown


def _masked_option(text: str, key: str, value: str, open_keys: frozenset[str]) -> str:
    if key in open_keys:
        return text
    start = re.split(r"[=:]", text, maxsplit=1)[0].rstrip()
    return f"{start} = {masked_key_id(value) if key == _KEY_ID else dots(value)}"


def _shown_comment(text: str, open_keys: frozenset[str]) -> str:
    if read_marker(text):
        return text
    if not text.startswith(TAKEN):
        return _masked_comment(text)
    line = text.removeprefix(TAKEN)
    key, *value = re.split(r"[=:]", line, maxsplit=1)
    if not value and key in SECRETS:
        return text
    return TAKEN + _masked_option(line, key.strip().lower(), "".join(value).strip(), open_keys)


def _masked_comment(text: str) -> str:
    """A comment can be a line that someone switched off, secret and all."""
    start, equals, value = text.partition("=")
    if equals:
        return f"{start}= {dots(value.strip())}"
    return _LONG_TOKEN.sub(lambda match: dots(match[0]), text)


def diff_lines(path: str, data: bytes, edits: Sequence[Edit], open_keys: frozenset[str] = frozenset()) -> list[str]:
    """Return the edits of a file as a unified diff; nothing if there are none. Of very many the first 50 are shown."""
    if not edits:
        return []
    out = [f"--- {path}", f"+++ {path}"]
    shift = 0
    for edit in edits[:_EDITS_SHOWN]:
        before = data[edit.start : edit.end]
        out += _hunks(before, edit.content, _line_number(data, edit.start), shift, open_keys)
        shift += edit.content.count(b"\n") - before.count(b"\n")
    if len(edits) > _EDITS_SHOWN:
        out.append(f"… {len(edits) - _EDITS_SHOWN} more")
    return out


def _line_number(data: bytes, at: int) -> int:
    """How many lines stand above; counting them costs as much as writing them, so not in a file of many megabytes."""
    return data.count(b"\n", 0, at) if at < _COUNTED else 0


def _hunks(before: bytes, after: bytes, offset: int, shift: int, open_keys: frozenset[str]) -> Iterator[str]:
    """Compare the bytes, show the masked lines: two secrets of one length look alike, and differ."""
    import difflib

    raw_before, raw_after = _raw_lines(before), _raw_lines(after)
    old, new = masked_lines(before, open_keys), masked_lines(after, open_keys)
    for group in difflib.SequenceMatcher(None, raw_before, raw_after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        a1, a2, b1, b2 = group[0][1], group[-1][2], group[0][3], group[-1][4]
        yield f"@@ -{offset + a1 + 1},{a2 - a1} +{offset + shift + b1 + 1},{b2 - b1} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i1:i2])
            else:
                yield from (f"-{line}" for line in old[i1:i2])
                yield from (f"+{line}" for line in new[j1:j2])


def _raw_lines(data: bytes) -> list[bytes]:
    return [data[line.start : line.end] for line in dialect.lines(data)]
