"""Adapters that come with their first use: made once, imported off the loop, and asked for nothing before."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import pytest

from app import ports, sign_in_ports
from app.domain.secret import Secret
from app.late import Late
from app.late.callers import LateProcesses
from app.late.calls import LateCodes, LateSources, LateSts, LateTokens, SourceParts
from app.late.signing import LatePortal, LateSignIns, SignParts
from app.late.vault import LateKeeper, LateVault, LateVaults, VaultParts
from app.ports import Pool

T = TypeVar("T")


class Threads:
    """The port Offload, on a thread for each call."""

    def __init__(self) -> None:
        self.asked: list[Pool] = []

    async def call(self, pool: Pool, work: Callable[[], T], *, deadline: float | None = None) -> T:
        del deadline
        self.asked.append(pool)
        return await asyncio.to_thread(work)


class Recorder:
    """An adapter of any port: tells what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...], dict[str, object]]] = []
        self.secrets_generation = 7

    def __getattr__(self, name: str) -> Any:
        def call(*args: object, **named: object) -> Any:
            self.calls.append((name, args, named))
            return Awaited(name)

        return call


class Awaited(str):
    """An answer that can be waited for, looked through or taken as it is."""

    __slots__ = ()

    def __await__(self) -> Iterator[Any]:
        yield from ()
        return self

    def __iter__(self) -> Iterator[str]:
        return iter((str(self),))


def late(make: Callable[[], T], module: str = "colorsys") -> tuple[Late[T], Threads]:
    threads = Threads()
    return Late(threads, Pool.AWS, module, make), threads


async def test_it_is_made_once_for_all_who_wait_for_it() -> None:
    made: list[object] = []
    one, threads = late(lambda: made.append(object()) or made[-1])
    assert one.made is None
    found = await asyncio.gather(*(one.ready() for _ in range(5)))
    assert [part is made[0] for part in (*found, one.made, one.now())] == [True] * 7
    assert len(made) == 1
    await one.ready()
    assert len(threads.asked) == 5, "what is there is not imported again"


async def test_it_is_imported_on_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[tuple[str, bool]] = []

    def imported(name: str) -> None:
        where.append((name, threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr("app.late.import_module", imported)
    one, threads = late(object, "app.sts")
    await one.ready()
    assert (where, threads.asked) == ([("app.sts", False)], [Pool.AWS])


async def test_what_cannot_be_made_is_tried_anew() -> None:
    tries: list[int] = []

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not now")
        return "made"

    one, _ = late(make)
    with pytest.raises(OSError, match="not now"):
        await one.ready()
    assert await one.ready() == "made"


def test_threads_make_one_between_them() -> None:
    made: list[object] = []
    one, _ = late(lambda: made.append(object()) or made[-1])
    threads = [threading.Thread(target=one.now) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


_PORTS: list[tuple[type, Callable[[Late[Any]], Any], Callable[[Any], Any]]] = [
    (ports.Sts, LateSts, lambda one: one),
    (ports.Processes, LateProcesses, lambda one: one),
    (ports.Sources, LateSources, lambda one: SourceParts(one, one, one)),
    (ports.MfaCodes, LateCodes, lambda one: SourceParts(one, one, one)),
    (ports.IdentityTokens, LateTokens, lambda one: SourceParts(one, one, one)),
    (ports.Vault, LateVault, lambda one: VaultParts(one, one, one)),
    (ports.LongLivedKeeper, LateKeeper, lambda one: VaultParts(one, one, one)),
    (ports.Vaults, LateVaults, lambda one: VaultParts(one, one, one)),
    (sign_in_ports.SignIns, LateSignIns, lambda one: SignParts(one, one)),
    (sign_in_ports.Portal, LatePortal, lambda one: SignParts(one, one)),
]
_CALLS = [
    (port, wrapper, parts, name)
    for port, wrapper, parts in _PORTS
    for name, method in vars(port).items()
    if inspect.isfunction(method) and not name.startswith("_")
]


@pytest.mark.parametrize(
    ("port", "wrapper", "parts", "name"), _CALLS, ids=[f"{port.__name__}.{name}" for port, *_, name in _CALLS]
)
async def test_each_call_of_a_port_reaches_the_adapter_as_it_was_made(
    port: type, wrapper: Callable[[Late[Any]], Any], parts: Callable[[Any], Any], name: str
) -> None:
    adapter = Recorder()
    one, _ = late(lambda: parts(cast(Any, adapter)))
    one.now()
    signature = inspect.signature(getattr(port, name))
    wanted = [item for item in signature.parameters.values() if item.name != "self"]
    places = [f"value of {item.name}" for item in wanted if item.kind is not item.KEYWORD_ONLY]
    named = {item.name: f"value of {item.name}" for item in wanted if item.kind is item.KEYWORD_ONLY}
    answer: Any = getattr(wrapper(one), name)(*places, **named)
    if inspect.isawaitable(answer):
        answer = await answer
    elif inspect.isgenerator(answer):
        answer = "".join(cast(Iterator[str], answer))
    assert answer == (None if signature.return_annotation is None else name)
    ((called, args, more),) = adapter.calls
    assert (called, [*args, *more.values()]) == (name, [*places, *named.values()])


def test_nothing_is_made_to_forget_or_seal_what_is_not_there() -> None:
    def never() -> Any:
        raise AssertionError("made")

    one, _ = late(never)
    signs, tokens = LateSignIns(one), LateTokens(one)
    assert (signs.refused(cast(Any, "source")), tokens.refused(cast(Any, "source"))) == (False, False)
    assert list[Secret](signs.secrets()) == []
    signs.forget()
    tokens.forget()
    LateVaults(one).seal()


def test_the_tokens_that_come_are_a_change_of_the_secrets() -> None:
    adapter = Recorder()
    one, _ = late(lambda: SignParts(cast(Any, adapter), cast(Any, adapter)))
    signs = LateSignIns(one)
    before = signs.secrets_generation
    one.now()
    assert signs.secrets_generation == 7 != before
