"""Random sequences of edit, delete, import, undo and redo: at their end, the same bytes as at their beginning."""

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.awsfiles.faults import faults
from app.catalog.file import CatalogBytes
from app.catalog.store import TomlCatalogStore
from app.domain.files import FileChange, LinePut, LineRemove, LinesGive, LinesTake, SectionPut, SectionRemove
from app.domain.problem import AppError, Code
from tests.support.awsfiles import AwsFolder, MemoryKeeper, session
from tests.torture.conftest import Row
from tests.unit.test_catalog_store import CATALOG, Inline
from ui.editor.draft import Draft
from ui.editor.history import History

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
NAMES = ("a", "b", "default", "c/d", "prod.x")
KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region")


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="rc-sequences-", dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def in_order(old: bytes, new: bytes) -> bool:
    """Whether every line of the old file is in the new one, in its order."""
    lines = iter(new.splitlines())
    return all(any(line == other for other in lines) for line in old.splitlines())


def written_by_hand(draw: random.Random, header: str) -> bytes:
    """Sections with long-lived keys, with sessions and without keys, comments between, any line end."""
    end = draw.choice(["\n", "\r\n"])
    rows: list[str] = draw.choice([[], ["# top"], ["", "; x"]])[:]
    for name in draw.sample(NAMES, draw.randrange(4)):
        prefix = header if name != "default" else ""
        rows += [f"[{prefix}{name}]" + draw.choice(["", " # mine"]), *draw.choice([[], ["# note"], [""]])]
        keys = draw.choice([KEYS[:2], KEYS[:3], KEYS[3:], KEYS, ()])
        rows += [f"{key}{draw.choice((' = ', '=', ' : '))}{key[-6:]}{draw.randrange(10**9)}" for key in keys]
        rows += draw.choice([[], [""], ["s3 =", "  addressing_style = path", ""]])
    return end.join(rows).encode() + draw.choice([b"", end.encode()])


class Sequence:
    """One folder of AWS files, and what was done to it. `steps`: what was carried out, by its name."""

    def __init__(self, folder: AwsFolder, draw: random.Random, steps: Counter[str]) -> None:
        self.folder = folder
        self.draw = draw
        self.steps = steps
        folder.write(written_by_hand(draw, ""))
        folder.write_config(written_by_hand(draw, "profile "))
        self.before = self.content
        self.kept = False

    @property
    def content(self) -> tuple[bytes, bytes]:
        return self.folder.content, self.folder.config_path.read_bytes()

    def change(self) -> FileChange:
        """Draw an edit, a delivery, a deletion or an import."""
        draw = self.draw
        name = draw.choice(NAMES)
        in_config = draw.random() < 0.5
        kinds: list[FileChange] = [
            SectionPut(name, name, session(draw.randrange(10**6)), adopt=draw.random() < 0.7),
            SectionPut(name, name, session(draw.randrange(10**6)), adopt=True),
            SectionRemove(name, name),
            LinePut(name, "credential_process", f"/usr/bin/rolecall {draw.randrange(100)}", name, adopt=True),
            LineRemove(name, "credential_process", name),
            LinesTake(name, draw.choice([KEYS[:2], KEYS[:3], KEYS]), name, in_config),
            LinesGive(name, name, in_config),
        ]
        return draw.choice(kinds)

    def step(self) -> None:
        """Do one thing; whatever it is, the files stay readable and what was refused changed nothing."""
        kind = self.draw.random()
        if kind < 0.15:
            self.folder.open()
            self.folder.store.sweep()
            self.steps["started again"] += 1
        elif kind < 0.35:
            self.undo()
        else:
            before, change = self.content, self.change()
            problem = self.folder.store.apply([change])[0].problem
            self.steps["refused" if problem else type(change).__name__] += 1
            assert problem is None or self.content == before, problem
        assert not faults(self.folder.content)
        assert not faults(self.folder.config_path.read_bytes())

    def undo(self) -> None:
        try:
            self.folder.store.undo(None)
        except AppError as error:
            self.steps[f"undo: {error.problem.code}"] += 1
        else:
            self.steps["undone"] += 1

    def give_all_back(self) -> None:
        """What `rolecall uninstall` does: every section, line and comment of ours is given back."""
        self.folder.open()
        lines = [LinesGive(name, name, in_config) for name in NAMES for in_config in (True, False)]
        self.folder.store.apply(lines)
        outcomes = self.folder.store.apply(self.folder.store.ours())
        self.folder.store.apply(lines)  # where a session stood in their place
        self.kept = {one.code for outcome in outcomes for one in outcome.warnings} == {Code.SECTION_KEPT}


@pytest.mark.parametrize("count", [60, pytest.param(5000, marks=pytest.mark.torture)])
def test_the_aws_files_have_their_bytes_back(root: Path, count: int, row: Row) -> None:
    draw, steps = random.Random(count), Counter[str]()
    for number in range(count):
        place = root / f"aws-{number}"
        place.mkdir()
        one = Sequence(AwsFolder(place, keeper=MemoryKeeper()), draw, steps)
        for _ in range(draw.randrange(2, 14)):
            one.step()
        one.give_all_back()
        if one.kept:  # the name would be another identity without the section: it stays, stopped, and says so
            assert in_order(one.before[0], one.content[0]), number
            steps["kept"] += 1
        else:
            assert one.content == one.before, (number, one.before)
        shutil.rmtree(place)
    done = sum(number for what, number in steps.items() if "refused" not in what and "nothing" not in what)
    said = f"{steps['undone']} undone, {steps['LinesTake']} imported, {steps['refused']} refused"
    row("undo", f"{count} sequences, {done} changes of AWS files, {said}: the same bytes at the end of each")
    assert steps["undone"] > count / 10


@pytest.mark.parametrize("count", [60, pytest.param(5000, marks=pytest.mark.torture)])
def test_undo_of_one_change_is_exact_and_so_is_doing_it_again(root: Path, count: int, row: Row) -> None:
    draw, steps = random.Random(-count), Counter[str]()
    exact = 0
    for number in range(count):
        place = root / f"redo-{number}"
        place.mkdir()
        one = Sequence(AwsFolder(place, keeper=MemoryKeeper()), draw, steps)
        for _ in range(draw.randrange(4)):
            one.step()
        before, change = one.content, one.change()
        journal = len(one.folder.store.journal())
        made = one.folder.store.apply([change])[0].problem is None and one.content != before
        if made and len(one.folder.store.journal()) > journal and one.folder.store.journal()[0].undoable:
            after = one.content
            one.folder.store.undo(one.folder.store.journal()[0].id)
            assert one.content == before, (number, change)
            assert one.folder.store.apply([change])[0].problem is None
            assert one.content == after, (number, change)
            exact += 1
        shutil.rmtree(place)
    row("undo", f"{count} sequences, {exact} single undos: the bytes of before; done again: the bytes of afterwards")
    assert exact > count / 20


# the catalog

VALUES: Mapping[str, tuple[object, ...]] = {
    "region": ("eu-west-1", "us-east-1"),
    "title": ("A", "B [x]"),
    "note": ("x", "ü # ="),
    "group": ("work", "work/eu"),
    "favorite": (True,),
    "tags": (["one"], ["one", "two"]),
}


class Catalogs:
    """A catalog, and how each change of it is taken back: by the values of before, as an editor's undo saves them."""

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.path = path
        self.draw = draw
        end = draw.choice(["\n", "\r\n"])
        text = CATALOG.replace("\n", end) + draw.choice(["", "# end", f"{end}[accounts]{end}"])
        path.write_bytes(text.encode())
        file = CatalogBytes(path, now=lambda: time.time() + 100, sleep=lambda _: None)
        self.store = TomlCatalogStore(path, Inline(), file=file)
        self.steps: list[tuple[Any, ...]] = []
        self.names = ["a", "b"]
        self.made = 0
        self.added = False

    def same(self, one: bytes, other: bytes) -> bool:
        """Whether two versions are the same; where a profile was added and deleted again, an empty line may stay."""
        if not self.added:
            return one == other
        first, second = ([line for line in text.splitlines() if line.strip()] for text in (one, other))
        return first == second

    async def begin(self) -> None:
        await self.store.load()

    async def do(self) -> None:
        """Change, add or rename a profile, and remember how to take it back."""
        draw = self.draw
        name = draw.choice(self.names)
        kind = draw.randrange(3)
        if kind == 0:
            before = dict(await self.store.raw("profiles", name))
            key = draw.choice([one for one in VALUES if one not in before] or list(VALUES))
            await self.put(name, {**before, key: draw.choice(VALUES[key])})
            self.steps.append(("put", name, before))
        elif kind == 1:
            self.made += 1
            new = f"new{self.made}"
            await self.put(new, {"base": name, "note": "x"})
            self.added = True
            self.steps.append(("remove", new))
            self.names.append(new)
        else:
            self.made += 1
            new = f"other{self.made}"
            await self.store.rename("profiles", name, new)
            self.names[self.names.index(name)] = new
            self.steps.append(("rename", new, name))

    async def put(self, name: str, values: Mapping[str, object]) -> None:
        await self.store.put("profiles", name, values)

    async def undo(self) -> None:
        what, name, *more = self.steps.pop()
        if what == "put":
            await self.store.raw("profiles", name)
            await self.put(name, more[0])
        elif what == "remove":
            await self.store.remove("profiles", name)
            self.names.remove(name)
        else:
            await self.store.rename("profiles", name, more[0])
            self.names[self.names.index(name)] = more[0]


@pytest.mark.parametrize("count", [40, pytest.param(5000, marks=pytest.mark.torture)])
def test_the_catalog_has_its_bytes_back(root: Path, count: int, row: Row) -> None:
    draw = random.Random(count)
    changes = 0

    async def all_of_them() -> None:
        nonlocal changes
        for number in range(count):
            one = Catalogs(root / "profiles.toml", draw)
            await one.begin()
            seen = [one.path.read_bytes()]
            same = one.same
            for _ in range(draw.randrange(1, 7)):
                await one.do()
                seen.append(one.path.read_bytes())
                changes += 1
            while one.steps:
                assert same(one.path.read_bytes(), seen.pop()), number
                await one.undo()
            assert same(one.path.read_bytes(), seen.pop()), number

    asyncio.run(all_of_them())
    row("undo", f"{count} sequences, {changes} changes of the catalog and as many undos: the lines of before each time")


@pytest.mark.parametrize("count", [200, pytest.param(5000, marks=pytest.mark.torture)])
def test_an_editors_draft_goes_back_and_forth(count: int, row: Row) -> None:
    draw = random.Random(count)
    for _ in range(count):
        draft = Draft("a", {"note": "0"})
        history = History(draft)
        past, future = [(draft.name, dict(draft.values))], list[tuple[str, Any]]()
        for step in range(draw.randrange(1, 30)):
            kind = draw.random()
            if kind < 0.5:
                draft.values["note"] = str(step + 1)
                draft.name = draw.choice("ab")
                history.note()
                past, future = [*past, (draft.name, dict(draft.values))], []
            elif kind < 0.8:
                assert history.undo() is (len(past) > 1)
                if len(past) > 1:
                    future.append(past.pop())
            else:
                assert history.redo() is bool(future)
                if future:
                    past.append(future.pop())
            assert (draft.name, draft.values) == past[-1]
    row("undo", f"{count} drafts in an editor, back and forth: what was there each time")
