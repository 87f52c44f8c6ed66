"""Where programs do not agree about the AWS files: lines that some read differently, and where the files are."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.awsfiles.faults import faults
from app.awsfiles.readers import differences
from app.awsfiles.snapshot import read_once
from app.domain.problem import AppError, Code, Problem, Verb
from app.folders import sdk_home
from app.world import World

_LINES_OF_A_KIND = 3


def disagreements(credentials: Path, config: Path) -> list[Problem]:
    """Return FILE_BROKEN for a file that botocore cannot read, FILE_TWO_WAYS for lines that it reads as no other.

    Of each kind the first three lines. Blocking. A file that cannot be read at all is somebody else's finding.
    """
    return [
        problem
        for path, is_config in ((credentials, False), (config, True))
        for problem in _of(path, is_config=is_config)
    ]


def _of(path: Path, *, is_config: bool) -> Iterator[Problem]:
    try:
        data, _ = read_once(path)
    except AppError:
        return
    if broken := faults(data):
        line, rule = broken[0].line, broken[0].rule
        yield Problem.of(Code.FILE_BROKEN, Verb.REPAIR_FILE, str(path), path=str(path), line=line, rule=rule)
        return
    seen: Counter[str] = Counter()
    for one in differences(data, is_config=is_config):
        seen[one.rule] += 1
        if seen[one.rule] <= _LINES_OF_A_KIND:
            yield Problem.of(Code.FILE_TWO_WAYS, path=str(path), line=one.line, rule=one.rule)


def homes_differ(world: World, *, windows: bool = sys.platform == "win32") -> Problem | None:
    """Return HOME_TWO_WAYS where the SDKs for other languages look in another home folder than boto3 and we do."""
    other = sdk_home(world.environ, world.home, windows=windows)
    told = all(world.environ.get(one) for one in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"))
    if not windows or told or other == world.home:  # elsewhere HOME is what all of them heed
        return None
    return Problem.of(Code.HOME_TWO_WAYS, path=str(world.home / ".aws"), other=str(other / ".aws"))
