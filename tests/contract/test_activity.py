"""The journal: what happened is in it, in order, without a secret, within its limits, whatever happens to the file."""

import asyncio
import csv
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import activity as journal
from app.activity import ActivityFile, Recorder
from app.activitywords import detail_words, what_words
from app.compose import World, open_core
from app.domain.activity import Event, What, between
from app.domain.names import ProfileName
from app.domain.problem import AppError, AttentionKind, Code, Problem, Verb
from app.domain.session import (
    Active,
    Attention,
    DeliveryStatus,
    Expired,
    Lease,
    Renewing,
    Starter,
    Starting,
    Status,
    Stopped,
    Waiting,
)
from app.engine.offload import ThreadOffload
from app.host import Host, HostKind
from tests.support.in_process import Office
from tests.support.logfail import ExpectedLogs

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
DEV = ProfileName("dev")


def status(state: object, *deliveries: DeliveryStatus, by: Starter | None = Starter.TRAY) -> Status:
    return Status(DEV, state, started_by=by, deliveries=deliveries)  # type: ignore[arg-type]


def lease(minutes: float = 60, received: datetime = NOW) -> Lease:
    end = received + timedelta(minutes=minutes)
    return Lease("ASIA1", received, end, end)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


async def lived(office: Office) -> None:
    """An application that starts a profile, renews and stops it."""
    core = await open_core(
        World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    )
    host = Host(core, HostKind.APPLICATION)
    await host.open(names=(), auto=False)
    core.engine.start(DEV, by=Starter.WINDOW)
    await core.engine.started(DEV, timeout=20)
    core.engine.renew(DEV)
    for _ in range(200):
        await asyncio.sleep(0.02)
        if office.sts.world is not None and len([one for one in office.sts.calls if one.operation == "AssumeRole"]) > 1:
            break
    await asyncio.sleep(0.2)
    await core.engine.stop(DEV)
    await asyncio.sleep(0.1)
    await host.close()


def test_a_session_of_the_application_is_told_by_the_command_line(office: Office) -> None:
    asyncio.run(lived(office))
    rows = office.must_json("activity")["events"]
    kinds = [row["what"] for row in rows if row["profile"] == "dev"]
    assert kinds[0] in ("started", "written")
    assert {"started", "written", "stopped"} <= set(kinds)
    assert kinds.index("started") < kinds.index("stopped")
    started = next(row for row in rows if row["what"] == "started")
    assert ":assumed-role/dev/" in started["detail"]
    assert started["by"] == "window"
    assert started["until"]
    text = (office.folder / "state" / "activity.jsonl").read_text()
    assert office.user.secret_access_key not in text
    assert "ASIA" not in text
    assert (office.folder / "state" / "activity.jsonl").stat().st_mode & 0o077 == 0
    assert "Started" in office.must("activity", "--profile", "dev").out
    assert office.must_json("activity", "--profile", "nobody")["events"] == []
    assert {row["what"] for row in office.must_json("activity", "--kind", "stopped")["events"]} == {"stopped"}
    lines = list(csv.reader(io.StringIO(office.must("activity", "--csv").out)))
    assert len(lines) == len(rows) + 1


def test_a_refusal_is_told_with_its_hop_and_the_id_of_the_request(office: Office) -> None:
    async def lives() -> None:
        world = World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
        core = await open_core(world)
        host = Host(core, HostKind.APPLICATION)
        await host.open(names=(), auto=False)
        core.engine.start(ProfileName("closed"), by=Starter.WINDOW)
        await core.engine.started(ProfileName("closed"), timeout=20)
        await host.close()

    asyncio.run(lives())
    [row] = [row for row in office.must_json("activity")["events"] if row["what"] == "problem"]
    assert uuid.UUID(row["request_id"])
    assert row["about"] == {"hop": 1}


def test_a_command_that_is_allowed_and_revoked_is_told_without_its_arguments(office: Office) -> None:
    async def lives() -> None:
        world = World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
        core = await open_core(world)
        host = Host(core, HostKind.APPLICATION)
        await host.open(names=(), auto=False)
        core.approvals.approve(("/opt/bin/helper", "hunter2"), source="ci")
        core.approvals.approve(("/opt/bin/helper", "hunter2"), source="ci")
        core.approvals.revoke(("/opt/bin/helper", "hunter2"), source="ci", by=Starter.WINDOW)
        core.approvals.revoke(("/opt/bin/never", "allowed"), by=Starter.WINDOW)
        await host.close()

    asyncio.run(lives())
    rows = office.must_json("activity")["events"]
    detail = "ci: /opt/bin/helper"
    assert [(one["what"], one["detail"], one["by"]) for one in rows] == [
        ("command-allowed", detail, None),
        ("command-revoked", detail, "window"),
    ]
    assert "hunter2" not in (office.folder / "state" / "activity.jsonl").read_text()
    out = office.must("activity").out
    assert "Command allowed" in out
    assert "Command revoked" in out


def test_nothing_yet(office: Office) -> None:
    assert office.must("activity").out == "Nothing yet. Sessions you start appear here.\n"


def test_a_person_who_is_needed_for_a_start_is_no_failure_and_a_failure_tells_hop_and_session() -> None:
    asked = status(Attention(AttentionKind.MFA, Problem.of(Code.MFA_NEEDED, profile="dev", serial="x"), NOW))
    (needed,) = between(status(Stopped()), asked, NOW)
    assert (needed.what, needed.until) == (What.NEEDED, None)
    assert what_words(needed) == "Needs you"
    assert detail_words(needed) == "dev needs an MFA code"
    refused = Problem.of(Code.ACCESS_DENIED, hop=2, role="AdminRole", aws="no", operation="AssumeRole")
    (failed,) = between(status(Active(lease())), status(Waiting(lease(), refused, NOW)), NOW)
    assert (failed.what, failed.until) == (What.PROBLEM, lease().expires_at)
    assert (what_words(failed), detail_words(failed)) == ("Refresh failed", "AccessDenied at hop 2")
    (at_start,) = between(status(Stopped()), status(Attention(AttentionKind.REFUSED, refused, NOW)), NOW)
    assert (at_start.what, what_words(at_start)) == (What.PROBLEM, "Failed")


def test_what_lies_between_two_statuses() -> None:
    place = DeliveryStatus("credentials-file", "dev", NOW)
    first = list(between(None, status(Active(lease()), place), NOW))
    assert [one.what for one in first] == [What.STARTED, What.WRITTEN]
    assert first[0].by == "tray"
    later = NOW + timedelta(minutes=45)
    renewed = status(Active(lease(received=later)), DeliveryStatus("credentials-file", "dev", later))
    assert [one.what for one in between(status(Active(lease()), place), renewed, later)] == [What.RENEWED]
    problem = Problem.of(Code.NETWORK, host="sts", reason="refused")
    waiting = status(Waiting(lease(), problem, later))
    assert [one.detail for one in between(status(Active(lease())), waiting, later)] == ["network"]
    assert list(between(waiting, waiting, later)) == []
    assert [one.what for one in between(waiting, status(Expired(later)), later)] == [What.ENDED]
    refused = DeliveryStatus("credentials-file", "dev", NOW, Problem.of(Code.FILE_FULL, path="x"))
    assert [one.detail for one in between(status(Active(lease()), place), status(Active(lease()), refused), NOW)] == [
        "dev: file-full"
    ]


def test_a_conflict_is_one_event_and_its_end_is_told() -> None:
    place = DeliveryStatus("credentials-file", "dev", NOW)
    problem = Problem.of(Code.SECTION_CHANGED, Verb.ADOPT, section="dev", path="/x", key_id="AKIAX")
    held = replace(place, problem=problem)
    conflict = status(Attention(AttentionKind.CONFLICT, problem, NOW, lease()), held)
    (told,) = between(status(Active(lease()), place), conflict, NOW)
    assert (what_words(told), detail_words(told)) == ("Not written", "[dev] differs from what Rolecall wrote")
    later = NOW + timedelta(minutes=1)
    renewed = status(Attention(AttentionKind.CONFLICT, problem, later, lease(received=later)), held)
    assert [one.what for one in between(conflict, renewed, later)] == [What.RENEWED], "it is known that it differs"
    mended = status(Active(lease(received=later)), replace(place, written_at=later))
    (written,) = between(renewed, mended, later)
    assert (written.what, written.at, written.detail) == (What.WRITTEN, later, "dev")


def test_a_torn_line_costs_itself_alone(tmp_path: Path) -> None:
    file = ActivityFile(tmp_path / "a.jsonl")
    file.append([Event(NOW, What.STARTED, "dev")])
    with file.path.open("ab") as torn:
        torn.write(b'{"at": "2026-11-25T14:')
    file.append([Event(NOW, What.STOPPED, "dev")])
    file.path.write_bytes(file.path.read_bytes() + b"\xff\xfe\n[]\n{}\n" + b'{"at": 1, "what": "started"}\n')
    assert [one.what for one in file.read()] == [What.STARTED, What.STOPPED]


def test_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ActivityFile(tmp_path / "a.jsonl")
    file.append(Event(NOW - timedelta(days=age), What.STARTED, f"p{age}") for age in range(60, -1, -1))
    file.cut(30, NOW)
    assert next(one.profile for one in file.read()) == "p30"
    assert file.path.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(journal, "LARGEST", 500)
    file.cut(30, NOW)
    assert file.path.stat().st_size <= 500
    assert [one.profile for one in file.read()][-1] == "p0", "the newest stay"
    file.cut(0, NOW)
    assert file.read() == ()


def test_a_file_that_cannot_be_read_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    assert ActivityFile(tmp_path / "none.jsonl").read() == ()
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "a file").touch()
    for path in (tmp_path / "folder.jsonl", tmp_path / "a file" / "a.jsonl"):
        with pytest.raises(AppError) as caught:
            ActivityFile(path).read()
        assert caught.value.problem.code is Code.FILE_UNREADABLE


async def out_of_reach(office: Office) -> list[Problem | None]:
    core = await open_core(
        World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    )
    recorder, found = core.recorder, list[Problem | None]()
    assert recorder is not None
    recorder.file.path.mkdir(parents=True)  # nothing can be written there
    for _ in range(2):
        recorder.add(Event(core.world.clock.now(), What.STARTED, "dev"))
        await recorder.flush()
        found.append(recorder.trouble)
    recorder.file.path.rmdir()
    recorder.add(Event(core.world.clock.now(), What.STARTED, "dev"))
    await recorder.flush()
    found.append(recorder.trouble)
    await core.close()
    return found


def test_what_cannot_be_written_is_told_and_logged_once(office: Office, expected_logs: ExpectedLogs) -> None:
    expected_logs.add("app.activity", "1 events were not written")
    refused, again, well = asyncio.run(out_of_reach(office))
    assert refused is not None
    assert again is not None
    assert refused.code is Code.FILE_UNWRITABLE
    assert well is None
    ran = office.run("activity")
    assert ran.code == 0


async def shortened(office: Office) -> tuple[int, int]:
    core = await open_core(
        World(office.environ, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    )
    assert core.recorder is not None
    file = core.recorder.file
    file.append([Event(core.world.clock.now(), What.STARTED, "dev")])
    settings = dict(await core.catalogs.raw("settings", ""))
    await core.put("settings", "", {**settings, "clipboard_seconds": 30})
    before = len(file.read())
    await core.put("settings", "", {**settings, "activity_days": 0})
    await core.close()
    return before, len(file.read())


def test_fewer_days_count_at_once(office: Office) -> None:
    assert asyncio.run(shortened(office)) == (1, 0)


@given(
    st.lists(
        st.builds(
            Event,
            st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
            st.sampled_from(What),
            st.text(max_size=40),
            st.text(max_size=80),
            st.text(max_size=10),
        ),
        max_size=8,
    )
)
def test_whatever_is_written_is_read_back(events: list[Event]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        file = ActivityFile(Path(name) / "a.jsonl")
        file.append(events[:3])
        file.append(events[3:])
        assert list(file.read()) == events


def test_a_spreadsheet_computes_nothing() -> None:
    from app.activitywords import cells

    line = cells(Event(NOW, What.WRITTEN, "=cmd()", "@x", "+1"), safe=True)
    assert [cell[0] for cell in line if cell.lstrip("'").startswith(("=", "@", "+"))] == ["'", "'", "'"]
    assert json.dumps(line)


def test_a_session_that_ended_while_a_person_was_needed_has_expired() -> None:
    needed = Problem.of(Code.SIGN_IN_NEEDED, profile="dev", source="okta")
    waits = status(Attention(AttentionKind.SIGN_IN, needed, NOW, lease(minutes=1)))
    later = NOW + timedelta(minutes=1)
    over = status(Attention(AttentionKind.SIGN_IN, needed, NOW))
    assert [one.what for one in between(waits, over, later)] == [What.ENDED]
    assert [one.what for one in between(waits, over, NOW)] == [What.STOPPED]


class Standing:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


async def recorded(path: Path, *states: object) -> list[Event]:
    """Return what is in the file after these states, read back."""
    recorder = Recorder(ActivityFile(path), offload := ThreadOffload(), Standing(), lambda: 30)
    for one in states:
        recorder.changed([status(one)], locked=False)
    await recorder.flush()
    offload.close()
    return list(recorder.file.read())


async def test_a_title_of_the_journal_has_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    problems = {
        Problem.of(Code.NETWORK, host="sts.example", reason="refused"): "No connection to sts.example",
        Problem.of(Code.CLOCK_SKEW, seconds=-372.0): "Clock is 6 min 12 s behind AWS",
        Problem.of(Code.ACCESS_DENIED, hop=2, role="admin", operation="AssumeRole", aws="ASIAQ not allowed"): (
            "AccessDenied at hop 2"
        ),
        Problem.of(Code.KEY_UNKNOWN, key_id="AKIAIOSFODNN7EXAMPLE"): "AWS does not know key AKIA…MPLE",
        Problem.of(Code.MFA_REFUSED, code="492113", serial="arn:aws:iam::1:mfa/a"): "AWS refused …",
    }
    states = [Attention(AttentionKind.REFUSED, one, NOW) for one in problems]
    events = await recorded(tmp_path / "a.jsonl", *states)
    assert [detail_words(one) for one in events] == list(problems.values())
    text = (tmp_path / "a.jsonl").read_text()
    for hidden in ("not allowed", "492113", "AKIAIOSFODNN7EXAMPLE", "mfa/a", "reason"):
        assert hidden not in text
    old = Event(NOW, What.PROBLEM, "dev", "network")
    assert detail_words(old) == "No connection to …"


async def test_attempts_that_fail_alike_are_one_line(tmp_path: Path) -> None:
    down = Problem.of(Code.NETWORK, host="sts.example", reason="refused")
    other = Problem.of(Code.NETWORK, host="id.example", reason="refused")
    again = [Starting(NOW), Starting(NOW, 0, 0, down, NOW)]
    late = [Renewing(lease(), NOW), Waiting(lease(), down, NOW)]
    first = [Starting(NOW), Starting(NOW, 0, 0, other, NOW), Active(lease()), *late, *late]
    events = await recorded(tmp_path / "a.jsonl", *again, *again, *again, *first)
    kinds = [(one.what, dict(one.about).get("host")) for one in events]
    assert kinds == [
        (What.PROBLEM, "sts.example"),
        (What.PROBLEM, "id.example"),
        (What.STARTED, None),
        (What.PROBLEM, "sts.example"),
    ]
