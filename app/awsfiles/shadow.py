"""Whether keys in the credentials file would be read at all: some settings of the same name win over them."""

from collections.abc import Iterable, Mapping

from app.awsfiles.dialect import Kind
from app.awsfiles.document import Document, config_name, credentials_name

# a session that stands beside one of these is never used: role, web identity and Identity Center come first in botocore
_WINNING = ("role_arn", "web_identity_token_file")
_WINNING_PREFIX = "sso_"
_DEFAULTS = "DEFAULT"
_STALE_TOKEN = "aws_security_token"  # noqa: S105  read before aws_session_token
# what gives a name an identity if the credentials file has none for it
_IDENTITY = (*_WINNING, "credential_process", "aws_access_key_id", "login_session")


def config_options(config: Document, profile: str) -> dict[str, str]:
    """Return the keys and values that the config file has for a profile; of a key that repeats the last one counts."""
    sections = config.named(profile, config_name)
    found = default_options(config) if sections else {}
    for section in sections:
        for line in config.lines(section):
            if line.kind is Kind.OPTION:
                found[line.name] = line.value
    return found


def default_options(document: Document) -> dict[str, str]:
    """Return the keys of [DEFAULT] in capitals, which botocore adds to every section of the file."""
    return {
        line.name: line.value
        for section in document.named(_DEFAULTS, credentials_name)
        for line in document.lines(section)
        if line.kind is Kind.OPTION
    }


def winning_key(options: Iterable[str]) -> str | None:
    """Return the first of the keys that makes SDKs ignore a session in the credentials file, None if none does."""
    return next((key for key in options if key in _WINNING or key.startswith(_WINNING_PREFIX)), None)


def winning_here(options: Iterable[str]) -> str | None:
    """The same for keys that stand in the credentials file's own section, or leak into it from [DEFAULT]."""
    return next((key for key in options if key == _STALE_TOKEN or winning_key((key,)) is not None), None)


def identity_key(options: Mapping[str, str], *, ours: str | None) -> str | None:
    """Return the key by which a config section gives its name an identity, None if it does not.

    `ours`: the value of a `credential_process` line of our own, which is no other identity.
    """
    for key in options:
        if key == "credential_process" and options[key] == ours:
            continue
        if key in _IDENTITY or key.startswith(_WINNING_PREFIX):
            return key
    return None
