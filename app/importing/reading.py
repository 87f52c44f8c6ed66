"""The two AWS files as botocore reads them: merged, and each on its own so that differences can be shown."""

import configparser
import os
import stat
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import cast

from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.values import dataclass

SIZE_MAXIMUM = 16 << 20
_HEADER_MAXIMUM = 1000  # characters; taking headers apart is quadratic in their length
_BOM = b"\xef\xbb\xbf"
_DEFAULTS = "DEFAULT"
Section = Mapping[str, object]  # values are text, or for an indented block a mapping of texts
Sections = Mapping[str, Section]


def _nothing() -> Sections:
    return {}


@dataclass(frozen=True, slots=True)
class AwsConfig:
    """What both files say. `merged`: profiles as botocore sees them, values of the credentials file over the config's.

    `config` and `credentials` have the profiles of each file alone, `others` the sections of the config file that are
    neither profiles nor known to botocore by their name. `leaking`: keys that [DEFAULT] adds to every section. No value
    is in the repr: some are secrets. `faults`: what stood in the way of reading a file (`read_what_can_be`), in `sick`
    the files that have any. `elsewhere`: they are not the files that Rolecall writes to.
    """

    config_path: Path
    credentials_path: Path
    merged: Sections = field(default_factory=_nothing, repr=False)
    config: Sections = field(default_factory=_nothing, repr=False)
    credentials: Sections = field(default_factory=_nothing, repr=False)
    sso_sessions: Sections = field(default_factory=_nothing, repr=False)
    services: Sections = field(default_factory=_nothing, repr=False)
    others: Sections = field(default_factory=_nothing, repr=False)
    leaking: frozenset[str] = frozenset()
    faults: tuple[Problem, ...] = ()
    sick: frozenset[Path] = frozenset()
    elsewhere: bool = False


def read_aws_files(config: Path, credentials: Path) -> AwsConfig:
    """Read both files; a missing one is an empty one. Blocking; nothing is written, run or called.

    Raises FILE_BROKEN(path, line, rule) where botocore cannot read a file, FILE_UNREADABLE or FILE_UNSAFE where the
    system says no, or it is no regular file, or larger than 16 MiB.
    """
    config_sections, config_leaks = parsed(config, bytes_of(config))
    credentials_sections, credentials_leaks = parsed(credentials, bytes_of(credentials))
    return assembled(config, credentials, config_sections, credentials_sections, config_leaks | credentials_leaks)


def assembled(config: Path, credentials: Path, one: Sections, other: Sections, leaks: frozenset[str]) -> AwsConfig:
    """Return what the sections of the config file and of the credentials file come to."""
    from botocore.configloader import build_profile_map  # pyright: ignore[reportMissingTypeStubs]

    short = {name: values for name, values in one.items() if len(name) <= _HEADER_MAXIMUM}
    built = cast(dict[str, object], build_profile_map(short))
    profiles = cast(dict[str, Section], built.pop("profiles"))
    sessions, services = (cast(Sections, built.pop(name)) for name in ("sso_sessions", "services"))
    known = set(profiles)
    others = {name: values for name, values in one.items() if name in built or _is_unread(name, known)}
    merged = {name: {**profiles.get(name, {}), **other.get(name, {})} for name in dict.fromkeys((*profiles, *other))}
    return AwsConfig(config, credentials, merged, profiles, other, sessions, services, others, leaks)


def _is_unread(header: str, known: set[str]) -> bool:
    """Whether a section that begins with "profile" is none for botocore: two words without quotes, an apostrophe."""
    import shlex

    if not header.startswith("profile"):
        return False
    if len(header) > _HEADER_MAXIMUM:
        return True
    try:
        parts = shlex.split(header)
    except ValueError:
        return True
    return len(parts) != 2 or parts[1] not in known


def parsed(path: Path, data: bytes) -> tuple[Sections, frozenset[str]]:
    """Return a file's sections, and the keys of [DEFAULT]. Raises FILE_BROKEN(path, line, rule)."""
    if data.startswith(_BOM):
        raise _broken(path, 1, "bom")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _broken(path, data.count(b"\n", 0, error.start) + 1, "not-utf-8") from None
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    except configparser.Error as error:
        line, rule = _fault(error)
        raise _broken(path, line, rule) from None
    sections: dict[str, dict[str, object]] = {}
    for name in parser.sections():
        sections[name] = {}
        for key in parser[name]:
            value = _value(parser.get(name, key))
            if value is None:
                raise _broken(path, _line_of(text, name, key), "no-equals")
            sections[name][key] = value
    return sections, frozenset(parser.defaults())


def _line_of(text: str, section: str, key: str) -> int:
    """The line of a key, 0 where it is not found."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            inside = line[1:].partition("]")[0] == section
        elif inside and line.lower().startswith(key):
            return number
    return 0


def _value(text: str) -> object:
    """A value; one that begins with a line end is a block of `key = value` lines, one level deep, None for another."""
    if not text.startswith("\n"):
        return text
    block: dict[str, str] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        key, equals, value = line.partition("=")
        if not equals:
            return None
        block[key.strip()] = value.strip()
    return block


def _fault(error: configparser.Error) -> tuple[int, str]:
    if isinstance(error, configparser.DuplicateSectionError):
        return error.lineno or 0, "duplicate-section"
    if isinstance(error, configparser.DuplicateOptionError):
        return error.lineno or 0, "duplicate-key"
    if isinstance(error, configparser.MissingSectionHeaderError):
        return error.lineno, "stray-line"
    lines = [line for line, _ in error.errors] if isinstance(error, configparser.ParsingError) else []
    return (lines[0], "no-equals") if lines else (0, "unreadable")


def _broken(path: Path, line: int, rule: str) -> AppError:
    return AppError.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, str(path), path=str(path), line=line, rule=rule)


def bytes_of(path: Path) -> bytes:
    """Return the file's bytes, b"" for none. Never waits: a FIFO or a device is refused."""
    flags = os.O_RDONLY
    for name in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=error.strerror or "error") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise AppError.of(Code.FILE_UNSAFE, path=str(path), reason="not-a-file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(SIZE_MAXIMUM + 1)
    except OSError as error:
        raise AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=error.strerror or "error") from None
    finally:
        os.close(handle)
    if len(data) > SIZE_MAXIMUM:
        raise AppError.of(Code.FILE_UNSAFE, path=str(path), reason="too-large")
    return data
