"""Sessions of roles that Identity Center has assigned to a person, and the list of these roles."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.domain.assignments import AccountRoles
from app.domain.calls import Issued, SourceCall
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.secret import Secret
from app.domain.source import IdentityCenter, Source, kind_of
from app.domain.values import dataclass
from app.engine.questions import Party
from app.engine.signing import SigningIn
from app.sign_in_ports import Portal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AssignedRoles:
    """What a sign-in at Identity Center is good for. `account_name`: what an account is called."""

    portal: Portal
    signing: SigningIn
    account_name: Callable[[str], str]

    async def session(self, call: SourceCall, source: IdentityCenter, party: Party) -> Issued:
        """Return the role's session; one sign-in serves all that wait for the source."""
        account, role = call.account_id, call.role_name
        try:
            return await self._with_token(source, party, lambda one: self.portal.session(source, account, role, one))
        except AppError as error:
            if error.problem.code is not Code.CENTER_ROLE:
                raise
            raise AppError(self._gone(error.problem, party)) from None

    async def accounts(self, source: IdentityCenter, party: Party) -> tuple[AccountRoles, ...]:
        """Return all accounts and roles that are assigned to the person."""
        return await self._with_token(source, party, lambda one: self.portal.accounts(source, one))

    async def _with_token(self, source: IdentityCenter, party: Party, work: Callable[[Secret], Awaitable[T]]) -> T:
        """A token that AWS takes no more is replaced; if that helps nothing, the sign-in itself has ended."""
        for drop in (self._token_is_void, self._sign_in_is_void):
            try:
                return await work(await self.signing.token(source, party))
            except AppError as error:
                if error.problem.code is not Code.SIGN_IN_ENDED:
                    raise
                if not await drop(source, party):
                    raise AppError(_named(error.problem, party)) from None
        return await work(await self.signing.token(source, party))

    async def _token_is_void(self, source: IdentityCenter, party: Party) -> bool:
        """Forget the last token; False where there was none, so that another try would be the same."""
        del party
        return self.signing.refused(source)

    async def _sign_in_is_void(self, source: IdentityCenter, party: Party) -> bool:
        """Forget the sign-in; whether a person is there to make another."""
        await self.signing.ended(source)
        return party.asks()

    def _gone(self, problem: Problem, party: Party) -> Problem:
        name = next(iter(party.profiles()), "")
        account = str(problem.arguments.get("account", ""))
        more = {"profile": name, "account": self.account_name(account) or account}
        return Problem.of(Code.CENTER_ROLE, Verb.CHOOSE_ROLE, name, **{**problem.arguments, **more})


def _named(problem: Problem, party: Party) -> Problem:
    name = next(iter(party.profiles()), "")
    return Problem.of(problem.code, Verb.SIGN_IN, name, **{**problem.arguments, "profile": name})


def assigned_roles(
    portal: Portal | None, signing: SigningIn | None, catalog: Callable[[], Catalog]
) -> AssignedRoles | None:
    """Return what starts profiles of Identity Center; accounts are called what the catalog of that time calls them."""
    if portal is None or signing is None:
        return None

    def named(account: str) -> str:
        found = catalog().accounts.get(account)
        return found.name if found is not None else ""

    return AssignedRoles(portal, signing, named)


def can_do(part: T | None, source: Source) -> T:
    """Return a part that this engine has; SOURCE_KIND_LATER."""
    if part is None:
        raise AppError.of(Code.SOURCE_KIND_LATER, Verb.UPDATE, source=source.name, kind=kind_of(source))
    return part
