"""The sources' first credentials, codes and tokens, put together."""

from collections.abc import Callable
from pathlib import Path

from app.approval_ports import Approvals
from app.exclusive import exclusive
from app.files import OffloadedCredentialsFile
from app.late.calls import SourceParts
from app.ports import Offload, StateFiles, Vault
from app.process import umask_before
from app.sources.command import Runner
from app.sources.identity_tokens import SourceTokens
from app.sources.kinds import AllSources
from app.sources.mfa_codes import DeviceCodes
from app.sources.shared_profile import SharedProfiles
from app.world import World


def make_sources(
    world: World,
    offload: Offload,
    vault: Vault,
    approvals: Approvals,
    state: StateFiles,
    files: OffloadedCredentialsFile,
    delivered: Callable[[], frozenset[str]],
    lock: Path,
) -> SourceParts:
    """Return them. `delivered`: the sections that sessions go to; `lock`: the file that codes are claimed under."""
    runner = Runner(approvals, world.environ, umask_before())
    shared = SharedProfiles(lambda: files.path, lambda: files.config_path, approvals, delivered)
    return SourceParts(
        AllSources(vault, runner, shared, world.environ, offload, world.clock),
        DeviceCodes(vault, runner, state, offload, world.clock, lambda: exclusive(lock)),
        SourceTokens(runner, world.environ, world.home, offload, world.clock),
    )
