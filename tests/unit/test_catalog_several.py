"""Several tables of the catalog at once: removed, brought back byte for byte, written out as a part and taken in."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.catalog.file import CatalogBytes
from app.catalog.sharing import addition_of, parts_of, read_shared, shared_text
from app.catalog.store import TomlCatalogStore
from app.domain.problem import AppError, Code
from app.ports import Pool

T = TypeVar("T")
CATALOG = """\
schema = 1
[settings]
default = "b"
shell = "fish"

[accounts."123456789012"]
name = "acme-prod"
production = true
[groups."Acme"]
color = "teal"
[groups."Acme/Prod"]
color = "crimson"

# Ana's
[sources.acme]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
colour = "red" # mine
[sources.other]
kind = "environment"

[profiles.a]
source = "acme" # hers
[profiles.a.delivery]
credentials_file = "a"
# about b
[profiles.b]
base = "a"
group = "Acme/Prod"
[[profiles.b.roles]]
role_arn = "arn:aws:iam::123456789012:role/b"
[profiles.c]
source = "other"
"""


class Inline:
    """Work done at once, on the caller's thread."""

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        assert pool is Pool.DISK
        return work()


@pytest.fixture
def store(tmp_path: Path) -> TomlCatalogStore:
    path = tmp_path / "profiles.toml"
    path.write_text(CATALOG)
    file = CatalogBytes(path, now=lambda: time.time() + 100, sleep=lambda _: None)
    return TomlCatalogStore(path, Inline(), file=file)


def done(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def test_several_go_in_one_save_and_come_back_byte_for_byte(store: TomlCatalogStore) -> None:
    before = done(store.copy())
    catalog = done(store.put_all({("profiles", "b"): None, ("profiles", "a"): None}))
    assert set(catalog.profiles) == {"c"}
    assert catalog.settings.default is None
    assert catalog.settings.shell == "fish"
    text = store.path.read_text()
    assert "# Ana's\n[sources.acme]" in text
    assert "role/b" not in text
    since = done(store.copy())
    assert before.digest != since.digest
    assert set(done(store.put_back(before, since)).profiles) == {"a", "b", "c"}
    assert store.path.read_text() == CATALOG


def test_one_that_another_stands_on_stops_all(store: TomlCatalogStore) -> None:
    for gone, code in ((("profiles", "a"), Code.BASE_IN_USE), (("sources", "other"), Code.SOURCE_IN_USE)):
        with pytest.raises(AppError) as raised:
            done(store.put_all({gone: None}))
        assert raised.value.problem.code is code
    with pytest.raises(AppError) as raised:
        done(store.put_all({("profiles", "c"): None, ("profiles", "nobody"): None}))
    assert raised.value.problem.code is Code.PROFILE_UNKNOWN
    assert store.path.read_text() == CATALOG


def test_a_file_that_was_changed_since_is_not_put_back(store: TomlCatalogStore) -> None:
    before = done(store.copy())
    done(store.put_all({("profiles", "c"): None}))
    since = done(store.copy())
    store.path.write_text(store.path.read_text() + "# by hand\n")
    os.utime(store.path, ns=(1, 1))
    with pytest.raises(AppError) as raised:
        done(store.put_back(before, since))
    assert raised.value.problem.code is Code.CATALOG_CHANGED
    assert store.path.read_text().endswith("# by hand\n")


def test_a_copy_shows_nothing_of_the_file(store: TomlCatalogStore) -> None:
    assert "acme" not in repr(done(store.copy()))


def test_values_of_several_out_of_one_reading(store: TomlCatalogStore) -> None:
    found = done(store.raw_all([("profiles", "a"), ("profiles", "nobody"), ("settings", "")]))
    assert found["profiles", "a"]["source"] == "acme"
    assert found["settings", ""]["shell"] == "fish"
    assert ("profiles", "nobody") not in found


def test_settings_are_saved_along(store: TomlCatalogStore) -> None:
    settings = {"shell": "fish", "default": "a"}
    catalog = done(store.put_all({("profiles", "b"): None, ("settings", ""): settings}))
    assert catalog.settings.default == "a"


def test_a_part_has_all_that_its_profiles_stand_on_and_is_always_the_same(
    store: TomlCatalogStore, tmp_path: Path
) -> None:
    catalog = done(store.load())
    keys = parts_of(catalog, ["b"])
    assert keys == (
        *(("accounts", "123456789012"), ("groups", "Acme"), ("groups", "Acme/Prod")),
        *(("sources", "acme"), ("profiles", "a"), ("profiles", "b")),
    )
    text = shared_text(done(store.raw_all(keys)))
    assert text.startswith("schema = 1\n")
    assert "settings" not in text
    file = tmp_path / "part.toml"
    file.write_text(text)
    again = TomlCatalogStore(tmp_path / "other.toml", Inline())
    addition = addition_of(read_shared(file), {})
    taken = done(again.put_all(addition.new))
    assert set(taken.profiles) == {"a", "b"}
    assert taken.profiles["b"].safety.production, "what was said of the account counts there too"
    assert shared_text(done(again.raw_all(parts_of(taken, ["b", "a"])))) == text


def test_what_is_here_stays_and_is_named_where_it_differs(store: TomlCatalogStore) -> None:
    ours = done(store.raw_all([("profiles", "a"), ("profiles", "c"), ("sources", "acme")]))
    theirs = {**ours, ("profiles", "c"): {"source": "acme"}, ("profiles", "d"): {"source": "acme"}}
    addition = addition_of(theirs, ours)
    assert set(addition.new) == {("profiles", "d")}
    assert addition.kept == ("c",)
    assert addition.count("profiles") == 1


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("no toml")
    with pytest.raises(AppError) as raised:
        read_shared(file)
    assert raised.value.problem.code is Code.CATALOG_UNREADABLE
    file.write_text("schema = 1\nprofiles = 3\n")
    assert read_shared(file) == {}
