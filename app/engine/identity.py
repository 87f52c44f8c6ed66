"""Calls that send a web identity token: from where the source takes it, or pasted by a person."""

from collections.abc import Callable

from app.domain.calls import Issued, WebIdentityCall
from app.domain.jwt_view import explained, look_into
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.session import QuestionKind
from app.domain.source import Oidc, Source, kind_of
from app.domain.values import dataclass
from app.engine.questions import Approver, Party, Questions
from app.engine.signing import SigningIn
from app.ports import IdentityTokens, Sts

# refusals that another token may answer; a role that does not trust it, or the network, is no fault of the token
_OF_THE_TOKEN = frozenset(
    {
        Code.IDENTITY_TOKEN,
        Code.TOKEN_FORMAT,
        Code.TOKEN_EXPIRED,
        Code.TOKEN_AUDIENCE,
        Code.TOKEN_PROVIDER,
        Code.TOKEN_ACCESS,
        Code.TOKEN_UNTRUSTED,
    }
)


@dataclass(frozen=True, slots=True)
class WebIdentities:
    """AssumeRoleWithWebIdentity with a token of the source. `tokens`, `signing` None: no port yields any."""

    sts: Sts
    tokens: IdentityTokens | None
    questions: Questions
    approver: Approver
    signing: SigningIn | None = None

    async def session(self, call: WebIdentityCall, source: Source, party: Party) -> Issued:
        """Return the role's session.

        A refusal is explained by what the token says. One that was pasted is forgotten then, and asked for again where
        a person is there.
        """
        if isinstance(source, Oidc) and self.signing is not None:
            return await self._signed_in(self.signing, call, source, party)
        tokens = self.tokens
        if tokens is None:
            raise AppError.of(Code.SOURCE_KIND_LATER, Verb.UPDATE, source=source.name, kind=kind_of(source))
        refused: Problem | None = None
        while True:
            token = await self._token(tokens, source, party, refused)
            try:
                return await self.sts.web_identity(call, token)
            except AppError as error:
                refused = _explained(error.problem, call, source, token)
            again = refused.code in _OF_THE_TOKEN and tokens.refused(source)
            if not again or not party.asks():
                raise AppError(refused)

    def forget(self) -> None:
        """Forget the pasted tokens, and those of sign-ins."""
        if self.tokens is not None:
            self.tokens.forget()
        if self.signing is not None:
            self.signing.forget()

    async def _signed_in(self, signing: SigningIn, call: WebIdentityCall, source: Oidc, party: Party) -> Issued:
        """A token that AWS finds expired is replaced once, without a question where the provider refreshes it."""
        again = True
        while True:
            token = await signing.token(source, party)
            try:
                return await self.sts.web_identity(call, token)
            except AppError as error:
                refused = _explained(error.problem, call, source, token)
            if refused.code in _OF_THE_TOKEN:
                signing.refused(source)  # the next one may say what AWS wants: the provider's settings can be mended
            if refused.code is not Code.TOKEN_EXPIRED or not again:
                raise AppError(refused)
            again = False

    async def _token(self, tokens: IdentityTokens, source: Source, party: Party, refused: Problem | None) -> Secret:
        try:
            return await self.approver.run(party, lambda: tokens.token(source))
        except AppError as error:
            if error.problem.code is not Code.TOKEN_NEEDED:
                raise
        while True:
            if not party.asks():
                raise AppError(_needed(party, source))
            text = await self._pasted(source, party, refused)
            try:
                tokens.take(source, text)
                return await tokens.token(source)
            except AppError as error:
                refused = error.problem

    async def _pasted(self, source: Source, party: Party, refused: Problem | None) -> str:
        kind, ask = QuestionKind.TOKEN_PASTE, self.questions.ask
        try:
            text = await ask(kind, source.name, party.profiles, refused=refused)
        except TimeoutError:
            raise AppError(_needed(party, source)) from None
        if text is None:
            raise AppError.of(Code.CANCELED, Verb.SIGN_IN, *_first(party.profiles))
        return text


def _explained(problem: Problem, call: WebIdentityCall, source: Source, token: Secret) -> Problem:
    role = call.role_arn
    view = None if call.provider_id else look_into(token)
    if call.provider_id and problem.code is not Code.TOKEN_EXPIRED:
        return problem  # no JWT, so that there is nothing to look into
    return explained(problem, view, source.name, role.account, role.role_name)


def _needed(party: Party, source: Source) -> Problem:
    names = _first(party.profiles)
    return Problem.of(Code.TOKEN_NEEDED, Verb.SIGN_IN, *names, profile=names[0] if names else "", source=source.name)


def _first(profiles: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(str(one) for one in profiles()[:1])
