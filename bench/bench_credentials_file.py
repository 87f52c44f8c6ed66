"""Targets 8 and 9: a thousand sections in one write, and one section of ten thousand.

The yardstick writes the same bytes once: a file beside it, fsync, rename, fsync of the folder. The protocol's fixed
waits are left out by a `sleep` that does not.
"""

import os
import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from app.awsfiles.store import AwsFiles
from app.domain.files import SectionPut
from app.domain.secret import Credentials, Secret
from bench.measure import alternate, result, seconds

_TIMES = 9
_TOKEN = "t" * 1000


class RealClock:
    """The system's clocks."""

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds."""
        return monotonic()


def plain_write(path: Path, content: bytes) -> None:
    """Write as every careful program does."""
    beside = path.with_suffix(".yardstick")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def put(name: str, number: int) -> SectionPut:
    """Return the write of a fresh session."""
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1, seconds=number)
    return SectionPut(name, name, Credentials(f"ASIA{number:016d}", Secret("s" * 40), Secret(_TOKEN), expires))


def foreign(sections: int) -> bytes:
    """Return a file of so many sections of someone else's."""
    one = "[other{n}]\naws_access_key_id = ASIAOTHER\naws_secret_access_key = {s}\naws_session_token = {t}\n\n"
    return "".join(one.format(n=n, s="s" * 40, t=_TOKEN) for n in range(sections)).encode()


def measure(folder: Path, already: bytes, names: Sequence[str]) -> tuple[float, float]:
    """Return the median seconds of a renewal of all names, and of the yardstick on the bytes that it left."""
    path = folder / "aws/credentials"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(already)
    path.chmod(0o600)
    files = AwsFiles(
        path,
        folder / "aws/config",
        folder / "state",
        folder / "run",
        clock=RealClock(),
        sleep=lambda _: None,
        random=random.SystemRandom(),
    )
    for name in ("state", "run"):
        (folder / name).mkdir(mode=0o700)
    numbers = iter(range(1, 1_000_000))
    files.sweep()

    def renew() -> None:
        number = next(numbers)
        outcomes = files.apply([put(name, number) for name in names])
        wrong = [outcome.problem for outcome in outcomes if outcome.problem]
        if wrong:
            raise SystemExit(str(wrong[0]))

    renew()
    beside = folder / "yardstick"
    content = path.read_bytes()
    return alternate(lambda: seconds(renew), lambda: seconds(lambda: plain_write(beside, content)), _TIMES)


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        ours, yardstick = measure(Path(folder), b"", [f"p{n}" for n in range(1000)])
        result(8, "1,000 renewed sections in one write", ours * 1000, yardstick * 1000, 3, "ms")
    times = {}
    for sections in (2_500, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            times[sections] = measure(Path(folder), foreign(sections), ["ours"])
    ours, yardstick = times[10_000]
    result(9, "one section in a file of 10,000 (12 MB)", ours * 1000, yardstick * 1000, 6, "ms")
    growth = times[10_000][0] / times[2_500][0]
    result(9, "time at 10,000 sections against 2,500: linear is 4", growth, 4, 1.25, "")


if __name__ == "__main__":
    main()
