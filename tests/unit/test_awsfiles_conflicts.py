"""What stands in the way, beside what would be written: masked, and taken over only while it is what was seen."""

from pathlib import Path

import pytest

from app.domain.conflict import Conflict, Reads
from app.domain.files import FileChange, LinePut, Outcome, SectionPut, SectionRemove
from app.domain.problem import Code
from tests.support.awsfiles import AwsFolder, MemoryKeeper, session

SECRET = "canary" + "x" * 34
THEIRS = f"[dev]\n# mine since 2019\naws_access_key_id = AKIACANARY0000000001\naws_secret_access_key = {SECRET}\n"
OTHERS = b"[a]\nregion = x\n\n" + THEIRS.encode() + b"# below\n[z]\nregion = y"


@pytest.fixture
def folder(tmp_path: Path) -> AwsFolder:
    made = AwsFolder(tmp_path, keeper=MemoryKeeper())
    made.write(OTHERS)
    return made


def conflict(folder: AwsFolder, change: FileChange | None = None) -> Conflict:
    found = folder.store.conflicts([change or SectionPut("dev", "dev", session(1), adopt=True)])[0]
    assert found is not None
    return found


def adopt(folder: AwsFolder, seen: str, number: int = 1) -> Outcome:
    return folder.store.apply([SectionPut("dev", "dev", session(number), adopt=True, seen=seen)])[0]


def test_both_sides_are_shown_without_a_secret(folder: AwsFolder) -> None:
    found = conflict(folder)
    assert found.theirs == (
        "[dev]",
        "# mine since 2019",
        "aws_access_key_id = AKIA…0001",
        "aws_secret_access_key = •••••• (40)",
    )
    assert found.mine[0] == "[dev]"
    assert found.mine[1].startswith("# rolecall dev ")
    assert found.mine[2:4] == ("# mine since 2019", "aws_access_key_id = ASIA…0001")
    assert (found.changed, found.others, found.into_keyring) == (False, 3, True)
    assert found.taken == {"a", "dev", "z"}
    assert (found.reading.by, found.reading.what) == (Reads.LONG_LIVED, "AKIA…0001")
    assert "canary" not in repr(found)
    assert found.seen not in repr(found)
    assert folder.content == OTHERS, "nothing is written to look"


def test_it_is_taken_over_only_while_it_is_what_was_seen(folder: AwsFolder) -> None:
    seen = conflict(folder).seen
    newer = OTHERS.replace(b"0001", b"0002")
    folder.write(newer)
    problem = adopt(folder, seen).problem
    assert problem is not None
    assert problem.code is Code.SECTION_FOREIGN
    assert folder.content == newer
    assert adopt(folder, conflict(folder).seen).problem is None
    assert b"ASIA" in folder.content
    assert folder.store.conflicts([SectionPut("dev", "dev", session(1), adopt=True)]) == (None,)
    assert folder.store.apply([SectionRemove("dev", "dev")])[0].problem is None
    assert folder.content == newer, "stopping gives back what was adopted, byte for byte"


def test_what_another_program_wrote_into_ours_is_called_so(folder: AwsFolder) -> None:
    folder.put("own", 1)
    folder.write(folder.content.replace(session(1).access_key_id.encode(), b"AKIACANARY0000000009"))
    found = conflict(folder, SectionPut("own", "own", session(2), adopt=True))
    assert found.changed
    assert any("AKIA…0009" in line for line in found.theirs)
    assert found.others == 3


def test_a_line_of_the_config_file(folder: AwsFolder) -> None:
    folder.write_config(b"[profile dev]\nregion = eu-north-1\noutput = json\n")
    found = conflict(folder, LinePut("dev", "region", "us-east-1", "dev", adopt=True))
    assert (found.key, found.theirs, found.mine) == ("region", ("region = eu-north-1",), ("region = us-east-1",))
    line = LinePut("dev", "region", "us-east-1", "dev", adopt=True, seen="something else")
    problem = folder.store.apply([line])[0].problem
    assert problem is not None
    assert problem.code is Code.SECTION_FOREIGN
    assert folder.store.conflicts([LinePut("dev", "region", "eu-north-1", "dev", adopt=True)]) == (None,)


def test_what_taking_over_would_not_help_is_said(folder: AwsFolder) -> None:
    folder.write_config(b"[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = a\n")
    found = conflict(folder)
    assert found.refused is not None
    assert found.refused.code is Code.SECTION_SHADOWED
    assert found.reading.by is Reads.ROLE
