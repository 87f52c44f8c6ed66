"""A session as exports: text that sets the usual variables, for shells, files and languages.

No value can break out of its place: the text reads back as exactly the values, or FORMAT_IMPOSSIBLE is raised.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from json import dumps

from app.deliveries import literals
from app.deliveries.renewing import in_the_way, renewing
from app.deliveries.variables import NO_VARIABLES, conflicting, impossible, variables
from app.domain.names import parse_section_name
from app.domain.problem import AppError, Code
from app.domain.secret import Credentials
from app.domain.values import dataclass

Literal = Callable[[str], str | None]


class Format(StrEnum):
    """The formats of exports."""

    BASH = "bash"
    ZSH = "zsh"
    SH = "sh"
    FISH = "fish"
    POWERSHELL = "powershell"
    CMD = "cmd"
    NUSHELL = "nushell"
    DOTENV = "dotenv"
    DOCKER = "docker"
    JSON = "json"
    INI = "ini"
    PYTHON = "python"
    NODE = "node"
    GO = "go"
    JAVA = "java"


@dataclass(frozen=True, slots=True)
class _Style:
    """How a format writes one variable, and how it drops those in the way (empty: it cannot)."""

    literal: Literal
    set_one: str  # {name} and {value}
    unset_one: str = ""  # {name}
    unset_all: str = ""  # {names}: all at once, joined by `joint`
    joint: str = " "
    before: str = ""


# A leading space keeps a pasted line out of the history where the shell is told so (ignorespace).
_SH = _Style(literals.sh, " export {name}={value}", unset_all=" unset {names}")
_STYLES: Mapping[Format, _Style] = {
    Format.BASH: _SH,
    Format.ZSH: _SH,
    Format.SH: _SH,
    Format.FISH: _Style(literals.fish, " set -gx {name} {value}", unset_all=" set -eg {names}"),
    Format.POWERSHELL: _Style(
        literals.powershell,
        "$env:{name} = {value}",
        unset_all="Remove-Item -ErrorAction Ignore -Path {names}",
        joint=", ",
        unset_one="Env:{name}",
    ),
    Format.CMD: _Style(literals.cmd, 'set "{name}={value}"', unset_one='set "{name}="'),
    Format.NUSHELL: _Style(literals.nushell, "$env.{name} = {value}", unset_all="hide-env --ignore-errors {names}"),
    Format.DOTENV: _Style(literals.dotenv, "{name}={value}"),
    Format.DOCKER: _Style(literals.docker, "{name}={value}"),
    Format.PYTHON: _Style(
        literals.python,
        'os.environ["{name}"] = {value}',
        unset_one='os.environ.pop("{name}", None)',
        before="import os",
    ),
    Format.NODE: _Style(literals.javascript, "process.env.{name} = {value};", unset_one="delete process.env.{name};"),
    Format.GO: _Style(literals.go, 'os.Setenv("{name}", {value})', unset_one='os.Unsetenv("{name}")'),
}

# Java cannot set variables for itself; its SDKs read these system properties before the environment.
_JAVA_PROPERTIES = {
    "AWS_ACCESS_KEY_ID": ("aws.accessKeyId",),
    "AWS_SECRET_ACCESS_KEY": ("aws.secretAccessKey", "aws.secretKey"),
    "AWS_SESSION_TOKEN": ("aws.sessionToken",),
    "AWS_REGION": ("aws.region",),
}
_JAVA_CLEARED = ("aws.profile", "aws.webIdentityTokenFile", "aws.roleArn", "aws.roleSessionName")
_INI_KEYS = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
    "AWS_REGION": "region",
}
_NOT_TOLD = ("AWS_DEFAULT_REGION", "AWS_CREDENTIAL_EXPIRATION")


def export(
    form: Format | str,
    credentials: Credentials,
    *,
    profile: str,
    region: str | None = None,
    env: Mapping[str, str] = NO_VARIABLES,
    expires_at: datetime | None = None,
) -> str:
    """Return the session in a format, ending in a line end. `expires_at` None: what the credentials say.

    Conflicting variables are unset first where the format can. `ini` and `java` have no place for the profile's `env`
    and name in a comment what they leave out. Raises FORMAT_IMPOSSIBLE, UNEXPECTED for a long-lived key, ValueError
    for an unknown format.
    """
    form = Format(form)
    found = variables(form, credentials, region=region, env=env, expires_at=expires_at)
    match form:
        case Format.JSON:
            return dumps(found, indent=2) + "\n"
        case Format.INI:
            return _ini(found, profile)
        case Format.JAVA:
            return _java(found)
        case _:
            return _lines(form, _STYLES[form], found, conflicting(found))


# an env file of Docker is read where neither our files nor our loopback are; the others have no variables
WITHOUT_RENEWING = (Format.DOCKER, Format.INI, Format.JAVA)


def export_renewing(
    form: Format | str, where: Mapping[str, str], *, region: str | None = None, env: Mapping[str, str] = NO_VARIABLES
) -> str:
    """Return the self-renewing form in a format: no secret, but where to ask for one, whenever it is needed.

    What would win over it is unset first where the format can. Raises RENEWING_FORMAT, FORMAT_IMPOSSIBLE, ValueError
    for an unknown format.
    """
    form = Format(form)
    if form in WITHOUT_RENEWING:
        raise AppError.of(Code.RENEWING_FORMAT, format=form)
    found = renewing(form, where, region=region, env=env)
    if form is Format.JSON:
        return dumps(found, indent=2) + "\n"
    return _lines(form, _STYLES[form], found, in_the_way(found))


def _lines(form: Format, style: _Style, found: Mapping[str, str], away: Sequence[str]) -> str:
    lines = [style.before] if style.before else []
    if style.unset_all:
        one = style.unset_one or "{name}"
        names = style.joint.join(one.format(name=name) for name in away)
        lines.append(style.unset_all.format(names=names))
    elif style.unset_one:
        lines.extend(style.unset_one.format(name=name) for name in away)
    for name, value in found.items():
        lines.append(style.set_one.format(name=name, value=_literal(form, style.literal, name, value)))
    return "\n".join(lines) + "\n"


def _ini(found: Mapping[str, str], profile: str) -> str:
    try:
        lines = [f"[{parse_section_name(profile)}]"]
    except AppError:
        raise impossible(Format.INI, "profile") from None
    if "AWS_CREDENTIAL_EXPIRATION" in found:
        lines.append(f"# expires {found['AWS_CREDENTIAL_EXPIRATION']}")
    left_out = [name for name in found if name not in _INI_KEYS and name not in _NOT_TOLD]
    if left_out:
        lines.append(f"# not carried: {' '.join(left_out)}")
    for name, key in _INI_KEYS.items():
        if name in found:
            lines.append(f"{key} = {_literal(Format.INI, literals.ini, name, found[name])}")
    return "\n".join(lines) + "\n"


def _java(found: Mapping[str, str]) -> str:
    left_out = [name for name in found if name not in _JAVA_PROPERTIES and name not in _NOT_TOLD]
    lines = [f"// not carried: {' '.join(left_out)}"] if left_out else []
    lines.extend(f'System.clearProperty("{name}");' for name in _JAVA_CLEARED)
    for name, properties in _JAVA_PROPERTIES.items():
        if name in found:
            value = _literal(Format.JAVA, literals.java, name, found[name])
            lines.extend(f'System.setProperty("{one}", {value});' for one in properties)
    return "\n".join(lines) + "\n"


def _literal(form: Format, literal: Literal, name: str, value: str) -> str:
    written = literal(value)
    if written is None:
        raise impossible(form, name)
    return written
