"""Editing one section: every byte outside it stays, others are read as before, taking it out undoes putting it in."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from app.awsfiles.document import Document, config_name, credentials_name
from app.awsfiles.faults import faults
from app.domain.problem import AppError, Code
from tests.support.awsfiles import EXAMPLES, AwsFolder, odd_files, read, session, sound_files

common = settings(
    max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    memory = Path("/dev/shm")  # where there is one, flushing costs nothing
    folder = Path(tempfile.mkdtemp(prefix="rc-ini-", dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


class Fresh:
    """A new store over a new folder for each example."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, content: bytes) -> AwsFolder:
        folder = AwsFolder(Path(tempfile.mkdtemp(dir=self.root)))
        folder.write(content)
        return folder


@pytest.fixture(scope="module")
def fresh(root: Path) -> Fresh:
    return Fresh(root)


def others(content: bytes, name: str) -> dict[str, dict[str, str]]:
    found = read(content)
    assert found is not None
    return {section: dict(options) for section, options in found.items() if section != name}


@given(sound_files())
@common
@example(b"[b]\nx = y")
@example(b"x\r\n"[:0])
@example(b"\n")
@example(b"[b]\nx = y\n\n\n")
@example(b"[b]\rx = y")
def test_put_then_remove_gives_back_every_byte(fresh: Fresh, data: bytes) -> None:
    folder = fresh(data)
    assert folder.put("new", 1).problem is None
    assert others(folder.content, "new") == others(data, "new")
    assert folder.content.startswith(data)
    found = read(folder.content)
    assert found is not None
    assert found["new"]["aws_access_key_id"] == session(1).access_key_id
    assert folder.remove("new").problem is None
    assert folder.content == data


@given(sound_files(), st.integers(1, 3), st.data())
@common
def test_renewing_touches_the_section_alone(fresh: Fresh, data: bytes, rounds: int, more: st.DataObject) -> None:
    folder = fresh(data)
    names = ["n1", "n2", "n3"]
    for name in names:
        folder.put(name, 1)
    for round_ in range(rounds):
        before = folder.content
        name = more.draw(st.sampled_from(names))
        assert folder.put(name, 2 + round_).problem is None
        section = Document(before).named(name, credentials_name)[0]
        now = Document(folder.content).named(name, credentials_name)[0]
        assert folder.content[: section.start] == before[: section.start]
        assert folder.content[now.end :] == before[section.end :]
        assert others(folder.content, name) == others(before, name)
    for name in more.draw(st.permutations(names)):
        folder.remove(name)
    assert folder.content == data


@given(sound_files(), st.sampled_from(["a", "b", "default", "c/d"]))
@common
def test_a_section_without_keys_is_shared_and_comes_back(fresh: Fresh, data: bytes, name: str) -> None:
    folder = fresh(data)
    before = read(data)
    assert before is not None
    outcome = folder.put(name, 1)
    assert outcome.problem is None
    now = read(folder.content)
    assert now is not None
    assert now[name]["aws_access_key_id"] == session(1).access_key_id
    for key, value in before.get(name, {}).items():
        assert now[name][key].split() == value.split()
    assert others(folder.content, name) == others(data, name)
    folder.remove(name)
    assert folder.content == data


@given(sound_files(), sound_files())
@common
def test_what_others_add_later_stays(fresh: Fresh, data: bytes, later: bytes) -> None:
    """Another program appends while ours is there; then ours goes."""
    later = later[later.find(b"[") :].replace(b"[", b"[later-") if b"[" in later else b"[later]\n"
    assume(not faults(later))
    folder = fresh(data)
    folder.put("new", 1)
    newline = b"" if folder.content.endswith((b"\n", b"\r")) else b"\n"
    folder.path.write_bytes(folder.content + newline + later)
    assume(not faults(folder.content))
    before = others(folder.content, "new")
    folder.remove("new")
    assert others(folder.content, "new") == before
    assert folder.content.endswith(later)


@given(odd_files())
@common
def test_a_file_that_cannot_be_read_is_left_alone(fresh: Fresh, data: bytes) -> None:
    found = faults(data)
    folder = fresh(data)
    outcome = folder.put("new", 1)
    if found:
        assert outcome.problem is not None
        assert outcome.problem.code is Code.FILE_BROKEN
        assert (outcome.problem.arguments["line"], outcome.problem.arguments["rule"]) == (found[0].line, found[0].rule)
        assert folder.content == data
    elif outcome.problem is None:
        folder.remove("new")
        assert folder.content == data


@given(st.lists(st.tuples(st.sampled_from(["put", "remove"]), st.sampled_from("pqr"), st.integers(1, 9)), max_size=8))
@common
def test_any_order_of_starts_and_stops_ends_where_it_began(fresh: Fresh, steps: list[tuple[str, str, int]]) -> None:
    data = b"# mine\n[x]\naws_access_key_id = AKIAEXAMPLE000000001\n\n# the end"
    folder = fresh(data)
    for what, name, number in steps:
        outcome = folder.put(name, number) if what == "put" else folder.remove(name)
        assert outcome.problem is None
    for name in "pqr":
        folder.remove(name)
    assert folder.content == data


def test_config_headers_are_read_as_botocore_does() -> None:
    names = ["default", "profile x", 'profile "y z"', "profile  w", "x", "sso-session x", "profile a b", "profile it's"]
    assert [config_name(name) for name in names] == ["default", "x", "y z", "w", None, None, None, None]


def test_the_marker_and_three_keys_are_all_that_is_written(fresh: Fresh) -> None:
    folder = fresh(b"")
    folder.put("dev/a", 7, profile="dev")
    lines = folder.content.decode().splitlines()
    assert lines[0] == "[dev/a]"
    assert lines[1].startswith("# rolecall dev ")
    assert lines[1].endswith(" expires 2026-11-25T13:52:09Z")
    assert [line.partition(" = ")[0] for line in lines[2:]] == [
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
    ]


@pytest.mark.parametrize(
    ("ends", "data"),
    [(b"\r\n", b"[a]\r\nx = 1\r\n"), (b"\n", b"[a]\nx = 1\n"), (b"\r\n", b"[a]\nx = 1\r\n"), (b"\n", b"")],
)
def test_new_lines_end_as_the_files_last_line_does(fresh: Fresh, ends: bytes, data: bytes) -> None:
    folder = fresh(data)
    folder.put("new", 1)
    added = folder.content[len(data) :]
    assert added.count(b"\n") == added.count(ends)


def test_two_headers_that_sdks_read_as_one_are_not_written(fresh: Fresh) -> None:
    data = b"[a]\n[ a ]\n"
    folder = fresh(data)
    outcome = folder.put("a", 1)
    assert outcome.problem is not None
    assert (outcome.problem.code, outcome.problem.arguments["rule"]) == (Code.FILE_BROKEN, "duplicate-section")
    assert folder.content == data


def test_a_proof_that_fails_writes_nothing(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"[a]\nx = 1\n[b]\ny = 2\n"
    folder = fresh(data)
    whole = Document.result

    def loses_a_byte(document: Document) -> bytes:
        return whole(document).replace(b"y = 2", b"y = 3")

    monkeypatch.setattr(Document, "result", loses_a_byte)
    outcome = folder.put("new", 1)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.UNEXPECTED
    assert folder.content == data
    assert folder.left_overs() == []
    with pytest.raises(AppError):
        raise AppError(outcome.problem)
