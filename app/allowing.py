"""What a person allowed to run: in words fit for a list, with the sources and profiles that want it now."""

import re
import shlex
from collections.abc import Callable, Sequence

from app.approval_ports import Approvals
from app.choosing import commands_of, source_of_profile
from app.core import Core
from app.domain.approvals import Allowed, Approval
from app.domain.problem import AppError
from app.domain.profile import Catalog
from app.domain.source import SharedProfile, Source
from app.files import FileTarget
from app.ports import Pool
from app.redaction import STARS, Redactor
from app.world import World

Commands = tuple[tuple[str, ...], ...]
Reader = Callable[[SharedProfile], Commands]
_HIDES = re.compile(r"(?i)--?[\w-]*(?:secret|passw(?:or)?d|passphrase|token|seed|pin|api-?key)")


def shown(command: Sequence[str]) -> str:
    """Return a command line for a list, on one line: what looks like a secret, or follows --password, is masked."""
    words = [STARS if before and _HIDES.fullmatch(before) else word for before, word in _pairs(command)]
    line = Redactor().clean(shlex.join(words).replace(f"'{STARS}'", STARS))
    return line.replace("\n", "\\n").replace("\t", "\\t")


def _pairs(command: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(("", *command[:-1]), command, strict=True))


def shared_reader(world: World, files: FileTarget, approvals: Approvals) -> Reader:
    """Return what tells the commands that a profile of the AWS files brings along; it blocks, and raises FILE_*."""

    def read(source: SharedProfile) -> Commands:
        from app.sources.shared_profile import SharedProfiles

        profiles = SharedProfiles(lambda: files.credentials, lambda: files.config, approvals, frozenset)
        return profiles.commands(source, world.environ)

    return read


def all_commands(source: Source, shared: Reader) -> Commands:
    """Return the commands of a source, with those that its AWS profile brings along; raises what reading it does."""
    own = commands_of(source)
    return own + shared(source) if isinstance(source, SharedProfile) else own


def allowed_commands(approvals: Sequence[Approval], catalog: Catalog, shared: Reader) -> tuple[Allowed, ...]:
    """Return the approvals with who wants them. Blocks where a shared profile is read; one that is broken has none."""
    wanted: dict[tuple[str, ...], list[str]] = {}
    for source in catalog.sources.values():
        try:
            found = all_commands(source, shared)
        except AppError:
            found = commands_of(source)
        for command in found:
            wanted.setdefault(command, []).append(str(source.name))
    return tuple(_allowed(one, tuple(wanted.get(one.command, ())), catalog) for one in approvals)


def _allowed(approval: Approval, sources: tuple[str, ...], catalog: Catalog) -> Allowed:
    users = (one for one in catalog.profiles.values() if source_of_profile(catalog, one) in sources)
    return Allowed(approval, shown(approval.command), sources, tuple(str(one.name) for one in users))


async def look(core: Core) -> tuple[Allowed, ...]:
    """Return what is allowed now; FILE_UNREADABLE."""
    target, catalog = core.files.target, core.catalog
    reader = shared_reader(core.world, target, core.approvals)
    try:
        return await core.offload.call(Pool.DISK, lambda: allowed_commands(core.approvals.all(), catalog, reader))
    except TimeoutError:  # the AWS files stand on a disk that does not answer: they alone are left out
        return allowed_commands(core.approvals.all(), catalog, lambda _: ())
