"""Every disk that a power cut may leave: a write's system calls again, with what was not flushed there, half, or gone.

POSIX promises of what a process did only what it flushed: a file's bytes, size and mode after fsync of the file, a name
after fsync of its folder. Anything else is on the disk or not, in any order, bytes by the sector. `Trace` reads what
strace saw of one write, and `disks` are the trees that may be found after the power is back.
"""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random

SECTOR = 512
WHOLE = 7  # up to so many changes that are not flushed, each combination is tried
DRAWN = 40
SEEN = (
    "openat,open,creat,write,pwrite64,read,lseek,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "ftruncate,truncate,fchmod,chmod,fchown,mkdir,mkdirat,rmdir,close,dup,fallocate,sendfile,copy_file_range"
)
STRACE = ("-s", "1000000", "-e", f"trace={SEEN}")
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Change:
    """One thing that may be on the disk or not. `of`: whose fsync makes it last, a file's or a folder's number.

    kind "bytes": `data` at `at`; "grow": the size is `at` at least; "size", "mode": it is `at`; "name": the folder's
    `name` stands for `at`; "no-name": for nothing.
    """

    kind: str
    of: int
    at: int = 0
    data: bytes = b""
    name: str = ""


@dataclass
class Node:
    """A file or folder on a disk."""

    data: bytes = b""
    mode: int = 0o600
    names: dict[str, int] | None = None

    def copy(self) -> "Node":
        return Node(self.data, self.mode, None if self.names is None else dict(self.names))


Nodes = dict[int, Node]


@dataclass
class Trace:
    """What one write did below `root`, in order. `flushed`: at which change whose changes so far were made to last."""

    root: Path
    log: str
    nodes: Nodes = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    flushed: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._live: Nodes = {}
        self._open: dict[int, list[int]] = {}  # number of the node, offset, whether it appends
        self._other: dict[int, str] = {}

    @classmethod
    def before(cls, root: Path) -> "Trace":
        """Take down the tree as it is before the write, all of it on the disk."""
        trace = cls(root, "")
        trace._take(root)
        return trace

    def _take(self, path: Path) -> int:
        number = len(self.nodes)
        mode = path.stat().st_mode & 0o777
        if path.is_dir():
            node = self.nodes[number] = Node(mode=mode, names={})
            assert node.names is not None
            for one in sorted(path.iterdir()):
                node.names[one.name] = self._take(one)
        else:
            self.nodes[number] = Node(path.read_bytes(), mode)
        return number

    def read(self, log: str) -> "Trace":
        """Read what strace wrote; a call that this does not know fails the test."""
        self._live = {number: node.copy() for number, node in self.nodes.items()}
        for line in log.splitlines():
            if match := _LINE.match(line):
                name, arguments, result = match[1], match[2], int(match[3])
                if result >= 0:
                    texts = [ast.literal_eval("b" + one) for one in _TEXT.findall(arguments)]
                    plain = [one.strip() for one in _TEXT.sub("", arguments).split(",")]
                    getattr(self, f"_{name}")(texts, plain, result)
        return self

    # where a path leads

    def _place(self, path: bytes) -> tuple[int, str] | None:
        """The folder's number and the name in it; None outside of `root`."""
        full = Path(os.fsdecode(path))
        if self.root not in full.parents:
            return None
        at = 0
        *folders, last = full.relative_to(self.root).parts
        for name in folders:
            names = self._live[at].names
            assert names is not None
            if name not in names:
                return None
            at = names[name]
        return at, last

    def _node(self, path: bytes) -> int | None:
        if Path(os.fsdecode(path)) == self.root:
            return 0
        place = self._place(path)
        names = self._live[place[0]].names if place else None
        return names.get(place[1]) if place and names else None

    def _do(self, change: Change) -> None:
        self.changes.append(change)
        done(self._live, change)

    def _new(self, mode: int, *, folder: bool = False) -> int:
        number = len(self._live)
        for nodes in (self._live, self.nodes):
            nodes[number] = Node(mode=mode, names={} if folder else None)
        return number

    # the system calls

    def _openat(self, texts: list[bytes], plain: list[str], result: int) -> None:
        path, flags = texts[0], plain[2].split("|")
        mode = int(plain[3], 8) & ~0o022 if len(plain) > 3 else 0o600
        number = self._node(path)
        if "O_TMPFILE" in flags and number is not None:
            number = self._new(mode)
        elif number is None and "O_CREAT" in flags and (place := self._place(path)):
            number = self._new(mode)
            self._do(Change("name", place[0], number, name=place[1]))
        elif number is not None and "O_TRUNC" in flags:
            self._do(Change("size", number, 0))
        if number is None:
            self._other[result] = os.fsdecode(path)
        else:
            self._open[result] = [number, 0, int("O_APPEND" in flags)]

    def _close(self, _texts: list[bytes], plain: list[str], _result: int) -> None:
        self._open.pop(int(plain[0]), None)
        self._other.pop(int(plain[0]), None)

    def _write(self, texts: list[bytes], plain: list[str], result: int) -> None:
        if int(plain[0]) not in self._open:
            return
        state = self._open[int(plain[0])]
        number, at, appends = state
        at = len(self._live[number].data) if appends else at
        data = texts[0][:result]
        if at + len(data) > len(self._live[number].data):
            self._do(Change("grow", number, at + len(data)))
        end = at + len(data)
        while at < end:
            until = min(end, (at // SECTOR + 1) * SECTOR)
            self._do(Change("bytes", number, at, data[: until - at]))
            data, at = data[until - at :], until
        state[1] = end

    def _read(self, _texts: list[bytes], plain: list[str], result: int) -> None:
        if int(plain[0]) in self._open:
            self._open[int(plain[0])][1] += result

    def _lseek(self, _texts: list[bytes], plain: list[str], result: int) -> None:
        if int(plain[0]) in self._open:
            self._open[int(plain[0])][1] = result

    def _fsync(self, _texts: list[bytes], plain: list[str], _result: int) -> None:
        if int(plain[0]) in self._open:
            self.flushed.append((len(self.changes), self._open[int(plain[0])][0]))

    _fdatasync = _fsync

    def _ftruncate(self, _texts: list[bytes], plain: list[str], _result: int) -> None:
        number = self._open[int(plain[0])][0]
        if len(self._live[number].data) != int(plain[1]):
            self._do(Change("size", number, int(plain[1])))

    def _fchmod(self, _texts: list[bytes], plain: list[str], _result: int) -> None:
        if int(plain[0]) in self._open:
            self._do(Change("mode", self._open[int(plain[0])][0], int(plain[1], 8)))

    def _chmod(self, texts: list[bytes], plain: list[str], _result: int) -> None:
        number = self._node(texts[0])
        if number is not None:
            self._do(Change("mode", number, int(plain[1], 8)))

    def _fchown(self, _texts: list[bytes], _plain: list[str], _result: int) -> None:
        pass

    def _linkat(self, texts: list[bytes], plain: list[str], _result: int) -> None:
        if self._other.get(int(plain[0]) if plain[0].isdigit() else -1) == "/proc/self/fd":
            number: int | None = self._open[int(texts[0])][0]
        else:
            number = self._node(texts[0])
        self._name(number, texts[1])

    def _link(self, texts: list[bytes], _plain: list[str], _result: int) -> None:
        self._name(self._node(texts[0]), texts[1])

    def _name(self, number: int | None, path: bytes) -> None:
        place = self._place(path)
        if place is not None:
            assert number is not None
            self._do(Change("name", place[0], number, name=place[1]))

    def _rename(self, texts: list[bytes], _plain: list[str], _result: int) -> None:
        old, number = self._place(texts[0]), self._node(texts[0])
        if old is not None:
            self._name(number, texts[1])
            self._do(Change("no-name", old[0], name=old[1]))

    def _unlink(self, texts: list[bytes], _plain: list[str], _result: int) -> None:
        if place := self._place(texts[0]):
            self._do(Change("no-name", place[0], name=place[1]))

    def _mkdir(self, texts: list[bytes], plain: list[str], _result: int) -> None:
        if place := self._place(texts[0]):
            self._do(Change("name", place[0], self._new(int(plain[1], 8), folder=True), name=place[1]))

    # what may be found afterwards

    def disks(self, chance: Random) -> Iterator[Nodes]:
        """Yield what may be on the disk when the power goes at any moment; the same tree can come more than once."""
        for cut in range(len(self.changes) + 1):
            yield from self._disks(cut, cut - 1, chance)

    def last_disks(self, chance: Random) -> Iterator[Nodes]:
        """Yield what may be on the disk when the power goes after the write said that it is done."""
        yield from self._disks(len(self.changes), len(self.changes), chance)

    def _disks(self, cut: int, flushes: int, chance: Random) -> Iterator[Nodes]:
        """After `cut` changes, with what was flushed before the change `flushes` was made."""
        kept = {
            number
            for number, change in enumerate(self.changes[:cut])
            if any(number < at <= flushes and whose == change.of for at, whose in self.flushed)
        }
        for lucky in _choices([number for number in range(cut) if number not in kept], chance):
            yield self._disk(kept | lucky, cut)

    def _disk(self, there: set[int], cut: int) -> Nodes:
        nodes = {number: node.copy() for number, node in self.nodes.items()}
        for number in range(cut):
            if number in there:
                done(nodes, self.changes[number])
        return nodes


def _choices(loose: list[int], chance: Random) -> Iterator[set[int]]:
    """Which of the changes that were not flushed are on the disk: each combination, or of many a good part."""
    if len(loose) <= WHOLE:
        for bits in product((False, True), repeat=len(loose)):
            yield {one for one, bit in zip(loose, bits, strict=True) if bit}
        return
    yield from (set(), set(loose))
    for at, one in enumerate(loose):
        yield from ({one}, set(loose) - {one}, set(loose[:at]), set(loose[at:]))
    for _ in range(DRAWN):
        yield {one for one in loose if chance.random() < 0.5}


def done(nodes: Nodes, change: Change) -> None:
    """Let a change be on the disk."""
    node = nodes[change.of]
    match change.kind:
        case "bytes":
            data = node.data.ljust(change.at, b"\0")
            node.data = data[: change.at] + change.data + data[change.at + len(change.data) :]
        case "grow":
            node.data = node.data.ljust(change.at, b"\0")
        case "size":
            node.data = node.data[: change.at].ljust(change.at, b"\0")
        case "mode":
            node.mode = change.at
        case "name":
            assert node.names is not None
            node.names[change.name] = change.at
        case _:
            assert node.names is not None
            node.names.pop(change.name, None)


def fingerprint(nodes: Nodes, number: int = 0) -> object:
    """What can be seen of a disk, to tell one from another."""
    node = nodes[number]
    if node.names is None:
        return node.data, node.mode
    return tuple(sorted((name, fingerprint(nodes, one)) for name, one in node.names.items())), node.mode


def put(nodes: Nodes, path: Path, number: int = 0) -> None:
    """Make the tree of a disk at `path`, where nothing is."""
    node = nodes[number]
    if node.names is None:
        path.write_bytes(node.data)
    else:
        path.mkdir()
        for name, one in node.names.items():
            put(nodes, path / name, one)
    path.chmod(node.mode)
