"""What the command line makes of an engine's questions: a command stands there as it would be run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broker.protocol import Ask, Json, Request
from app.broker.wire import question_json
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.link import Link
from app.cli.outcomes import settle
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog, Profile
from app.domain.session import Question, QuestionKind
from app.world import World
from tests.support.in_process import Person

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
COMMAND = ("/opt/bin/helper", "--for", "a b")
SHOWN = "/opt/bin/helper --for 'a b'"
NAME = ProfileName("dev")
QUESTION = Question("q1", QuestionKind.APPROVE_COMMAND, "ci", (NAME,), AT, AT + timedelta(minutes=5), command=COMMAND)


class Waiting:
    """An engine that waits for an approval, whatever it is asked."""

    kind: str | None = "refresh"
    pid: int | None = 1

    def __init__(self) -> None:
        self.heard: list[Request] = []

    def ask(self, request: Request) -> Json:
        self.heard.append(request)
        return {"questions": [question_json(QUESTION)]}

    def close(self) -> None:
        pass


class Desk(Cli):
    """A command line beside that engine."""

    @contextmanager
    def engine(self) -> Iterator[Link]:
        yield Waiting()


def test_without_a_person_the_refusal_names_the_command(tmp_path: Path) -> None:
    desk = Desk(World({}, tmp_path, "ana", "host"), Person())
    with pytest.raises(AppError) as caught:
        session_of(desk, Catalog(), Profile(NAME))
    problem = caught.value.problem
    assert (problem.code, problem.arguments["source"], problem.arguments["command"]) == (
        Code.APPROVAL_NEEDED,
        "ci",
        SHOWN,
    )


@pytest.mark.parametrize(("yes", "value"), [(True, "yes"), (False, None)])
def test_the_terminal_shows_one_argument_with_a_space_as_one(*, yes: bool, value: str | None) -> None:
    person, engine = Person(), Waiting()
    person.there, person.yes = True, yes
    settle(person, engine, QUESTION, set())
    assert SHOWN in person.asked[0]
    assert [(one.verb, one.question, one.value) for one in engine.heard] == [(Ask.ANSWER, "q1", value)]
