"""The role assistant with a core, for any front end: sessions that sign, AWS's answers, the catalog at the end."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from app.assistant.cross_account import Way, new_external_id
from app.assistant.executor import Executor, Outcome, Undone, Watch
from app.assistant.recipes import AnyWish, addition, prepare
from app.assistant.records import Record, Records
from app.assistant.values import Account, Addition, ApiCall, Place, RolePlan, Side, Values
from app.awsapi import BotoApi
from app.choosing import profile_named, source_named, source_of_profile
from app.core import Core
from app.domain.calls import Issued, StsEndpoint
from app.domain.names import AccountId
from app.domain.problem import AppError, Code
from app.domain.secret import Credentials
from app.domain.source import AccessKeys
from app.domain.values import dataclass

# how long a role that was just made may be unknown to STS
TRUST_SECONDS = 60.0
# what STS says of a role that it does not know yet, or whose policies are not everywhere
NOT_YET = frozenset({Code.ACCESS_DENIED, Code.ACCESS_DENIED_EXTERNAL_ID, Code.ACCESS_DENIED_MFA, Code.TOKEN_UNTRUSTED})
# what a profile meets that is for another machine
ELSEWHERE = frozenset(
    {Code.METADATA_ABSENT, Code.METADATA_OFF, Code.METADATA_ROLE, Code.SOURCE_EMPTY, Code.TOKEN_NEEDED, Code.NETWORK}
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A session that signs, with the profile it is of and where its calls go."""

    profile: str
    credentials: Credentials
    endpoint: StsEndpoint
    region: str


@dataclass(frozen=True, slots=True)
class SignedAccount:
    """The port Account over botocore."""

    api: BotoApi
    signer: Signer

    async def call(self, call: ApiCall) -> Values:
        """Make one call with the session, in its region unless the call names another."""
        signer = self.signer
        endpoint = replace(signer.endpoint, region=call.region or signer.region, endpoint_url=None)
        return await self.api.call(endpoint, signer.credentials, call.service, call.operation, call.parameters)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan that can be carried out, and what the catalog gets afterwards (None: nothing)."""

    wish: AnyWish
    place: Place
    plan: RolePlan
    addition: Addition | None = None


class RoleMaker:
    """Prepares, makes and takes back roles. One for each run of the assistant."""

    def __init__(self, core: Core) -> None:
        """Call nothing yet."""
        self._core = core
        self._api = BotoApi(core.offload, core.world.environ)
        self._signers: dict[Side, Signer] = {}
        self.records = Records(core.state)

    def sign(self, side: Side, profile: str, issued: Issued) -> None:
        """Use a profile's session for the calls of a side; SESSION_WITHOUT_IAM."""
        found = profile_named(self._core.catalog, profile)
        source = source_of_profile(self._core.catalog, found)
        if source is None:
            raise AppError.of(Code.SOURCE_UNKNOWN, source="", profile=profile, nearest="")
        origin = source_named(self._core.catalog, source)
        if not found.roles and found.base is None and isinstance(origin, AccessKeys) and not found.mfa:
            raise AppError.of(Code.SESSION_WITHOUT_IAM, profile=found.name)
        endpoint = self._core.endpoint(origin)
        region = found.region or self._core.catalog.settings.region
        self._signers[side] = Signer(found.name, issued.credentials, endpoint, region)

    @property
    def accounts(self) -> Mapping[Side, Account]:
        """AWS as the sessions see it."""
        return {side: SignedAccount(self._api, signer) for side, signer in self._signers.items()}

    async def place(self, side: Side = Side.ROLE) -> Place:
        """Return whose account it is: GetCallerIdentity."""
        signer = self._signers[side]
        who = await self._core.sts.identity(signer.endpoint, signer.credentials)
        partition = who.arn.split(":")[1] if who.arn.count(":") >= 5 else "aws"
        return Place(AccountId(who.account), partition, signer.region, who.arn)

    async def prepare(self, wish: AnyWish, profile: str | None, way: Way) -> Prepared:
        """Return what would be done; nothing is changed. `profile` None: the catalog gets nothing.

        Raises what the recipes raise, and NAME_TAKEN where the catalog has another profile of the name.
        """
        place = await self.place()
        settled, plan = await prepare(wish, place, self.accounts, lambda: new_external_id(secrets.token_urlsafe))
        if profile is None:
            return Prepared(settled, place, plan)
        wanted = addition(settled, place, profile, way)
        return Prepared(settled, place, plan, await self._fitting(wanted))

    async def make(self, prepared: Prepared, watch: Watch) -> Outcome:
        """Carry the plan out, then save the profile. The outcome's record says what was made. Never raises AppError."""
        plan, signers = prepared.plan, self._signers
        now = datetime.fromtimestamp(self._core.world.clock.now().timestamp(), UTC).replace(microsecond=0)
        profiles = {str(side): signer.profile for side, signer in signers.items()}
        record = Record(f"r{secrets.token_hex(4)}", now, str(plan.recipe), plan.account, plan.role_arn, profiles)
        outcome = await self._executor(watch).run(plan, record)
        if outcome.problem is not None or prepared.addition is None:
            return outcome
        try:
            return replace(outcome, record=await self._save(prepared.addition, outcome.record))
        except AppError as error:
            return replace(outcome, problem=error.problem)

    async def undo(self, record: Record, watch: Watch) -> Undone:
        """Take back what a record says: the profile out of the catalog first, then the account, the last step first."""
        for table, name in reversed(record.added):
            try:
                await self._core.remove(table, name)
            except AppError as error:
                if error.problem.code not in (Code.PROFILE_UNKNOWN, Code.SOURCE_UNKNOWN, Code.SOURCE_IN_USE):
                    return Undone((), record.made, error.problem)
        record = replace(record, added=())
        with suppress(AppError):
            self.records.put(record)
        return await self._executor(watch).undo(record)

    def _executor(self, watch: Watch) -> Executor:
        clock = self._core.world.clock
        return Executor(self.accounts, self.records, clock.monotonic, asyncio.sleep, watch)

    async def _fitting(self, wanted: Addition) -> Addition:
        """Leave out what the catalog has already; a source's taken name gets another. NAME_TAKEN for a profile's."""
        sources: dict[str, Values] = {}
        values = dict(wanted.values)
        for name, table in wanted.sources.items():
            free = name
            for number in range(2, 100):
                there = await self._there("sources", free)
                if there is None or there == dict(table):
                    break
                free = f"{name}-{number}"
            values["source"] = free
            if await self._there("sources", free) is None:
                sources[free] = table
        there = await self._there("profiles", wanted.profile)
        if there is not None and there != values:
            raise AppError.of(Code.NAME_TAKEN, name=wanted.profile)
        return replace(wanted, values=values, sources=sources)

    async def _there(self, table: str, name: str) -> dict[str, object] | None:
        """Return a table of the catalog's file, None where there is none."""
        try:
            return dict(await self._core.catalogs.raw(table, name))
        except AppError as error:
            if error.problem.code in (Code.PROFILE_UNKNOWN, Code.SOURCE_UNKNOWN):
                return None
            raise

    async def _save(self, wanted: Addition, record: Record) -> Record:
        tables = {("sources", name): values for name, values in wanted.sources.items()}
        if await self._there("profiles", wanted.profile) is None:
            tables["profiles", wanted.profile] = wanted.values
        if not tables:
            return record
        await self._core.use_catalog(await self._core.catalogs.put_all(tables))
        record = replace(record, added=tuple(tables))
        self.records.put(record)
        return record
