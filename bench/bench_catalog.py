"""Target 13: reading, checking and saving a catalog of 10,000 profiles, off the main thread."""

import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

from app.catalog.store import TomlCatalogStore
from app.ports import Pool
from bench.measure import alternate, result, seconds

T = TypeVar("T")
PROFILES = 10_000
STALL_LIMIT = 0.05
_TICK = 0.001
_STALL_RUNS = 5


class Inline:
    """Work done on the caller's thread."""

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        """Do the work at once."""
        del pool, deadline
        return work()


def now(work: Coroutine[object, None, T]) -> T:
    """Carry a coroutine out that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("it waits")


def catalog_text(profiles: int) -> str:
    """Return a catalog as people have them: sources, groups, and profiles with one or two hops, some on others."""
    head = ['schema = 1\n\n[settings]\nregion = "eu-central-1"\n', '\n[groups."Team 1/Prod"]\nproduction = true\n']
    sources = [
        f'\n[sources.user{number}]\nkind = "access-keys"\naccess_key_id = "AKIAEXAMPLE{number:07}"\n'
        f'mfa_serial = "arn:aws:iam::111122223333:mfa/user{number}"\n'
        for number in range(20)
    ]
    return "".join([*head, *sources, *(_profile(number) for number in range(profiles))])


def _profile(number: int) -> str:
    lines = [
        f"\n[profiles.team{number % 50}-account{number}-admin]",
        f'source = "user{number % 20}"'
        if number % 10
        else f'base = "team{(number + 1) % 50}-account{number + 1}-admin"',
        'region = "eu-central-1"',
        f'group = "Team {number % 50}/{"Prod" if number % 3 else "Test"}"',
        'tags = ["billing", "data"]',
        f"\n[[profiles.team{number % 50}-account{number}-admin.roles]]",
        f'role_arn = "arn:aws:iam::{100000000000 + number}:role/Admin"',
        'session_name = "{user}-admin"',
        'duration = "1h"',
    ]
    lines += ["mfa = true"] if number % 10 else []
    lines += ['session_tags = { team = "data" }', 'transitive_tags = ["team"]'] if number % 4 == 1 else []
    lines += [
        f"\n[profiles.team{number % 50}-account{number}-admin.delivery]",
        f'credentials_file = "team{number % 50}-account{number}-admin"',
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    text = catalog_text(PROFILES)
    note = f"{PROFILES} profiles, {len(text) / 1e6:.1f} MB"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profiles.toml"
        path.write_text(text)

        def tomllib_alone() -> float:
            return seconds(lambda: tomllib.loads(text))

        def load() -> float:
            store = TomlCatalogStore(path, Inline())
            return seconds(lambda: now(store.load()))

        ours, yardstick = alternate(load, tomllib_alone, 5)
        result(13, "reading and validating", ours, yardstick, 2.5, "s", note)
        store = TomlCatalogStore(path, Inline())
        catalog = now(store.load())
        assert (len(catalog.profiles), catalog.findings) == (PROFILES, ())
        name = list(catalog.profiles)[PROFILES // 2]
        turn = iter(range(100))

        def save() -> float:
            values = dict(now(store.raw("profiles", name))) | {"note": f"changed {next(turn)}"}
            return seconds(lambda: now(store.put("profiles", name, values)))

        def reload() -> None:
            path.write_text(f"{path.read_text()}# {next(turn)}\n")
            now(store.load())

        ours, yardstick = alternate(save, tomllib_alone, 5)
        result(13, "saving one changed profile", ours, yardstick, 1.5, "s", note)
        for what, work in (("reading", reload), ("saving", save)):
            stalls = [_longest_stall(work) for _ in range(_STALL_RUNS)]
            ours, wall = (max(one) for one in zip(*stalls, strict=True))
            told = f"{note}; worst of {_STALL_RUNS} runs; {wall * 1000:.0f} ms by the clock, other programs included"
            result(13, f"longest stall of the main thread, {what}", ours, STALL_LIMIT, 1.0, "s", told)


def _longest_stall(work: Callable[[], object]) -> tuple[float, float]:
    """Do the work on another thread; return the longest time that this one waited for more than its tick.

    First as processor time that this program used in a wait, which is what our work took from this thread; then by the
    clock, which also counts what other programs took.
    """
    thread = threading.Thread(target=work, daemon=True)
    used, waited = 0.0, 0.0
    thread.start()
    while thread.is_alive():
        start, cpu = time.perf_counter(), time.process_time()
        time.sleep(_TICK)
        late = time.perf_counter() - start - _TICK
        used = max(used, min(late, time.process_time() - cpu))
        waited = max(waited, late)
    return used, waited


if __name__ == "__main__":
    main()
