"""Target 10, editors and settings: each opens within 0.1 s, with 10,000 profiles as with 10, and so does what is in it.

Processor time, as for the main window. Garbage is collected between the openings, as the program does it (ADR 6).
"""

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bench_tray import catalog as catalog_text
from bench.measure import alternate, result

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from tests.ui.fakes.core import FakeCore
    from ui.core import Tools
    from ui.editor.profile_window import ProfileWindow

_MANY, _FEW = 10_000, 10
_HOPS = 10
_AT_ONCE = 0.1  # seconds
_FRAME = 0.016
_TIMES = 9


def main() -> None:
    """Measure the windows themselves, offscreen: built and painted; then what is opened in them."""
    from PySide6.QtWidgets import QApplication

    from tests.ui.fakes.reading import fake_core
    from ui.style.theme import install

    app = QApplication([])
    install(app).choose("light")
    gc.disable()
    many = fake_core(catalog_text(_MANY), running=False)
    few = fake_core(catalog_text(_FEW), running=False)
    _editor(app, many, few)
    _chain(app, *few)
    _check(many)
    _others(app, *few)


def _median(once: Callable[[], float]) -> float:
    return statistics.median(once() for _ in range(_TIMES))


def _gone(app: "QApplication", window: "QWidget") -> None:
    window.close()
    window.deleteLater()
    app.processEvents()
    gc.collect()


def _timed(app: "QApplication", make: Callable[[], "QWidget"]) -> Callable[[], float]:
    """Return what measures a window from asked for to painted."""

    def once() -> float:
        start = time.process_time()
        window = make()
        window.show()
        app.processEvents()  # paints
        taken = time.process_time() - start
        _gone(app, window)
        return taken

    once()
    return once


def _then(
    app: "QApplication", make: Callable[[], "ProfileWindow"], act: Callable[["ProfileWindow"], object]
) -> Callable[[], float]:
    """Return what measures an act in an editor that stands, from asked for to painted."""

    def once() -> float:
        window = make()
        window.show()
        app.processEvents()
        start = time.process_time()
        act(window)
        app.processEvents()
        taken = time.process_time() - start
        window.draft.saved()
        _gone(app, window)
        return taken

    once()
    return once


def _opener(core: "FakeCore", tools: "Tools", hops: int = 1, place: str = "") -> Callable[[], "ProfileWindow"]:
    from tests.ui.fakes.bridge import Now
    from ui.editor.draft import Draft
    from ui.editor.profile_window import ProfileWindow

    values = dict(core.catalogs.tables["profiles"]["p1"])
    values["roles"] = [{"role_arn": f"arn:aws:iam::{100 + hop:012d}:role/Role{hop}"} for hop in range(hops)]
    return lambda: ProfileWindow(core, tools, Now(core.engine.store), Draft("p1", values), place)


def _editor(app: "QApplication", many: "tuple[FakeCore, Tools]", few: "tuple[FakeCore, Tools]") -> None:
    ours, yardstick = alternate(_timed(app, _opener(*many)), _timed(app, _opener(*few)), _TIMES)
    result(10, "profile editor, asked to painted", ours, yardstick, 1.5, "s", f"{_MANY} profiles against {_FEW}")
    result(10, "the same, alone", ours, _AT_ONCE, 1.0, "s")
    times = [_then(app, _opener(*many), lambda window, at=page: window.nav.setCurrentRow(at)) for page in range(1, 5)]
    slowest = max(map(_median, times))
    result(10, "its slowest other page, asked to painted", slowest, _AT_ONCE, 1.0, "s")


def _chain(app: "QApplication", core: "FakeCore", tools: "Tools") -> None:
    """A hop that is closed costs its line alone."""
    from ui.editor.places import CHAIN

    long, short = (
        _then(app, _opener(core, tools, hops), lambda window: window.nav.setCurrentRow(CHAIN)) for hops in (_HOPS, 1)
    )
    ours, yardstick = alternate(long, short, _TIMES)
    result(10, "a chain's page, closed; with its only hop open", ours, yardstick, 1.5, "s", f"{_HOPS} hops against 1")
    opens = _then(app, _opener(core, tools, _HOPS, "hop 1"), lambda window: window.chain.open(2))
    result(10, "a closed hop, pressed to painted", _median(opens), _AT_ONCE, 1.0, "s")


def _check(many: "tuple[FakeCore, Tools]") -> None:
    core, tools = many
    values = core.catalogs.tables["profiles"]["p1"]

    def checked() -> float:
        start = time.process_time()
        tools.check_profile("p1", values, core.catalog, original="p1")
        return time.process_time() - start

    checked()
    ours = _median(checked)
    result(10, "a check while it is typed; one frame", ours, _FRAME, 1.0, "s", f"{_MANY} profiles")


def _others(app: "QApplication", core: "FakeCore", tools: "Tools") -> None:
    from tests.ui.fakes.bridge import Now
    from tests.ui.fakes.core import FakeClock
    from tests.ui.fakes.importing import FakeFlow, sample, write
    from ui.editor.draft import Draft, empty_source
    from ui.editor.source_forms import KINDS
    from ui.editor.source_window import SourceWindow
    from ui.onboarding.window import ImportWindow
    from ui.platform.clipboard import SecretClipboard
    from ui.present.regions import REGIONS
    from ui.settings.about import About
    from ui.settings.window import SettingsWindow

    bridge = Now(core.engine.store)
    about = About("0", (), lambda: True, lambda _: None, _nothing)
    home = Path(tempfile.mkdtemp(prefix="rolecall-bench-"))
    flow = FakeFlow(write(home / ".aws", *sample()))

    def source(kind: str) -> Callable[[], SourceWindow]:
        return lambda: SourceWindow(core, tools, bridge, empty_source(kind), SecretClipboard())

    def importing() -> ImportWindow:
        window = ImportWindow(flow, core, Now(), FakeClock(), home)
        window.look()
        return window

    kinds = [_timed(app, source(kind)) for kind in KINDS]
    slowest = max(map(_median, kinds))
    result(10, "source editor, its slowest kind", slowest, _AT_ONCE, 1.0, "s")
    settings = _timed(app, lambda: SettingsWindow(core, bridge, Draft("", {}), about, ("de", "es"), REGIONS))
    result(10, "settings", _median(settings), _AT_ONCE, 1.0, "s")
    imports = _timed(app, importing)
    result(10, "import window, with 22 profiles", _median(imports), _AT_ONCE, 1.0, "s")


async def _nothing(_path: Path) -> None:
    """Write no report."""


if __name__ == "__main__":
    main()
