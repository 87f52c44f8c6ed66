"""The port IdentityTokens: file, command, environment, pasted; and STS with what they give."""

import os
import stat
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.names import SourceName
from app.domain.problem import AppError, Code, Problem
from app.domain.source import Source, WebIdentityToken
from app.engine.offload import ThreadOffload
from app.sources.approvals import FileApprovals
from app.sources.command import Runner
from app.sources.identity_tokens import TOKEN_FILE, SourceTokens
from app.state import JsonStateFiles
from app.texts import describe
from tests.support.web_tokens import claims_token

NAME = SourceName("ci")


class Wall:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return 0.0


@dataclass
class Place:
    """A folder with a token file, and the port over it."""

    folder: Path
    tokens: SourceTokens
    approvals: FileApprovals
    environ: dict[str, str]
    clock: Wall = field(default_factory=Wall)

    def write(self, content: str | bytes) -> str:
        path = self.folder / "token"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    async def text(self, **values: object) -> str:
        return (await self.tokens.token(source(**values))).reveal()

    async def refused(self, one: Source) -> Problem:
        with pytest.raises(AppError) as caught:
            await self.tokens.token(one)
        return said(caught.value)


def said(error: AppError) -> Problem:
    words = describe(error.problem)
    assert "…" not in words.title + words.detail + words.remedy
    return error.problem


def source(**values: object) -> WebIdentityToken:
    return WebIdentityToken(name=NAME, **values)  # type: ignore[arg-type]


def jwt(minutes: float = 60, **claims: object) -> str:
    known = {"iss": "https://id.example.com", "sub": "ana", "aud": "rolecall", "exp": int(time.time() + minutes * 60)}
    return claims_token({**known, **claims})


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    offload, approvals, clock = ThreadOffload(), FileApprovals(JsonStateFiles(tmp_path), Wall()), Wall()
    environ = {name: text for name, text in os.environ.items() if name != TOKEN_FILE}
    tokens = SourceTokens(Runner(approvals, environ), environ, tmp_path, offload, clock)
    yield Place(tmp_path, tokens, approvals, environ, clock)
    offload.close()


@pytest.mark.parametrize("around", ["{}", "{}\n", "{}\r\n \t\n", "\ufeff{}\n"])
async def test_a_file_is_read_each_time_without_the_space_around(place: Place, around: str) -> None:
    first, second = jwt(), jwt(30)
    path = place.write(around.format(first))
    assert await place.text(token_file=path) == first
    place.write(around.format(second))
    assert await place.text(token_file=path) == second
    assert await place.text(token_file="~/token") == second


async def test_the_environment_names_the_file(place: Place) -> None:
    token = jwt()
    place.environ[TOKEN_FILE] = place.write(token)
    assert await place.text() == token
    other = place.folder / "other"
    other.write_text(jwt(5))
    assert await place.text(token_file=str(other)) == other.read_text()


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", Code.TOKEN_FORMAT, "token-empty"),
        (b" \n", Code.TOKEN_FORMAT, "token-empty"),
        (b"opaque-access-token", Code.TOKEN_FORMAT, "token-no-jwt"),
        (b"<html></html>", Code.TOKEN_FORMAT, "token-no-jwt"),
        (b"a b", Code.TOKEN_FORMAT, "token-not-ascii"),
        (b"\xff\xfe\x00", Code.TOKEN_FORMAT, "token-not-ascii"),
        (b"x" * 20_001, Code.TOKEN_LONG, ""),
        (b"x" * 200_000, Code.TOKEN_LONG, ""),
    ],
)
async def test_files_that_hold_no_token(place: Place, content: bytes, code: Code, reason: str) -> None:
    problem = await place.refused(source(token_file=place.write(content)))
    assert problem.code is code
    assert problem.arguments.get("reason", "") == reason


async def test_the_longest_token_passes(place: Place) -> None:
    short = jwt(pad="")
    token = jwt(pad="x" * 14_000)
    token += "A" * (20_000 - len(token))
    assert len(short) < len(token) == 20_000
    assert await place.text(token_file=place.write(token + "\n")) == token


async def test_files_that_cannot_be_read(place: Place) -> None:
    missing = await place.refused(source(token_file=str(place.folder / "none")))
    assert (missing.code, missing.transient) == (Code.FILE_UNREADABLE, True)
    assert (await place.refused(source(token_file=str(place.folder)))).arguments["reason"] == "not-a-file"
    pipe = place.folder / "pipe"
    os.mkfifo(pipe)
    assert (await place.refused(source(token_file=str(pipe)))).arguments["reason"] == "not-a-file"


async def test_a_command_runs_once_it_is_approved(place: Place) -> None:
    token, program = jwt(), place.folder / "helper"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint({token!r} if sys.argv[1:] == ['-x'] else 'no')\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    command = (str(program), "-x")
    assert (await place.refused(source(token_command=command))).code is Code.APPROVAL_NEEDED
    place.approvals.approve(command)
    assert await place.text(token_command=command) == token
    assert (await place.refused(source(token_command=(str(program),)))).code is Code.APPROVAL_NEEDED
    place.approvals.approve((str(program),))
    assert (await place.refused(source(token_command=(str(program),)))).code is Code.TOKEN_FORMAT


async def test_a_command_counts_before_the_environment(place: Place) -> None:
    place.environ[TOKEN_FILE] = place.write(jwt())
    assert (await place.refused(source(token_command=("/bin/false",)))).code is Code.APPROVAL_NEEDED


async def test_pasted_until_its_own_end(place: Place) -> None:
    token = jwt(10)
    assert (await place.refused(source())).code is Code.TOKEN_NEEDED
    place.tokens.take(source(), f" {token}\n")
    assert await place.text() == token
    assert token not in repr(place.tokens.__dict__)
    place.clock.ahead = timedelta(minutes=11)
    assert (await place.refused(source())).code is Code.TOKEN_NEEDED
    place.clock.ahead = timedelta()
    assert (await place.refused(source())).code is Code.TOKEN_NEEDED  # it is gone for good
    with pytest.raises(AppError) as caught:
        place.tokens.take(source(), jwt(-1))
    assert said(caught.value).code is Code.TOKEN_EXPIRED
    with pytest.raises(AppError) as caught:
        place.tokens.take(source(), "x" * 20_001)
    assert said(caught.value).code is Code.TOKEN_LONG


async def test_refused_and_forgotten(place: Place) -> None:
    assert not place.tokens.refused(source())
    place.tokens.take(source(), jwt())
    assert place.tokens.refused(source())
    assert (await place.refused(source())).code is Code.TOKEN_NEEDED
    place.tokens.take(source(), jwt())
    place.tokens.forget()
    assert (await place.refused(source())).code is Code.TOKEN_NEEDED


async def test_an_access_token_of_the_two_providers_need_be_no_jwt(place: Place) -> None:
    one = source(token_file=place.write("EAAB-opaque\n"), provider_id="graph.facebook.com")
    assert (await place.tokens.token(one)).reveal() == "EAAB-opaque"
