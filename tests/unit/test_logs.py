"""The log: what is in it, what is never in it, how it rotates, and what nobody caught."""

import asyncio
import base64
import io
import json
import logging
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.logs import FILE_BYTES, FILES, PINNED, Logs, say_exception, start_logging
from app.redaction import Redactor, forms
from tests.support.logfail import ExpectedLogs

OURS = logging.getLogger("app.trial")
KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjE" + "Ab/+9" * 80 + "=="
CANARY = "canary-9f8e7d/6c+5b=4a"


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    levels = {name: logging.getLogger(name).level for name in (*PINNED, "app", "ui", "rolecall")}
    root = logging.getLogger().level
    opened = start_logging(tmp_path / "log", debug=True)
    yield opened
    opened.close()
    logging.getLogger().setLevel(root)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def text(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "log").iterdir()))


def test_lines_are_written_owner_only(logs: Logs, tmp_path: Path) -> None:
    OURS.debug("hello %s", "there")
    path = tmp_path / "log" / "rolecall.log"
    assert "DEBUG app.trial MainThread: hello there" in text(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_log_that_was_open_to_others_is_closed(tmp_path: Path, logs: Logs) -> None:
    logs.close()
    path = tmp_path / "log" / "rolecall.log"
    path.chmod(0o644)
    start_logging(tmp_path / "log").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_debug_ours_speak_from_info(tmp_path: Path, logs: Logs) -> None:
    logs.close()
    again = start_logging(tmp_path / "log")
    OURS.debug("quiet")
    OURS.info("loud")
    again.close()
    assert "loud" in text(tmp_path)
    assert "quiet" not in text(tmp_path)


@pytest.mark.parametrize("name", PINNED)
def test_others_stay_at_warning_even_when_someone_lowers_them(logs: Logs, tmp_path: Path, name: str) -> None:
    assert logging.getLogger(name).level == logging.WARNING
    child = logging.getLogger(f"{name}.inner")
    child.setLevel(logging.DEBUG)
    child.debug("chatter")
    child.info("chatter")
    child.setLevel(logging.NOTSET)
    assert "chatter" not in text(tmp_path)


def test_five_files_of_a_megabyte(logs: Logs, tmp_path: Path) -> None:
    path = tmp_path / "log" / "rolecall.log"
    for _ in range(FILES + 2):
        with path.open("a") as file:
            file.write("-" * (FILE_BYTES - path.stat().st_size - 200) + "\n")
        for number in range(4):
            OURS.info("line %d %s", number, "of words " * 8)
    files = sorted((tmp_path / "log").iterdir())
    assert len(files) == FILES
    for path in files:
        assert path.stat().st_size <= FILE_BYTES
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_rotated_by_another_process_is_followed(logs: Logs, tmp_path: Path) -> None:
    path = tmp_path / "log" / "rolecall.log"
    OURS.info("before")
    path.rename(path.with_name("rolecall.log.1"))
    OURS.info("after")
    assert "after" in path.read_text()
    path.unlink()
    OURS.info("again")
    assert "again" in path.read_text()


def test_a_log_that_could_not_be_opened_once_goes_on(
    logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log" / "rolecall.log"
    OURS.info("before")
    path.unlink()
    with monkeypatch.context() as full:
        full.setattr("app.logs.os.open", refused)
        OURS.info("lost")
    OURS.info("after")
    assert "after" in path.read_text()


def test_rotated_files_keep_their_order(logs: Logs, tmp_path: Path) -> None:
    path = tmp_path / "log" / "rolecall.log"
    for number in range(3):
        OURS.info("number %d", number)
        with path.open("a") as file:
            file.write("-" * FILE_BYTES)
    OURS.info("number 3")
    texts = [path.with_name(f"rolecall.log{end}").read_text() for end in ("", ".1", ".2", ".3")]
    assert [f"number {3 - place}" in text for place, text in enumerate(texts)] == [True] * 4


def refused(*_: object) -> int:
    raise PermissionError(13, "refused")


def test_no_folder_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    opened = start_logging(tmp_path / "file" / "log")
    assert opened.problem is not None
    assert opened.problem.code is Code.FOLDER_UNUSABLE
    OURS.info("x")
    opened.close()


def test_a_failing_handler_prints_no_arguments(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    OURS.info("%d", CANARY)
    assert "canary" not in capsys.readouterr().err


def test_live_secrets_go_in_every_form(logs: Logs, tmp_path: Path) -> None:
    logs.redactor.add(Secret(CANARY), None)
    for form in (
        CANARY,
        quote(CANARY, safe=""),
        json.dumps(CANARY),
        base64.b64encode(CANARY.encode()).decode(),
        CANARY.encode().hex(),
        repr(CANARY),
    ):
        OURS.info("it is %s.", form)
        OURS.info("x%sx", form)
    found = text(tmp_path)
    assert found.count("***") == 12
    assert "canary" not in found
    assert CANARY.encode().hex() not in found


def test_a_forgotten_secret_is_no_longer_looked_for() -> None:
    redactor = Redactor()
    one, same = Secret("abcdefgh"), Secret("abcdefgh")
    redactor.add(one)
    redactor.add(same)
    redactor.forget(one)
    assert redactor.clean("abcdefgh") == "***"
    redactor.forget(same)
    assert redactor.clean("abcdefgh") == "abcdefgh"


def test_secrets_are_followed_where_they_live() -> None:
    redactor, alive, generation = Redactor(), [Secret("unusual-one")], [1]
    redactor.watch(lambda: generation[0], lambda: iter(alive))
    assert redactor.clean("say unusual-one, another-one") == "say ***, another-one"
    alive[:], generation[0] = [Secret("another-one")], 2
    assert redactor.clean("say unusual-one, another-one") == "say unusual-one, ***"
    alive.clear()
    assert redactor.clean("say another-one") == "say ***", "nothing was said of a change"
    generation[0] = 3
    assert redactor.clean("say another-one") == "say another-one"


def test_thousands_of_secrets_cost_a_line_next_to_nothing() -> None:
    redactor = Redactor()
    redactor.add(*(Secret(f"{number:05d}-{'x' * 300}") for number in range(2000)))
    started = time.perf_counter()
    for _ in range(200):
        redactor.clean("profile prod-admin: renewed, 59 min left, written to the credentials file " * 3)
    assert time.perf_counter() - started < 2


def test_short_secrets_do_not_eat_words() -> None:
    assert forms(Secret("a")) == set()


@pytest.mark.parametrize(
    "line",
    [
        "key {key} is used",
        "aws_secret_access_key = {key}",
        'response {{"SecretAccessKey": "{key}", "SessionToken": "{token}"}}',
        "<SecretAccessKey>{key}</SecretAccessKey><SessionToken>{token}</SessionToken>",
        "ReadOnlyCredentials(access_key='ASIA', secret_key='{key}', token='{token}')",
        "export AWS_SESSION_TOKEN='{token}'",
        "Authorization: AWS4-HMAC-SHA256 Credential={key}/x, Signature={key}",
        "headers {{'Authorization': 'Bearer {key}'}}",
        "X-Amz-Security-Token={token}&X-Amz-Signature={key}",
        "token {token}",
        'password: "{key} with words"',
    ],
)
def test_patterns(line: str) -> None:
    cleaned = Redactor().clean(line.format(key=KEY, token=TOKEN))
    assert KEY not in cleaned
    assert TOKEN[:60] not in cleaned
    assert "***" in cleaned
    assert "with words" not in cleaned


def test_short_values_beside_their_names_go_too() -> None:
    for line in ("client_secret=abc", "TokenCode=118204&x=1", "otpauth://totp/x?secret=ABC", '"passwd" : "abc"'):
        cleaned = Redactor().clean(line)
        assert "abc" not in cleaned.lower().replace("***", "")
        assert "118204" not in cleaned


def test_jwt_goes() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl"
    assert Redactor().clean(f"got {token} here") == "got *** here"


@pytest.mark.parametrize(
    "line",
    [
        "3 sessions renewed, next at 14:27",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-prod-admin",
        "/home/ana/.local/state/rolecall/log/rolecall.log",
        "AssumeRole at hop 2 took 96 ms",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert Redactor().clean(line) == line


def test_key_ids_are_shortened() -> None:
    assert Redactor().clean("key AKIAIOSFODNN7EXAMPLE") == "key AKIA…MPLE"


def test_a_line_cannot_play_with_the_terminal() -> None:
    assert Redactor().clean("a\x1b[31mb\x07\u202ec\td\n") == "a?[31mb??c\td\n"


@given(st.text(max_size=300))
def test_any_line_is_cleaned(line: str) -> None:
    Redactor().clean(line)


def test_long_lines_are_cleaned_in_time() -> None:
    redactor = Redactor()
    redactor.add(*(Secret(f"secret-number-{number}") for number in range(200)))
    started = time.perf_counter()
    for unit in ("1", "a", "secret ", "secret_", "A1", "eyJ.", "\\", '"'):
        redactor.clean(unit * 200_000)
    assert time.perf_counter() - started < 15  # some seconds where it is linear, minutes where it is not


def fail(secret: str) -> None:
    local = secret
    raise ValueError(f"cannot read {local}")


def test_exceptions_show_places_and_neither_values_nor_texts(logs: Logs, tmp_path: Path) -> None:
    try:
        try:
            fail("canary-value")
        except ValueError as error:
            raise AppError.of(Code.VALIDATION, aws="canary-value") from error
    except AppError:
        OURS.info("it failed", exc_info=True)
    found = text(tmp_path)
    assert "canary" not in found
    assert "app.domain.problem.AppError: validation" in found
    assert "because of\nbuiltins.ValueError" in found
    assert "test_logs.py:" in found
    assert " fail" in found


def test_exceptions_of_the_system_say_their_number() -> None:
    try:
        Path("/nowhere/canary").read_bytes()
    except OSError as error:
        said = say_exception(error)
    assert "[2] No such file" in said
    assert "canary" not in said


def test_a_loop_of_causes_ends() -> None:
    first, second = ValueError("x"), KeyError("y")
    first.__cause__, second.__cause__ = second, first
    assert say_exception(first).count("ValueError") <= 10


def test_what_nobody_caught_in_a_thread(logs: Logs, tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.logs", "uncaught in thread")
    told: list[str] = []
    logs.unexpected = told.append
    logs.hook()
    thread = threading.Thread(target=fail, args=("canary",), name="worker-1")
    thread.start()
    thread.join(10)
    assert "uncaught in thread worker-1" in text(tmp_path)
    assert "builtins.ValueError" in text(tmp_path)
    assert "canary" not in text(tmp_path)
    assert told == ["ValueError"]


async def test_what_nobody_caught_in_a_task(logs: Logs, tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.logs", "uncaught in a task")
    loop = asyncio.get_running_loop()
    logs.hook(loop)
    loop.call_soon(fail, "canary")
    await asyncio.sleep(0.01)
    loop.set_exception_handler(None)
    found = text(tmp_path)
    assert "uncaught in a task" in found
    assert "canary" not in found, "the handle's arguments were shown"


def test_hooks_are_taken_back(logs: Logs) -> None:
    before = (sys.excepthook, threading.excepthook)
    logs.hook()
    assert sys.excepthook is not before[0]
    logs.close()
    assert (sys.excepthook, threading.excepthook) == before


PROGRAM = """
import logging, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.logs import start_logging
logs = start_logging(Path(sys.argv[2]), debug=True, console=sys.stderr)
logs.hook()
for name in ("", "botocore", "urllib3", "botocore.auth"):
    logging.getLogger(name).setLevel(logging.DEBUG)
import boto3
from botocore.config import Config
client = boto3.client(
    "sts", region_name="eu-central-1", endpoint_url="http://127.0.0.1:9",
    aws_access_key_id="ASIAIOSFODNN7EXAMPLE", aws_secret_access_key="CanarySecretKey", aws_session_token="CanaryToken",
    config=Config(retries={"total_max_attempts": 1}),
)
try:
    client.assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/x", RoleSessionName="xx", WebIdentityToken="CanaryWebToken"
    )
except Exception:
    logging.getLogger("app").exception("call failed")
try:
    client.get_caller_identity()
except Exception:
    logging.getLogger("botocore.trial").warning("failed", exc_info=True)
raise RuntimeError("CanaryMessage")
"""


def test_botocore_at_debug_leaves_nothing_in_log_or_terminal(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root), str(tmp_path / "log")],
        capture_output=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
    )
    assert done.returncode == 1
    found = text(tmp_path)
    for shown in (found, done.stderr.decode()):
        assert "call failed" in shown
        assert "uncaught" in shown
        assert "Canary" not in shown
        assert "EndpointConnectionError" in shown


def test_console_lines_are_redacted_too(tmp_path: Path, logs: Logs) -> None:
    logs.close()
    console = io.StringIO()
    opened = start_logging(tmp_path / "log", console=console)
    OURS.info("key %s", KEY)
    opened.close()
    assert "key ***" in console.getvalue()
