"""Carrying out and taking back: order, records, AWS that is not everywhere yet, answers that never come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.assistant import ec2
from app.assistant.executor import Executor
from app.assistant.looking import Instance
from app.assistant.records import Record, Records
from app.assistant.role import FoundBase
from app.assistant.values import ApiCall, RolePlan, RoleWish, Side, Values
from app.domain.problem import AppError, Code, Problem
from app.state import JsonStateFiles
from tests.unit.test_role_recipes import PLACE

ASSOCIATED = {"IamInstanceProfileAssociation": {"AssociationId": "iip-assoc-7"}}


def plan() -> RolePlan:
    found = ec2.Found(FoundBase(), None, Instance("i-0abcdef1234567890", "web", "running"))
    return ec2.plan(ec2.Wish(RoleWish("web"), "i-0abcdef1234567890"), PLACE, found)


def record() -> Record:
    return Record("r1", datetime(2026, 11, 25, tzinfo=UTC), "ec2", "123456789012", "arn:aws:iam::123456789012:role/web")


def refused(aws_code: str, aws: str = "") -> Problem:
    return Problem.of(Code.AWS_REFUSED, operation="x", hop=0, aws_code=aws_code, aws=aws)


@dataclass
class Cloud:
    """AWS that answers as told: `says` has problems by operation, one for each call; then it does what is asked."""

    says: dict[str, list[Problem]] = field(default_factory=dict)
    asked: list[ApiCall] = field(default_factory=list)
    seen: Callable[[], None] = lambda: None

    async def call(self, call: ApiCall) -> Values:
        self.asked.append(call)
        self.seen()
        told = self.says.get(call.operation)
        if told:
            raise AppError(told.pop(0))
        return ASSOCIATED if call.service == "ec2" else {}

    @property
    def operations(self) -> list[str]:
        return [one.operation for one in self.asked]


@dataclass
class Bench:
    """An executor with a clock of its own."""

    folder: Path
    cloud: Cloud = field(default_factory=Cloud)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.records = Records(JsonStateFiles(self.folder))
        self.executor = Executor({Side.ROLE: self.cloud}, self.records, lambda: self.now, self._pause)

    async def _pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_steps_go_in_order_and_what_undoes_them_is_kept(bench: Bench) -> None:
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is None
    assert bench.cloud.operations == [one.call.operation for one in plan().steps]
    kept = bench.records.find("r1")
    assert [one.sure for one in kept.made] == [True] * 4
    assert kept.made[-1].undo[0].parameters == {"AssociationId": "iip-assoc-7"}
    assert kept == outcome.record


async def test_undo_takes_back_the_last_first_and_forgets_the_record(bench: Bench) -> None:
    outcome = await bench.executor.run(plan(), record())
    bench.cloud.asked.clear()
    undone = await bench.executor.undo(bench.records.find(None))
    assert undone.problem is None
    assert bench.cloud.operations == [
        "DisassociateIamInstanceProfile",
        "RemoveRoleFromInstanceProfile",
        "DeleteInstanceProfile",
        "DeleteRole",
    ]
    assert bench.records.all() == ()
    assert outcome.record.made == undone.undone[::-1]


async def test_a_refusal_in_the_middle_leaves_a_record_of_what_was_made(bench: Bench) -> None:
    denied = Problem.of(Code.ACCESS_DENIED, operation="CreateInstanceProfile", aws="no")
    bench.cloud.says["CreateInstanceProfile"] = [denied]
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem == denied
    assert [one.operation for one in bench.records.find("r1").made] == ["CreateRole"]
    assert bench.now == 0.0, "what cannot pass is not waited for"


async def test_the_record_is_on_the_disk_before_each_call(bench: Bench) -> None:
    lengths: list[int] = []
    bench.cloud.seen = lambda: lengths.append(len(bench.records.find("r1").made))
    await bench.executor.run(plan(), record())
    assert lengths == [1, 2, 3, 4]


async def test_a_call_without_an_answer_is_tried_again_and_may_have_been_made(bench: Bench) -> None:
    gone = Problem.of(Code.NETWORK_TIMEOUT, host="iam", seconds=20)
    bench.cloud.says["CreateRole"] = [gone, refused("EntityAlreadyExists")]
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is None
    assert outcome.record.made[0].operation == "CreateRole"


async def test_a_call_that_never_gets_an_answer_stays_in_the_record_as_unsure(bench: Bench) -> None:
    bench.cloud.says["CreateRole"] = [Problem.of(Code.NETWORK_TIMEOUT, host="iam", seconds=20)] * 9
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is not None
    assert [(one.operation, one.sure) for one in bench.records.find("r1").made] == [("CreateRole", False)]
    bench.cloud.says = {"DeleteRole": [refused("NoSuchEntity")]}
    assert (await bench.executor.undo(bench.records.find("r1"))).problem is None
    assert bench.records.all() == ()


async def test_what_is_new_is_waited_for(bench: Bench) -> None:
    text = "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    bench.cloud.says["AssociateIamInstanceProfile"] = [refused("InvalidParameterValue", text)] * 4
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is None
    assert 10 < bench.now < 60


async def test_waiting_ends(bench: Bench) -> None:
    bench.cloud.says["AddRoleToInstanceProfile"] = [refused("NoSuchEntity")] * 1000
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is not None
    assert bench.now < 120


async def test_what_another_took_away_is_undone_already(bench: Bench) -> None:
    await bench.executor.run(plan(), record())
    bench.cloud.says = {
        "DisassociateIamInstanceProfile": [refused("InvalidAssociationID.NotFound")],
        "RemoveRoleFromInstanceProfile": [refused("NoSuchEntity")],
        "DeleteInstanceProfile": [refused("NoSuchEntity")],
        "DeleteRole": [refused("NoSuchEntity")],
    }
    assert (await bench.executor.undo(bench.records.find("r1"))).left == ()


async def test_an_undo_that_is_refused_says_what_is_left_and_can_go_on(bench: Bench) -> None:
    await bench.executor.run(plan(), record())
    bench.cloud.says["DeleteRole"] = [refused("DeleteConflict")] * 1000
    undone = await bench.executor.undo(bench.records.find("r1"))
    assert undone.problem is not None
    assert [one.operation for one in undone.left] == ["CreateRole"]
    bench.cloud.says.clear()
    assert (await bench.executor.undo(bench.records.find("r1"))).problem is None


async def test_a_full_disk_stops_before_the_call(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, value: Mapping[str, object]) -> None:
        raise AppError.of(Code.FILE_FULL, path="assistant.json")

    monkeypatch.setattr(bench.records._state, "write", full)
    outcome = await bench.executor.run(plan(), record())
    assert outcome.problem is not None
    assert bench.cloud.asked == []


def test_broken_records_are_passed_over(tmp_path: Path) -> None:
    state = JsonStateFiles(tmp_path)
    dated = [{"id": "x", "at": "yesterday"}, {"id": "y", "at": "2026-11-25T00:00:00"}]
    state.write("assistant.json", {"records": [1, {}, *dated]})
    assert Records(state).all() == ()
    with pytest.raises(AppError) as caught:
        Records(state).find(None)
    assert caught.value.problem.code is Code.ROLE_RECORD_NONE
