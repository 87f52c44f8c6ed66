"""Events in words: a line of a table, a row of a spreadsheet, a row of JSON."""

from datetime import tzinfo

from app.domain.activity import Event, What
from app.domain.problem import Code, Problem
from app.domain.programs import Answer
from app.texts import T, answer_words, describe

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


def HEAD() -> tuple[str, ...]:  # noqa: N802  a constant, but for the language
    """Return the heads of the columns."""
    return T("Time"), T("Profile"), T("Event"), T("Detail"), T("By")


def what_words(event: Event) -> str:
    """Return the name of an event's kind."""
    if event.what is What.PROBLEM and event.until is not None:
        return T("Refresh failed")
    return _kinds()[event.what]


def all_whats() -> tuple[str, ...]:
    """Return every name that `what_words` may return."""
    return T("Refresh failed"), *_kinds().values()


def _kinds() -> dict[What, str]:
    return {
        What.STARTED: T("Started"), What.RENEWED: T("Refreshed"), What.STOPPED: T("Stopped"), What.ENDED: T("Expired"),
        What.NEEDED: T("Needs you"), What.PROBLEM: T("Failed"), What.WRITTEN: T("Written"),
        What.NOT_WRITTEN: T("Not written"), What.COPIED: T("Exports copied"), What.CONSOLE: T("Console opened"),
        What.PROGRAM: T("Program answered"), What.LOCKED: T("Locked"), What.UNLOCKED: T("Unlocked"),
        What.UNDONE: T("Write undone"), What.ALLOWED: T("Command allowed"), What.REVOKED: T("Command revoked"),
        What.PROGRAM_REVOKED: T("Decision revoked"),
    }  # fmt: skip


def detail_words(event: Event) -> str:
    """Return what an event is about: a problem by its title."""
    place, _, code = event.detail.rpartition(": ") if event.what is What.NOT_WRITTEN else ("", "", event.detail)
    if event.what in (What.NEEDED, What.PROBLEM, What.NOT_WRITTEN) and code in set(Code):
        title = describe(problem_of(event, Code(code))).title.removesuffix(": …")  # of an older journal
        return f"{place}: {title}" if place and f"[{place}]" not in title else title
    program, answer = answered(event)
    return f"{program}: {answer_words(answer)}" if answer is not None else event.detail


def problem_of(event: Event, code: Code) -> Problem:
    """Return what the journal still knows of a problem; the rest stands as "…" in its words."""
    return Problem.of(code, **{"profile": event.profile, **dict(event.about)})


def answered(event: Event) -> tuple[str, Answer | None]:
    """Return the program that an event tells of, and what a person decided about it, if it tells of such a thing."""
    program, _, answer = event.detail.rpartition(": ")
    if event.what in (What.PROGRAM, What.PROGRAM_REVOKED) and answer in set(Answer):
        return program, Answer(answer)
    return event.detail, None


def cells(event: Event, *, zone: tzinfo | None = None, safe: bool = False) -> tuple[str, ...]:
    """Return a line of the table. `safe`: nothing that a spreadsheet takes for a formula, times with their zone."""
    at = event.at.astimezone(zone) if zone is not None else event.at
    shown = at.isoformat(timespec="seconds") if safe else at.strftime("%Y-%m-%d %H:%M:%S")
    line = (shown, event.profile, what_words(event), detail_words(event), event.by)
    return tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in line) if safe else line


def row_of(event: Event) -> dict[str, object]:
    """Return an event for programs; fields are only added."""
    return {
        "at": event.at.isoformat(), "what": str(event.what), "profile": event.profile or None,
        "detail": event.detail or None, "by": event.by or None, "request_id": event.request or None,
        "until": event.until.isoformat() if event.until is not None else None, "about": dict(event.about) or None,
    }  # fmt: skip
