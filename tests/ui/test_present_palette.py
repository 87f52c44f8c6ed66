"""What the palette lists for a query, in which order, and which letters are marked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.fakes.core import NOW
from tests.ui.fakes.reading import fake_core
from ui.present.palette import (
    SHOWN,
    Finder,
    Heading,
    Listed,
    Marked,
    Now,
    count_words,
    fold,
    marked,
    places,
)

RECENTS = ("staging-admin", "gone", "prod-admin", "prod-readonly")


def listed(query: str, *, catalog: str | None = None, recents: tuple[str, ...] = RECENTS) -> Listed:
    core, _ = fake_core() if catalog is None else fake_core(catalog, running=False)
    return Finder(core.catalog).listed(query, Now(core.engine.store.statuses, recents, NOW))


def catalog(*names: str, more: str = "") -> str:
    head = 'schema = 1\n[sources.acme]\nkind = "access-keys"\naccess_key_id = "AKIABENCHBENCHBENCH1"\n'
    return head + "".join(f'[profiles."{name}"]\nsource = "acme"\n{more}\n' for name in names)


def names(query: str, *of: str, recents: tuple[str, ...] = ()) -> list[str]:
    return [line for line in listed(query, catalog=catalog(*of), recents=recents).lines if isinstance(line, str)]


def test_without_a_query_active_then_recent_then_favorites() -> None:
    shown = listed("")
    headings = [line.key for line in shown.lines if isinstance(line, Heading)]
    assert headings == ["active", "recent", "others"]
    at = shown.lines.index(Heading("recent"))
    assert shown.lines[at + 1 : at + 3] == ("staging-admin", "prod-readonly"), "the active one stands above, once"
    assert shown.lines[shown.first] == "staging-admin", "the first that is not running"
    rows = [line for line in shown.lines if isinstance(line, str)]
    assert len(rows) == len(set(rows)) == shown.found


def test_favorites_have_their_section() -> None:
    shown = listed("", catalog=catalog("a", "b", more="favorite = true"), recents=("b",))
    assert shown.lines == (Heading("recent"), "b", Heading("favorites"), "a")


def test_nothing_to_list() -> None:
    assert listed("", catalog="schema = 1") == Listed((), -1, 0)
    assert listed("x", catalog="schema = 1") == Listed((), -1, 0)
    assert listed("nowhere").lines == ()


def test_names_before_places_and_word_starts_before_middles() -> None:
    of = ("payroll-admin", "admin", "prod-readonly", "prod-admin", "fjord-prod-admin", "xprad", "prad", "prads")
    assert names("prad", *of) == [
        *("prad", "prads"),
        *("prod-admin", "fjord-prod-admin"),  # runs that begin words
        "xprad",  # in the middle of a word
        *("payroll-admin", "prod-readonly"),  # scattered
    ]
    shown = listed("prod")
    rows = [line for line in shown.lines if isinstance(line, str)]
    core, _ = fake_core()
    named = [name for name in rows if "prod" in name]
    assert rows[: len(named)] == named
    assert set(rows) <= set(core.catalog.profiles)


def test_recent_and_active_win_ties_alone() -> None:
    assert names("dev", "dev-a", "dev-b", "dev", "my-dev", recents=("my-dev", "dev-b")) == [
        "dev", "dev-b", "dev-a", "my-dev",
    ]  # fmt: skip
    assert listed("prod").lines[:2] == ("prod-admin", "prod-readonly"), "prod-admin is active"


def test_every_word_is_found_somewhere() -> None:
    assert "billing-view" in listed("us-east").lines, "in a region"
    assert listed("prod adm").lines == ("prod-admin",)
    assert listed("adm prod").lines == ("prod-admin",)
    assert listed("PROD ADM").lines == ("prod-admin",)
    assert listed("prod nowhere").lines == ()


def test_letters_do_not_reach_from_one_field_into_the_next() -> None:
    text = catalog("ab", more='tags = ["cd"]')
    assert listed("abcd", catalog=text).lines == ()
    assert listed("ab cd", catalog=text).lines == ("ab",)


def test_more_than_a_person_looks_through_is_counted_not_listed() -> None:
    shown = listed("p", catalog=catalog(*(f"p{n}" for n in range(SHOWN + 50))))
    assert len(shown.lines) == SHOWN
    assert shown.found == SHOWN + 50


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.sampled_from("adprx- "), max_size=5), max_size=12))
def test_typing_on_and_taking_back_changes_nothing(queries: list[str]) -> None:
    core, _ = fake_core()
    now = Now(core.engine.store.statuses, RECENTS, NOW)
    typed = Finder(core.catalog)
    for query in queries:
        for end in (*range(len(query) + 1), *range(len(query), -1, -1)):
            assert typed.listed(query[:end], now) == Finder(core.catalog).listed(query[:end], now)


@given(st.text(max_size=8), st.text(max_size=40))
def test_marked_letters_are_the_querys(word: str, text: str) -> None:
    word, text = fold(word), fold(text)
    found = places(word, text)
    assert list(found) == sorted(set(found))
    assert "".join(text[at] for at in found) in ("", word)
    if word and word in text and "\n" not in text:
        assert found
        assert found[-1] - found[0] == len(word) - 1 or len(found) == len(word)


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("query", "name", "second"),
    [
        ("prad", "PRod-ADmin", "acme-prod · AdminRole"),
        ("prad", "PRod-reADonly", "acme-prod · ReadOnlyRole"),
        ("dm", "prod-aDMin", "acme-prod · AdminRole"),
        ("acme", "prod-admin", "*acme*-prod · AdminRole"),
        ("admin 4444", "prod-ADMIN", "acme-prod · AdminRole · *4444*55556666"),
    ],
)
def test_marks(query: str, name: str, second: str) -> None:
    core, _ = fake_core()
    made = marked(core.catalog, name.lower(), query)
    assert "".join(one.upper() if at in made.name else one for at, one in enumerate(name.lower())) == name
    assert _starred(made) == second


def _starred(made: Marked) -> str:
    text, inside = "", False
    for at, one in enumerate(f"{made.second}\n"):
        if (at in made.places) is not inside:
            text, inside = f"{text}*", not inside
        text += one
    return text.rstrip("\n")


def test_counts() -> None:
    assert count_words(148, 148, " ") == "148 profiles"
    assert count_words(7, 148, "prad") == "7 of 148"
