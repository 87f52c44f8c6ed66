"""A write in place that a power cut tore: finished if each byte is of the old content or the new one, else left."""

from pathlib import Path

import pytest

from app.awsfiles.atomic import Scratch
from app.awsfiles.inplace import InPlace

OLD = b"[a]\nx = 1\n" + b"# old\n" * 300
NEW = b"[a]\nx = 2222\n" + b"# new\n" * 450
SECTOR = 512


def sectors(which: str, size: int) -> bytes:
    """A file of so many bytes whose sectors are old (o), new (n) or, beyond the old size, zeros (0)."""
    parts = {"o": OLD.ljust(size, b"\0"), "n": NEW.ljust(size, b"\0"), "0": bytes(size)}
    return b"".join(parts[one][at * SECTOR : (at + 1) * SECTOR] for at, one in enumerate(which))[:size]


class Cut(BaseException):
    """The power goes."""


def torn(tmp_path: Path, content: bytes) -> tuple[bytes, list[bytes]]:
    """Leave the content in the file with a write's note beside it, start again; returns the file and what was kept."""
    path = tmp_path / "credentials"
    path.write_bytes(OLD)
    tokens = iter("abcdef")
    journal = InPlace(tmp_path / "journal", Scratch("0" * 8, lambda: next(tokens)))

    def cut() -> bool:
        raise Cut

    with pytest.raises(Cut):
        journal.write(path, OLD, NEW, cut)
    path.write_bytes(content)
    kept: list[bytes] = []
    journal.recover(lambda _path, before: kept.append(before))
    assert list((tmp_path / "journal").iterdir()) == []
    return path.read_bytes(), kept


@pytest.mark.parametrize("which", ["nonono", "ononon", "noonn0", "oonn0n", "nnnooo", "onno00"])
def test_any_mixture_of_sectors_is_finished(tmp_path: Path, which: str) -> None:
    assert torn(tmp_path, sectors(which, len(NEW))) == (NEW, [])


@pytest.mark.parametrize("content", [OLD, NEW])
def test_whole_contents_stay(tmp_path: Path, content: bytes) -> None:
    assert torn(tmp_path, content) == (content, [])


THEIRS = (
    b"",
    OLD[:100],
    NEW + b"more\n",
    OLD.replace(b"x = 1", b"y = 1"),
    sectors("nonono", len(NEW))[:-9] + b"[theirs]\n",
)


@pytest.mark.parametrize("content", THEIRS)
def test_what_somebody_else_wrote_stays_and_the_old_bytes_are_kept_aside(tmp_path: Path, content: bytes) -> None:
    assert torn(tmp_path, content) == (content, [OLD])
