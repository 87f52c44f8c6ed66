"""The options of a narrower session, for every command that hands one out."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.context import Cli
from app.cli.output import say_warning
from app.domain.narrower import POLICY_LONGEST, parse_narrowing
from app.domain.narrowing import Narrowing
from app.domain.plan import plan_of
from app.domain.problem import AppError, Code
from app.domain.profile import Catalog, Profile
from app.world import surroundings

R = TypeVar("R")
_FILE = "file://"
_BYTES_MAXIMUM = 16 * POLICY_LONGEST  # a file may be written with room to spare

OPTIONS = (
    click.option("--read-only", is_flag=True, help="A session that may read at most (AWS's policy ReadOnlyAccess)."),
    click.option("--policy", metavar="FILE|JSON", help="A session that may do at most what this policy allows."),
    click.option(
        "--policy-arn",
        "policy_arns",
        multiple=True,
        metavar="ARN",
        help="The same by a managed policy; up to ten. What any of the policies allows is allowed.",
    ),
    click.option("--duration", metavar="TIME", help="A session that lasts so long (15m, 1h), no longer than usual."),
)


def narrowing_options(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command the four options, and what they say together as `narrowing`."""

    @functools.wraps(command)
    def with_narrowing(
        *rest: Any,
        read_only: bool,
        policy: str | None,
        policy_arns: tuple[str, ...],
        duration: str | None,
        **named: Any,
    ) -> R:
        return command(*rest, narrowing=asked(read_only, policy, policy_arns, duration), **named)

    made: Callable[..., R] = with_narrowing
    for option in reversed(OPTIONS):
        made = option(made)
    return made


def asked(read_only: bool, policy: str | None, policy_arns: Sequence[str], duration: str | None) -> Narrowing:  # noqa: FBT001
    """Return what the options say, checked."""
    text = None if policy is None else policy_text(policy)
    return parse_narrowing(read_only=read_only, policy=text, policy_arns=policy_arns, duration=duration)


def policy_text(given: str) -> str:
    """Return a policy that was given as JSON or as a file's name; FILE_UNREADABLE, VALUE_LENGTH."""
    if given.lstrip().startswith("{"):
        return given
    path = Path(given.removeprefix(_FILE)).expanduser()
    try:
        with path.open("rb") as file:
            found = file.read(_BYTES_MAXIMUM + 1)
        if len(found) > _BYTES_MAXIMUM:
            raise AppError.of(Code.VALUE_LENGTH, key="policy", length=len(found), minimum=1, maximum=POLICY_LONGEST)
        return found.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not-utf-8-text"
        raise AppError.of(Code.FILE_UNREADABLE, path=str(path), reason=reason) from None


def check(cli: Cli, catalog: Catalog, profile: Profile, narrowing: Narrowing) -> None:
    """Raise why a profile has no such session before anybody is asked, and say what AWS may not like about it."""
    if narrowing:
        plan = plan_of(profile, catalog, surroundings(cli.world), narrowing)
        for one in plan.warnings:
            if one.code is Code.POLICY_LONG:
                say_warning(one)
