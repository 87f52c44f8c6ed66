"""What the engine is made of from outside, and why it may be poked."""

from collections.abc import Callable
from enum import StrEnum

from app.approval_ports import Approvals
from app.domain.chain import Surroundings
from app.domain.names import ProfileName
from app.domain.profile import Profile
from app.domain.session import DeliveryStatus
from app.domain.values import dataclass
from app.engine.alarm import Later, on_loop
from app.ports import (
    Clock,
    CredentialsFile,
    FileWatch,
    IdentityTokens,
    MfaCodes,
    Offload,
    Sources,
    StateFiles,
    Sts,
)
from app.sign_in_ports import Opener, Portal, SignIns


class Poke(StrEnum):
    """Why the engine should look at the clock and the files now."""

    WAKE = "wake"
    NETWORK = "network"
    CLOCK = "clock"
    ASKED = "asked"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class EnginePorts:
    """The world of the engine.

    `offload` None: state files are written on the loop's own thread. `process_line` None: no `credential_process` lines
    are written. `tokens` and `signs` None: no profile of a web identity can start; `signs` and `portal` None: none of
    Identity Center. `opener` None: no browser is opened. `later` is replaced in tests that have a clock of their own.
    `beside`: what a status says of a delivery that is no file: the loopback endpoint.
    """

    clock: Clock
    sts: Sts
    sources: Sources
    mfa: MfaCodes
    approvals: Approvals
    files: CredentialsFile
    state: StateFiles
    watch: FileWatch | None
    around: Surroundings
    default_section: str = "default"
    offload: Offload | None = None
    process_line: Callable[[ProfileName], str] | None = None
    later: Later = on_loop
    tokens: IdentityTokens | None = None
    beside: Callable[[Profile], DeliveryStatus | None] = lambda _profile: None
    signs: SignIns | None = None
    portal: Portal | None = None
    opener: Opener | None = None
