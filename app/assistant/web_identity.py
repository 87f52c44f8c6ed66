"""A role for web identities: the IAM provider where one is needed, and a role that pins audience and subject."""

from collections.abc import Mapping

from app.assistant import looking, providers, role, trust
from app.assistant.limits import check_role, thumbprint
from app.assistant.providers import Provider
from app.assistant.role import FoundBase
from app.assistant.values import Account, Addition, ApiCall, Document, Output, Place, Recipe, RolePlan, RoleWish, Step
from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass

AUDIENCE_MAXIMUM = 255
_ANYBODY = frozenset({"", "*", "repo:*", "project_path:*"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`subjects`: who may, as the tokens' subject says; `*` and `?` stand for anything.

    `thumbprints`: only for a provider whose certificate is of no public authority. `wide`: a person wants a
    subject that is not pinned.
    """

    role: RoleWish
    provider: Provider
    audiences: tuple[str, ...]
    subjects: tuple[str, ...]
    thumbprints: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """`audiences`: those of the IAM provider, None where there is none."""

    base: FoundBase
    audiences: tuple[str, ...] | None = None


def check(wish: Wish, place: Place) -> None:
    """Check what was typed; VALUE_*, TRUST_WIDE where no subject is pinned and that was not asked for."""
    if not wish.audiences:
        raise AppError.of(Code.VALUE_MISSING, key="audience")
    for one in wish.audiences:
        if not 1 <= len(one) <= AUDIENCE_MAXIMUM or "*" in one or not one.isprintable():
            raise AppError.of(Code.VALUE_PATTERN, key="audience", rule="audience")
    for one in wish.thumbprints:
        thumbprint(one)
    if _open(wish) and not wish.wide:
        raise AppError.of(Code.TRUST_WIDE, reason="any-subject")
    check_role(wish.role, place, _trust(wish, place))


async def look(account: Account, wish: Wish, place: Place) -> Found:
    """Read what the plan depends on."""
    base = await role.look(account, wish.role, place)
    if not wish.provider.issuer:
        return Found(base)
    return Found(base, await looking.provider_audiences(account, wish.provider.principal_in(place)))


def plan(wish: Wish, place: Place, found: Found) -> RolePlan:
    """Return the calls; ROLE_DIFFERS."""
    policy, arn = _trust(wish, place), role.role_arn(wish.role, place)
    steps = [*_provider(wish, place, found.audiences), *role.role_steps(wish.role, place, policy, found.base)]
    warnings = role.role_warnings(wish.role, policy, found.base)
    if _open(wish):
        warnings.append(Problem.of(Code.TRUST_WIDE, reason="any-subject"))
    elif any("*" in one or "?" in one for one in wish.subjects):
        warnings.append(Problem.of(Code.TRUST_WIDE, reason="some-subjects"))
    outputs: tuple[Output, ...] = providers.outputs(wish.provider, arn, place.region, wish.audiences[0])
    return RolePlan(
        Recipe.WEB_IDENTITY,
        place.account,
        arn,
        tuple(steps),
        tuple(warnings),
        outputs,
        role.all_of_it(wish.role),
    )


def addition(profile: str, wish: Wish, place: Place, source: str) -> Addition:
    """Return the profile that assumes the role with a token; `source` "": a new one, whose token comes from outside."""
    values: Mapping[str, object] = {
        "region": place.region,
        "roles": [{"role_arn": role.role_arn(wish.role, place)}],
        "delivery": {"credentials_file": profile},
    }
    if source:
        return Addition(profile, {"source": source, **values})
    token: dict[str, object] = {"kind": "web-identity-token"}
    if wish.provider.provider_id:
        token["provider_id"] = wish.provider.provider_id
    name = f"{profile}-token"
    return Addition(profile, {"source": name, **values}, {name: token}, local=False)


def _open(wish: Wish) -> bool:
    return not wish.subjects or any(one.strip() in _ANYBODY for one in wish.subjects)


def _trust(wish: Wish, place: Place) -> Document:
    pinned = {wish.provider.audience_key: wish.audiences}
    if wish.subjects and set(wish.subjects) != {"*"}:
        pinned[wish.provider.subject_key] = wish.subjects
    return trust.federated(wish.provider.principal_in(place), pinned)


def _provider(wish: Wish, place: Place, there: tuple[str, ...] | None) -> list[Step]:
    issuer = wish.provider.issuer
    if not issuer:
        return []
    arn = {"OpenIDConnectProviderArn": wish.provider.principal_in(place)}
    parameters: dict[str, object] = {"Url": issuer, "ClientIDList": list(wish.audiences)}
    if wish.thumbprints:
        parameters["ThumbprintList"] = [thumbprint(one) for one in wish.thumbprints]
    create = ApiCall("iam", "CreateOpenIDConnectProvider", parameters)
    undo = ApiCall("iam", "DeleteOpenIDConnectProvider", arn)
    steps = [Step(create, wish.provider.principal, (undo,), there is not None)]
    if there is None:
        return steps
    for one in wish.audiences:
        if one not in there:
            with_client = {**arn, "ClientID": one}
            add = ApiCall("iam", "AddClientIDToOpenIDConnectProvider", with_client)
            undo = ApiCall("iam", "RemoveClientIDFromOpenIDConnectProvider", with_client)
            steps.append(Step(add, one, (undo,)))
    return steps
