"""How the SDKs for other languages read an AWS file, and where boto3 and the AWS CLI read the same line differently.

The SDKs for Rust, Java, Ruby, JavaScript and others follow one specification of AWS; botocore has Python's parser. Both
agree on what tools write. What people write by hand can mean two things, or stop one of them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind, Line, text_of
from app.awsfiles.document import config_name
from app.awsfiles.faults import Fault
from app.domain.values import dataclass

_SPACE = " \t"
_PREFIXES = ("profile", "sso-session", "services")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_\-/.%@:+]*")
_HEADER_COMMENT = re.compile(r"[#;]")
_COMMENT = re.compile(r"(?<=\s)[#;]")


class SdkUnreadableError(Exception):
    """The SDKs refuse the whole file. `line` counts from 1, `rule` says why."""

    def __init__(self, line: int, rule: str) -> None:
        """Keep where and why."""
        super().__init__(line, rule)
        self.line = line
        self.rule = rule


Profiles = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SdkView:
    """What an SDK finds in both files. No value is in the repr: some are secrets."""

    profiles: Profiles = field(repr=False)
    sso_sessions: Profiles = field(repr=False)


def sdk_view(config: bytes, credentials: bytes) -> SdkView:
    """Return what the SDKs read in both files; SdkUnreadableError where they refuse one."""
    profiles: dict[str, dict[str, str]] = {}
    sessions: dict[str, dict[str, str]] = {}
    for data, is_config in ((config, True), (credentials, False)):
        raw = _sections(data)
        prefixed = is_config and any(_pair(header) == ("profile", "default") for header in raw)
        for header, options in raw.items():
            name = sdk_profile(header, is_config=is_config)
            prefix, _ = _pair(header)
            if name is None or (prefixed and name == "default" and not prefix):
                continue
            into = sessions if prefix == "sso-session" else profiles
            kept = {key: value for key, value in options.items() if _IDENTIFIER.fullmatch(key)}
            if prefix != "services":
                into.setdefault(name, {}).update(kept)
    return SdkView(profiles, sessions)


def sdk_profile(header: str, *, is_config: bool) -> str | None:
    """Return the name of the section that a header's text stands for, None where the SDKs pass over it."""
    prefix, name = _pair(header)
    if not _IDENTIFIER.fullmatch(name):
        return None
    if is_config:
        return name if prefix in _PREFIXES or (name == "default" and not prefix) else None
    return None if prefix else name


def _pair(header: str) -> tuple[str, str]:
    """The word before the first space, and the rest."""
    parts = re.split(r"[ \t]", header.strip(_SPACE), maxsplit=1)
    return (parts[0], parts[1].strip()) if len(parts) == 2 else ("", parts[0])


def _sections(data: bytes) -> dict[str, dict[str, str]]:
    """The sections by the text of their headers; a header that comes again goes on with its section."""
    reader = SdkReader()
    for number, match in enumerate(re.finditer(rb"[^\n]*\n|[^\n]+", data), start=1):
        reader.take(number, text_of(match[0]).removesuffix("\n").removesuffix("\r"))
    return reader.sections


class SdkReader:
    """The SDKs' reading, line by line."""

    def __init__(self) -> None:
        """Begin before the first line."""
        self.sections: dict[str, dict[str, str]] = {}
        self._section: dict[str, str] | None = None
        self._key: str | None = None
        self._nested = False

    def take(self, number: int, text: str) -> Kind:
        """Take one line without its line end, and return what it is; SdkUnreadableError where the reading ends."""
        if not text.strip(_SPACE):
            return Kind.BLANK
        if text[0] in "#;":
            return Kind.COMMENT
        if text[0] == "[":
            return self._header(number, text)
        if text[0] in _SPACE:
            return self._continuation(number, text)
        return self._option(number, text)

    def _header(self, number: int, text: str) -> Kind:
        bare = _HEADER_COMMENT.split(text, maxsplit=1)[0].strip(_SPACE)
        if not bare.endswith("]") or len(bare) < 2:
            raise SdkUnreadableError(number, "two-ways-header")
        self._section = self.sections.setdefault(bare[1:-1], {})
        self._key = None
        return Kind.HEADER

    def _continuation(self, number: int, text: str) -> Kind:
        if self._section is None or self._key is None:
            comment = text.strip(_SPACE)[0] in "#;"
            raise SdkUnreadableError(number, "two-ways-comment-indent" if comment else "two-ways-indent")
        if self._nested:
            split_option(number, text, "two-ways-nested")
        self._section[self._key] += "\n" + text.strip(_SPACE)
        return Kind.CONTINUATION

    def _option(self, number: int, text: str) -> Kind:
        if self._section is None:
            raise SdkUnreadableError(number, "two-ways-space")
        self._key, value = split_option(number, text, "two-ways-colon" if ":" in text else "two-ways-space")
        self._section[self._key] = value
        self._nested = not value
        return Kind.OPTION


def split_option(number: int, text: str, rule: str) -> tuple[str, str]:
    """Return key and value as the SDKs do: up to a comment that follows a space; SdkUnreadableError without them."""
    bare = _COMMENT.split(text.strip(_SPACE), maxsplit=1)[0].strip(_SPACE)
    key, equals, value = bare.partition("=")
    key = key.strip(_SPACE)
    if not equals or not key:
        raise SdkUnreadableError(number, rule)
    return re.sub("[A-Z]+", lambda match: match[0].lower(), key), value.strip(_SPACE)


def differences(data: bytes, *, is_config: bool) -> tuple[Fault, ...]:
    """Return the lines that botocore and the other SDKs read differently, in order; none for what neither reads.

    Meant for files without `faults`: those botocore cannot read at all.
    """
    return tuple(_Comparison(data, is_config=is_config).found())


class _Comparison:
    """Both readings of one file, side by side."""

    def __init__(self, data: bytes, *, is_config: bool) -> None:
        self._data = data
        self._is_config = is_config
        self._sdk = SdkReader()
        self._seen: set[str] = set()
        self._nested = self._after_blank = False

    def found(self) -> Iterator[Fault]:
        for number, line in enumerate(dialect.lines(self._data), start=1):
            raw = text_of(self._data[line.start : line.end])
            text = raw.rstrip("\n").removesuffix("\r")
            if raw.endswith("\r"):
                yield Fault(number, "two-ways-space")
            try:
                kind = self._sdk.take(number, text)
            except SdkUnreadableError as error:
                yield Fault(number, error.rule)
                return  # the SDKs read no further
            rule = self._kinds(line, kind, text) or self._rule(line, text)
            if rule is not None:
                yield Fault(number, rule)

    def _kinds(self, line: Line, kind: Kind, text: str) -> str | None:
        if line.kind is kind:
            return None
        if line.kind is Kind.COMMENT:
            return "two-ways-comment-indent"
        return "two-ways-indent" if text[0] in _SPACE else "two-ways-space"

    def _rule(self, line: Line, text: str) -> str | None:
        if line.kind is Kind.HEADER:
            return self._header(line, text)
        if line.kind is Kind.OPTION:
            self._nested, self._after_blank = not line.value, False
            return _option(line, text)
        if line.kind is Kind.BLANK:
            self._after_blank = True
        elif line.kind is Kind.CONTINUATION:
            if self._after_blank and not self._nested:
                return "two-ways-blank"
            return None if line.value == text.strip(_SPACE) else "two-ways-space"
        return None

    def _header(self, line: Line, text: str) -> str | None:
        self._nested = self._after_blank = False
        inside = _HEADER_COMMENT.split(text, maxsplit=1)[0].strip(_SPACE)[1:-1]
        if inside != line.name:
            return "two-ways-header"
        if line.name == "DEFAULT":
            return "two-ways-defaults"
        ours = sdk_profile(inside, is_config=self._is_config)
        theirs = _botocore_name(line.name, is_config=self._is_config)
        if ours != theirs:
            return self._name_rule(inside)
        if ours is None:
            return None
        again = f"{_pair(inside)[0] if self._is_config and ours != 'default' else ''} {ours}"
        rule = None
        if again in self._seen:
            rule = "two-ways-default" if ours == "default" else "two-ways-twice"
            if ours == "default" and inside.strip() != "default":
                rule = None  # the last one counts for botocore, the longer one for the SDKs: the same one here
        self._seen.add(again)
        return rule

    def _name_rule(self, inside: str) -> str:
        if inside != inside.strip():
            return "two-ways-name-spaces"
        if not self._is_config and inside.split(maxsplit=1)[0] == "profile":
            return "two-ways-name-prefix"
        return "two-ways-name"


def _botocore_name(header: str, *, is_config: bool) -> str | None:
    if not is_config:
        return header
    if header.startswith(("sso-session", "services")):
        return config_name("profile" + header.removeprefix("sso-session").removeprefix("services"))
    return config_name(header) if header == header.strip() or header.startswith("profile") else None


def _option(line: Line, text: str) -> str | None:
    try:
        key, value = split_option(0, text, "")
    except SdkUnreadableError:
        return None  # it was told
    if (key, value) == (line.name, line.value):
        return None if _IDENTIFIER.fullmatch(key) else "two-ways-key"
    if ":" in text.partition("=")[0]:
        return "two-ways-colon"
    if not _IDENTIFIER.fullmatch(key):
        return "two-ways-key"
    return "two-ways-comment" if _COMMENT.search(line.value) else "two-ways-space"
