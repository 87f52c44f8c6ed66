"""Where the AWS files are: the eleven cases that AWS's SDKs share, in our own words, and what of them botocore does.

The cases are those of file-location-tests.json in smithy-rs and of its twin in aws-sdk-ruby, which has two more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

import pytest

from app.agreement import homes_differ
from app.domain.problem import Code
from app.domain.profile import Settings
from app.folders import aws_paths, sdk_home
from app.world import World

UNUSED = {"USERPROFILE": "/unused", "HOMEDRIVE": "/unused", "HOMEPATH": "/unused"}
HOME = Path("/home/ana")


@dataclass(frozen=True)
class Case:
    """`home`: what the language takes for it where no variable says. `boto`: botocore's home, None for the same."""

    what: str
    environ: Mapping[str, str]
    config: str
    credentials: str
    windows: bool = False
    home: str = "/nobody"
    boto: str | None = None


def at_home(
    what: str, environ: Mapping[str, str], *, windows: bool = False, home: str = "/nobody", **more: str
) -> Case:
    return Case(what, environ, "/home/ana/.aws/config", "/home/ana/.aws/credentials", windows, home, **more)


CASES = (
    at_home("HOME", {**UNUSED, "HOME": "/home/ana"}),
    at_home("no HOME: the language's own way", UNUSED, home="/home/ana"),
    at_home("Windows: HOME before all others", {**UNUSED, "HOME": "/home/ana"}, windows=True, boto="/unused"),
    at_home("Windows: then USERPROFILE", {**UNUSED, "USERPROFILE": "/home/ana"}, windows=True),
    at_home("Windows: then HOMEDRIVE and HOMEPATH", {"HOMEDRIVE": "/home", "HOMEPATH": "/ana"}, windows=True),
    at_home("Windows: then the language's own way", {}, windows=True, home="/home/ana"),
    Case("AWS_CONFIG_FILE", {"AWS_CONFIG_FILE": "/other/config", "HOME": "/home/ana"}, "/other/config",
         "/home/ana/.aws/credentials"),
    Case("AWS_SHARED_CREDENTIALS_FILE", {"AWS_SHARED_CREDENTIALS_FILE": "/other/keys", "HOME": "/home/ana"},
         "/home/ana/.aws/config", "/other/keys"),
    Case("Windows: AWS_CONFIG_FILE", {"AWS_CONFIG_FILE": "/other/config", "HOME": "/home/ana"}, "/other/config",
         "/home/ana/.aws/credentials", windows=True, home="/home/ana"),
    Case("Windows: AWS_SHARED_CREDENTIALS_FILE", {"AWS_SHARED_CREDENTIALS_FILE": "/other/keys", "HOME": "/home/ana"},
         "/home/ana/.aws/config", "/other/keys", windows=True, home="/home/ana"),
    at_home("AWS_PROFILE moves no file", {"AWS_PROFILE": "other", "HOME": "/home/ana"}),
)  # fmt: skip


def test_there_are_eleven_cases() -> None:
    assert len(CASES) == 11


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_where_the_sdks_look(case: Case) -> None:
    home = sdk_home(case.environ, Path(case.home), windows=case.windows)
    found = aws_paths(Settings(), case.environ, home)
    assert (found.config, found.credentials) == (Path(case.config), Path(case.credentials))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_where_botocore_and_we_look_is_told_if_it_is_elsewhere(case: Case) -> None:
    """On Windows Python, and so botocore, passes over HOME. We write where botocore reads, and doctor says so."""
    home = Path(case.boto or "/home/ana")
    world = World(case.environ, home, "ana", "host")
    problem = homes_differ(world, windows=case.windows)
    assert (problem is not None) is (case.boto is not None)
    if problem is not None:
        assert problem.code is Code.HOME_TWO_WAYS
        assert problem.arguments == {"path": str(home / ".aws"), "other": str(Path("/home/ana/.aws"))}


def test_two_variables_settle_it() -> None:
    environ = {"HOME": "/a", "AWS_SHARED_CREDENTIALS_FILE": "/x", "AWS_CONFIG_FILE": "/y"}
    assert homes_differ(World(environ, HOME, "ana", "host"), windows=True) is None


def test_a_tilde_is_the_home_folder() -> None:
    environ = {"AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "~/d/e"}
    found = aws_paths(Settings(), environ, HOME)
    assert (found.config, found.credentials) == (HOME / "c", HOME / "d" / "e")
    assert aws_paths(Settings(), {"AWS_CONFIG_FILE": "~"}, HOME).config == HOME


def test_botocore_looks_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    for name in ("HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "C:\\home")
    monkeypatch.setenv("USERPROFILE", "C:\\Users\\ana")
    assert PureWindowsPath(ntpath.expanduser("~/.aws/config")) == PureWindowsPath("C:/Users/ana/.aws/config")
