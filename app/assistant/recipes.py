"""The four recipes behind one face: check, look, plan, and the profile at the end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import assert_never

from app.assistant import cross_account, ec2, ecs, looking, web_identity
from app.assistant.cross_account import Way
from app.assistant.policies import conditions, statements_of
from app.assistant.values import Account, Addition, Place, RolePlan, Side
from app.domain.problem import AppError, Code

AnyWish = ec2.Wish | ecs.Wish | cross_account.Wish | web_identity.Wish
TO_BE_DRAWN = ""  # of an external id: the one that is there, else a new one


async def prepare(
    wish: AnyWish, place: Place, accounts: Mapping[Side, Account], draw: Callable[[], str]
) -> tuple[AnyWish, RolePlan]:
    """Return the wish as it was settled (with an external id), and its plan. Reads alone are called.

    Raises what the recipe's `check` and `plan` raise, and what AWS says to the reads.
    """
    account = accounts[Side.ROLE]
    match wish:
        case ec2.Wish():
            ec2.check(wish, place)
            return wish, ec2.plan(wish, place, await ec2.look(account, wish, place))
        case ecs.Wish():
            ecs.check(wish, place)
            return wish, ecs.plan(wish, place, await ecs.look(account, wish, place))
        case cross_account.Wish():
            cross_account.check(replace(wish, external_id=wish.external_id or _checked(wish)), place)
            settled = await _with_external_id(account, wish, draw)
            found = await cross_account.look(account, accounts.get(Side.CALLER), settled, place)
            if settled.grant and Side.CALLER not in accounts:
                raise AppError.of(Code.ROLE_CALLER_MISSING)
            return settled, cross_account.plan(settled, place, found)
        case web_identity.Wish():
            web_identity.check(wish, place)
            return wish, web_identity.plan(wish, place, await web_identity.look(account, wish, place))
        case _:
            assert_never(wish)


def addition(wish: AnyWish, place: Place, profile: str, way: Way) -> Addition:
    """Return what the catalog gets. `way` counts for roles that are assumed from here."""
    match wish:
        case ec2.Wish():
            return ec2.addition(profile, place)
        case ecs.Wish():
            return ecs.addition(profile, place)
        case cross_account.Wish():
            return cross_account.addition(profile, wish, place, way)
        case web_identity.Wish():
            return web_identity.addition(profile, wish, place, way.source)
        case _:
            assert_never(wish)


def _checked(wish: cross_account.Wish) -> str | None:
    """An external id that is still to be drawn is one for the checks."""
    return "to-be-drawn" if wish.external_id == TO_BE_DRAWN else None


async def _with_external_id(account: Account, wish: cross_account.Wish, draw: Callable[[], str]) -> cross_account.Wish:
    """A second run takes the external id that the first one drew, so that it changes nothing."""
    if wish.external_id != TO_BE_DRAWN:
        return wish
    there = await looking.role(account, wish.role.name)
    known = [
        values[0]
        for one in (statements_of(there.trust) if there else ())
        for _, key, values in conditions(one)
        if key.lower() == "sts:externalid" and len(values) == 1
    ]
    return replace(wish, external_id=known[0] if len(known) == 1 else draw())
