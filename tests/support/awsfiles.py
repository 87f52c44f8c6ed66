"""AWS files for tests: made-up sessions, a store over a folder, odd files for hypothesis, and what botocore reads."""

import configparser
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from app.awsfiles.store import AwsFiles
from app.domain.files import LinePut, LineRemove, SectionPut, SectionRemove
from app.domain.profile import WriteMode
from app.domain.secret import Credentials, Secret
from app.ports import LongLivedKeeper

# hypothesis examples for each property; `make torture` asks for many more
EXAMPLES = int(os.environ.get("ROLECALL_TEST_EXAMPLES", "120"))
EXPIRES = datetime(2026, 11, 25, 13, 52, 9, tzinfo=UTC)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class StepClock:
    """Stands still until someone sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class MemoryKeeper:
    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def keep(self, name: str, secret: Secret) -> None:
        self.kept[name] = secret

    def give_back(self, name: str) -> Secret | None:
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


def session(number: int, *, expires: datetime | None = EXPIRES) -> Credentials:
    return Credentials(f"ASIA{number:016d}", Secret(f"secret{number:034d}"), Secret(f"token{number:0300d}"), expires)


class AwsFolder:
    """`aws/credentials`, `aws/config`, `state`, `run` below one folder, and a store over them."""

    def __init__(self, root: Path, *, keeper: LongLivedKeeper | None = None, real_time: bool = False) -> None:
        self.root = root
        self.path = root / "aws" / "credentials"
        self.config_path = root / "aws" / "config"
        self.clock = StepClock()
        self.keeper = keeper
        self._real_time = real_time
        self.sleep: Callable[[float], None] = time.sleep if real_time else self.clock.sleep
        self.store = self.open()

    def open(self, write_mode: WriteMode = WriteMode.REPLACE) -> AwsFiles:
        """Another store over the same folders, as the next process has it."""
        self.store = AwsFiles(
            self.path,
            self.config_path,
            self.root / "state",
            self.root / "run",
            clock=RealClock() if self._real_time else self.clock,
            sleep=self._nap,
            random=Random(),
            write_mode=write_mode,
            keeper=self.keeper,
        )
        return self.store

    def _nap(self, seconds: float) -> None:
        self.sleep(seconds)  # a test may exchange it while the store lives

    def write(self, content: bytes, *, mode: int = 0o600) -> None:
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        self.path.write_bytes(content)
        self.path.chmod(mode)

    def write_config(self, content: bytes) -> None:
        self.config_path.parent.mkdir(mode=0o700, exist_ok=True)
        self.config_path.write_bytes(content)
        self.config_path.chmod(0o600)

    def put(self, section: str, number: int, *, adopt: bool = False, profile: str | None = None):  # noqa: ANN201
        return self.store.apply([SectionPut(section, profile or section, session(number), adopt)])[0]

    def remove(self, section: str, *, profile: str | None = None):  # noqa: ANN201
        return self.store.apply([SectionRemove(section, profile or section)])[0]

    def put_line(self, section: str, key: str, value: str, *, adopt: bool = False):  # noqa: ANN201
        return self.store.apply([LinePut(section, key, value, section, adopt)])[0]

    def remove_line(self, section: str, key: str):  # noqa: ANN201
        return self.store.apply([LineRemove(section, key, section)])[0]

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    def left_overs(self) -> list[Path]:
        return list(self.root.rglob(".*.rolecall-*"))


def read(content: bytes) -> Mapping[str, Mapping[str, str]] | None:
    """What botocore reads: section -> key -> value; None where it cannot."""
    parser = configparser.RawConfigParser()
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        parser.read_string(text)
        found = {section: dict(parser.items(section)) for section in parser.sections()}
        for options in found.values():
            for value in options.values():
                if value.startswith("\n"):
                    for line in filter(None, (one.strip() for one in value.splitlines())):
                        key, _ = line.split("=", 1)
                        del key
    except (configparser.Error, ValueError):
        return None
    return found


_NAMES = ["a", "b", "default", "DEFAULT", "work/x", "a b", " a ", "profile a", 'profile "b"', "profile default"]
_KEYS = ["aws_access_key_id", "AWS_SECRET_ACCESS_KEY", "aws_session_token", "region", "s3", "a", "x y"]
_VALUES = ["1", "AKIAEXAMPLE000000001", "", "a=b", "x # c", "[a]", "ü", "\u3000x"]
_ODD = [
    "stray",
    "= x",
    ": x",
    "[",
    "]",
    "[]",
    "[[]",
    "[a",
    "\ufeff[a]",
    "\u00a0[b]",
    "\x0c[b]",
    "\x1f",
    "[a] # ]",
    "#",
    ";",
]
_ENDS = ["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n"]


def _lines() -> st.SearchStrategy[str]:
    indent = st.sampled_from(["", "", "", "", "  ", "\t"])
    header = st.builds("[{}]{}".format, st.sampled_from(_NAMES), st.sampled_from(["", "", " ", " # c", " ; [x]"]))
    option = st.builds(
        "{}{}{}".format, st.sampled_from(_KEYS), st.sampled_from([" = ", "=", " : "]), st.sampled_from(_VALUES)
    )
    comment = st.builds("{} {}".format, st.sampled_from("#;"), st.sampled_from(["", "note", "[a]", "k = v"]))
    bare = st.one_of(header, header, option, option, option, comment, st.just(""), st.sampled_from(_ODD))
    return st.builds("{}{}".format, indent, bare)


@st.composite
def odd_files(draw: st.DrawFn) -> bytes:
    """Files with comments, every kind of line end, duplicates, nested blocks, stray lines, and no final line end."""
    rows = draw(st.lists(st.tuples(_lines(), st.sampled_from(_ENDS)), max_size=14))
    text = "".join(line + end for line, end in rows).encode()
    if draw(st.booleans()):
        text = text.rstrip(b"\r\n")
    if draw(st.integers(0, 9)) == 0:
        text = draw(st.sampled_from([b"\xef\xbb\xbf", b"\xff", b"# \xe9\n"])) + text
    return text


@st.composite
def sound_files(draw: st.DrawFn) -> bytes:
    """Files that botocore reads: distinct sections and keys, comments, nested blocks, any line ends."""
    ends = st.sampled_from(draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r"], ["\n"]])))
    out = [line + draw(ends) for line in draw(st.lists(st.sampled_from(["", "# top", "; x", " "]), max_size=2))]
    for name in draw(st.lists(st.sampled_from(["a", "b", "default", "c/d", "DEFAULT", "é"]), unique=True, max_size=5)):
        out.append(f"[{name}]{draw(st.sampled_from(['', ' ', ' # c', ' ; c']))}" + draw(ends))
        for key in draw(st.lists(st.sampled_from(["region", "output", "s3", "x", "Y"]), unique=True, max_size=4)):
            if key == "s3":
                rows = ["s3 =", "  addressing_style = path", draw(st.sampled_from(["  # in", "", "\tx=y"]))]
            else:
                rows = [key + draw(st.sampled_from([" = ", "=", " : ", "= "])) + draw(st.sampled_from(_VALUES[:7]))]
            out += [row + draw(ends) for row in rows]
            out += [
                row + draw(ends) for row in draw(st.lists(st.sampled_from(["", "# note", "  ", "; y"]), max_size=2))
            ]
    text = "".join(out).encode()
    return text.rstrip(b"\r\n") if draw(st.booleans()) else text
