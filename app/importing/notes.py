"""What to know about a profile before it is taken over: dangerous keys, files that differ, names that change."""

from collections.abc import Iterator

from app.domain.problem import Code, Problem
from app.importing.calling import Called
from app.importing.chains import Link
from app.importing.hops import is_sign_in_host
from app.importing.origins import KEYS
from app.importing.reading import AwsConfig

_SHOWN = 200
_TELLING = frozenset({*KEYS, "role_arn", "source_profile", "credential_process", "sso_session", "sso_account_id"})


def notes_of(origin: str, name: str, link: Link, called: Called) -> tuple[Problem, ...]:
    """Return what to know about one profile."""
    found = list(_dangers(name, link, called))
    if origin != name:
        found.append(Problem.of(Code.IMPORT_RENAMED, profile=origin[:_SHOWN], name=name))
    return tuple(found)


def _dangers(name: str, link: Link, called: Called) -> Iterator[Problem]:
    """Keys that run something, or that decide where tokens and signed calls go."""
    values = dict(link.origin.values)
    if link.origin.kind == "process":
        yield _danger(name, "credential_process", str(values["command"][0]))
    if link.origin.kind == "web-identity-token":
        yield _danger(name, "web_identity_token_file", str(values["token_file"]))
    start_url = values.get("start_url")
    if start_url is not None and not is_sign_in_host(str(start_url)):
        yield _danger(name, "sso_start_url", str(start_url))
    url = called.source_values.get("endpoint_url")
    if url is not None:
        yield _danger(name, "endpoint_url", url)
    if "ca_bundle" in called.source_values:
        yield _danger(name, "ca_bundle", called.source_values["ca_bundle"])


def _danger(name: str, key: str, value: str) -> Problem:
    return Problem.of(Code.IMPORT_DANGEROUS, profile=name, key=key, value=value[:_SHOWN])


def files_differ(origin: str, files: AwsConfig) -> tuple[Problem, ...]:
    """Return the keys that stand in both files with different values."""
    one, other = files.config.get(origin), files.credentials.get(origin)
    if not one or not other:
        return ()
    keys = [key for key in one if key in other and one[key] != other[key] and key not in files.leaking]
    return tuple(Problem.of(Code.IMPORT_FILES_DIFFER, profile=origin[:_SHOWN], key=key) for key in keys)


def unread(files: AwsConfig) -> tuple[tuple[str, Problem], ...]:
    """Return sections of the config file that look like profiles and are none for botocore."""
    return tuple(
        (header, Problem.of(Code.IMPORT_NO_PROFILE, section=header[:_SHOWN]))
        for header, section in files.others.items()
        if any(key in _TELLING and key not in files.leaking for key in section)
    )
