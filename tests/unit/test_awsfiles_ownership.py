"""ownership.json: what is kept of a reading never differs from what the file says."""

import json
from dataclasses import asdict, replace
from pathlib import Path

from app.awsfiles.atomic import Scratch
from app.awsfiles.ownership import LineRecord, Ownership, SectionRecord, State, TakenRecord

_ID = "0123456789abcdef" * 2


def ownership(folder: Path) -> Ownership:
    return Ownership(folder, Scratch.of(folder, lambda: "one"), _ID)


def state_with(count: int) -> State:
    state = State(_ID)
    for n in range(count):
        state.sections["/a/credentials", f"ä{n}"] = SectionRecord("/a/credentials", f"ä{n}", "p", (f"ASIA{n}",))
    state.lines["/a/config", "s", "region"] = LineRecord("/a/config", "s", "region", "p", 'say "eu"')
    state.taken["/a/config", "s"] = TakenRecord("/a/config", "s", "p", "b1")
    state.made["/a/config", "s"] = True
    state.others["/a/credentials"] = 3
    state.in_place.add("/a/config")
    return state


def test_what_is_written_is_the_state_as_json_and_is_read_back(tmp_path: Path) -> None:
    ours = ownership(tmp_path)
    for count in (3, 3, 1, 0, 5):
        state = state_with(count)
        ours.save(state)
        written = ours.path.read_text()
        table = json.loads(written)
        assert written == json.dumps(table, ensure_ascii=False) + "\n"
        assert table["sections"] == [{**asdict(one), "key_ids": list(one.key_ids)} for one in state.sections.values()]
        assert list(table) == ["version", "installation", "sections", "lines", "taken", "made", "others", "in_place"]
        assert ours.load() == ownership(tmp_path).load() == state


def test_a_plan_on_what_was_loaded_changes_nothing_that_is_kept(tmp_path: Path) -> None:
    ours = ownership(tmp_path)
    ours.save(state_with(2))
    planned = ours.load()
    planned.sections.clear()
    planned.in_place.clear()
    assert ours.load() == state_with(2)
    saved = state_with(2)
    ours.save(saved)
    saved.sections.clear()
    assert ours.load() == state_with(2)


def test_what_another_process_wrote_meanwhile_counts(tmp_path: Path) -> None:
    ours, others = ownership(tmp_path), ownership(tmp_path)
    ours.save(state_with(2))
    theirs = others.load()
    for key, one in theirs.sections.items():
        theirs.sections[key] = replace(one, stopped=True)
    others.save(theirs)
    assert ours.load() == theirs
    ours.save(ours.load())
    assert others.load() == theirs
    ours.path.unlink()
    assert ours.load() == State(_ID)
