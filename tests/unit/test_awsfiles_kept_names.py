"""A section that stays so that nobody takes its name makes room for the lines of the name's owner."""

from pathlib import Path

from app.awsfiles.sections import STOPPED_KEY_ID
from app.domain.files import LinesGive, LinesTake
from tests.support.awsfiles import AwsFolder, MemoryKeeper

KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
THEIRS = b"""[dev]
# mine
aws_access_key_id = ASIATHEIRS
aws_secret_access_key=theirs
aws_session_token : theirs

[other]
region = eu-west-1"""


def test_lines_that_were_taken_over_come_back_in_the_place_of_what_was_stopped(tmp_path: Path) -> None:
    folder = AwsFolder(tmp_path, keeper=MemoryKeeper())
    folder.write(THEIRS)
    assert folder.store.apply([LinesTake("dev", KEYS, "dev", in_config=False)])[0].problem is None
    assert folder.put("dev", 1).problem is None
    folder.write_config(b"[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = other\n")
    assert folder.remove("dev").problem is None
    assert STOPPED_KEY_ID.encode() in folder.content, "without the section, dev would be another identity"
    assert folder.store.apply([LinesGive("dev", "dev", in_config=False)])[0].problem is None
    assert folder.content == THEIRS
    assert folder.store.ours() == ()
