"""What windows ask AWS: a source's own user's keys and MFA devices, an account's alias, who a session is."""

from collections.abc import Mapping
from datetime import datetime

from app.core import Core
from app.domain.calls import Identity, StsEndpoint
from app.domain.chain import source_of
from app.domain.keys import UserKey
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.reading import parse_source
from app.domain.secret import Credentials, Secret
from app.domain.session import lease_of
from app.domain.source import AccessKeys, Source
from app.iam import BotoIam
from app.learned import Alias
from app.rotation import Rotation, Told


class OwnUser:
    """Calls that a person asked for, and those that need nothing but what is in memory."""

    def __init__(self, core: Core) -> None:
        """Nothing is called yet."""
        self._core = core
        self._iam = BotoIam(core.offload, core.world.environ)

    # MFA devices

    async def devices(self, name: str, values: Mapping[str, object], secret: Secret | None) -> tuple[str, ...]:
        """Return the serials of the user's devices; DEVICE_NONE where there is none.

        `name` and `values` are the source's as typed, `secret` its secret access key where one was typed: it signs
        then. Otherwise the saved source's MFA session signs if it is in memory, else its keys: no code is asked for.
        """
        source = self._source(name, values)
        if secret is not None and isinstance(source, AccessKeys):
            signer = Credentials(source.access_key_id, secret)
        else:
            signer = await self._at_hand(source)
        found = await self._iam.devices(self._core.endpoint(source), signer)
        if not found:
            raise AppError.of(Code.DEVICE_NONE, Verb.NONE, name, source=name)
        return found

    async def _at_hand(self, source: Source) -> Credentials:
        own, saved = self._core.engine.own, self._core.catalog.sources.get(source.name)
        kept = own.in_memory(saved) if saved is not None else None
        return (kept or await own.session(source, ask=False)).credentials

    @staticmethod
    def _source(name: str, values: Mapping[str, object]) -> Source:
        """Return the source as typed, without a device: that one is looked for, and may be anything yet."""
        bare = {key: value for key, value in values.items() if not key.startswith("mfa")}
        source, findings = parse_source(name or "new", bare)
        if source is None:
            raise AppError(next((one.problem for one in findings if not one.warning), Problem.of(Code.VALUE_MISSING)))
        return source

    # the machine's own role

    async def machine(self, name: str, values: Mapping[str, object]) -> tuple[Identity, datetime | None]:
        """Return who this machine's own role is and when its credentials end, by a source as it is typed.

        Raises SOURCE_EMPTY, METADATA_* and what else that kind of source raises, and what STS raises.
        """
        source = self._source(name, values)
        issued = await self._core.sources.credentials(source)
        who = await self._core.sts.identity(self._core.endpoint(source), issued.credentials)
        return who, issued.credentials.expires_at

    # keys

    async def look_at_key(self, name: str) -> datetime | None:
        """Return when a source's key was made, asked of IAM only with what is in memory; None: not known."""
        source = self._core.catalog.sources.get(name)
        if not isinstance(source, AccessKeys):
            return None
        known = self._core.learned.made(source.access_key_id)
        if known is not None:
            return known
        try:
            kept = self._core.engine.own.in_memory(source)
            if kept is None:
                return None
            self._note(await self._iam.keys(self._core.endpoint(source), kept.credentials))
        except AppError:  # not allowed, or no network: an age is worth no problem of its own
            return None
        return self._core.learned.made(source.access_key_id)

    def rotation(self, name: str, told: Told) -> Rotation:
        """Return what replaces a source's key; VALUE_NOT_HERE for a source of another kind."""
        core, source = self._core, self._core.catalog.sources.get(name)
        if not isinstance(source, AccessKeys):
            raise AppError.of(Code.VALUE_NOT_HERE, Verb.NONE, key="rotate", reason="not-this-kind")

        async def sign() -> Credentials:
            return (await core.engine.own.session(source, ask=True)).credentials

        async def swap(key_id: str) -> None:
            raw = dict(await core.catalogs.raw("sources", name))
            await core.put("sources", name, {**raw, "access_key_id": key_id})

        return Rotation(core, source, sign, swap, told)

    async def keys(self, rotation: Rotation) -> tuple[UserKey, ...]:
        """Return the user's keys and keep what they tell."""
        found = await rotation.look()
        self._note(found)
        return found

    def _note(self, keys: tuple[UserKey, ...]) -> None:
        for one in keys:
            if one.made_at is not None:
                self._core.learned.keep_made(one.key_id, one.made_at)
        self._show()

    def _show(self) -> None:
        self._core.current.catalog = self._core.learned.into(self._core.catalog)

    # sessions

    async def who(self, name: str, key_id: str) -> Identity | None:
        """Return who the running session of a profile is: GetCallerIdentity, which needs no permission.

        None where its session is no longer the one of the access key. Raises what STS raises.
        https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        """
        profile = self._core.catalog.profiles.get(ProfileName(name))
        issued = self._core.engine.credentials(profile.name) if profile is not None else None
        if profile is None or issued is None or issued.credentials.access_key_id != key_id:
            return None
        endpoint = self._core.endpoint(source_of(profile, self._core.catalog))
        return await self._core.sts.identity(endpoint, issued.credentials)

    # accounts

    def can_look(self, account: str) -> bool:
        """Whether a look is due, and a session of the account runs that could be asked."""
        known = self._core.learned.alias(account)
        due = known is None or not known.fresh(self._core.world.clock.now())
        return due and self._signer(account) is not None

    async def look_at_account(self, account: str) -> Alias | None:
        """Ask for an account's alias with a session of it that runs; a refusal is kept and raised."""
        found = self._signer(account)
        if found is None:
            return None
        endpoint, signer = found
        try:
            alias = await self._iam.alias(endpoint, signer)
        except AppError as error:
            if not error.problem.transient:
                self._core.learned.keep_alias(account, "", refused=True)
            raise
        self._core.learned.keep_alias(account, alias)
        self._show()
        return self._core.learned.alias(account)

    def _signer(self, account: str) -> tuple[StsEndpoint, Credentials] | None:
        core, now = self._core, self._core.world.clock.now()
        for status in core.engine.store.active():
            lease = lease_of(status.state)
            profile = core.catalog.profiles.get(status.profile)
            if lease is None or profile is None or account != (lease.account or profile.account):
                continue
            issued = core.engine.credentials(profile.name) if lease.valid(now) else None
            if issued is not None:
                return core.endpoint(source_of(profile, core.catalog)), issued.credentials
        return None
