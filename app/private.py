"""What must not go into a report, by value: from environment, catalog and AWS files. The vault is not asked."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind
from app.awsfiles.masking import OPEN_KEYS
from app.choosing import commands_of
from app.domain.profile import Catalog
from app.domain.secret import Secret
from app.world import World, file_target

_TELLING = re.compile(r"(?i)secret|token|passw|passphrase|credential|auth|_key$|_key_id$|proxy$")
_LEAST = 8  # letters; what is shorter is a word that may stand anywhere
_MOST = 4_000_000  # bytes of an AWS file that are looked at


def private_values(world: World, catalog: Catalog) -> list[Secret]:
    """Return every value that may be a secret. Blocking: reads the AWS files; one that cannot be read adds none."""
    found = {*_of_environment(world.environ), *_of_catalog(catalog)}
    target = file_target(catalog.settings, world)
    for path in (target.credentials, target.config):
        try:
            with path.open("rb") as file:
                found |= set(_of_aws_file(file.read(_MOST)))
        except OSError:
            continue
    return [Secret(one) for one in sorted(found) if len(one) >= _LEAST]


def _of_environment(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if _TELLING.search(name):
            yield from _of_address(value) if "://" in value else (value,)


def _of_catalog(catalog: Catalog) -> Iterator[str]:
    yield from _of_address(catalog.settings.proxy)
    for source in catalog.sources.values():
        yield from _of_address(getattr(source, "proxy", None))
        for command in commands_of(source):
            for argument in command[1:]:
                yield from _of_argument(argument)
    for profile in catalog.profiles.values():
        yield from profile.env.values()


def _of_argument(argument: str) -> Iterator[str]:
    """A path and an option's name help whoever reads the report; what an option is given does not."""
    _, is_, given = argument.partition("=") if argument.startswith("-") else ("", "", argument)
    if given and (is_ or not argument.startswith(("-", "/", "~"))):
        yield given


def _of_address(address: str | None) -> Iterator[str]:
    """The password of an address, as it is written and as it is meant."""
    try:
        word = urlsplit(address or "").password
    except ValueError:
        return
    if word:
        yield word
        yield unquote(word)


def _of_aws_file(data: bytes) -> Iterator[str]:
    for line in dialect.lines(data):
        if line.kind is Kind.OPTION and line.name not in OPEN_KEYS:
            yield line.value
        elif line.kind in (Kind.STRAY, Kind.NO_EQUALS, Kind.CONTINUATION):
            yield data[line.start : line.end].decode("utf-8", "replace").strip()
