"""What a save would change in profiles.toml, before it does."""

import asyncio
from pathlib import Path

import pytest

from app.domain.problem import AppError, Code
from tests.unit.test_catalog_store import CATALOG, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "profiles.toml"
    path.write_text(CATALOG)
    return Store(path)


def preview(store: Store, table: str, name: str, values: dict[str, object], original: str = "") -> tuple[str, ...]:
    return asyncio.run(store.store.preview(table, name, values, original=original)).lines


def test_what_is_said_is_what_a_save_writes(store: Store) -> None:
    values = {"source": "acme", "note": "OPS", "delivery": {"credentials_file": "a"}}
    found = asyncio.run(store.store.preview("profiles", "a", values))
    assert found.path == str(store.path)
    assert found.other_sections == 3
    assert found.mode == store.path.stat().st_mode & 0o777
    assert store.path.read_text() == CATALOG
    before = CATALOG.splitlines()
    store.put("profiles", "a", values)
    after = store.path.read_text().splitlines()
    assert [line[1:] for line in found.lines if line.startswith("+")] == [one for one in after if one not in before]
    assert not [line for line in found.lines if line.startswith("-")]


def test_a_rename_shows_who_follows(store: Store) -> None:
    lines = preview(store, "profiles", "z", {"source": "acme", "delivery": {"credentials_file": "a"}}, "a")
    assert "+[profiles.z]" in lines
    assert "-[profiles.a]" in lines
    assert '+base = "z"' in lines
    assert store.path.read_text() == CATALOG


def test_nothing_changed_is_no_line(store: Store) -> None:
    assert preview(store, "profiles", "a", {"source": "acme", "delivery": {"credentials_file": "a"}}) == ()


def test_a_new_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "none.toml")
    found = asyncio.run(store.store.preview("sources", "env", {"kind": "environment"}))
    assert found.mode is None
    assert "+[sources.env]" in found.lines
    assert not store.path.exists()


def test_what_cannot_be_saved_is_refused(store: Store) -> None:
    with pytest.raises(AppError) as caught:
        preview(store, "profiles", "a", {"source": "acme", "region": "nowhere at all"})
    assert caught.value.problem.code.startswith("value-")
    with pytest.raises(AppError) as caught:
        preview(store, "profiles", "b", {"source": "acme"}, "a")
    assert caught.value.problem.code is Code.NAME_TAKEN


def test_a_token_is_dots(store: Store) -> None:
    values = {"kind": "container", "full_uri": "http://127.0.0.1/c", "token": "very-secret-token"}
    lines = preview(store, "sources", "box", values)
    assert not [line for line in lines if "very-secret" in line]
    assert "+token = •••••• (17)" in lines
