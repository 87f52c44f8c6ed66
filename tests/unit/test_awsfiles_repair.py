"""A broken file is shown with a repair, and repaired when that is asked for."""

from pathlib import Path

import pytest

from app.domain.problem import Code
from tests.support.awsfiles import AwsFolder, read

SECRET = b"wJalrXUtnFEMI/K7MDENG"


@pytest.mark.parametrize(
    "broken",
    [
        b"[a]\naws_secret_access_key = "
        + SECRET
        + b"\n[b]\nx = 1\n[a]\naws_secret_access_key = other"
        + SECRET
        + b"\n",
        b"\xef\xbb\xbf[a]\nx = 1",
        b"stray " + SECRET + b"\n[a]\nx = 1\nno equals here\n",
        b"[a]\r\nx = \xff\xfe\r\nX = 1\r\n",
    ],
    ids=["twice", "bom", "stray", "not-utf-8"],
)
def test_a_repair_is_shown_masked_and_then_done(tmp_path: Path, broken: bytes) -> None:
    folder = AwsFolder(tmp_path)
    folder.write(broken)
    outcome = folder.put("dev", 1)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.FILE_BROKEN
    (diff,) = folder.store.repair_preview()
    assert SECRET.decode() not in "\n".join(diff.lines)
    assert len(diff.lines) > 2
    assert folder.content == broken
    assert folder.store.repair() == (diff,)
    assert read(folder.content) is not None
    assert folder.store.repair() == ()
    assert folder.put("dev", 1).problem is None
    assert folder.store.journal()[-1].what == "repair"


def test_files_that_can_be_read_need_no_repair(tmp_path: Path) -> None:
    folder = AwsFolder(tmp_path)
    assert folder.store.repair_preview() == ()
    folder.write(b"[a]\nx = 1\n")
    assert folder.store.repair_preview() == ()
    assert folder.store.repair() == ()
    assert folder.content == b"[a]\nx = 1\n"
