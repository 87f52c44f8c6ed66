"""A program that asks, in words: what the approval prompt, the tray and the notification show."""

from datetime import datetime, tzinfo

from app.domain.problem import Code, Problem
from app.domain.profile import Catalog
from app.domain.programs import Answer, Asking, Decision, Program, Way, short_name
from app.domain.session import Question, QuestionKind, Status
from app.domain.values import dataclass
from app.texts import T, answer_words, describe, session_words
from ui.present.names import account_name, production_label, role_name
from ui.present.words import clock, day, left_short


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the prompt; `code`: a text of the machine's, in its own type."""

    name: str
    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class AskingView:
    """The approval prompt. `spoken`: the whole question; `longer`: the answer that lasts, if one is offered."""

    title: str
    spoken: str
    place: str
    mark: str
    color: str
    lines: tuple[Line, ...]
    longer: Answer | None
    deny_hour: bool

    @property
    def production(self) -> bool:
        """Whether a production profile is asked for."""
        return bool(self.mark)


def asking_view(
    asking: Asking,
    catalog: Catalog,
    status: Status,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    port: int = 0,
    home: str = "",
) -> AskingView:
    """Return what the prompt shows. `port`: where the local endpoint is; `home`: what folders are shown as "~"."""
    profile = catalog.profiles.get(asking.profile)
    name, pid = program_name(asking.program), asking.program.pid
    mark = production_label(profile) if profile is not None else ""
    known = {"name": name, "pid": pid, "profile": _session(asking)}
    spoken = T("{name}, process {pid}, asks for {profile}", **known)
    return AskingView(
        T("{name} (pid {pid}) asks for {profile}", **known) if pid else title_of(asking),
        T("{question}, production", question=spoken) if mark else spoken,
        _place(catalog, asking, status, now),
        mark,
        profile.safety.color if profile is not None else "",
        tuple(one for one in _lines(asking, now, zone, port, home) if one.text),
        next((one for one in (Answer.UNTIL_LOCK, Answer.HOUR) if one in asking.answers), None),
        Answer.DENY_HOUR in asking.answers,
    )


def title_of(asking: Asking) -> str:
    """Return the question in short, for the tray and a notification: no path, no number."""
    return T("{name} asks for {profile}", name=program_name(asking.program), profile=_session(asking))


def _session(asking: Asking) -> str:
    return session_words(asking.profile, asking.narrowing)


def program_name(program: Program) -> str:
    """Return a program's short name, cut where it would hide the rest."""
    name = program.name or T("An unknown program")
    return name if len(name) <= 40 else f"{name[:39]}…"


def _place(catalog: Catalog, asking: Asking, status: Status, now: datetime) -> str:
    profile = catalog.profiles.get(asking.profile)
    role, account = (role_name(profile), account_name(catalog, profile.account)) if profile is not None else ("", "")
    what = T("{role} in {account}", role=role, account=account) if role and account else role or account
    left = status.left(now) if status.valid(now) else None
    time_left = T("{time} left", time=left_short(left)) if left is not None else ""
    return ", ".join(part for part in (what, time_left) if part)


def _lines(asking: Asking, now: datetime, zone: tzinfo | None, port: int, home: str) -> tuple[Line, ...]:
    program = asking.program
    return (
        Line(T("Program"), program.script or program.executable or T("not told by the system"), code=True),
        Line(T("Run by"), program.executable if program.script else "", code=True),
        Line(T("Started by"), _started_by(program)),
        Line(T("Folder"), _short(program.folder, home), code=True),
        Line(T("Through"), way_words(asking.way, port)),
        Line("CloudTrail", asking.session_name, code=True),
        Line(T("Before"), before_words(asking.last, now, zone)),
    )


def _started_by(program: Program) -> str:
    if not program.parents:
        return T("user {user}", user=program.user) if program.user else ""
    first = T("{name} (pid {pid})", name=program.parents[0].name, pid=program.parents[0].pid)
    last = program.parents[-1].name if len(program.parents) > 1 else ""
    where = T("{first} in {last}", first=first, last=last) if last else first
    return T("{where}, user {user}", where=where, user=program.user) if program.user else where


def _short(folder: str, home: str) -> str:
    inside = home and (folder == home or folder.startswith(f"{home}/"))
    return f"~{folder.removeprefix(home)}" if inside else folder


def way_words(way: Way, port: int = 0) -> str:
    """Return how a program asks."""
    words = {
        Way.PROCESS_LINE: T("credential_process line or rolecall command"),
        Way.ENDPOINT: T("Local endpoint, {address}", address=f"127.0.0.1:{port}" if port else "127.0.0.1"),
        Way.SOCKET: T("Rolecall's own socket"),
    }
    return words[way]


def before_words(last: Decision | None, now: datetime, zone: tzinfo | None = None) -> str:
    """Return what was decided about the same program and profile the last time."""
    if last is None:
        return T("Not asked before")
    at = clock(last.at, zone)
    if last.at.astimezone(zone).date() == now.astimezone(zone).date():
        return T("{decision} today at {time}, same program", decision=answer_words(last.answer), time=at)
    when = day(last.at, now, zone)
    return T("{decision} {day} at {time}, same program", decision=answer_words(last.answer), day=when, time=at)


def denied_words(question: Question, value: str | None) -> str:
    """Return what an answer denied, and for whom; empty for a yes, and for what is no question of trust."""
    if question.asking is not None:
        if value is not None and value in set(Answer) and Answer(value).allows:
            return ""
        program, profile = program_name(question.asking.program), _session(question.asking)
        return describe(Problem.of(Code.DENIED, program=program, profile=profile)).title
    if question.kind is not QuestionKind.APPROVE_COMMAND or value == "yes":
        return ""
    program = short_name(question.command[0]) if question.command else ""
    return describe(Problem.of(Code.DENIED, program=program, source=question.subject)).title
