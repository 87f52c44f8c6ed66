"""When a person is asked before something happens, and in which words."""

from dataclasses import replace
from enum import StrEnum

from app.domain.durations import say
from app.domain.profile import Catalog, Confirm, Profile
from app.domain.values import dataclass
from app.texts import T
from ui.present.names import account_name, production_label, role_name

_LONGEST = 40  # letters of a name in a button


class Act(StrEnum):
    """What is about to happen to a profile."""

    START = "start"
    STOP = "stop"
    COPY = "copy"
    COPY_READ_ONLY = "copy-read-only"
    COPY_RENEWING = "copy-renewing"
    CONSOLE = "console"
    CONSOLE_READ_ONLY = "console-read-only"
    DEFAULT = "default"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A question that the focus waits at Cancel for. `verb` is the button; `typed`: the text to type first.

    `instead`: what a person can do in its place that reads at most, with the button's text.
    """

    act: Act
    profile: str
    question: str
    detail: str
    verb: str
    production: bool
    typed: str = ""
    instead: Act | None = None
    instead_verb: str = ""
    mark: str = ""  # production's word, with its color
    color: str = ""


def question_before(catalog: Catalog, profile: Profile, act: Act, *, valid: bool) -> Confirmation | None:
    """Return the question to ask before `act`; `valid`: the profile has a session, so that nothing is begun for it.

    A copy of a profile that does not run starts it. A read-only copy and the console start nothing, but a session is
    got for them, which counts as much.
    """
    copies = act in {Act.COPY, Act.COPY_RENEWING}
    starts = confirmation(catalog, profile, Act.START) if copies and not valid else None
    asked = starts or confirmation(catalog, profile, act, valid=valid)
    if asked is None:
        return None
    return replace(_with_less(asked, profile), mark=production_label(profile), color=profile.safety.color)


def _with_less(asked: Confirmation, profile: Profile) -> Confirmation:
    """Return a question about production with what reads at most, where the act has such a form."""
    if not asked.production or not narrows(profile):
        return asked
    if asked.act is Act.CONSOLE:
        return replace(asked, instead=Act.CONSOLE_READ_ONLY, instead_verb=T("Open read-only instead"))
    if asked.act in {Act.START, Act.COPY, Act.COPY_RENEWING}:
        return replace(asked, instead=Act.COPY_READ_ONLY, instead_verb=T("Copy read-only instead"))
    return asked


def narrows(profile: Profile) -> bool:
    """Whether AWS surely takes a session policy for the profile, which is not read-only as it is (ADR 19)."""
    last = profile.roles[-1] if profile.roles else None
    return last is not None and not last.policy and not last.policy_arns and not profile.safety.read_only


def confirmation(catalog: Catalog, profile: Profile, act: Act, *, valid: bool = True) -> Confirmation | None:
    """Return the question to ask before `act`, None where nothing is asked."""
    safety = profile.safety
    name, shown = profile.name, short_name(profile.name)
    asks_start = safety.confirm in {Confirm.START, Confirm.START_AND_COPY}
    if act in {Act.START, Act.DEFAULT} and asks_start:
        question = T("Start a production session?") if safety.production else T("Start {name}?", name=shown)
        verb = T("Start {name}", name=shown)
        return Confirmation(act, name, question, _what(catalog, profile), verb, safety.production)
    if act in {Act.COPY, Act.COPY_RENEWING} and safety.confirm is Confirm.START_AND_COPY:
        question = T("Copy production credentials?") if safety.production else T("Copy exports?")
        verb = T("Copy {name}", name=shown)
        return Confirmation(act, name, question, _what(catalog, profile), verb, safety.production)
    begins = not valid and asks_start
    if act in {Act.COPY_READ_ONLY, Act.CONSOLE, Act.CONSOLE_READ_ONLY} and (
        begins or safety.confirm is Confirm.START_AND_COPY
    ):
        question, verb = _words_for(act, shown, production=safety.production)
        return Confirmation(act, name, question, _what(catalog, profile), verb, safety.production)
    if act is Act.STOP and safety.production:
        question = T("Stop a production session?")
        verb = T("Stop {name}", name=shown)
        return Confirmation(act, name, question, T("Programs that use it are refused from then on."), verb, True)
    if act is Act.DELETE:
        typed = name if safety.production else ""
        detail = T("The session is stopped first. Sources and secrets stay. Ctrl+Z brings it back.")
        question = T("Delete {name}?", name=shown)
        verb = T("Delete {name}", name=shown)
        return Confirmation(act, name, question, detail, verb, safety.production, typed)
    return None


def short_name(name: str) -> str:
    """Return a name for a button or a heading: a long one without its middle."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"


def _words_for(act: Act, name: str, *, production: bool) -> tuple[str, str]:
    if act in {Act.CONSOLE, Act.CONSOLE_READ_ONLY}:
        question = T("Open a production console?") if production else T("Open the console?")
        return question, T("Open {name}", name=name)
    question = T("Copy read-only production credentials?") if production else T("Copy read-only exports?")
    return question, T("Copy {name}", name=name)


def _what(catalog: Catalog, profile: Profile) -> str:
    role, account = role_name(profile), account_name(catalog, profile.account)
    duration = profile.roles[-1].duration if profile.roles else profile.duration
    if role and account and duration:
        return T("{role} in {account} for {duration}.", role=role, account=account, duration=say(duration))
    if role and account:
        return T("{role} in {account}.", role=role, account=account)
    return f"{account}." if account else ""
