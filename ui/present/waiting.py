"""What is waited for while a person is asked, and who waits for an MFA code, in words."""

from collections.abc import Sequence

from app.domain.names import ProfileName
from app.domain.profile import Catalog
from app.domain.session import QuestionKind
from app.texts import N, T
from ui.present.words import listed, some

_NAMED = 3


def waits_for(kind: QuestionKind) -> str:
    """Return what a start waits for while a person is asked."""
    match kind:
        case QuestionKind.MFA:
            return T("Waiting for MFA code")
        case QuestionKind.SIGN_IN:
            return T("Waiting for sign-in")
        case QuestionKind.TOKEN_PASTE:
            return T("Waiting for token")
        case QuestionKind.APPROVE_COMMAND | QuestionKind.PROGRAM:
            return T("Waiting for approval")


def who_asks(profiles: Sequence[ProfileName], catalog: Catalog) -> tuple[str, str]:
    """Return which hop of the first profile asks for a code: the words up to its name, and those behind it."""
    first = profiles[0] if profiles else ""
    profile = catalog.profiles.get(first)
    hops = profile.roles if profile is not None else ()
    number = next((at for at, hop in enumerate(hops, 1) if hop.mfa), 0)
    place = "{name}"  # found again: a short name may be a part of the words about it
    words = (
        T("Hop {number} of {name} asks for it.", number=number, name=place)
        if number
        else T("{name} asks for it.", name=place)
    )
    before, _, behind = words.partition(place)
    return f"{before}{first}", behind.strip()


def who_waits(profiles: Sequence[ProfileName]) -> str:
    """Return who else goes on with the same code."""
    others = [str(one) for one in profiles[1:]]
    if len(others) > _NAMED:
        named, more = ", ".join(others[:_NAMED]), len(others) - _NAMED
        return N("{names} and {n} more wait for the same code.", "{names} and {n} more wait for the same code.", more,
            names=named)  # fmt: skip
    if others:
        return N("{names} waits for the same code.", "{names} wait for the same code.", len(others),
            names=listed(others))  # fmt: skip
    return ""


def who_waits_for_it(profiles: Sequence[ProfileName]) -> tuple[str, str]:
    """Return who goes on with the answer, up to three by name, and all of them where those are not all."""
    names = [str(one) for one in profiles]
    words = N("{names} waits for it.", "{names} wait for it.", len(names), names=some(names, _NAMED)) if names else ""
    return words, "\n".join(names) if len(names) > _NAMED else ""
