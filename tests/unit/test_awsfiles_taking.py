"""Lines of someone else's that become comments, and come back byte for byte."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.files import LinesGive, LinesTake, Outcome, SectionPut
from app.domain.problem import Code
from tests.support.awsfiles import EXAMPLES, AwsFolder, MemoryKeeper, read, session, sound_files

SECRET = "abcdefghijabcdefghijabcdefghijabcdefghij"
KEYS = f"""# mine
[acme]
AWS_Access_Key_Id : AKIAEXAMPLE000000001\r
# between
aws_secret_access_key={SECRET}
region = eu-west-1

[other]
aws_access_key_id = AKIAEXAMPLE000000002
aws_secret_access_key = {SECRET}x""".encode()
CONFIG = b"""[profile acme]
role_arn = arn:aws:iam::123456789012:role/x
s3 =
  addressing_style = path

source_profile = other
region = eu-west-1
"""
KEY_NAMES = ("aws_access_key_id", "aws_secret_access_key")


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    return AwsFolder(tmp_path, keeper=MemoryKeeper())


def take(folder: AwsFolder, section: str, *keys: str, in_config: bool = False) -> Outcome:
    return folder.store.apply([LinesTake(section, keys, section, in_config)])[0]


def give(folder: AwsFolder, section: str, *, in_config: bool = False) -> Outcome:
    return folder.store.apply([LinesGive(section, section, in_config)])[0]


def test_a_secret_leaves_the_file_for_the_keyring_and_comes_back(folder: AwsFolder) -> None:
    folder.write(KEYS)
    assert take(folder, "acme", *KEY_NAMES).problem is None
    assert (read(folder.content) or {})["acme"] == {"region": "eu-west-1"}
    assert SECRET.encode() not in folder.content.split(b"[other]")[0]
    assert b"#rolecall# AWS_Access_Key_Id : AKIAEXAMPLE000000001\r\n# between\n#rolecall# aws_secret_access_key\n" in (
        folder.content
    )
    assert [one.reveal() for one in folder.keeper.kept.values()] == [SECRET]
    everything = b"".join(file.read_bytes() for file in (folder.root / "state").rglob("*") if file.is_file())
    assert SECRET.encode() not in everything
    folder.open()
    assert give(folder, "acme").problem is None
    assert folder.content == KEYS
    assert folder.keeper.kept == {}


def test_lines_of_the_config_file_with_their_blocks(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    assert take(folder, "acme", "role_arn", "source_profile", "s3", in_config=True).problem is None
    assert (read(folder.config_path.read_bytes()) or {})["profile acme"] == {"region": "eu-west-1"}
    assert take(folder, "acme", "role_arn", in_config=True).written_at is not None, "done already"
    assert give(folder, "acme", in_config=True).problem is None
    assert folder.config_path.read_bytes() == CONFIG


def test_undo_gives_back_what_an_import_took_under_a_session(folder: AwsFolder) -> None:
    folder.write(KEYS)
    take(folder, "acme", *KEY_NAMES)
    assert folder.put("acme", 1).problem is None, "the section is free for a session"
    (first, entry) = folder.store.journal()[:2]
    assert (first.what, entry.what) == ("start", "import")
    assert entry.undoable
    assert SECRET not in "".join(entry.diff)
    assert "+#rolecall# aws_secret_access_key" in entry.diff
    folder.store.undo(None)
    assert folder.content == KEYS


def test_a_section_that_was_removed_comes_back_whole(folder: AwsFolder) -> None:
    folder.write(KEYS)
    take(folder, "acme", *KEY_NAMES)
    folder.write(b"[other]\nregion = x\n")
    folder.clock.sleep(3)
    assert give(folder, "acme").problem is None
    assert (read(folder.content) or {})["acme"]["aws_secret_access_key"] == SECRET


def test_keys_that_were_written_anew_are_not_doubled(folder: AwsFolder) -> None:
    folder.write(KEYS)
    take(folder, "acme", *KEY_NAMES)
    again = folder.content.replace(b"region = eu-west-1", b"aws_access_key_id = AKIAEXAMPLE000000009")
    folder.write(again)
    problem = give(folder, "acme").problem
    assert problem is not None
    assert problem.code is Code.SECTION_FOREIGN
    assert folder.content == again
    assert len(folder.keeper.kept) == 1


def test_without_a_keyring_no_key_leaves(tmp_path: Path) -> None:
    folder = AwsFolder(tmp_path, keeper=None)
    folder.write(KEYS)
    problem = take(folder, "acme", *KEY_NAMES).problem
    assert problem is not None
    assert problem.code is Code.VAULT_NONE
    assert folder.content == KEYS


def test_a_session_of_ours_is_not_taken(folder: AwsFolder) -> None:
    folder.put("acme", 1)
    before = folder.content
    problem = take(folder, "acme", *KEY_NAMES).problem
    assert problem is not None
    assert problem.code is Code.SECTION_FOREIGN
    assert folder.content == before


def test_a_line_of_ours_stays(folder: AwsFolder) -> None:
    folder.write_config(CONFIG)
    assert folder.put_line("acme", "credential_process", "/stub acme").problem is None
    assert take(folder, "acme", "role_arn", "source_profile", "credential_process", in_config=True).problem is None
    now = (read(folder.config_path.read_bytes()) or {})["profile acme"]
    assert now["credential_process"] == "/stub acme"
    assert "role_arn" not in now
    assert folder.remove_line("acme", "credential_process").problem is None
    assert give(folder, "acme", in_config=True).problem is None
    assert folder.config_path.read_bytes() == CONFIG


def test_one_write_for_many_and_one_after_the_other_for_one_place(folder: AwsFolder) -> None:
    folder.write(KEYS)
    outcomes = folder.store.apply(
        [
            LinesTake("acme", KEY_NAMES, "acme", False),
            LinesGive("acme", "acme", False),
            LinesTake("no", (), "no", False),
        ]
    )
    assert [one.problem for one in outcomes] == [None, None, None]
    assert folder.content == KEYS


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=sound_files(),
    section=st.sampled_from(["a", "b", "default", "work/x"]),
    keys=st.sets(st.sampled_from([*KEY_NAMES, "aws_session_token", "region", "s3", "a"])),
    in_config=st.booleans(),
)
def test_whatever_is_taken_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, section: str, keys: set[str], in_config: bool
) -> None:
    folder = AwsFolder(tmp_path_factory.mktemp("taking"), keeper=MemoryKeeper())
    (folder.write_config if in_config else folder.write)(content)
    path = folder.config_path if in_config else folder.path
    before = read(content)
    outcome = take(folder, section, *sorted(keys), in_config=in_config)
    now = read(path.read_bytes())
    if before is not None and outcome.problem is None:
        assert now is not None
        assert set(now) == set(before)
    assert give(folder, section, in_config=in_config).problem is None or outcome.problem is not None
    if outcome.problem is None:
        assert path.read_bytes() == content


def test_an_import_s_undo_is_previewed_also_under_a_session(folder: AwsFolder) -> None:
    folder.write(KEYS)
    take(folder, "acme", *KEY_NAMES)
    folder.store.apply([SectionPut("acme", "acme", session(1), adopt=True)])
    entry = next(one for one in folder.store.journal() if one.what == "import")
    shown = "\n".join(line for diff in folder.store.undo_preview(entry.id) for line in diff.lines)
    assert "-#rolecall# aws_secret_access_key" in shown
    assert SECRET not in shown
    folder.store.undo(entry.id)
    assert folder.content == KEYS
