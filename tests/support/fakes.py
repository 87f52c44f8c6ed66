"""The world of the engine, made by hand: a clock that a test moves, an STS with a script, files in memory."""

import asyncio
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from app.domain.activity import Event
from app.domain.approvals import Approval
from app.domain.calls import (
    AssumeRoleCall,
    FederationCall,
    Identity,
    Issued,
    SessionTokenCall,
    StsEndpoint,
    WebIdentityCall,
)
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import Source

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEB = Credentials("", Secret(""))  # nobody signs

NETWORK = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="sts.example", reason="no route")
DENIED = Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "1", hop=1, role="r", operation="AssumeRole", aws="no")


async def settle() -> None:
    """Let the loop run until nothing is ready any more."""
    loop = asyncio.get_running_loop()
    ready = loop._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110  there is nothing to be told by
        await asyncio.sleep(0)


@dataclass(eq=False)
class FakeTimer:
    """A call that is arranged."""

    then: Callable[[], None] | None

    def cancel(self) -> None:
        self.then = None


class FakeClock:
    """Wall, monotonic and true time, which a test moves apart; `later` runs by the monotonic one."""

    def __init__(self) -> None:
        self.true = START
        self.error = timedelta()  # our wall clock minus the true time
        self.steady = 1000.0
        self.early = 1.0  # below 1: timers fire early, as Qt's do
        self._timers: list[tuple[float, int, FakeTimer]] = []
        self._numbers = count()

    def now(self) -> datetime:
        return self.true + self.error

    def monotonic(self) -> float:
        return self.steady

    def later(self, delay: float, then: Callable[[], None], /) -> FakeTimer:
        timer = FakeTimer(then)
        heapq.heappush(self._timers, (self.steady + delay * self.early, next(self._numbers), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        over = asyncio.Event()
        self.later(seconds, over.set)
        await over.wait()

    @property
    def timers(self) -> tuple[float, ...]:
        """How many seconds each arranged call is away."""
        return tuple(at - self.steady for at, _, timer in self._timers if timer.then is not None)

    async def advance(self, by: timedelta | float) -> None:
        """Let time go by, all three clocks alike, and everything that comes due happen in its order."""
        end = self.steady + (by.total_seconds() if isinstance(by, timedelta) else by)
        await settle()
        while self._timers and self._timers[0][0] <= end:
            at, _, timer = heapq.heappop(self._timers)
            if timer.then is None:
                continue
            self._tick(max(at - self.steady, 0.0))
            timer.then()
            await settle()
        self._tick(end - self.steady)
        await settle()

    def suspend(self, by: timedelta) -> None:
        """Sleep: true and wall time go on, monotonic time stands still."""
        self.true += by

    def step(self, by: timedelta) -> None:
        """Set the wall clock, forward or back."""
        self.error += by

    def _tick(self, seconds: float) -> None:
        self.steady += seconds
        self.true += timedelta(seconds=seconds)


Refusal = Callable[[object], Problem | None]


class FakeSts:
    """Gives sessions, unless `refuse` returns a problem. `seen` holds each call with its signer's key id and code."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.lifetime = HOUR
        self.latency = 0.0
        self.measures = True
        self.refuse: Refusal = lambda call: None
        self.seen: list[
            tuple[SessionTokenCall | FederationCall | AssumeRoleCall | WebIdentityCall, str, str | None]
        ] = []
        self.web: list[tuple[WebIdentityCall, str]] = []
        self.at: list[datetime] = []
        self.parallel = self.most_parallel = 0
        self._numbers = count(1)

    @property
    def roles(self) -> list[str]:
        """The roles' names in the order of the calls."""
        roles = AssumeRoleCall | WebIdentityCall
        return [call.role_arn.role_name for call, _, _ in self.seen if isinstance(call, roles)]

    @property
    def tokens(self) -> list[SessionTokenCall]:
        """The GetSessionToken calls."""
        return [call for call, _, _ in self.seen if isinstance(call, SessionTokenCall)]

    @property
    def codes(self) -> list[str]:
        """The MFA codes that were sent."""
        return [code for _, _, code in self.seen if code is not None]

    async def session_token(self, call: SessionTokenCall, signer: Credentials, code: str | None) -> Issued:
        return await self._answer(call, signer, code, call.duration)

    async def federation_token(self, call: FederationCall, signer: Credentials) -> Issued:
        return await self._answer(call, signer, None, call.duration)

    async def assume_role(self, call: AssumeRoleCall, signer: Credentials, code: str | None) -> Issued:
        return await self._answer(call, signer, code, call.duration, call.role_arn.text)

    async def web_identity(self, call: WebIdentityCall, token: Secret) -> Issued:
        self.web.append((call, token.reveal()))
        return await self._answer(call, WEB, None, call.duration, call.role_arn.text)

    async def identity(self, endpoint: StsEndpoint, signer: Credentials) -> Identity:
        problem = self.refuse(endpoint)
        if problem is not None:
            raise AppError(problem)
        return Identity("123456789012", f"arn:of:{signer.access_key_id}", "id")

    async def _answer(
        self,
        call: SessionTokenCall | FederationCall | AssumeRoleCall | WebIdentityCall,
        signer: Credentials,
        code: str | None,
        duration: timedelta | None,
        arn: str | None = None,
    ) -> Issued:
        self.seen.append((call, signer.access_key_id, code))
        self.at.append(self.clock.true)
        self.parallel += 1
        self.most_parallel = max(self.parallel, self.most_parallel)
        try:
            if self.latency:
                await self.clock.sleep(self.latency)
            problem = self.refuse(call)
            if problem is not None:
                raise AppError(problem)
            if signer.expires_at is not None and signer.expires_at <= self.clock.true:
                raise AppError.of(Code.SESSION_EXPIRED, source="")
        finally:
            self.parallel -= 1
        expires = self.clock.true + (duration or self.lifetime)
        credentials = session_keys(f"ASIA{next(self._numbers):012}", expires)
        offset = self.clock.error if self.measures else None
        return Issued(credentials, self.clock.now(), arn, "123456789012", clock_offset=offset)


def session_keys(key_id: str, expires: datetime | None) -> Credentials:
    """Temporary credentials."""
    return Credentials(key_id, Secret(f"secret of {key_id}"), Secret(f"token of {key_id}"), expires)


def long_lived(key_id: str = "AKIA000000000001") -> Credentials:
    """An IAM user's keys."""
    return Credentials(key_id, Secret("long-lived secret"))


class FakeTokens:
    """Tokens by source: `held` is what its file holds; a source without one is asked of a person."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.pasted: dict[str, str] = {}
        self.read: list[str] = []
        self.refuse: Callable[[Source], Problem | None] = lambda source: None
        self.unfit: set[str] = set()

    async def token(self, source: Source) -> Secret:
        self.read.append(source.name)
        await asyncio.sleep(0)
        problem = self.refuse(source)
        if problem is not None:
            raise AppError(problem)
        text = self.held.get(source.name) or self.pasted.get(source.name)
        if text is None:
            raise AppError.of(Code.TOKEN_NEEDED, Verb.SIGN_IN, profile="", source=source.name)
        return Secret(text)

    def take(self, source: Source, text: str) -> None:
        if text in self.unfit:
            raise AppError.of(Code.TOKEN_FORMAT, Verb.EDIT_SOURCE, source.name, source=source.name, reason="no")
        self.pasted[source.name] = text

    def refused(self, source: Source) -> bool:
        return self.pasted.pop(source.name, None) is not None

    def forget(self) -> None:
        self.pasted.clear()


class FakeSources:
    """Long-lived keys for every source, unless `give` or `refuse` say else."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.read: list[str] = []
        self.give: dict[str, Callable[[], Credentials]] = {}
        self.refuse: Callable[[Source], Problem | None] = lambda source: None

    async def credentials(self, source: Source) -> Issued:
        self.read.append(source.name)
        await asyncio.sleep(0)
        problem = self.refuse(source)
        if problem is not None:
            raise AppError(problem)
        give = self.give.get(source.name, long_lived)
        return Issued(give(), self.clock.now())


class FakeMfa:
    """No codes without a person, unless `codes` holds some. Remembers what was used."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.used: set[tuple[str, str]] = set()
        self.asked = 0

    async def code(self, source: Source, serial: str) -> str | None:
        self.asked += 1
        return self.codes.pop(0) if self.codes else None

    async def claim(self, serial: str, code: str) -> bool:
        if (serial, code) in self.used:
            return False
        self.used.add((serial, code))
        return True


class FakeApprovals:
    """Approved commands."""

    told: Callable[[Event], None] | None = None

    def __init__(self) -> None:
        self.commands: set[tuple[str, ...]] = set()

    def approved(self, command: Sequence[str]) -> bool:
        return tuple(command) in self.commands

    def all(self) -> tuple[Approval, ...]:
        return tuple(Approval(one) for one in sorted(self.commands))

    def approve(self, command: Sequence[str], *, source: str = "", by: str = "", at: datetime | None = None) -> None:
        self.commands.add(tuple(command))

    def revoke(self, command: Sequence[str], *, source: str = "", by: str = "") -> None:
        self.commands.discard(tuple(command))


@dataclass
class FakeState:
    """State files in memory; what is written went through JSON-like values only."""

    files: dict[str, Mapping[str, object]] = field(default_factory=dict)
    writes: int = 0

    def read(self, name: str) -> Mapping[str, object]:
        return self.files.get(name, {})

    def write(self, name: str, value: Mapping[str, object]) -> None:
        self.files[name] = value
        self.writes += 1


@dataclass
class FakeWatch:
    """File notifications that a test gives."""

    changed: dict[Path, Callable[[], None]] = field(default_factory=dict)

    def watch(self, path: Path, changed: Callable[[], None]) -> Callable[[], None]:
        self.changed[path] = changed

        def end() -> None:
            del self.changed[path]

        return end


def without_times(issued: Issued) -> Issued:
    """The same session, for comparing."""
    return replace(issued, received_at=START)
