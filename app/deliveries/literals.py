"""Values as literals of shells and languages. Each returns text that reads back as exactly the value, or None.

None: the format has no way to write the value. No value can end its literal: that is what the tests try.
"""

import json
import re
from collections.abc import Callable

_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")  # each of them ends a '…' in PowerShell
_CMD_BAD = re.compile(r'[\x00-\x1f\x7f"%!]')  # no escape works both at the prompt and in a batch file
_CMD_LONGEST = 8000  # of 8,191 characters for the whole line
_DOTENV_PLAIN = re.compile(r"[A-Za-z0-9_./:=+@,-]*", re.ASCII)
_DOTENV_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]|\$\{|\\\\|\\'|\\\Z")
_DOTENV_DOUBLE_BAD = re.compile(r'["\\$`\n]')
_DOCKER_LONGEST = 60_000  # its reader stops at lines of 64 KiB
_INI_BAD = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]|[ \t][#;]")


def sh(value: str) -> str | None:
    """Quote for sh, bash and zsh."""
    return "'" + value.replace("'", "'\\''") + "'"


def fish(value: str) -> str | None:
    """Quote for fish, where \\ and ' are special inside single quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def powershell(value: str) -> str | None:
    """Quote for PowerShell, which takes four typographic quotes for ' as well."""
    return "'" + _POWERSHELL_QUOTES.sub(lambda match: match[0] * 2, value) + "'"


def cmd(value: str) -> str | None:
    """Return the value as it stands in `set "NAME=value"`."""
    return None if _CMD_BAD.search(value) or len(value) > _CMD_LONGEST else value


def nushell(value: str) -> str | None:
    """Quote for nushell's "…", which expands nothing but its escapes."""
    return '"' + _escaped(value, lambda code: f"\\u{{{code:x}}}") + '"'


def dotenv(value: str) -> str | None:
    """Quote for .env files, within what their many readers agree on."""
    if _DOTENV_PLAIN.fullmatch(value):
        return value
    if _DOTENV_NEVER.search(value):
        return None
    if "'" not in value:
        return f"'{value}'"
    return None if _DOTENV_DOUBLE_BAD.search(value) else f'"{value}"'


def docker(value: str) -> str | None:
    """Return the value as docker's --env-file takes it: raw, to the end of the line."""
    return None if re.search(r"[\r\n]", value) or len(value.encode()) > _DOCKER_LONGEST else value


def ini(value: str) -> str | None:
    """Return the value as every reader of the AWS files takes it."""
    return None if not value or value != value.strip() or _INI_BAD.search(value) else value


def python(value: str) -> str | None:
    """Return a Python string literal in ASCII."""
    return ascii(value)


def javascript(value: str) -> str | None:
    """Return a JavaScript string literal in ASCII."""
    return json.dumps(value)


def go(value: str) -> str | None:
    """Return a Go string literal in ASCII."""
    return (
        '"' + _escaped(value, lambda code: f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}", ascii_=True) + '"'
    )


def java(value: str) -> str | None:
    """Return a Java string literal in ASCII.

    Java reads \\uXXXX before it sees strings, so that form is used only for what cannot end one.
    """
    return '"' + _escaped(value, _java_escape, ascii_=True) + '"'


def _java_escape(code: int) -> str:
    if code < 0x80:
        return f"\\{code:03o}"
    units = chr(code).encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(value: str, escape: Callable[[int], str], *, ascii_: bool = False) -> str:
    parts: list[str] = []
    for one in value:
        code = ord(one)
        if one in _NAMED:
            parts.append(_NAMED[one])
        elif code < 0x20 or code == 0x7F or (ascii_ and code > 0x7E):
            parts.append(escape(code))
        else:
            parts.append(one)
    return "".join(parts)
