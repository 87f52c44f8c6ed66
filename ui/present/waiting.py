"""Who waits for an MFA code, in words."""

from collections.abc import Sequence

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.texts import N, T

_NAMED = 3


def who_asks(profiles: Sequence[ProfileName], catalog: Catalog) -> str:
    """Return which hop of the first profile asks for a code."""
    first = profiles[0] if profiles else ""
    profile = catalog.profiles.get(first)
    hops = profile.roles if profile is not None else ()
    number = next((at for at, hop in enumerate(hops, 1) if hop.mfa), 0)
    return (
        T("Hop {number} of {name} asks for it.", number=number, name=first)
        if number
        else T("{name} asks for it.", name=first)
    )


def who_waits(profiles: Sequence[ProfileName]) -> str:
    """Return who else goes on with the same code."""
    others = [str(one) for one in profiles[1:]]
    if len(others) > _NAMED:
        named, more = ", ".join(others[:_NAMED]), len(others) - _NAMED
        return N("{names} and {n} more wait for the same code.", "{names} and {n} more wait for the same code.", more,
            names=named)  # fmt: skip
    if others:
        return N("{names} waits for the same code.", "{names} wait for the same code.", len(others),
            names=", ".join(others))  # fmt: skip
    return ""
