"""A failure that several profiles have in common: one card for all of them, above list and detail."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from app.domain.names import ProfileName
from app.domain.problem import Code, Problem
from app.domain.session import Renewing, Starting, Status, lease_of, next_attempt_of, problem_of
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.present.remedies import Button, Card, Do, problem_card, whole_card
from ui.present.words import clock

SEVERAL = 2
_NETWORK, _KEYRING = "network", "keyring"
# what makes two failures one: the same word here, whatever host or hop they name
_CAUSES: dict[Code, str] = {
    **dict.fromkeys((Code.NETWORK, Code.NETWORK_TIMEOUT), _NETWORK),
    Code.NETWORK_PROXY: "proxy",
    Code.NETWORK_TLS: "tls",
    Code.NETWORK_ANSWER: "answer",
    Code.CA_BUNDLE: "bundle",
    Code.CLOCK_SKEW: "clock",
    **dict.fromkeys((Code.VAULT_LOCKED, Code.VAULT_SEALED, Code.VAULT_NONE), _KEYRING),
    **dict.fromkeys((Code.FILE_FULL, Code.FILE_READ_ONLY, Code.FILE_UNWRITABLE), "file"),
}
_OWN = {Do.EDIT_PROFILE, Do.CHOOSE_ROLE, Do.EDIT_HOP, Do.EDIT_DELIVERY, Do.EDIT_SOURCE, Do.ADOPT, Do.COMPARE}


@dataclass(frozen=True, slots=True)
class Wide:
    """The card, and the profiles whose own cards would say the same."""

    cause: str
    card: Card
    names: tuple[ProfileName, ...]


def wide_of(
    statuses: Mapping[ProfileName, Status], now: datetime, before: Wide | None = None, zone: tzinfo | None = None
) -> Wide | None:
    """Return what most profiles fail from, if several do; those of `before` that are just trying again still count."""
    failing = _failing(statuses)
    trying = _trying(statuses, before)
    sizes = {cause: len(found) for cause, found in failing.items()}
    if before is not None and trying:
        sizes[before.cause] = sizes.get(before.cause, 0) + len(trying)
    cause = max(sizes, key=lambda one: sizes[one], default="")
    if sizes.get(cause, 0) < SEVERAL:
        return None
    names = tuple(failing.get(cause, ()))
    if before is not None and cause == before.cause:
        names += trying
    if cause not in failing:  # all of them are trying again
        return replace(before, names=names) if before is not None else None
    problem = next(iter(failing[cause].values()))
    return Wide(cause, _card(cause, problem, [statuses[name] for name in names], statuses, now, zone), names)


def _failing(statuses: Mapping[ProfileName, Status]) -> dict[str, dict[ProfileName, Problem]]:
    found = dict[str, dict[ProfileName, Problem]]()
    for name, status in statuses.items():
        problem = problem_of(status.state)
        cause = _CAUSES.get(problem.code) if problem is not None else None
        if problem is not None and cause is not None:
            found.setdefault(cause, {})[name] = problem
    return found


def _trying(statuses: Mapping[ProfileName, Status], before: Wide | None) -> tuple[ProfileName, ...]:
    if before is None:
        return ()
    known = ((name, statuses.get(name)) for name in before.names)
    return tuple(
        name
        for name, status in known
        if status is not None and isinstance(status.state, Starting | Renewing) and problem_of(status.state) is None
    )


def _card(
    cause: str, problem: Problem, failing: Collection[Status], statuses: Mapping[ProfileName, Status], now: datetime,
    zone: tzinfo | None,
) -> Card:  # fmt: skip
    plain = problem_card(problem)
    parts = [describe(problem, running=False).detail]  # how many stay valid is said below
    count = len(failing)
    parts.append(N("{n} profile waits for it.", "{n} profiles wait for it.", count))
    parts.append(_valid(statuses.values(), now, zone))
    attempts = [at for one in failing if (at := next_attempt_of(one.state)) is not None]
    if attempts:
        parts.append(T("Next attempt {time}.", time=clock(min(attempts), zone, seconds=True)))
    detail = " ".join(part for part in parts if part)
    tone = "warn" if problem.transient or cause == _KEYRING else "error"
    return Card(plain.title, detail, tone, _buttons(problem), icon=plain.icon)


def _valid(statuses: Collection[Status], now: datetime, zone: tzinfo | None) -> str:
    """How many sessions stay valid, and until when the first of them."""
    ends = [lease.expires_at for one in statuses if (lease := lease_of(one.state)) is not None and lease.valid(now)]
    if not ends:
        return T("There is no valid session.")
    first = min((one for one in ends if one is not None), default=None)
    if first is None:
        return N("{n} session stays valid.", "{n} sessions stay valid.", len(ends))
    return N(
        "{n} session stays valid until {time}.",
        "{n} sessions stay valid, the first until {time}.",
        len(ends),
        time=clock(first, zone),
    )


def _buttons(problem: Problem) -> tuple[Button, ...]:
    """Return the remedy's buttons that are for all; to try again is to try with all."""
    found = whole_card(problem, again=True).buttons
    return tuple(replace(one, do=Do.RENEW_ALL) if one.do is Do.AGAIN else one for one in found if one.do not in _OWN)
