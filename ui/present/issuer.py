"""What an issuer's field says where its provider was not found there: cause, remedy, and an issuer to take instead."""

from app.domain.problem import AppError, Code, Problem
from app.domain.reading.plain import secure_url
from app.domain.values import dataclass
from app.texts import T, describe

_NAMES_ANOTHER = frozenset({Code.PROVIDER_ISSUER, Code.PROVIDER_ANSWER})


@dataclass(frozen=True, slots=True)
class IssuerHelp:
    """The words below the field, and the issuer that the provider names; empty where it names none that can be used."""

    words: str
    use: str = ""


def issuer_help(problem: Problem, issuer: str) -> IssuerHelp:
    """Return what to say about an issuer that could not be read, and what the answer offers in its place."""
    said = describe(problem)
    named = str(problem.arguments.get("said", "")) if problem.code in _NAMES_ANOTHER else ""
    remedy = said.remedy
    if problem.code is Code.PROVIDER_BROKEN:
        remedy = T("Leave the field once more to ask again.")
    elif "{" in named:
        remedy = T("Write your own tenant in the place of what stands in braces.")
    title = said.title if said.title.endswith(".") else f"{said.title}."
    return IssuerHelp(" ".join(one for one in (title, said.detail, remedy) if one), _usable(named, issuer))


def _usable(named: str, issuer: str) -> str:
    if not named or named == issuer or "{" in named:
        return ""
    try:
        return secure_url(named, "issuer")
    except AppError:
        return ""
