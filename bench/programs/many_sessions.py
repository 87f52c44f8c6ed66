"""Starts many sessions under Qt's loop with the application's own parts, and watches how late the loop is.

Arguments: how many, what for ("start" or "renew"), how many renewals. Prints one JSON line. The environment names an
STS on loopback and holds the source's keys.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.compose import Core, World, open_core
from app.domain.names import ProfileName
from app.domain.session import Active, Starter
from bench.measure import rss
from ui.compose import make_qt_application
from ui.loop import run

_TICK_MS = 2
_SECONDS = 300.0
_AT_ONCE = 16


class Latency:
    """How late a timer of the main loop is, in ms.

    `late` by the clock; `own`: what of that our own threads were running, as opposed to other programs.
    """

    def __init__(self) -> None:
        self.late: list[float] = []
        self.own: list[float] = []
        self._last, self._used = time.perf_counter(), time.process_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Start to watch."""
        self._last, self._used = time.perf_counter(), time.process_time()
        self._timer.start()

    def end(self) -> None:
        """Watch no more: what is kept of each tick would count as the application's memory."""
        self._timer.stop()

    def _tick(self) -> None:
        now, used = time.perf_counter(), time.process_time()
        late = max((now - self._last) * 1000 - _TICK_MS, 0.0)
        self.late.append(late)
        self.own.append(min(late, (used - self._used) * 1000))
        self._last, self._used = now, used


def at(late: list[float], part: float) -> float:
    """Return the quantile, weighted by time: a stall of 50 ms counts for the 50 ms that it lasts."""
    ordered = sorted(late)
    total = sum(ordered) + len(ordered) * _TICK_MS
    passed = 0.0
    for one in ordered:
        passed += one + _TICK_MS
        if passed >= total * part:
            return one
    return ordered[-1]


async def started(core: Core, names: list[ProfileName]) -> float:
    """Start all and return the seconds until every one is active."""
    store = core.engine.store
    done = asyncio.Event()
    missing = set(names)

    def changed(change: object) -> None:
        del change
        missing.difference_update([name for name in missing if isinstance(store.status(name).state, Active)])
        if not missing:
            done.set()

    end = store.subscribe(changed)
    begun = time.perf_counter()
    for number, name in enumerate(names):
        core.engine.start(name, by=Starter.WINDOW)
        if number % _AT_ONCE == 0:  # each start costs a little; the loop has a turn in between
            await asyncio.sleep(0)
    await asyncio.wait_for(done.wait(), _SECONDS)
    end()
    return time.perf_counter() - begun


async def main(app: QApplication, how_many: int, renewals: int) -> int:
    """Measure."""
    core = await open_core(World.real())
    await core.engine.open(auto=False)
    names = [ProfileName(f"p{n}") for n in range(how_many)]
    warm = [ProfileName("warm")]
    await started(core, warm)  # boto3's import and the first client are not what is measured
    latency = Latency()
    latency.begin()
    seconds = await started(core, names)
    latency.end()
    result: dict[str, object] = {
        "seconds": seconds,
        "late_99": at(latency.late, 0.99),
        "late_most": max(latency.late),
        "own_99": at(latency.own, 0.99),
        "own_most": max(latency.own),
    }
    if renewals:
        result["memory"] = await renewed(core, names, renewals)
    print(json.dumps(result), flush=True)
    await core.close()
    app.quit()
    return 0


async def renewed(core: Core, names: list[ProfileName], renewals: int) -> list[float]:
    """Renew all again and again; return the memory after each tenth of the renewals."""
    memory: list[float] = []
    store = core.engine.store
    rounds = max(renewals // len(names), 10)
    for number in range(rounds):
        before = {name: _key(store.status(name).state) for name in names}
        for name in names:
            core.engine.renew(name)
        deadline = time.monotonic() + _SECONDS
        while any(_key(store.status(name).state) in (before[name], None) for name in names):
            await asyncio.sleep(0.01)
            if time.monotonic() > deadline:
                sys.exit("renewals do not come")
        if (number + 1) % (rounds // 10) == 0:
            memory.append(rss(_pid()))
    return memory


def _key(state: object) -> str | None:
    return state.lease.access_key_id if isinstance(state, Active) else None


def _pid() -> int:
    return int(Path("/proc/self").resolve().name)


if __name__ == "__main__":
    application = make_qt_application()
    sys.exit(run(application, lambda: main(application, int(sys.argv[1]), int(sys.argv[2]))))
