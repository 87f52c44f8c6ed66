"""A profile's session for handing out: from the running engine, from the cache, or by calls of this command's own."""

import shlex
import time
from dataclasses import replace

from app.broker.protocol import Ask, Request
from app.broker.wire import parse_session
from app.cli.context import Cli
from app.cli.link import Link, OwnEngine
from app.cli.outcomes import POLL_SECONDS, WAIT_SECONDS, questions_of, settle, waited
from app.domain import schedule
from app.domain.calls import Issued
from app.domain.narrowing import FULL, Narrowing
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import ApprovePrograms, Catalog, Profile
from app.domain.session import Question, QuestionKind, Starter
from app.texts import T, session_words


def session_of(
    cli: Cli,
    catalog: Catalog,
    profile: Profile,
    *,
    by: Starter = Starter.COMMAND_LINE,
    ask: bool = True,
    narrowing: Narrowing = FULL,
) -> Issued:
    """Return a valid session of the profile, or the narrower one; `ask`: a person may be asked and waited for.

    Of a profile that asks before a program gets its session, whoever runs a command without a terminal is a program:
    it is asked about where a person can answer, and else PROGRAM_ASKS says where.
    """
    del catalog
    if by is Starter.COMMAND_LINE and not _approved_here(cli, profile, narrowing):
        by = Starter.PROGRAM
    return _session(cli, profile, replace(_wanted(profile, narrowing), by=by, ask=ask))


def next_session(cli: Cli, profile: Profile, narrowing: Narrowing = FULL) -> Issued:
    """Return a session that need not be renewed yet, for a command that runs already. Nobody is asked."""
    return _session(cli, profile, replace(_wanted(profile, narrowing), fresh=True))


def _wanted(profile: Profile, narrowing: Narrowing) -> Request:
    verb = Ask.NARROWED if narrowing else Ask.SESSION
    return Request(verb, names=(profile.name,), wait=WAIT_SECONDS, narrowing=narrowing)


def _session(cli: Cli, profile: Profile, request: Request) -> Issued:
    free = request.by is not Starter.PROGRAM or profile.safety.approve_programs is ApprovePrograms.NEVER
    with cli.engine() as link:
        narrowing = request.narrowing
        cached = link.cached(profile.name, narrowing) if free and isinstance(link, OwnEngine) else None
        if cached is not None and not (request.fresh and _is_due(cached, cli)):
            return cached
        issued = _asked(cli, link, request)
        if isinstance(link, OwnEngine):
            link.keep(profile.name, issued, narrowing)
        return issued


def _is_due(issued: Issued, cli: Cli) -> bool:
    return not schedule.fresh(issued.received_at, issued.expires_at, cli.world.clock.now())


def _approved_here(cli: Cli, profile: Profile, narrowing: Narrowing) -> bool:
    """Have the person at this terminal decide for the program that gets the session; nothing is remembered.

    False where nobody is there to be asked; DENIED after a no.
    """
    if profile.safety.approve_programs is ApprovePrograms.NEVER:
        return True
    if not cli.terminal.present():
        return False
    which = session_words(profile.name, narrowing.key)
    if not cli.terminal.agrees(T("Hand out the session of {profile}?", profile=which)):
        raise AppError.of(Code.DENIED, Verb.NONE, profile.name, profile=profile.name)
    return True


def _asked(cli: Cli, link: Link, request: Request) -> Issued:
    here = cli.terminal.present()
    asking = request.ask and (here or link.kind == "application")
    begin, shown = time.monotonic(), set[str]()
    while True:
        answer = waited(link, replace(request, ask=asking, seen=tuple(shown)))
        if "session" in answer:
            return parse_session(answer["session"])
        for question in questions_of(answer):
            if not asking:
                raise _needed(question, request.names[0])
            settle(cli.terminal, link, question, shown)
        if time.monotonic() - begin > WAIT_SECONDS:
            raise AppError.of(Code.ENGINE_UNREACHABLE, reason="no answer in time")
        if not questions_of(answer):
            time.sleep(POLL_SECONDS)


def _needed(question: Question, name: str) -> AppError:
    subject = question.subject
    if question.kind is QuestionKind.MFA:
        return AppError.of(Code.MFA_NEEDED, Verb.GIVE_MFA, profile=name, serial=subject)
    if question.kind is QuestionKind.SIGN_IN:
        return AppError.of(Code.SIGN_IN_NEEDED, Verb.SIGN_IN, name, profile=name, source=subject)
    if question.kind is QuestionKind.TOKEN_PASTE:
        return AppError.of(Code.TOKEN_NEEDED, Verb.SIGN_IN, name, profile=name, source=subject)
    if question.kind is QuestionKind.PROGRAM:
        return AppError.of(Code.PROGRAM_ASKS, profile=name, program=subject, window=True)
    command = shlex.join(question.command)
    return AppError.of(Code.APPROVAL_NEEDED, Verb.APPROVE, subject, source=subject, command=command)
