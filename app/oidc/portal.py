"""The access portal of Identity Center (the service sso): accounts and roles of a person, and the roles' sessions."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from app.domain.assignments import AccountRoles
from app.domain.calls import Issued, StsEndpoint
from app.domain.names import AccountId, parse_account_id
from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Credentials, Secret
from app.domain.source import IdentityCenter
from app.oidc.aws import Aws, RefusedError, Told
from app.oidc.center_client import plain_words, unfit
from app.oidc.http import host_of
from app.ports import Clock, Offload, Pool

CALL_SECONDS = 20.0
_AT_ONCE = 4  # AWS throttles who lists the roles of many accounts faster
_TRIES = 6
_PAGE = 100
_PAGES_MAXIMUM = 1000
_GONE = (403, 404)


class AccessPortal:
    """What a token of a sign-in is good for. Throttled calls are made again, ever more slowly, a few times."""

    def __init__(
        self,
        offload: Offload,
        clock: Clock,
        aws: Aws,
        at: Callable[[IdentityCenter], StsEndpoint],
        pause: float = 1.0,
    ) -> None:
        """`pause`: seconds before a throttled call is made again; they double."""
        self._offload = offload
        self._clock = clock
        self._aws = aws
        self._at = at
        self._pause = pause

    async def session(self, source: IdentityCenter, account: str, role: str, token: Secret) -> Issued:
        """Return the session of a role (see the port)."""
        try:
            told = await self._call(source, "GetRoleCredentials", token, accountId=account, roleName=role)
        except RefusedError as refusal:
            if refusal.status not in _GONE:
                raise self._refused(source, "GetRoleCredentials", refusal) from None
            name = source.name
            raise AppError.of(Code.CENTER_ROLE, source=name, profile="", role=role, account=account) from None
        now = self._clock.now()
        issued = Issued(_credentials(source, told.table), now, account=account, clock_offset=told.offset)
        if issued.expires_at is not None and issued.expires_at <= now:
            raise AppError.of(Code.ALREADY_EXPIRED, Verb.TRY_AGAIN, source.name, profile=source.name)
        return issued

    async def accounts(self, source: IdentityCenter, token: Secret) -> tuple[AccountRoles, ...]:
        """Return all accounts with all roles (see the port)."""
        found = await self._pages(source, "ListAccounts", "accountList", token)
        turn = asyncio.Semaphore(_AT_ONCE)

        async def with_roles(one: Mapping[str, Any]) -> AccountRoles:
            number = _text(one.get("accountId"))
            try:
                account = parse_account_id(number)
            except AppError:
                raise unfit(source) from None
            async with turn:
                roles = await self._pages(source, "ListAccountRoles", "roleList", token, accountId=number)
            names = sorted({_text(role.get("roleName")) for role in roles} - {""}, key=str.casefold)
            return AccountRoles(
                AccountId(account), _text(one.get("accountName")), _text(one.get("emailAddress")), tuple(names)
            )

        tasks = [asyncio.ensure_future(with_roles(one)) for one in found]
        try:
            accounts = await asyncio.gather(*tasks)
        finally:
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return tuple(sorted(accounts, key=lambda one: (one.title.casefold(), one.id)))

    async def _pages(
        self, source: IdentityCenter, operation: str, key: str, token: Secret, **more: str
    ) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        following: dict[str, str] = {}
        for _ in range(_PAGES_MAXIMUM):
            try:
                told = await self._call(source, operation, token, maxResults=_PAGE, **more, **following)
            except RefusedError as refusal:
                raise self._refused(source, operation, refusal) from None
            page = told.table.get(key, [])
            if not isinstance(page, Sequence) or isinstance(page, str):
                raise unfit(source)
            found += [cast("Mapping[str, Any]", one) for one in cast("Sequence[object]", page) if isinstance(one, dict)]
            following_token = _text(told.table.get("nextToken"))
            if not following_token or following_token == following.get("nextToken"):
                return found
            following = {"nextToken": following_token}
        raise unfit(source)

    async def _call(self, source: IdentityCenter, operation: str, token: Secret, **parameters: object) -> Told:
        sent = {**parameters, "accessToken": token.reveal()}
        at, pause = self._at(source), self._pause
        for number in range(_TRIES):
            try:
                return await self._once(source, lambda: self._aws.call(at, "sso", operation, sent))
            except RefusedError as refusal:
                if refusal.status != 429 or number == _TRIES - 1:
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError

    async def _once(self, source: IdentityCenter, work: Callable[[], Told]) -> Told:
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            host, seconds = f"portal.sso.{source.region}", int(CALL_SECONDS)
            raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds) from None

    def _refused(self, source: IdentityCenter, operation: str, refusal: RefusedError) -> AppError:
        if refusal.status == 401:
            host = host_of(source.start_url)
            return AppError.of(Code.SIGN_IN_ENDED, Verb.SIGN_IN, profile="", source=source.name, host=host)
        if refusal.status == 429:
            return AppError.of(Code.THROTTLED, operation=operation)
        if refusal.status >= 500:
            return AppError.of(Code.AWS_BROKEN, operation=operation, status=refusal.status)
        return AppError.of(Code.AWS_REFUSED, operation=operation, aws_code=refusal.error, aws=plain_words(refusal.said))


def _credentials(source: IdentityCenter, table: Mapping[str, Any]) -> Credentials:
    try:
        found = table["roleCredentials"]
        until = datetime.fromtimestamp(int(found["expiration"]) / 1000, UTC)
        key, secret, token = (str(found[name]) for name in ("accessKeyId", "secretAccessKey", "sessionToken"))
        return Credentials(key, Secret(secret), Secret(token), until)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise unfit(source) from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
