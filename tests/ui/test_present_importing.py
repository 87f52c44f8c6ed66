"""An import's rows as text: kinds, order, what was found, what will happen, what can be chosen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.names import AccountId
from app.domain.problem import Code, Problem
from app.domain.profile import Account, Catalog
from app.importing.executor import Step
from app.importing.found import Found, moving_keys
from app.importing.planner import plan_import
from app.importing.tolerant import read_what_can_be
from app.importing.values import ImportOptions
from tests.ui.fakes.importing import CHANGED, keys, role, sample, write
from ui.present.importing import (
    Kind,
    Line,
    Pick,
    counts,
    heading,
    import_words,
    lines_of,
    matching,
    outcome_words,
    picked,
    short_path,
)
from ui.present.importproblems import faults_card, step_words
from ui.present.remedies import Do

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
PROD = AccountId("444455556666")
CATALOG = Catalog(accounts={str(PROD): Account(PROD, production=True)})


def found_in(home: Path, config: str, credentials: str = "", mode: int = 0o600) -> Found:
    folder = write(home / ".aws", config, credentials)
    files = read_what_can_be(folder / "config", folder / "credentials")
    changed = {str(folder / name): at for name, at in CHANGED.items()}
    return Found(files, None, changed, {str(folder / "credentials"): mode})


def lines(found: Found, home: Path, options: ImportOptions | None = None) -> dict[str, Line]:
    chosen = options or moving_keys(plan_import(found.files, CATALOG), found.files)
    plan = plan_import(found.files, CATALOG, chosen, found.target)
    return {one.origin: one for one in lines_of(plan, found, CATALOG, chosen, str(home), NOW)}


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, Line]:
    return lines(found_in(tmp_path, *sample(), mode=0o644), tmp_path)


def test_rows_that_need_a_look_come_first(rows: dict[str, Line]) -> None:
    kinds = [one.kind for one in rows.values()]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert list(rows)[:3] == ["mira", "legacy-ci", "prod-admin"]
    assert counts(list(rows.values())) == {
        None: 22, Kind.MOVE: 2, Kind.CONFLICT: 1, Kind.IMPORT: 17, Kind.LEAVE: 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "found", "what"),
    [
        (
            "mira",
            "Access key in ~/.aws/credentials, mode 0644",
            "Move the key into the keyring, delete it from the file",
        ),
        ("prod-admin", "In both files, with different region", "Conflict: import with us-east-1"),
        ("prod-readonly", "role_arn, source_profile mira, mfa_serial", "Import, 1 hop after mira"),
        ("staging-admin", "role_arn, source_profile org-access", "Import, 2 hops after mira"),
        ("billing-view", "sso_session acme, account 888877776666", "Import, you sign in at acme when it is started"),
        ("fjord-sandbox", "web_identity_token_file", "Import, keeps reading the token file"),
        ("unfinished", "region", "Leave alone: unfinished has no credentials"),
    ],
)
def test_what_was_found_and_what_will_happen(rows: dict[str, Line], name: str, found: str, what: str) -> None:
    assert (rows[name].found, rows[name].what) == (found, what)


def test_a_command_is_left_alone_unless_it_is_chosen(rows: dict[str, Line]) -> None:
    row = rows["vault-dev"]
    assert (row.kind, row.can, row.preselected) == (Kind.LEAVE, True, False)
    assert row.says(chosen=False) == "Leave alone: another program serves it"
    assert row.says(chosen=True) == "Import, its command runs once you approve it"
    assert rows["mira"].says(chosen=False) == "Leave alone"
    assert not rows["unfinished"].can


def test_a_row_is_read_aloud_whole(rows: dict[str, Line]) -> None:
    assert rows["prod-admin"].spoken(chosen=True) == (
        "prod-admin, production, checked, Conflict: import with us-east-1"
    )
    assert rows["unfinished"].spoken(chosen=False) == "unfinished, Leave alone: unfinished has no credentials"


def test_what_botocore_resolves_is_chosen_and_the_other_can_be(tmp_path: Path) -> None:
    found = found_in(tmp_path, *sample())
    first, second = lines(found, tmp_path)["prod-admin"].variants[:2]
    assert (first.text, first.detail, first.chosen) == (
        "region = us-east-1", "from ~/.aws/credentials, changed 14 Feb", True,
    )  # fmt: skip
    assert (second.pick, second.chosen) == (Pick.CONFIG, False)
    options = picked(ImportOptions(), "prod-admin", second)
    after = lines(found, tmp_path, options)["prod-admin"]
    assert after.what == "Conflict: import with eu-central-1"
    assert [one.chosen for one in after.variants[:2]] == [False, True]
    assert picked(options, "prod-admin", first) == ImportOptions()


def test_a_key_moves_or_stays(tmp_path: Path) -> None:
    found = found_in(tmp_path, *sample())
    move, keep = lines(found, tmp_path)["mira"].variants
    assert (move.pick, move.chosen, keep.chosen) == (Pick.MOVE, True, False)
    start = moving_keys(plan_import(found.files, CATALOG), found.files)
    kept = picked(start, "mira", keep)
    assert (kept.keep, kept.take_over) == ({"mira"}, frozenset())
    row = lines(found, tmp_path, kept)["mira"]
    assert row.what == "Copy the key into the keyring, it stays in the file"
    assert row.kind is Kind.MOVE
    assert not row.writes
    assert picked(kept, "mira", row.variants[0]) == start


def test_a_key_that_nobody_stands_on_comes_back_by_the_same_choice(tmp_path: Path) -> None:
    found = found_in(tmp_path, "", f"[solo]\n{keys(1)}")
    kept = picked(ImportOptions(), "solo", lines(found, tmp_path)["solo"].variants[1])
    row = lines(found, tmp_path, kept)["solo"]
    assert picked(kept, "solo", row.variants[0]) == ImportOptions()


def test_a_name_is_left_or_taken_over(tmp_path: Path) -> None:
    found = found_in(tmp_path, *sample())
    beside, over = lines(found, tmp_path)["prod-readonly"].variants
    assert (beside.pick, beside.chosen, over.pick) == (Pick.BESIDE, True, Pick.TAKE_OVER)
    options = picked(ImportOptions(), "prod-readonly", over)
    row = lines(found, tmp_path, options)["prod-readonly"]
    assert [one.chosen for one in row.variants] == [False, True]
    assert row.writes
    assert picked(options, "prod-readonly", row.variants[0]) == ImportOptions()


def test_keys_are_never_shown_whole(tmp_path: Path) -> None:
    found = found_in(tmp_path, f"[profile p]\n{keys(1)}", f"[p]\n{keys(2)}")
    row = lines(found, tmp_path)["p"]
    text = " ".join([row.found, row.what, row.sought, *(one.text for one in row.variants)])
    assert "AKIA…0001" in text
    assert "abcdefghij" not in text.replace("…", "")
    assert f"AKIA{1:016}" not in text


def test_filter_by_kind_and_words(rows: dict[str, Line]) -> None:
    every = list(rows.values())
    assert [one.origin for one in matching(every, Kind.CONFLICT, "")] == ["prod-admin"]
    assert [one.origin for one in matching(every, None, "TEAM alpha")] == ["team-alpha"]
    assert matching(every, Kind.MOVE, "team") == []


def test_broken_sections_have_no_choice_about_their_files(tmp_path: Path) -> None:
    found = found_in(tmp_path, f"[profile a]\n{role('111122223333', 'R')}[profile x]\nbroken\n", f"[mira]\n{keys(1)}")
    row = lines(found, tmp_path)["a"]
    assert row.variants == ()
    card = faults_card(found.files.faults)
    assert card is not None
    assert card.title.endswith("is broken in line 5")
    assert card.detail.endswith("The rest is offered.")
    assert [one.do for one in card.buttons] == [Do.OPEN_FILE, Do.READ_AGAIN]


def test_more_faults_are_counted() -> None:
    fault = Problem.of(Code.FILE_UNREADABLE, path="/x", reason="Permission denied")
    card = faults_card((fault, fault, fault))
    assert card is not None
    assert card.detail.endswith("2 more problems.")
    assert faults_card(()) is None


def test_words_of_the_window() -> None:
    assert heading(1, "~/.aws") == "1 profile found in ~/.aws"
    assert import_words(21) == "Import 21 profiles"
    assert outcome_words(21, 2) == "21 imported, 2 left alone"
    assert outcome_words(20, 2, 1) == "20 imported, 1 failed, 2 left alone"
    assert [step_words(one) for one in (Step.DONE, Step.FAILED)] == ["Imported", "Failed"]


@pytest.mark.parametrize(("path", "shown"), [("/h/a/.aws", "~/.aws"), ("/h/ab/x", "/h/ab/x"), ("/h/a", "~")])
def test_the_home_folder_is_a_tilde(path: str, shown: str) -> None:
    assert short_path(path, "/h/a") == shown
    assert short_path(path, "") == path
