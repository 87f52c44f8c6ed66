"""Who waits for an MFA code, in words."""

from collections.abc import Sequence

from app.domain.durations import say
from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.source import LongLivedBase
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


def who_waits(profiles: Sequence[ProfileName], catalog: Catalog) -> str:
    """Return who else goes on with the same code, and for how long the session that it gives serves."""
    others = [str(one) for one in profiles[1:]]
    words = ""
    if len(others) > _NAMED:
        named, more = ", ".join(others[:_NAMED]), len(others) - _NAMED
        words = N("{names} and {n} more wait for the same code.", "{names} and {n} more wait for the same code.", more,
            names=named)  # fmt: skip
    elif others:
        words = N("{names} waits for the same code.", "{names} wait for the same code.", len(others),
            names=", ".join(others))  # fmt: skip
    kept = _kept(profiles, catalog)
    return f"{words} {kept}".strip()


def _kept(profiles: Sequence[ProfileName], catalog: Catalog) -> str:
    profile = catalog.profiles.get(profiles[0]) if profiles else None
    source = catalog.sources.get(profile.source) if profile is not None and profile.source else None
    lasts = source.mfa.session if isinstance(source, LongLivedBase) else None
    return T("The MFA session is kept for {time}.", time=say(lasts)) if lasts else ""
