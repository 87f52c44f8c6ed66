"""A second start while the first one is still coming up."""

import pytest

from app.domain.problem import Code, Problem
from ui import running


@pytest.mark.parametrize(
    ("kind", "answers", "raised", "asked"),
    [
        ("application", [False, False, True], True, 3),
        ("", [False, True], True, 2),
        ("refresh", [False, True], False, 1),
        ("application", [False] * 4, False, 4),
    ],
)
async def test_an_application_that_does_not_answer_yet_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, kind: str, answers: list[bool], raised: bool, asked: int
) -> None:
    given = iter(answers)
    calls: list[bool] = []

    def raise_other() -> bool:
        calls.append(next(given))
        return calls[-1]

    monkeypatch.setattr(running, "raise_other", raise_other)
    monkeypatch.setattr(running, "_RAISE_APART", 0.0)
    monkeypatch.setattr(running, "_RAISE_TRIES", 4)
    assert await running._raised(Problem.of(Code.ENGINE_RUNNING, pid=1, kind=kind)) is raised
    assert len(calls) == asked
