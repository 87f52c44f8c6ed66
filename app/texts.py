"""All words for people: problems to title, detail and remedy, and the texts of windows, through one gettext catalog.

Domain "rolecall"; the English text in the code is the key. Nothing is read from disk before `set_language`.
"""

import gettext
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from string import Formatter

from app.domain.durations import parse_duration
from app.domain.durations import say as say_duration
from app.domain.problem import AppError, Argument, Code, Problem, Remedy, Verb
from app.domain.programs import Answer
from app.domain.values import dataclass
from app.words.assistant import ASSISTANT, ASSISTANT_REASONS, ASSISTANT_RULES, OUTPUTS, STEPS
from app.words.console import CONSOLE
from app.words.engine import ENGINE
from app.words.identity import IDENTITY
from app.words.importing import IMPORT
from app.words.network import NETWORK
from app.words.places import FILES, KEYRING
from app.words.say import Say, Sayings
from app.words.sessions import PEOPLE, REFUSALS
from app.words.signing import SIGNING
from app.words.system import SYSTEM_REASONS
from app.words.terms import ENGINE_KINDS, EXPECTED, HELP, REASONS, RULES, SECRETS, VAULTS
from app.words.values import CATALOG, VALUES
from app.words.verbs import VERBS

DOMAIN = "rolecall"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"
PROBLEMS: Mapping[Code, Sayings] = {
    **VALUES, **CATALOG, **PEOPLE, **REFUSALS, **IDENTITY, **SIGNING, **NETWORK, **KEYRING, **FILES, **ENGINE,
    **IMPORT, **ASSISTANT, **CONSOLE,
}  # fmt: skip
# arguments that are keys of a table of words, for every code; a value that is not in the table is shown as it is
TABLES: Mapping[str, Mapping[str, str]] = {
    "rule": {**RULES, **ASSISTANT_RULES},
    "expected": EXPECTED,
    "what": SECRETS,
    "reason": {**SYSTEM_REASONS, **REASONS, **ASSISTANT_REASONS},
    "help": HELP,
    "place": VAULTS,
}
LONGEST_ARGUMENT = 600
_GROUPED = "1,000"  # as a language writes it: what stands between the digits groups all numbers
_COUNTS = {"length", "minimum", "maximum"}  # arguments that count something
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_FSI, _PDI = "\u2068", "\u2069"  # first strong isolate, and its end
_FROM_THE_RIGHT, _FROM_THE_LEFT = ("R", "AL"), ("L", "EN")  # Unicode's classes of letters and digits
_ENGLISH = gettext.NullTranslations()


@dataclass(frozen=True, slots=True)
class Words:
    """A problem in words: the cause, what follows from it, what to do. Each one line; remedy may be empty."""

    title: str
    detail: str
    remedy: str


class _Language:
    """The one translation in use; replaced whole by `set_language`."""

    current: gettext.NullTranslations = _ENGLISH
    isolates: str = ""


def set_language(name: str = "system", environ: Mapping[str, str] | None = None, folder: Path = TRANSLATIONS) -> str:
    """Use a language ("de", "pt_BR"), or with "system" the first of LANGUAGE, LC_ALL, LC_MESSAGES, LANG that we have.

    Returns the language now in use; what we have no translation for is English, "en". Never raises.
    """
    wanted = _languages_of(environ or {}) if name == "system" else [name]
    for language in wanted:
        if language.split("_")[0].lower() in {"en", "c", "posix"}:
            break
        try:
            _Language.current = gettext.translation(DOMAIN, folder, [language])
        except (OSError, struct.error, ValueError):  # none for it, or a broken file
            continue
        return language
    _Language.current = _ENGLISH
    return "en"


def isolate_arguments(layout: str) -> None:
    """Have what is filled in keep its own order among words of the other direction, by Unicode's isolates.

    `layout`: where lines begin that the texts are shown in, "left" or "right"; "" (as at the start) isolates nothing,
    for terminals and files.
    """
    _Language.isolates = layout


def without_isolates(text: str) -> str:
    """Return a text as it belongs into a file or onto the clipboard."""
    return text.replace(_FSI, "").replace(_PDI, "")


def _languages_of(environ: Mapping[str, str]) -> list[str]:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            return [re.split(r"[.@]", one)[0] for one in value.split(":") if re.fullmatch(r"[\w.@-]+", one)]
    return []


def T(msgid: str, /, **arguments: object) -> str:  # noqa: N802  short, as it stands before every text of a window
    """Return the text in the language in use, with `{name}` filled in."""
    return fill(_Language.current.gettext(msgid) if msgid else "", _isolated(arguments))


def N(singular: str, plural: str, number: int, /, **arguments: object) -> str:  # noqa: N802
    """Return the text for a number, in the language in use; `{n}` is the number."""
    return fill(_Language.current.ngettext(singular, plural, number), {"n": number, **_isolated(arguments)})


def fill(text: str, arguments: Mapping[str, object]) -> str:
    """Put arguments into a text. What is missing reads "…"; an unfit translation never raises."""
    try:
        return Formatter().vformat(text, (), _Lenient(arguments))
    except (ValueError, KeyError, IndexError, AttributeError):
        return text


_Order = Callable[[Mapping[str, object]], Mapping[str, object]]


def _as_it_is(arguments: Mapping[str, object]) -> Mapping[str, object]:
    return arguments


def _isolated(arguments: Mapping[str, object]) -> Mapping[str, object]:
    if not _Language.isolates or not arguments:
        return arguments
    return {
        name: f"{_FSI}{value}{_PDI}" if isinstance(value, str) and _strays(value) else value
        for name, value in arguments.items()
    }


def _strays(value: str) -> bool:
    """Whether an argument would lose its order, or give another to its words; what is found again later does not."""
    if _Language.isolates == "left" and value.isascii():
        return False
    from unicodedata import bidirectional  # a table of a megabyte, for letters that are not ASCII's or faces that turn

    if value[:1] in f"{{{_FSI}" and value[-1:] in f"}}{_PDI}":
        return False
    if _Language.isolates == "left":
        return any(bidirectional(letter) in _FROM_THE_RIGHT for letter in value)
    if value.isdigit():
        return False
    return any(bidirectional(letter) in _FROM_THE_LEFT for letter in value)


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def describe(problem: Problem, *, english: bool = False, running: bool = True) -> Words:
    """Return a problem's words in the language in use, or in English (for JSON). Never raises.

    `running`: whether some session may be said to stay valid.
    Arguments are shown on one line without control characters, whatever they came from.
    """
    translate = _ENGLISH.gettext if english else _Language.current.gettext
    arguments = _shown(problem, translate)
    chosen = _variant(PROBLEMS[problem.code], arguments)
    order: _Order = _as_it_is if english else _isolated
    arguments = order(arguments)
    told = chosen.detail if running else chosen.idle or chosen.detail
    title, detail = (fill(translate(text), arguments).strip() for text in (chosen.title, told))
    return Words(title, detail, _remedy(problem.remedy, chosen, arguments, translate, order))


_NOT_KEPT = frozenset({"code", "said", "aws", "value", "command"})  # a code of MFA, and what others or a person wrote


def title_arguments(problem: Problem) -> dict[str, Argument]:
    """Return the arguments that a problem's title needs, to be kept: no free text, of a key's id its ends."""
    shown = _shown(problem, str)
    chosen = _variant(PROBLEMS[problem.code], shown)
    named = {name for _, name, _, _ in Formatter().parse(chosen.title) if name} | set(chosen.when.split())
    if problem.code is Code.CLOCK_SKEW:
        named.add("seconds")  # which the skew is said from
    kept = {name: value for name, value in problem.arguments.items() if name in named - _NOT_KEPT}
    return kept | ({"key_id": str(shown["key_id"])} if "key_id" in kept else {})


def button(remedy: Remedy) -> str:
    """Return what a button that carries out the remedy says: "Edit hop 2"; empty for no remedy."""
    texts = VERBS[remedy.verb]
    return T(texts[3] if remedy.subject else texts[2], subject=_clean(remedy.subject)) if texts[2] else ""


def say_secret(what: str) -> str:
    """Return the name of a kind of secret for people ("secret-access-key": "secret access key")."""
    return T(SECRETS[what]) if what in SECRETS else what


def say_rule(rule: str) -> str:
    """Return the sentence of a VALUE_PATTERN, SECRET_INVALID or FILE_BROKEN rule."""
    return _Language.current.gettext(TABLES["rule"][rule]) if rule in TABLES["rule"] else rule


def say_reason(reason: str) -> str:
    """Return the sentence of a key of the reasons; what is no key is shown as it is."""
    return _Language.current.gettext(TABLES["reason"][reason]) if reason in TABLES["reason"] else reason


def say_number(number: int) -> str:
    """Return a number as the language in use groups it: "20,000"."""
    return _number(number, _Language.current.gettext)


def _number(number: int, translate: Callable[[str], str]) -> str:
    return f"{number:,}".replace(",", translate(_GROUPED)[1:-3])


def say_time_left(left: timedelta | None, *, minutes: bool = False) -> str:
    """Return "27:41" under one hour, "3 h 14 min" above; with `minutes` whole minutes only; None: no expiry known."""
    if left is None:
        return T("no expiry")
    total = max(int(left.total_seconds()), 0)
    hours, rest = divmod(total, 3600)
    if hours:
        return T("{hours} h {minutes} min", hours=hours, minutes=rest // 60)
    if minutes:
        return T("{minutes} min", minutes=rest // 60) if rest >= 60 or not rest else T("under 1 min")
    return f"{rest // 60}:{rest % 60:02d}"


def say_time_left_aloud(left: timedelta | None) -> str:
    """Return the time left for accessible names, never with seconds: "27 minutes left"."""
    if left is None:
        return T("no expiry")
    total = max(int(left.total_seconds()), 0)
    hours, minutes = divmod(total // 60, 60)
    if hours:
        parts = (N("{n} hour", "{n} hours", hours), N("{n} minute", "{n} minutes", minutes))
        return T("{hours} {minutes} left", hours=parts[0], minutes=parts[1])
    return N("{n} minute left", "{n} minutes left", minutes) if minutes or not total else T("under a minute left")


def answer_words(answer: Answer) -> str:
    """Return what a decision about a program says, as in a list."""
    words = {
        Answer.ONCE: T("Allowed once"),
        Answer.HOUR: T("Allowed for 1 h"),
        Answer.UNTIL_LOCK: T("Allowed until lock"),
        Answer.DENY: T("Denied"),
        Answer.DENY_HOUR: T("Denied for 1 h"),
    }
    return words[answer]


def session_words(profile: str, narrowing: str) -> str:
    """Return what a session is called: "prod", and of a narrower one "prod (read-only, 15 min)"."""
    parts: list[str] = []
    for one in narrowing.split():
        if one == "read-only":
            parts.append(T("read-only"))
        else:
            parts.append(T("by a session policy") if one.startswith("policy-") else _at_most(one))
    return T("{profile} ({how})", profile=profile, how=", ".join(parts)) if parts else profile


def _at_most(text: str) -> str:
    try:
        return say_duration(parse_duration(text))
    except AppError:  # of another version
        return text


def messages() -> Iterator[str]:
    """Yield every text of the tables, for extraction."""
    for sayings in PROBLEMS.values():
        for one in sayings:
            yield from (one.title, one.detail, one.remedy, one.idle)
    for table in (*TABLES.values(), ENGINE_KINDS, STEPS, OUTPUTS):
        yield from table.values()
    for texts in VERBS.values():
        yield from texts
    yield _GROUPED


def _clean(value: Argument) -> str:
    text = re.sub(r"\s+", " ", _CONTROL.sub(" ", str(value))).strip()
    return text if len(text) <= LONGEST_ARGUMENT else text[:LONGEST_ARGUMENT] + "…"


def _shown(problem: Problem, translate: Callable[[str], str]) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name, value in problem.arguments.items():
        known = TABLES.get(name, {}).get(str(value))
        shown[name] = translate(known) if known else _clean(value)
    kind, key_id, code = (str(problem.arguments.get(name, "")) for name in ("kind", "key_id", "code"))
    if problem.code is Code.VAULT_MOVING:
        places = {name: VAULTS.get(str(shown.get(name))) for name in ("source", "target")}
        shown |= {name: translate(words) for name, words in places.items() if words}
    if problem.code is Code.ENGINE_RUNNING and kind in ENGINE_KINDS:
        shown["kind"] = translate(ENGINE_KINDS[kind])
    if len(key_id) > 8:
        shown["key_id"] = f"{key_id[:4]}…{key_id[-4:]}"
    if len(code) == 6:
        shown["code"] = f"{code[:3]} {code[3:]}"
    entry = str(problem.arguments.get("entry", ""))
    if entry in SECRETS:
        shown["entry"] = translate(SECRETS[entry])
    counts = {name: problem.arguments[name] for name in _COUNTS & problem.arguments.keys()}
    shown |= {name: _number(count, translate) for name, count in counts.items() if isinstance(count, int)}
    seconds = problem.arguments.get("seconds")
    if problem.code is Code.CLOCK_SKEW and isinstance(seconds, int | float):
        shown["skew"] = say_duration(timedelta(seconds=abs(round(seconds))))
        shown["ahead"] = "ahead" if seconds > 0 else ""
    elif isinstance(seconds, int | float):
        shown["seconds"] = f"{seconds:g}"
    return shown


def _variant(sayings: Sayings, arguments: Mapping[str, object]) -> Say:
    for one in sayings[:-1]:
        if all(arguments.get(name) not in (None, "", "0") for name in one.when.split()):
            return one
    return sayings[-1]


def _remedy(
    remedy: Remedy,
    chosen: Say,
    arguments: Mapping[str, object],
    translate: Callable[[str], str],
    order: _Order,
) -> str:
    if chosen.remedy:
        return fill(translate(chosen.remedy), arguments)
    verb = chosen.verb if remedy.verb is Verb.NONE else remedy.verb
    subject = _clean(remedy.subject)
    if not subject and verb is chosen.verb and chosen.about:
        subject = str(arguments.get(chosen.about, ""))
    sentence = VERBS[verb][1 if subject else 0]
    return fill(translate(sentence), order({"subject": subject})) if sentence else ""
