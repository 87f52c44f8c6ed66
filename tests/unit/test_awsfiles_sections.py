"""Whose a section is, what a conflict does, and what comes back when a session ends."""

from pathlib import Path

import pytest

from app.domain.files import Outcome, SectionPut
from app.domain.problem import AppError, Code
from app.domain.secret import Credentials, Secret
from tests.support.awsfiles import EXPIRES, AwsFolder, MemoryKeeper, read, session

FOREIGN = b"""# all mine
[default]
region = eu-west-1
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = long/lived+secret
# said so
output = json

[other]
aws_access_key_id = AKIAEXAMPLE000000002
aws_secret_access_key = another
"""


@pytest.fixture
def keeper() -> MemoryKeeper:
    return MemoryKeeper()


@pytest.fixture
def folder(tmp_path: Path, keeper: MemoryKeeper) -> AwsFolder:
    return AwsFolder(tmp_path, keeper=keeper)


def code(outcome: Outcome) -> Code | None:
    return outcome.problem.code if outcome.problem else None


def keys(folder: AwsFolder, section: str) -> dict[str, str]:
    return dict((read(folder.content) or {})[section])


def test_someone_elses_section_is_a_conflict_and_stops_no_other(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    outcomes = folder.store.apply(
        [
            SectionPut("default", "dev", session(1)),
            SectionPut("new", "dev", session(1)),
            SectionPut("other", "dev", session(1)),
        ]
    )
    assert [code(outcome) for outcome in outcomes] == [Code.SECTION_FOREIGN, None, Code.SECTION_FOREIGN]
    assert folder.content.startswith(FOREIGN)
    assert keys(folder, "new")["aws_access_key_id"] == session(1).access_key_id


def test_an_adopted_section_comes_back_byte_for_byte(folder: AwsFolder, keeper: MemoryKeeper) -> None:
    folder.write(FOREIGN)
    assert code(folder.put("default", 1, adopt=True)) is None
    now = keys(folder, "default")
    assert now == {
        "aws_access_key_id": session(1).access_key_id,
        "aws_secret_access_key": session(1).secret_access_key.reveal(),
        "aws_session_token": (session(1).session_token or Secret("")).reveal(),
        "region": "eu-west-1",
        "output": "json",
    }
    assert list(keeper.kept.values()) == [Secret("long/lived+secret")]
    for file in folder.root.joinpath("state").rglob("*"):
        assert not file.is_file() or b"long/lived+secret" not in file.read_bytes()
    assert code(folder.put("default", 2)) is None
    folder.open()
    assert code(folder.remove("default")) is None
    assert folder.content == FOREIGN
    assert keeper.kept == {}
    assert list(folder.root.joinpath("state", "backups").iterdir()) == []


def test_long_lived_keys_are_not_adopted_without_a_keyring(tmp_path: Path) -> None:
    folder = AwsFolder(tmp_path)
    folder.write(FOREIGN)
    assert code(folder.put("default", 1, adopt=True)) is Code.VAULT_NONE
    assert folder.content == FOREIGN


def test_lines_that_others_changed_in_an_adopted_section_stay_so(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    folder.put("default", 1, adopt=True)
    folder.path.write_bytes(folder.content.replace(b"eu-west-1", b"us-east-2"))
    folder.remove("default")
    assert keys(folder, "default") == {
        "region": "us-east-2",
        "aws_access_key_id": "AKIAEXAMPLE000000001",
        "aws_secret_access_key": "long/lived+secret",
        "output": "json",
    }


def test_an_adopted_section_that_vanished_comes_back_too(folder: AwsFolder) -> None:
    folder.write(b"[x]\na = 1\n" + FOREIGN)
    folder.put("default", 1, adopt=True)
    folder.path.write_bytes(b"[x]\na = 1\n")
    folder.remove("default")
    assert keys(folder, "default")["aws_secret_access_key"] == "long/lived+secret"


def test_a_foreign_key_in_our_section_is_a_conflict(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    changed = folder.content.replace(session(1).access_key_id.encode(), b"AKIASOMEONEELSE00001")
    folder.path.write_bytes(changed)
    outcome = folder.put("dev", 2)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.SECTION_CHANGED
    assert outcome.problem.arguments["key_id"] == "AKIASOMEONEELSE00001"
    assert folder.content == changed
    found = folder.store.check({"dev": session(1).access_key_id})
    assert found["dev"] is not None
    assert found["dev"].code is Code.SECTION_CHANGED
    stopped = folder.remove("dev")
    assert [warning.code for warning in stopped.warnings] == [Code.SECTION_CHANGED]
    assert folder.content == changed
    assert folder.store.owned() == ()


def test_a_section_of_another_installation_is_a_conflict(folder: AwsFolder, tmp_path: Path) -> None:
    folder.put("dev", 1)
    other = AwsFolder(tmp_path)
    other.root = tmp_path / "other"
    other.open()
    assert code(other.put("dev", 2)) is Code.SECTION_FOREIGN
    assert code(folder.put("dev", 3)) is None


def test_our_section_without_its_marker_is_ours_by_its_key(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    bare = b"".join(line for line in folder.content.splitlines(keepends=True) if not line.startswith(b"#"))
    folder.path.write_bytes(bare)
    assert [one.section for one in folder.store.owned()] == ["dev"]
    assert code(folder.put("dev", 2)) is None
    assert folder.content.splitlines()[1].startswith(b"# rolecall dev ")
    folder.remove("dev")
    assert folder.content == b""


def test_a_write_that_ended_between_state_and_file_is_still_ours(
    folder: AwsFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("dev", 1)
    before = folder.content
    folder.put("dev", 2)
    folder.path.write_bytes(before)  # as if the file had never been replaced, or a stale writer put it back
    assert [(one.section, one.matches) for one in folder.store.owned()] == [("dev", True)]
    assert folder.store.check({"dev": session(2).access_key_id}) == {"dev": None}
    assert code(folder.put("dev", 2)) is None
    assert folder.store.check({"dev": session(2).access_key_id}) == {}


def test_lines_of_others_in_our_section_stay_with_its_header(folder: AwsFolder) -> None:
    folder.write(b"[x]\ny = 1\n")
    folder.put("dev", 1)
    folder.path.write_bytes(folder.content.replace(b"aws_session_token", b"region = eu-west-1\naws_session_token"))
    folder.put("dev", 2)
    assert b"region = eu-west-1\naws_session_token" in folder.content
    folder.remove("dev")
    assert folder.content == b"[x]\ny = 1\n\n[dev]\nregion = eu-west-1\n"
    folder.put("dev", 3)
    folder.remove("dev")
    assert folder.content == b"[x]\ny = 1\n\n[dev]\nregion = eu-west-1\n"


def test_a_comment_above_the_next_header_is_not_our_sections(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    folder.path.write_bytes(folder.content + b"\n# Bob's\n[bob]\nx = 1\n")
    folder.remove("dev")
    assert folder.content == b"\n# Bob's\n[bob]\nx = 1\n"


def test_a_comment_that_hangs_below_our_keys_keeps_the_header(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    folder.path.write_bytes(folder.content + b"# note to self\n")
    folder.remove("dev")
    assert folder.content == b"[dev]\n# note to self\n"


@pytest.mark.parametrize("key", ["role_arn", "sso_account_id", "sso_session", "web_identity_token_file"])
def test_a_shadowed_section_is_refused_before_anything_is_written(folder: AwsFolder, key: str) -> None:
    folder.write_config(f"[profile dev]\nregion = x\n{key} = y\n".encode())
    outcome = folder.put("dev", 1)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.SECTION_SHADOWED
    assert outcome.problem.arguments == {"path": str(folder.config_path), "section": "dev", "key": key}
    assert not folder.path.exists()
    folder.write_config(b"[profile dev]\nregion = x\n")
    assert code(folder.put("dev", 1)) is None


@pytest.mark.parametrize("place", [b"[DEFAULT]\naws_security_token = old\n", b"[dev]\nrole_arn = x\n"])
def test_keys_of_the_credentials_file_itself_can_shadow(folder: AwsFolder, place: bytes) -> None:
    folder.write(place)
    assert code(folder.put("dev", 1, adopt=place.startswith(b"[D"))) in (Code.SECTION_SHADOWED, Code.SECTION_FOREIGN)
    assert folder.content == place


def test_a_name_that_would_become_another_identity_stays_with_keys_that_work_nowhere(folder: AwsFolder) -> None:
    config = b"[profile dev]\ncredential_process = /opt/other\n"
    folder.write_config(config)
    folder.put("dev", 1)
    outcome = folder.remove("dev")
    assert outcome.problem is None
    assert [warning.code for warning in outcome.warnings] == [Code.SECTION_KEPT]
    kept = keys(folder, "dev")
    assert kept["aws_access_key_id"] == "ASIASTOPPEDBYROLECALL"
    assert session(1).secret_access_key.reveal().encode() not in folder.content
    assert folder.content.splitlines()[1].startswith(b"# rolecall dev ")
    assert [one.matches for one in folder.store.owned()] == [False]
    assert code(folder.put("dev", 2)) is None
    folder.write_config(b"")
    assert folder.remove("dev").warnings == ()
    assert folder.content == b""


def test_a_profile_gives_back_only_what_it_wrote(folder: AwsFolder) -> None:
    folder.put("default", 1, profile="a")
    folder.put("default", 2, profile="b")
    before = folder.content
    folder.remove("default", profile="a")
    assert folder.content == before
    folder.remove("default", profile="b")
    assert folder.content == b""


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        (Credentials("ASIA0000000000000001", Secret("s\n[x]"), Secret("t")), Code.SECRET_INVALID),
        (Credentials("ASIA0000000000000001", Secret("s"), Secret("t\r")), Code.SECRET_INVALID),
        (Credentials("ASIA0000000000000001", Secret("s\0"), Secret("t")), Code.SECRET_INVALID),
        (Credentials("ASIA0000000000000001", Secret("s # c"), Secret("t")), Code.SECRET_INVALID),
        (Credentials("ASIA0000000000000001", Secret("s"), None), Code.SECRET_INVALID),
        (Credentials("ASIA\n00000000000001", Secret("s"), Secret("t")), Code.VALUE_PATTERN),
    ],
    ids=["line-end", "return", "nul", "comment", "long-lived", "key-id"],
)
def test_what_cannot_be_written_safely_is_refused_unseen(
    folder: AwsFolder, credentials: Credentials, expected: Code
) -> None:
    outcome = folder.store.apply([SectionPut("dev", "dev", credentials)])[0]
    assert outcome.problem is not None
    assert outcome.problem.code is expected
    assert credentials.secret_access_key.reveal() not in [str(one) for one in outcome.problem.arguments.values()]
    assert not folder.path.exists()


@pytest.mark.parametrize("name", ["a b", "a]", "a\n[b]", "", "DEFAULT", "-x", "x" * 201, "ü"])
def test_a_name_that_is_no_name_is_refused(folder: AwsFolder, name: str) -> None:
    outcome = folder.put(name, 1, profile="dev")
    assert code(outcome) in (Code.VALUE_PATTERN, Code.VALUE_LENGTH)
    assert not folder.path.exists()


def test_a_session_without_a_known_end_says_so(folder: AwsFolder) -> None:
    folder.store.apply([SectionPut("dev", "dev", session(1, expires=None))])
    assert folder.content.splitlines()[1].endswith(b"expires unknown")
    assert folder.store.owned()[0].credentials == session(1, expires=None)


def test_owned_gives_the_session_back(folder: AwsFolder) -> None:
    folder.put("dev", 1)
    folder.open()
    assert [one.credentials for one in folder.store.owned()] == [session(1)]
    assert folder.store.owned()[0].credentials.expires_at == EXPIRES
    folder.path.write_bytes(b"")
    assert folder.store.owned() == ()
    assert folder.store.check({"dev": session(1).access_key_id}) == {"dev": None}


def test_undo_gives_back_what_was_adopted(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    with pytest.raises(AppError) as nothing:
        folder.store.undo(None)
    assert nothing.value.problem.code is Code.NOTHING_TO_UNDO
    folder.put("default", 1, adopt=True)
    folder.put("new", 1)
    entries = folder.store.journal()
    assert [(entry.what, entry.undoable) for entry in entries] == [("start", False), ("adopt", True)]
    assert folder.store.undo(None).id == entries[1].id
    folder.remove("new")
    assert folder.content == FOREIGN
    with pytest.raises(AppError):
        folder.store.undo(entries[1].id)


def test_no_secret_is_in_journal_or_preview(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    diff = folder.store.preview([SectionPut("default", "default", session(5), adopt=True)])[0]
    assert folder.content == FOREIGN
    folder.put("default", 5, adopt=True)
    folder.put("default", 6)
    said = "\n".join((*diff.lines, *(line for entry in folder.store.journal() for line in entry.diff)))
    for secret in ("long/lived", "secret0", "token0", session(5).access_key_id, "AKIAEXAMPLE000000001", "another"):
        assert secret not in said
    assert "ASIA…0005" in said
    assert "AKIA…0001" in said
    assert "+aws_session_token = •••••• (305)" in said
    assert diff.other_sections == 2
    assert diff.mode == 0o600


def test_a_preview_of_a_file_that_is_not_there_says_so(folder: AwsFolder) -> None:
    diff = folder.store.preview([SectionPut("dev", "dev", session(1))])[0]
    assert diff.mode is None
    assert diff.lines[2] == "@@ -1,0 +1,5 @@"
    assert not folder.path.exists()
    assert not folder.root.joinpath("state", "ownership.json").exists()


def test_two_changes_of_one_place_come_one_after_the_other(folder: AwsFolder) -> None:
    outcomes = folder.store.apply([SectionPut("dev", "dev", session(1)), SectionPut("dev", "dev", session(2))])
    assert [code(outcome) for outcome in outcomes] == [None, None]
    assert keys(folder, "dev")["aws_access_key_id"] == session(2).access_key_id


def test_hundreds_of_sections_go_out_in_one_write(folder: AwsFolder) -> None:
    outcomes = folder.store.apply([SectionPut(f"s{n}", f"s{n}", session(n)) for n in range(300)])
    assert {code(outcome) for outcome in outcomes} == {None}
    assert len(read(folder.content) or {}) == 300
    assert len(folder.store.journal()) == 1


def test_backups_are_kept_for_thirty_days_or_as_long_as_they_are_needed(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    folder.put("default", 1, adopt=True)
    folder.put("other", 1, adopt=True)
    folder.path.write_bytes(folder.content.replace(session(1).access_key_id.encode(), b"AKIASOMEONEELSE00001", 1))
    folder.remove("default")  # someone else's by now: the backup stays for a while
    folder.clock.seconds += 29 * 86400
    folder.store.sweep()
    assert len(list(folder.root.joinpath("state", "backups").iterdir())) == 2
    folder.clock.seconds += 2 * 86400
    folder.store.sweep()
    assert len(list(folder.root.joinpath("state", "backups").iterdir())) == 1
    assert folder.store.journal() == ()
    folder.remove("other")
    assert keys(folder, "other")["aws_secret_access_key"] == "another"


def test_an_undo_shows_first_what_it_would_put_back(folder: AwsFolder) -> None:
    folder.write(FOREIGN)
    folder.put("default", 5, adopt=True)
    (entry,) = folder.store.journal()
    assert [(one.section, one.how) for one in entry.sections] == [("default", "changed")]
    written = folder.content
    (diff,) = folder.store.undo_preview(entry.id)
    assert folder.content == written, "a preview writes nothing"
    assert any(line.startswith("-# rolecall") for line in diff.lines)
    assert all(str(session(5).secret_access_key.reveal()) not in line for line in diff.lines)
    folder.path.write_bytes(written.replace(session(5).access_key_id.encode(), b"AKIASOMEONEELSES0001"))
    with pytest.raises(AppError) as changed:
        folder.store.undo_preview(entry.id)
    with pytest.raises(AppError) as refused:
        folder.store.undo(entry.id)
    assert changed.value.problem.code is refused.value.problem.code is Code.SECTION_CHANGED
    folder.path.write_bytes(written)
    folder.store.undo(entry.id)
    assert folder.content == FOREIGN, "what was refused is not forgotten"
    with pytest.raises(AppError) as unknown:
        folder.store.undo_preview("000000000000")
    assert unknown.value.problem.code is Code.NOTHING_TO_UNDO


def test_the_journal_names_the_sections_of_a_write(folder: AwsFolder) -> None:
    folder.put("new", 1)
    folder.put("new", 2)
    folder.remove("new")
    assert [[(one.section, one.how) for one in entry.sections] for entry in folder.store.journal()] == [
        [("new", "removed")], [("new", "changed")], [("new", "added")],
    ]  # fmt: skip
