"""What a person allowed, on the command line: listed with who wants it, taken back, kept in the journal."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.allowing import shown
from app.domain.approvals import Approval, approval_id
from app.sources.approvals import FileApprovals
from app.state import JsonStateFiles
from tests.support import web_tokens
from tests.support.in_process import Office, said
from tests.support.strict_sts import Role

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://id.example.com"
WEB = "arn:aws:iam::123456789012:role/web"
MAKER = web_tokens.provider(ISSUER, "rolecall")


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        one.sts.world.providers.append(MAKER.known)
        one.sts.world.roles.append(Role(WEB, [ISSUER]))
        yield one


def add(office: Office) -> tuple[str, ...]:
    """Make a source "ci" whose command prints a token, and a profile over it; return the command."""
    file = office.folder / "token"
    file.write_text(web_tokens.token(MAKER, time.time() + 3600, None))
    command = ("/bin/cat", str(file))
    words = [part for word in command for part in ("--command", word)]
    office.must("source", "add", "ci", "--kind", "web-identity-token", *words)
    office.must("profile", "add", "ci", "--source", "ci", "--section", "ci", "--set", f'roles=[{{role_arn="{WEB}"}}]')
    return command


def listed(office: Office) -> list[dict[str, object]]:
    found: dict[str, list[dict[str, object]]] = json.loads(office.must("approve", "--list", "--json").out)
    return found["commands"]


def told(office: Office) -> list[tuple[object, object, object]]:
    events = json.loads(office.must("activity", "--json").out)["events"]
    return [(one["what"], one["detail"], one["by"]) for one in events if str(one["what"]).startswith("command-")]


def test_what_is_allowed_is_listed_with_who_wants_it(office: Office) -> None:
    assert "No command is allowed" in office.must("approve", "--list").err
    command = add(office)
    (one,) = listed(office)
    assert one["id"] == approval_id(command)
    assert one["command"] == " ".join(command)
    assert (one["sources"], one["profiles"]) == (["ci"], ["ci"])
    assert abs(datetime.fromisoformat(str(one["since"])) - datetime.now(UTC)) < timedelta(minutes=1)
    table = office.must("approve", "--list").out
    assert all(word in table for word in (str(one["id"]), "ci", "/bin/cat"))


@pytest.mark.parametrize("named", ["source", "id"])
def test_what_is_taken_back_is_asked_for_again(office: Office, named: str) -> None:
    command = add(office)
    office.must("start", "ci")
    office.must("stop", "ci")
    which = "ci" if named == "source" else approval_id(command)
    assert office.must("approve", "--revoke", which, "--dry-run").out.strip() == " ".join(command)
    assert listed(office)
    office.must("approve", "--revoke", which)
    assert listed(office) == []
    said(office.run("start", "ci"), 4, "rolecall approve ci")
    program = "ci: /bin/cat"
    assert told(office) == [
        ("command-allowed", program, "command-line"),
        ("command-revoked", program if named == "source" else "/bin/cat", "command-line"),
    ]
    office.must("approve", "ci")
    office.must("start", "ci")


def test_without_a_journal_nothing_is_kept_of_it(office: Office) -> None:
    office.catalog.write_text("settings.activity_days = 0\n" + office.catalog.read_text())
    office.must("approve", "--revoke", approval_id(add(office)))
    assert told(office) == []


def test_a_command_that_nobody_wants_any_more_is_still_listed(office: Office) -> None:
    add(office)
    office.must("profile", "remove", "ci")
    assert [(one["sources"], one["profiles"]) for one in listed(office)] == [(["ci"], [])]
    office.must("source", "remove", "ci")
    assert [(one["sources"], one["profiles"]) for one in listed(office)] == [([], [])]
    office.must("approve", "--revoke", str(listed(office)[0]["id"]))
    assert listed(office) == []


def test_commands_of_a_shared_profile_are_its_source_s(office: Office) -> None:
    script = office.folder / "print.py"
    config = office.credentials.with_name("config")
    config.write_text(f"[profile legacy]\ncredential_process = {sys.executable} {script}\n")
    office.must("source", "add", "legacy", "--kind", "shared-profile", "--profile", "legacy")
    assert listed(office) == [], "what a file brings is not allowed by naming the file"
    office.must("approve", "legacy")
    assert [one["sources"] for one in listed(office)] == [["legacy"]]


@pytest.mark.parametrize(
    "arguments",
    [(), ("ci", "--list"), ("--list", "--revoke"), ("ci", "--json"), ("--revoke",)],
    ids=lambda one: " ".join(one) or "nothing",
)
def test_a_wrong_wish(office: Office, arguments: tuple[str, ...]) -> None:
    said(office.run("approve", *arguments), 2, "--help")


def test_an_id_that_is_none(office: Office) -> None:
    said(office.run("approve", "--revoke", "0123456789ab"), 3, "0123456789ab")


def test_since_when_is_kept_and_what_was_allowed_before_that_has_no_time(tmp_path: Path) -> None:
    state, clock = JsonStateFiles(tmp_path), Hands()
    state.write("approvals.json", {"commands": [["/old"]], "programs": ["kept"]})
    approvals = FileApprovals(state, clock)
    first = clock.at
    approvals.approve(["/bin/a", "b"])
    clock.at += timedelta(hours=1)
    approvals.approve(["/bin/c"])
    approvals.approve(["/bin/a", "b"])  # once more: it is as it was
    expected = (Approval(("/bin/c",), clock.at), Approval(("/bin/a", "b"), first), Approval(("/old",)))
    assert approvals.all() == expected
    approvals.revoke(["/bin/a", "b"])
    approvals.revoke(["/old"])
    assert approvals.all() == (expected[0],)
    approvals.approve(["/bin/a", "b"], at=first)
    assert approvals.all() == expected[:2], "allowed again as it was"
    assert state.read("approvals.json")["programs"] == ["kept"]
    state.write(
        "approvals.json",
        {
            "commands": [["/x"]],
            "since": [{"command": ["/x"], "at": "2026-11-25T14:00:00"}, 1, {"at": "2026-11-25T14:00:00Z"}],
        },
    )
    assert approvals.all() == (Approval(("/x",)),), "a time without its zone is none"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/bin/helper", "a b", ""), "/bin/helper 'a b' ''"),
        (("/bin/helper", "--password", "hunter2", "x"), "/bin/helper --password *** x"),
        (("/bin/helper", "--client-secret=hunter2"), "/bin/helper --client-secret=***"),
        (("/bin/helper", "wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY"), "/bin/helper ***"),
        (("/bin/helper", "--token-file", "/run/token"), "/bin/helper --token-file /run/token"),
        (("/bin/helper", "a\nb\u202e"), "/bin/helper 'a\\nb?'"),
    ],
)
def test_what_looks_like_a_secret_is_masked(command: tuple[str, ...], words: str) -> None:
    assert shown(command) == words


_OTHER = """
import sys
from pathlib import Path
from app.exclusive import exclusive
from app.ports import Clock
from app.sources.approvals import FileApprovals
from app.state import JsonStateFiles
from app.world import SystemClock

state = Path(sys.argv[1])
approvals = FileApprovals(JsonStateFiles(state), SystemClock(), lambda: exclusive(state / "approvals.lock"))
for number in range(40):
    approvals.approve((f"/bin/{sys.argv[2]}-{number}",))
    if number % 2:
        approvals.revoke((f"/bin/{sys.argv[2]}-{number}",))
"""


def test_processes_that_answer_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", _OTHER, str(tmp_path), name] for name in ("a", "b", "c")]
    running = [subprocess.Popen(one, cwd=ROOT) for one in commands]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    kept = {one.command[0] for one in FileApprovals(JsonStateFiles(tmp_path), Hands()).all()}
    assert kept == {f"/bin/{name}-{number}" for name in "abc" for number in range(0, 40, 2)}
