"""A problem as a card: cause, what follows, and buttons that do what the remedy says."""

from dataclasses import replace
from datetime import datetime, tzinfo
from enum import StrEnum

from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Catalog
from app.domain.session import Status, lease_of, next_attempt_of, problem_of
from app.domain.values import dataclass
from app.texts import N, T, describe
from app.words.terms import HELP
from ui.present.conflict import written_at
from ui.present.words import clock, short_path


class Do(StrEnum):
    """What a button of a problem card does."""

    RENEW = "renew"
    AGAIN = "again"  # what failed, whatever it was
    UNLOCK_KEYRING = "unlock-keyring"
    RENEW_ALL = "renew-all"  # of a failure that several have in common
    EDIT_PROFILE = "edit-profile"
    CHOOSE_ROLE = "choose-role"
    EDIT_HOP = "edit-hop"
    EDIT_DELIVERY = "edit-delivery"
    EDIT_SOURCE = "edit-source"
    ADOPT = "adopt"
    COMPARE = "compare"
    RESUME = "resume"
    UNLOCK = "unlock"
    OPEN_CATALOG = "open-catalog"
    UNLOCK_VAULT = "unlock-vault"
    KEEP_IN_FILE = "keep-in-file"
    KEEP_IN_MEMORY = "keep-in-memory"
    OPEN_FILE = "open-file"
    READ_AGAIN = "read-again"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words, what it does, and to what (a hop's number, a source's name)."""

    text: str
    do: Do
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A problem as it is shown. `tone`: error, warn or info."""

    title: str
    detail: str
    tone: str
    buttons: tuple[Button, ...]
    reply: str = ""  # AWS's own words, shown on request
    icon: str = ""  # what it is about, in place of the tone's own glyph


_GLYPHS = {
    **dict.fromkeys((Code.LOCKED, Code.VAULT_LOCKED, Code.VAULT_SEALED), "lock"),
    **dict.fromkeys((Code.NETWORK, Code.NETWORK_TIMEOUT), "wifi-slash"),
}


def card_of(status: Status, now: datetime, zone: tzinfo | None = None) -> Card | None:
    """Return the card of a status' problem, None without one. A delivery's own problem comes after the session's."""
    problem = problem_of(status.state)
    if problem is None:
        problem = next((one.problem for one in status.deliveries if one.problem), None)
    if problem is None:
        return _warning(status)
    words = describe(problem, running=False)  # what becomes of its own session is said below
    title, detail = words.title, words.detail
    if problem.code is Code.SECTION_CHANGED:
        title, detail = _changed(problem, status, zone)
    parts = [detail, _help(problem), _what_stays(status, now, zone)]
    again = next_attempt_of(status.state)
    if again is not None:
        parts.append(T("Next attempt {time}.", time=clock(again, zone, seconds=True)))
    tone = "warn" if problem.transient else "error"
    detail = " ".join(part for part in parts if part)
    reply = str(problem.arguments.get("aws", ""))
    return Card(title, detail, tone, buttons(problem), reply, _GLYPHS.get(problem.code, ""))


def _changed(problem: Problem, status: Status, zone: tzinfo | None) -> tuple[str, str]:
    """Another program wrote into what is ours: which file, what we know of our own write, and that it stays so."""
    section, path = str(problem.arguments.get("section", "")), str(problem.arguments.get("path", ""))
    at = written_at(status, section)
    differs = T("[{section}] differs from what Rolecall wrote", section=section)
    if at is not None:
        differs = T("[{section}] differs from what Rolecall wrote at {time}", section=section, time=clock(at, zone))
    title = T("{path} was changed by another program", path=short_path(path))
    return title, T("{differs}. It is left as it is until you choose.", differs=differs)


def _warning(status: Status) -> Card | None:
    if not status.warnings:
        return None
    words = describe(status.warnings[0])
    more = len(status.warnings) - 1
    detail = words.detail if not more else T("{detail} And {count} more.", detail=words.detail, count=more)
    return Card(words.title, detail, "warn", ())


def problem_card(problem: Problem, *, running: bool = True) -> Card:
    """Return the card of a problem that belongs to no session; `running`: some session runs, and may be spoken of."""
    words = describe(problem, running=running)
    detail = " ".join(part for part in (words.detail, _help(problem)) if part)
    mild = problem.transient or problem.code in {Code.LOCKED, Code.VAULT_LOCKED}  # nothing is broken
    tone = "warn" if mild else "error"
    return Card(words.title, detail, tone, buttons(problem), icon=_GLYPHS.get(problem.code, ""))


def whole_card(problem: Problem, *, again: bool, running: bool = True) -> Card:
    """Return the card of a problem that belongs to no session. `again`: what failed can be tried once more.

    The remedies of a session's card would do something to the profile that happens to be picked.
    """
    made = [_for_all(one, problem.remedy.verb) for one in buttons(problem)]
    return replace(
        problem_card(problem, running=running), buttons=tuple(one for one in made if again or one.do is not Do.AGAIN)
    )


def _for_all(button: Button, verb: Verb) -> Button:
    if button.do is not Do.RENEW:
        return button
    return replace(button, do=Do.UNLOCK_KEYRING if verb is Verb.UNLOCK_KEYRING else Do.AGAIN)


def catalog_card(catalog: Catalog) -> Card | None:
    """Return the card of what is wrong in the catalog: what is named there is not used until it is mended."""
    errors = [one for one in catalog.findings if not one.warning]
    if not errors:
        return None
    first, words = errors[0], describe(errors[0].problem)
    kind, _, name = first.table.partition(".")
    open_file = Button(T("Open the file"), Do.OPEN_CATALOG)
    edits = {
        "profiles": (Button(T("Edit {name}", name=name), Do.EDIT_PROFILE, name), open_file),
        "sources": (Button(T("Edit {name}", name=name), Do.EDIT_SOURCE, name), open_file),
    }
    tables = len({one.table for one in errors}) - 1
    parts = [words.detail, T("It is left out until it is mended.") if kind in edits else ""]
    parts.append(
        N("{n} other table has problems too.", "{n} other tables have problems too.", tables) if tables else ""
    )
    title = T("[{table}] {title}", table=first.table, title=words.title) if first.table else words.title
    return Card(title, " ".join(part for part in parts if part), "warn", edits.get(kind, (open_file,)))


def _help(problem: Problem) -> str:
    """What to start or install, which no button of ours can do."""
    return T(HELP.get(str(problem.arguments.get("help", "")), ""))


def _what_stays(status: Status, now: datetime, zone: tzinfo | None) -> str:
    lease = lease_of(status.state)
    if lease is None or not lease.valid(now) or lease.expires_at is None:
        return ""
    return T("The current session stays valid until {time}.", time=clock(lease.expires_at, zone))


def buttons(problem: Problem) -> tuple[Button, ...]:
    """Return the buttons of a problem, the remedy's own first."""
    verb, subject = problem.remedy.verb, problem.remedy.subject
    again = Button(T("Try again"), Do.RENEW)
    hop = str(problem.arguments.get("hop", "")) or subject
    table: dict[Verb, tuple[Button, ...]] = {
        Verb.EDIT_PROFILE: (Button(T("Edit profile"), Do.EDIT_PROFILE, subject), again),
        Verb.CHOOSE_ROLE: (Button(T("Choose another role"), Do.CHOOSE_ROLE, subject), again),
        Verb.EDIT_HOP: (Button(T("Edit hop {number}", number=subject or hop), Do.EDIT_HOP, subject or hop), again),
        Verb.SHORTEN: (Button(T("Edit duration"), Do.EDIT_HOP, hop), again),
        Verb.EDIT_SOURCE: (Button(T("Edit source"), Do.EDIT_SOURCE, subject), again),
        Verb.REPLACE_KEY: (Button(T("Replace key"), Do.EDIT_SOURCE, subject), again),
        Verb.SET_SECRET: (Button(T("Set the secret"), Do.EDIT_SOURCE, subject), again),
        Verb.EDIT_CATALOG: (Button(T("Open the file"), Do.OPEN_CATALOG, subject),),
        Verb.GIVE_MFA: (Button(T("Enter MFA code"), Do.RENEW),),
        Verb.SIGN_IN: (Button(T("Sign in"), Do.RENEW),),
        Verb.APPROVE: (Button(T("Review command"), Do.RENEW),),
        Verb.ADOPT: (Button(T("Compare…"), Do.COMPARE), Button(T("Use another section"), Do.EDIT_DELIVERY)),
        Verb.RENAME_SECTION: (Button(T("Use another section"), Do.EDIT_DELIVERY), again),
        Verb.RESUME: (Button(T("Resume"), Do.RESUME),),
        Verb.UNLOCK: (Button(T("Unlock"), Do.UNLOCK),),
        Verb.CHANGE_PORT: (Button(T("Use another port"), Do.SETTING, "endpoint_port"), again),
        Verb.CHECK_PROXY: (again, Button(T("Change the proxy"), Do.SETTING, "proxy")),
        Verb.CHECK_CA: (Button(T("Change the CA bundle"), Do.SETTING, "ca_bundle"), again),
        Verb.UNLOCK_KEYRING: (Button(T("Unlock…"), Do.RENEW),),
        Verb.UNLOCK_VAULT: (Button(T("Unlock…"), Do.UNLOCK_VAULT),),
        Verb.GET_KEYRING: (
            again,
            Button(T("Keep in a file…"), Do.KEEP_IN_FILE),
            Button(T("This session only"), Do.KEEP_IN_MEMORY),
        ),
        Verb.CHOOSE_VAULT: (Button(T("Keep in a file…"), Do.KEEP_IN_FILE), again),
    }
    if problem.code is Code.SECTION_CHANGED:
        return Button(T("Compare…"), Do.COMPARE), Button(T("Write mine"), Do.ADOPT)
    if problem.code is Code.SECTION_FOREIGN:
        return table[Verb.ADOPT]
    return table.get(verb, (again,))
