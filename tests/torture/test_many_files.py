"""Generated and mutated AWS files and catalogs: no crash, edits byte-exact, refused where nothing can read them."""

import asyncio
import random
import shutil
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog.file import CatalogBytes
from app.catalog.store import TomlCatalogStore
from app.domain.problem import AppError, Code
from tests.support.awsfiles import AwsFolder, read
from tests.torture.conftest import Row
from tests.unit.test_catalog_store import CATALOG, Inline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
ENDS = ["\n", "\n", "\n", "\r\n", "\r", "\n\n", ""]
LINES = [
    "x", "[a]", "[b]", "[ c ]", "[c/d]", "[default]", "[profile x]", "[é]", "[", "]", "[]", "[a] # c", "[a]]",
    "region = eu-west-1", "region=x", "output : json", "aws_access_key_id = AKIAEXAMPLE0000001", "x = a ; b",
    "aws_secret_access_key = a=b=c", "s3 =", "  addressing_style = path", "\tx = y", " = y", "# note", "; note", "",
    "  ", 'credential_process = /bin/x "a b"', "\ufeff[bom]", "\u2028", "k = \x00", "k = " + "v" * 5000,
    "%(x)s = %(y)s",
]  # fmt: skip
PIECES = [b"\x00", b"\xff", b"\xc3", b"\r", b"\n", b"[", b"]", b"=", b"#", b"\xef\xbb\xbf"]
TOML = [
    *CATALOG.splitlines(),
    "[profiles]", '[profiles."a b"]', "[[profiles.a.roles]]", 'role_arn = "x"', 'duration = "900h"', "tags = [1, 2]",
    "note = '''", '"""',
    "schema = 2", "x = {a = 1}", "x.y.z = 1979-05-27", "[accounts]", 'base = "b"', "=", "[", "é = 1",
]  # fmt: skip


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="rc-many-", dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def made(draw: random.Random, lines: list[str], most: int) -> bytes:
    """A file of such lines, mutated one time in two."""
    ends = draw.choice([["\n"], ["\r\n"], ENDS])
    data = "".join(draw.choice(lines) + draw.choice(ends) for _ in range(draw.randrange(most))).encode()
    return mutated(draw, data) if draw.random() < 0.5 else data


def mutated(draw: random.Random, data: bytes) -> bytes:
    """The file with some bytes changed, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(out) + 1)
        match draw.randrange(4):
            case 0 if out:
                out[at % len(out)] = draw.randrange(256)
            case 1:
                del out[at : at + draw.randrange(1, 30)]
            case 2:
                out[at:at] = out[at : at + draw.randrange(1, 60)]
            case _:
                out[at:at] = draw.choice(
                    [b"\x00", b"\xff", b"\xc3", b"\r", b"\n", b"[", b"]", b"=", b"#", b"\xef\xbb\xbf"]
                )
    return bytes(out)


def sound(draw: random.Random) -> bytes:
    """A file that botocore reads, mutated one time in four."""
    end = draw.choice(["\n", "\r\n"])
    names = draw.sample(["a", "b", "default", "c/d", "é", "prod.x", "other-1"], draw.randrange(6))
    rows: list[str] = draw.choice([[], ["# top"], ["", "; x"]])[:]
    for name in names:
        rows += [f"[{name}]", *draw.choice([[], ["# note"], [""]])]
        rows += [
            f"{key} = {draw.choice(('x', 'a=b', 'a # b', 'ü'))}" for key in draw.sample("rstuv", draw.randrange(4))
        ]
        rows += draw.choice([[], [""], ["s3 =", "  addressing_style = path"]])
    data = end.join(rows).encode() + draw.choice([b"", end.encode()])
    return mutated(draw, data) if draw.random() < 0.25 else data


@pytest.mark.parametrize("count", [600, pytest.param(80_000, marks=pytest.mark.torture)])
def test_aws_files(root: Path, count: int, row: Row) -> None:
    draw = random.Random(count)
    results: Counter[str] = Counter()
    longest = 0.0
    folder = _folder(root / "aws-files")
    for number in range(count):
        data = sound(draw) if draw.random() < 0.6 else made(draw, LINES, 14)
        if number % 200 == 0:
            folder = _folder(root / f"aws-files-{number}")
        folder.write(data)
        since = time.monotonic()
        outcome = folder.put("new", 1)
        longest = max(longest, time.monotonic() - since)
        readable = read(data) is not None
        if outcome.problem is not None:
            assert folder.content == data, data
            assert not readable, (data, outcome.problem)
            results[str(outcome.problem.code)] += 1
            continue
        assert readable, f"nothing can read it, and it was written: {data!r}"
        assert folder.content.startswith(data), data
        now = read(folder.content)
        assert now is not None, data
        assert "new" in now, data
        assert folder.remove("new").problem is None, data
        assert folder.content == data, data
        results["written and taken out again, byte for byte"] += 1
    said = ", ".join(f"{number} {code}" for code, number in results.most_common())
    row("files", f"{count} AWS files: {said}; longest {longest * 1000:.0f} ms")
    assert results["written and taken out again, byte for byte"] > count / 3


def _folder(root: Path) -> AwsFolder:
    root.mkdir()
    return AwsFolder(root)


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.torture)])
def test_catalogs(root: Path, count: int, row: Row) -> None:
    path = root / "profiles.toml"
    draw = random.Random(count)
    results: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        for _ in range(count):
            data = CATALOG.encode() if draw.random() < 0.4 else made(draw, TOML, 30)
            data = mutated(draw, data) if draw.random() < 0.6 else data
            path.write_bytes(data)
            results[_catalog(runner, path, data)] += 1
    said = ", ".join(f"{number} {code}" for code, number in results.most_common(4))
    row("files", f"{count} catalogs: {said}")
    assert results["edited and restored"] > count / 40


def _catalog(runner: asyncio.Runner, path: Path, data: bytes) -> str:
    file = CatalogBytes(path, now=lambda: time.time() + 100, sleep=lambda _: None)
    store = TomlCatalogStore(path, Inline(), file=file)
    try:
        runner.run(store.load())
    except AppError as error:
        assert error.problem.code is Code.CATALOG_UNREADABLE, data  # noqa: PT017
        assert path.read_bytes() == data
        assert not _toml(data), data
        return "unreadable, unchanged"
    before = _toml(data)
    assert before is not None, data
    try:
        runner.run(store.put("sources", "zz", {"kind": "environment"}))
    except AppError as error:
        assert path.read_bytes() == data, data
        return str(error.problem.code)
    after = _toml(path.read_bytes())
    assert after is not None, data
    assert after.get("sources", {}).pop("zz", None) == {"kind": "environment"}, data
    if "sources" not in before:
        after.pop("sources", None)
    after.pop("schema", None) if "schema" not in before else None
    assert after == before, data
    assert _in_order(data, path.read_bytes()), data
    runner.run(store.remove("sources", "zz"))
    last = _toml(path.read_bytes())
    assert last is not None
    last.pop("schema", None) if "schema" not in before else None
    assert {**last, "sources": last.get("sources", {})} == {**before, "sources": before.get("sources", {})}, data
    return "edited and restored"


def _toml(data: bytes) -> dict[str, dict[str, object]] | None:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return None


def _in_order(old: bytes, new: bytes) -> bool:
    """Whether every line of the old file is in the new one, in its order."""
    mark = b"\xef\xbb\xbf"
    lines = iter(new.removeprefix(mark).splitlines())
    return all(any(line == other for other in lines) for line in old.removeprefix(mark).splitlines())
