import asyncio
import os
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.catalog.file import CatalogBytes
from app.catalog.store import TomlCatalogStore
from app.domain.problem import AppError, Code
from app.ports import Pool

T = TypeVar("T")

CATALOG = """\
schema = 1
# Ana's
[sources.acme]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
colour = "red" # mine

[profiles.a]
source = "acme" # hers
[profiles.a.delivery]
credentials_file = "a"
[profiles.b]
base = "a"
[[profiles.b.roles]]
role_arn = "arn:aws:iam::123456789012:role/b"
[settings]
default = "b"
"""


class Inline:
    """Work done at once, on the caller's thread."""

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        assert pool is Pool.DISK
        return work()


class Store:
    """A store over a file, called without a loop."""

    def __init__(self, path: Path, **more: Any) -> None:
        self.path = path
        file = CatalogBytes(path, now=lambda: time.time() + 100, sleep=lambda _: None)
        self.store = TomlCatalogStore(path, Inline(), file=file, **more)

    def load(self) -> Any:
        return asyncio.run(self.store.load())

    def put(self, table: str, name: str, values: Mapping[str, object]) -> Any:
        return asyncio.run(self.store.put(table, name, values))

    def remove(self, table: str, name: str) -> Any:
        return asyncio.run(self.store.remove(table, name))

    def rename(self, table: str, old: str, new: str) -> Any:
        return asyncio.run(self.store.rename(table, old, new))

    def raw(self, table: str, name: str) -> dict[str, Any]:
        return dict(asyncio.run(self.store.raw(table, name)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "profiles.toml"
    path.write_text(CATALOG)
    return Store(path)


def refused(work: Callable[[], object]) -> Any:
    with pytest.raises(AppError) as caught:
        work()
    return caught.value.problem


def test_a_missing_file_is_an_empty_catalog(tmp_path: Path) -> None:
    store = Store(tmp_path / "profiles.toml")
    catalog = store.load()
    assert (catalog.profiles, catalog.findings, catalog.writable) == ({}, (), True)
    store.put("sources", "ec2", {"kind": "instance-metadata"})
    assert store.path.read_text() == 'schema = 1\n\n[sources.ec2]\nkind = "instance-metadata"\n'
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_findings_have_lines(store: Store) -> None:
    catalog = store.load()
    (found,) = catalog.findings
    assert (found.table, found.key, found.line, found.warning) == ("sources.acme", "colour", 6, True)
    store.path.write_text(CATALOG.replace("role/b", "user/b").replace("hers", "his") + "extra = 1\n[other]\n")
    assert {(one.table, one.key): one.line for one in store.load().findings if one.key != "colour"} == {
        ("profiles.b", "roles.1.role_arn"): 15,
        ("settings", "extra"): 18,
        ("", "other"): 19,
    }


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"[profiles.a\nx = 1\n", 1, "toml-table"),
        (b"a = 1\nb = \n", 2, "toml-value"),
        (b"a = 1\na = 2\n", 2, "toml-twice"),
        (b"a = 1\nb = \xff\n", 2, "not-utf-8-text"),
        (b'a = """x', 1, "toml-string"),
        (b"schema = 'x'\n", 0, "schema-unknown"),
        (b"schema = 0\n", 0, "schema-unknown"),
        (b"a = " + b"[" * 5000, 1, "nested-too-deep"),
    ],
)
def test_what_is_no_catalog_is_never_overwritten(tmp_path: Path, content: bytes, line: int, reason: str) -> None:
    store = Store(tmp_path / "profiles.toml")
    store.path.write_bytes(content)
    problem = refused(store.load)
    assert problem.code is Code.CATALOG_UNREADABLE
    assert problem.arguments["line"] == line
    assert str(problem.arguments["reason"]).startswith(reason)
    assert refused(lambda: store.put("sources", "e", {"kind": "environment"})).code is Code.CATALOG_UNREADABLE
    assert refused(lambda: store.remove("sources", "e")).code is Code.CATALOG_UNREADABLE
    assert store.path.read_bytes() == content


def test_the_system_refuses(tmp_path: Path) -> None:
    store = Store(tmp_path / "profiles.toml")
    store.path.mkdir()
    assert refused(store.load).code is Code.FILE_UNREADABLE
    store.path.rmdir()
    os.mkfifo(store.path)
    assert refused(store.load).code is Code.FILE_UNREADABLE
    store.path.unlink()
    store.path.symlink_to(store.path)
    assert refused(store.load).code is Code.FILE_UNREADABLE


def test_one_broken_table_leaves_the_rest(store: Store) -> None:
    store.path.write_text(CATALOG.replace('"a"\n[profiles.b]', '"a"\nextra = 1\n[profiles.c]\n[profiles.b]'))
    catalog = store.load()
    assert set(catalog.profiles) == {"a", "b"}
    assert [one.code for one in catalog.broken["profiles.c"]] == [Code.VALUE_EXCLUSIVE]


def test_putting_changes_the_one_table(store: Store) -> None:
    values = store.raw("profiles", "a")
    assert values == {"source": "acme", "delivery": {"credentials_file": "a"}}
    catalog = store.put("profiles", "a", values | {"favorite": True, "note": None})
    assert store.path.read_text() == CATALOG.replace("# hers\n", "# hers\nfavorite = true\n")
    assert catalog.profiles["a"].favorite
    assert catalog == Store(store.path).load()


def test_unknown_keys_stay(store: Store) -> None:
    store.put("sources", "acme", {"kind": "access-keys", "access_key_id": "AKIAEXAMPLE0000002"})
    assert store.path.read_text() == CATALOG.replace("0001", "0002")


def test_nothing_is_written_where_nothing_changes(store: Store) -> None:
    before = store.path.stat()
    store.put("profiles", "a", store.raw("profiles", "a"))
    assert store.path.stat().st_mtime_ns == before.st_mtime_ns
    assert store.path.stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("table", "name", "values", "code"),
    [
        ("profiles", "a", {}, Code.VALUE_EXCLUSIVE),
        ("profiles", "a b", {"source": "acme"}, Code.VALUE_PATTERN),
        ("profiles", "c", {"source": "nobody"}, Code.SOURCE_UNKNOWN),
        ("profiles", "a", {"base": "b"}, Code.BASE_LOOP),
        ("profiles", "c", {"source": "acme", "delivery": {"credentials_file": "a"}}, Code.SECTION_SHARED),
        ("profiles", "c", {"source": "acme", "note": object()}, Code.VALUE_TYPE),
        ("profiles", "c", {"source": "acme", "note": "\ud800"}, Code.VALUE_PATTERN),
        ("sources", "s", {"kind": "process", "command": []}, Code.COMMAND_EMPTY),
        ("accounts", "12", {}, Code.VALUE_PATTERN),
        ("groups", "a//b", {}, Code.VALUE_PATTERN),
        ("settings", "", {"default": "nobody"}, Code.PROFILE_UNKNOWN),
        ("settings", "", {"clipboard_seconds": "45"}, Code.VALUE_TYPE),
    ],
)
def test_invalid_values_are_refused(store: Store, table: str, name: str, values: dict[str, object], code: Code) -> None:
    assert refused(lambda: store.put(table, name, values)).code is code
    assert store.path.read_text() == CATALOG


def test_removal(store: Store) -> None:
    assert refused(lambda: store.remove("sources", "acme")).code is Code.SOURCE_IN_USE
    assert refused(lambda: store.remove("profiles", "a")).code is Code.BASE_IN_USE
    assert refused(lambda: store.remove("profiles", "z")).code is Code.PROFILE_UNKNOWN
    assert refused(lambda: store.remove("sources", "acne")).arguments["nearest"] == "acme"
    assert store.path.read_text() == CATALOG
    catalog = store.remove("profiles", "b")
    assert catalog.settings.default is None
    assert store.path.read_text() == CATALOG[: CATALOG.index("[profiles.b]")] + "[settings]\n"
    store.remove("profiles", "a")
    store.remove("sources", "acme")
    assert store.path.read_text() == "schema = 1\n\n[settings]\n"


def test_renaming_takes_references_along(store: Store) -> None:
    assert refused(lambda: store.rename("profiles", "a", "b")).code is Code.NAME_TAKEN
    assert refused(lambda: store.rename("profiles", "a", "-")).code is Code.VALUE_PATTERN
    assert refused(lambda: store.rename("profiles", "z", "y")).code is Code.PROFILE_UNKNOWN
    store.rename("sources", "acme", "acme.2")
    expected = CATALOG.replace("[sources.acme]", '[sources."acme.2"]').replace('source = "acme"', 'source = "acme.2"')
    assert store.path.read_text() == expected
    store.rename("profiles", "b", "prod")
    catalog = store.rename("profiles", "a", "base")
    expected = expected.replace("profiles.b", "profiles.prod").replace('default = "b"', 'default = "prod"')
    expected = expected.replace("profiles.a", "profiles.base").replace('base = "a"', 'base = "base"')
    assert store.path.read_text() == expected
    assert catalog == Store(store.path).load()
    assert catalog.settings.default == "prod"


def test_another_table_changed_outside_meanwhile(store: Store) -> None:
    store.load()
    outside = CATALOG.replace("# Ana's", "# Ana's own") + "[groups.x]\n"
    store.path.write_text(outside)
    catalog = store.put("profiles", "a", {"source": "acme", "delivery": {"credentials_file": "a"}, "favorite": True})
    assert store.path.read_text() == outside.replace("# hers\n", "# hers\nfavorite = true\n")
    assert "x" in catalog.groups


def test_the_same_table_changed_outside_meanwhile(store: Store) -> None:
    store.load()
    outside = CATALOG.replace('"a"\n[profiles.b]', '"other"\n[profiles.b]')
    store.path.write_text(outside)
    values = {"source": "acme", "favorite": True}
    assert refused(lambda: store.put("profiles", "a", values)).code is Code.CATALOG_CHANGED
    assert store.path.read_text() == outside
    store.put("profiles", "a", values)  # told once
    assert tomllib.loads(store.path.read_text())["profiles"]["a"] == values


def test_what_an_editor_was_given_counts(store: Store) -> None:
    given = store.raw("profiles", "a")
    store.path.write_text(CATALOG.replace("# hers\n", '# hers\nnote = "x"\n'))
    store.load()  # the application has seen it, the editor has not
    assert refused(lambda: store.put("profiles", "a", given | {"favorite": True})).code is Code.CATALOG_CHANGED
    store.put("profiles", "a", store.raw("profiles", "a") | {"favorite": True})
    assert tomllib.loads(store.path.read_text())["profiles"]["a"]["note"] == "x"


def test_values_that_were_given_stay_whole_when_the_file_is_read_again(store: Store) -> None:
    catalog = store.load()
    given = [store.raw("profiles", "b"), store.raw("settings", ""), store.raw("sources", "acme")]
    store.path.write_text(CATALOG + "# more\n")
    store.load()
    assert given == [store.raw("profiles", "b"), store.raw("settings", ""), store.raw("sources", "acme")]
    assert all(given)
    assert set(catalog.profiles) == {"a", "b"}


def test_a_change_between_reading_and_replacing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.load()
    real, calls = CatalogBytes.write, []

    def write(self: CatalogBytes, text: str, *, bom: bool) -> bool:
        if not calls:
            store.path.write_text(CATALOG + "[groups.x]\n")
        calls.append(text)
        return real(self, text, bom=bom)

    monkeypatch.setattr(CatalogBytes, "write", write)
    store.put("groups", "y", {"production": True})
    assert len(calls) == 2
    assert set(tomllib.loads(store.path.read_text())["groups"]) == {"x", "y"}


def test_a_newer_schema_is_read_and_never_written(store: Store) -> None:
    newer = CATALOG.replace("schema = 1", "schema = 2")
    store.path.write_text(newer)
    catalog = store.load()
    assert not catalog.writable
    assert Code.CATALOG_NEWER in {one.problem.code for one in catalog.findings}
    assert set(catalog.profiles) == {"a", "b"}
    assert refused(lambda: store.put("groups", "y", {})).code is Code.CATALOG_NEWER
    assert store.path.read_text() == newer


def test_an_older_schema_is_migrated_and_kept_once(tmp_path: Path) -> None:
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        sources = {name: {**one, "kind": "environment"} for name, one in data["sources"].items()}
        return {**data, "sources": sources}

    store = Store(tmp_path / "profiles.toml", migrations={0: renamed})
    old = 'schema = 0 # first\n[sources.a]\nkind = "env" # x\n[sources.b]\nkind = "env"\n[profiles.p]\nsource = "a"\n'
    store.path.write_text(old)
    assert set(store.load().sources) == {"a", "b"}
    assert store.path.read_text() == old
    store.put("profiles", "p", {"source": "b"})
    expected = old.replace("schema = 0", "schema = 1").replace('"env"', '"environment"').replace('"a"', '"b"')
    assert store.path.read_text() == expected
    kept = tmp_path / "profiles.toml.schema-0"
    assert kept.read_text() == old
    store.put("profiles", "p", {"source": "a"})
    assert kept.read_text() == old


def test_a_symlink_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "real.toml"
    real.parent.mkdir()
    real.write_text(CATALOG)
    real.chmod(0o644)
    (tmp_path / "profiles.toml").symlink_to(real)
    store = Store(tmp_path / "profiles.toml")
    store.put("groups", "y", {})
    assert store.path.is_symlink()
    assert "[groups.y]" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in real.parent.iterdir()] == ["real.toml"]


def test_a_read_only_file_is_refused(store: Store) -> None:
    store.path.chmod(0o400)
    assert refused(lambda: store.put("groups", "y", {})).code is Code.FILE_READ_ONLY
    assert store.path.read_text() == CATALOG


def test_windows_line_ends_and_byte_order_mark_stay(store: Store) -> None:
    content = b"\xef\xbb\xbf" + CATALOG.replace("\n", "\r\n").encode()
    store.path.write_bytes(content)
    store.put(
        "profiles", "a", store.raw("profiles", "a") | {"favorite": True, "note": "a\nb\n", "console": {"browser": "x"}}
    )
    new = store.path.read_bytes()
    assert new.startswith(b"\xef\xbb\xbf")
    assert new.count(b"\n") == new.count(b"\r\n")
    assert store.raw("profiles", "a")["note"] == "a\nb\n"
    store.remove("profiles", "b")
    store.put("profiles", "a", {"source": "acme", "delivery": {"credentials_file": "a"}})


def test_a_missing_final_line_end_stays_missing(store: Store) -> None:
    store.path.write_text(CATALOG.removesuffix("\n"))
    store.put("profiles", "a", {"source": "acme", "delivery": {"credentials_file": "a"}, "favorite": True})
    assert store.path.read_text() == CATALOG.removesuffix("\n").replace("# hers\n", "# hers\nfavorite = true\n")


def test_tables_that_are_none(store: Store) -> None:
    for table, name in (("profile", "a"), ("settings", "x"), ("profiles", "")):
        with pytest.raises(ValueError, match="no table"):
            store.put(table, name, {})
    assert refused(lambda: store.raw("profiles", "z")).code is Code.PROFILE_UNKNOWN
    assert store.raw("settings", "") == {"default": "b"}


def test_a_file_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    contents = ["", CATALOG[:40], CATALOG, CATALOG]

    def sleep(_: float) -> None:
        if contents:
            path.write_text(contents.pop(0))

    path.write_text("")
    file = CatalogBytes(path, now=time.time, sleep=sleep)
    assert asyncio.run(TomlCatalogStore(path, Inline(), file=file).load()).settings.default is None
    path.write_text(CATALOG[:40])
    contents[:] = [CATALOG, CATALOG]
    assert asyncio.run(TomlCatalogStore(path, Inline(), file=file).load()).settings.default == "b"
