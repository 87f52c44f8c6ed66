"""The port Sources: from a source to its credentials, by kind."""

from collections.abc import Callable, Mapping
from typing import TypeVar, assert_never

from app.domain.calls import Issued
from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials
from app.domain.source import (
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    Oidc,
    Process,
    SharedProfile,
    Source,
    UnknownSource,
    WebIdentityToken,
    kind_of,
)
from app.domain.values import dataclass
from app.ports import Clock, Offload, Pool, Vault
from app.sources.command import Runner
from app.sources.container import container_credentials
from app.sources.instance_metadata import instance_credentials
from app.sources.processed import parse_process_output
from app.sources.shared_profile import SharedProfiles
from app.sources.surrounding import environment_credentials

T = TypeVar("T")
_ABANDON_SECONDS = 90.0
_MACHINE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class AllSources:
    """Asks each kind of source in its own way."""

    vault: Vault
    runner: Runner
    shared: SharedProfiles
    environ: Mapping[str, str]
    offload: Offload
    clock: Clock

    async def credentials(self, source: Source) -> Issued:
        """Return the source's credentials (see the port)."""
        match source:
            case AccessKeys():
                return self._issued(source, await self._access_keys(source))
            case Environment():
                return self._issued(source, environment_credentials(source, self.environ))
            case SharedProfile():
                return self._issued(source, await self._on_a_thread(source, self._shared(source)))
            case Process():
                output = await self._on_a_thread(source, lambda: self.runner.run(source.name, source.command))
                credentials, account = parse_process_output(source.name, output)
                return self._issued(source, credentials, account)
            case InstanceMetadata():
                return self._issued(source, await self._machine(source, self._instance(source)))
            case Container():
                work = self._container(source)
                return self._issued(source, *await self._machine(source, work))
            case WebIdentityToken() | Oidc() | IdentityCenter():
                raise AppError.of(
                    Code.SOURCE_KIND_LATER, Verb.EDIT_SOURCE, source.name, source=source.name, kind=kind_of(source)
                )
            case UnknownSource():
                raise AppError.of(Code.SOURCE_KIND_UNKNOWN, Verb.UPDATE, source=source.name, kind=source.kind)
            case _:
                assert_never(source)

    def _shared(self, source: SharedProfile) -> Callable[[], Credentials]:
        return lambda: self.shared.credentials(source, self.runner)

    def _instance(self, source: InstanceMetadata) -> Callable[[], Credentials]:
        """The config file is read on the thread, anew each time: it may say how the service is reached."""
        environ, now = self.environ, self.clock.now
        return lambda: instance_credentials(source, environ, now(), self.shared.section_in_use(environ))

    def _container(self, source: Container) -> Callable[[], tuple[Credentials, str | None]]:
        return lambda: container_credentials(source, self.environ)

    async def _machine(self, source: Source, work: Callable[[], T]) -> T:
        """Ask the machine itself; its endpoints have time limits that are short, unless they trickle."""
        try:
            return await self.offload.call(Pool.AWS, work, deadline=_MACHINE_SECONDS)
        except TimeoutError:
            raise AppError.of(Code.METADATA_ABSENT, Verb.NONE, source=source.name, host=kind_of(source)) from None

    async def _on_a_thread(self, source: Source, work: Callable[[], T]) -> T:
        """Do what has time limits of its own; past all of them it is abandoned."""
        try:
            return await self.offload.call(Pool.AWS, work, deadline=_ABANDON_SECONDS)
        except TimeoutError:
            seconds = int(_ABANDON_SECONDS)
            raise AppError.of(Code.COMMAND_TIMEOUT, source=source.name, seconds=seconds) from None

    async def _access_keys(self, source: AccessKeys) -> Credentials:
        entry = access_key_entry(source.access_key_id)
        secret = await self.vault.read(entry)
        if secret is None:
            raise AppError.of(
                Code.VAULT_NO_ENTRY,
                Verb.SET_SECRET,
                source.name,
                entry=entry.service,
                source=source.name,
                what=entry.what,
            )
        return Credentials(source.access_key_id, secret)

    def _issued(self, source: Source, credentials: Credentials, account: str | None = None) -> Issued:
        now = self.clock.now()
        if credentials.expires_at is not None and credentials.expires_at <= now:
            raise AppError.of(Code.ALREADY_EXPIRED, Verb.TRY_AGAIN, source.name, profile=source.name)
        return Issued(credentials, now, account=account)
