"""Texts: every code, argument and remedy has words, and the words follow the style of the application."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest

from app import texts
from app.domain import codes
from app.domain.problem import Argument, Code, Problem, Remedy, Verb
from app.texts import N, T, Words, describe
from app.words.verbs import VERBS
from tests.support.tool import load_tool

ROOT = Path(__file__).resolve().parents[2]
TOOL = load_tool("messages")
DERIVED = {Code.CLOCK_SKEW: {"skew", "ahead"}}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    texts.set_language("en")


def documented() -> dict[Code, set[str]]:
    """Read the argument names that codes.py documents beside each code."""
    source = Path(codes.__file__).read_text(encoding="utf-8")
    found: dict[Code, set[str]] = {}
    for value, comment in re.findall(r'^    [A-Z_]+ = "([a-z-]+)"(?:  # (.*))?$', source, re.MULTILINE):
        if value in set(Code):
            bare = re.split(r"[:;]", re.sub(r"\([^)]*\)", "", comment))[0]
            found[Code(value)] = {word.strip() for word in bare.split(",") if re.fullmatch(r" *[a-z_]+ *", word)}
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def sample(code: Code) -> Problem:
    arguments: dict[str, Argument] = {name: f"<{name}>" for name in documented()[code]}
    if "seconds" in arguments:
        arguments["seconds"] = 372
    return Problem.of(code, **arguments)


def test_documented_arguments_are_found() -> None:
    found = documented()
    assert set(found) == set(Code)
    assert found[Code.VALUE_RANGE] == {"key", "value", "minimum", "maximum"}
    assert found[Code.CLOCK_SKEW] == {"seconds"}
    assert found[Code.NESTED] == set()


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_title_detail_and_remedy(code: Code) -> None:
    words = describe(sample(code))
    assert words.title
    assert words.detail
    assert words.remedy
    assert "…" not in words.title + words.remedy, "an argument is missing"


@pytest.mark.parametrize("code", list(Code))
def test_running_sessions_are_spoken_of_only_where_there_are_any(code: Code) -> None:
    for language in ("en", "de", "es"):
        texts.set_language(language)
        try:
            here, idle = describe(sample(code)), describe(sample(code), running=False)
        finally:
            texts.set_language("en")
        assert idle.detail
        assert (here.title, here.remedy) == (idle.title, idle.remedy)
        for words in ("Running sessions", "Laufende Sitzungen", "sesiones en marcha"):
            assert words not in idle.detail
    assert describe(Problem.of(Code.VAULT_LOCKED)).detail == "Running sessions stay valid."


@pytest.mark.parametrize("code", list(Code))
def test_placeholders_are_documented_arguments(code: Code) -> None:
    allowed = documented()[code] | DERIVED.get(code, set())
    for one in texts.PROBLEMS[code]:
        used = placeholders(one.title) | placeholders(one.detail) | placeholders(one.remedy)
        used |= placeholders(one.idle)
        assert used | set(one.when.split()) | ({one.about} if one.about else set()) <= allowed


@pytest.mark.parametrize("code", list(Code))
def test_without_arguments_words_still_come(code: Code) -> None:
    words = describe(Problem.of(code))
    assert words.title
    assert "{" not in words.title + words.detail + words.remedy


def test_last_variant_counts_always() -> None:
    for code, sayings in texts.PROBLEMS.items():
        assert all(one.when for one in sayings[:-1]), code
        assert not sayings[-1].when, code


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.NONE])
def test_every_verb_has_a_sentence_and_a_button(verb: Verb) -> None:
    bare, with_subject, button, button_with = VERBS[verb]
    assert bare
    assert button
    assert placeholders(bare) == placeholders(button) == set()
    assert placeholders(with_subject) <= {"subject"}
    assert placeholders(button_with) <= {"subject"}
    assert texts.button(Remedy(verb))
    assert texts.button(Remedy(verb, "2"))


def test_every_rule_used_in_the_code_has_words() -> None:
    used: set[str] = set()
    for path in sorted((ROOT / "app").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:\brule=|\bFault\(\w+, )"([a-z0-9-]+)"', source))
    assert used >= {"name-start", "role-arn", "duration"}
    assert used <= set(texts.TABLES["rule"]), "add words to app/words/terms.py"


def test_every_key_of_a_reason_has_words() -> None:
    used: set[str] = set()
    for path in sorted((ROOT / "app").rglob("*.py")):
        used |= set(re.findall(r'\breason="([a-z0-9]+(?:-[a-z0-9]+)+)"', path.read_text(encoding="utf-8")))
    assert "no-session-bus" in used
    assert used <= set(texts.TABLES["reason"]), "add words to app/words/terms.py"


def test_style() -> None:
    banned = re.compile(
        r"!(?!\[)|\b(please|oops|successfully|login|wallet|vault|activate)\b|[Cc]ancelled|[Cc]olour", re.IGNORECASE
    )
    for text in texts.messages():
        assert not banned.search(text.replace("rolecall vault ", "")), text  # a command's name
        assert "  " not in text, text
        assert text == text.strip(), text


def test_cause_is_fact_only_where_proved() -> None:
    denied = Problem.of(Code.ACCESS_DENIED, hop=2, role="Admin", operation="AssumeRole", aws="not authorized")
    assert "Most likely:" in describe(denied).detail
    assert "Most likely:" in describe(Problem.of(Code.ACCESS_DENIED_EXTERNAL_ID, hop=2, role="Admin")).detail


def test_clock_says_which_way_and_how_far() -> None:
    assert describe(Problem.of(Code.CLOCK_SKEW, seconds=-372)).title == "Clock is 6 min 12 s behind AWS"
    assert describe(Problem.of(Code.CLOCK_SKEW, seconds=372.4)).title == "Clock is 6 min 12 s ahead of AWS"


def test_remedy_names_the_command() -> None:
    problem = Problem.of(
        Code.VAULT_NO_ENTRY, Verb.SET_SECRET, "acme", source="acme", what="secret-access-key", entry="x"
    )
    words = describe(problem)
    assert words == Words("The keyring has no secret access key for acme", "Entry: x.", "Run: rolecall keys set acme")


def test_subject_of_the_problem_wins_over_the_argument() -> None:
    assert describe(Problem.of(Code.ACCESS_DENIED_MFA, Verb.EDIT_HOP, "3", hop=2, role="R")).remedy == "Edit hop 3."
    assert describe(Problem.of(Code.ACCESS_DENIED_MFA, hop=2, role="R")).remedy == "Edit hop 2."


def test_rule_becomes_a_sentence_and_braces_stay() -> None:
    detail = describe(Problem.of(Code.VALUE_PATTERN, key="session_name", rule="session-name")).detail
    assert "{user}" in detail
    assert texts.say_rule("session-name") == detail
    assert texts.say_rule("brand-new") == "brand-new"


def test_key_ids_are_shortened_and_codes_are_grouped() -> None:
    assert "AKIA…0001" in describe(Problem.of(Code.KEY_UNKNOWN, key_id="AKIAEXAMPLE0000001")).title
    assert describe(Problem.of(Code.MFA_REFUSED, code="118204", serial="s")).title == "AWS refused 118 204"


def test_arguments_cannot_break_the_line_or_the_terminal() -> None:
    problem = Problem.of(Code.USAGE, reason="a\nb\x1b]0;x\x07\u202ec\x9b31m{detail}{0}%s" + "z" * 5000)
    detail = describe(problem).detail
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", detail)
    assert "{detail}{0}%s" in detail
    assert len(detail) < 700


@pytest.mark.parametrize(
    ("left", "said", "in_minutes", "aloud"),
    [
        (timedelta(minutes=27, seconds=41), "27:41", "27 min", "27 minutes left"),
        (timedelta(hours=3, minutes=14), "3 h 14 min", "3 h 14 min", "3 hours 14 minutes left"),
        (timedelta(hours=1), "1 h 0 min", "1 h 0 min", "1 hour 0 minutes left"),
        (timedelta(seconds=61), "1:01", "1 min", "1 minute left"),
        (timedelta(seconds=9), "0:09", "under 1 min", "under a minute left"),
        (timedelta(seconds=-9), "0:00", "0 min", "0 minutes left"),
        (None, "no expiry", "no expiry", "no expiry"),
    ],
)
def test_time_left(left: timedelta | None, said: str, in_minutes: str, aloud: str) -> None:
    assert texts.say_time_left(left) == said
    assert texts.say_time_left(left, minutes=True) == in_minutes
    assert texts.say_time_left_aloud(left) == aloud


def pseudo(folder: Path) -> None:
    plural = "nplurals=2; plural=(n != 1);"
    head = f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {plural}\n"
    pairs = {"": head, "{n} minute left\0{n} minutes left": "~{n} Mïnute~\0~{n} Mïnuten~", "broken {x}": "{x"}
    pairs |= {text: f"~{text}~" for text in texts.messages() if text}
    path = folder / "qps" / "LC_MESSAGES" / "rolecall.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(TOOL.compiled(pairs))


def test_a_translation_covers_everything(tmp_path: Path) -> None:
    pseudo(tmp_path)
    assert texts.set_language("qps", folder=tmp_path) == "qps"
    for code in Code:
        words = describe(sample(code))
        assert words.title.startswith("~"), code
        assert words.detail.startswith("~"), code
        assert words.remedy.startswith("~"), code
        assert not describe(sample(code), english=True).title.startswith("~")
    assert N("{n} minute left", "{n} minutes left", 1) == "~1 Mïnute~"
    assert N("{n} minute left", "{n} minutes left", 5) == "~5 Mïnuten~"
    assert T("broken {x}", x=1) == "{x", "a faulty translation is shown, not raised"


def test_language_of_the_system(tmp_path: Path) -> None:
    pseudo(tmp_path)
    assert texts.set_language("system", {"LANG": "qps_XX.UTF-8"}, tmp_path) in {"qps", "qps_XX"}
    assert texts.set_language("system", {"LANG": "en_US.UTF-8", "LANGUAGE": ""}, tmp_path) == "en"
    assert texts.set_language("system", {"LANGUAGE": "xx:qps", "LANG": "de_DE"}, tmp_path) == "qps"
    assert texts.set_language("system", {"LC_ALL": "../../etc"}, tmp_path) == "en"
    assert texts.set_language("system", {}, tmp_path) == "en"


def test_unknown_language_is_english(tmp_path: Path) -> None:
    broken = tmp_path / "qqq" / "LC_MESSAGES" / "rolecall.mo"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\xde\x12\x04\x95 not a catalog")
    assert texts.set_language("qqq", folder=tmp_path) == "en"
    assert texts.set_language("zz", folder=tmp_path) == "en"
    assert T("Stop {name}", name="a") == "Stop a"


def test_extracted_texts_survive_a_translator(tmp_path: Path) -> None:
    places = TOOL.found()
    assert ("{n} minute left", "{n} minutes left") in places
    assert all(message != ("", "") for message in places)
    template = TOOL.template(places)
    assert TOOL.parsed(template) == {"": "Content-Type: text/plain; charset=UTF-8\nLanguage: \n"}
    filled = re.sub(r'(?m)^(msgid (".*"))\nmsgstr ""$', r"\1\nmsgstr \2", template)
    catalog = TOOL.parsed(filled.replace('charset=UTF-8\\n"\n"Language', 'charset=UTF-8\\n"\n"X'))
    for text in texts.messages():
        assert not text or catalog[text] == text


def test_fuzzy_and_empty_translations_are_left_out() -> None:
    text = 'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n\nmsgid "c"\nmsgstr "C"\n"\\n\\"d"\n'
    assert TOOL.parsed(text) == {"c": 'C\n"d'}


@pytest.fixture
def isolated() -> Iterator[None]:
    yield
    texts.isolate_arguments("")


FILLED = "\u2068{}\u2069".format


@pytest.mark.parametrize(
    ("layout", "value", "shown"),
    [
        ("", "/usr/bin/aws", "/usr/bin/aws"),
        ("", "שם", "שם"),
        ("left", "/usr/bin/aws", "/usr/bin/aws"),
        ("left", "שם-prod", FILLED("שם-prod")),
        ("right", "/usr/bin/aws", FILLED("/usr/bin/aws")),
        ("right", "arn:aws:iam::111122223333:role/A", FILLED("arn:aws:iam::111122223333:role/A")),
        ("right", "118 204", FILLED("118 204")),
        ("right", "12", "12"),
        ("right", "שם", "שם"),
        ("right", "…", "…"),
        ("right", "{name}", "{name}"),
    ],
)
def test_what_is_filled_in_keeps_its_order_where_windows_show_it(
    isolated: None, layout: str, value: str, shown: str
) -> None:
    texts.isolate_arguments(layout)
    assert texts.T("{name} was not refreshed", name=value) == f"{shown} was not refreshed"
    assert texts.N("{names} and {n} more", "{names} and {n} more", 3, names=value) == f"{shown} and 3 more"
    assert texts.without_isolates(texts.T("{name} was not refreshed", name=value)) == f"{value} was not refreshed"


def test_a_problem_for_programs_has_no_isolates(isolated: None) -> None:
    problem = Problem.of(
        Code.KEY_UNKNOWN, Verb.REPLACE_KEY, "mira.lind", key_id="AKIAIOSFODNN7EXAMPLE", source="mira.lind"
    )
    plain = describe(problem)
    texts.isolate_arguments("right")
    assert describe(problem, english=True) == plain
    told = describe(problem)
    assert "\u2068AKIA…MPLE\u2069" in told.title
    assert "\u2068mira.lind\u2069" in told.remedy
    assert texts.without_isolates(told.title) == plain.title
