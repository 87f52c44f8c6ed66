"""Screens of first run and import."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.names import AccountId
from app.domain.problem import Code, Problem, Verb
from app.domain.profile import Account, Catalog
from app.importing.executor import Step
from app.importing.found import Place
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeClock
from tests.ui.fakes.importing import FakeFlow, sample, write
from ui.models.importing import State
from ui.onboarding.preview import PreviewDialog
from ui.onboarding.window import ImportWindow
from ui.present.importproblems import step_words

_PROD = AccountId("444455556666")


class _Home:
    catalog = Catalog(accounts={str(_PROD): Account(_PROD, production=True)})


class _Nobody:
    catalog = Catalog()


def window_of(config: str, credentials: str, *, mode: int = 0o644) -> tuple[ImportWindow, FakeFlow]:
    """Return a window over files in a home of their own, read."""
    home = Path(tempfile.mkdtemp(prefix="rolecall-import-"))
    flow = FakeFlow(write(home / ".aws", config, credentials), mode=mode)
    window = ImportWindow(flow, _Home() if config or credentials else _Nobody(), Now(), FakeClock(), home)
    window.look()
    return window, flow


def _found() -> ImportWindow:
    return window_of(*sample())[0]


def _opened() -> ImportWindow:
    window = _found()
    window.page.model.open_or_close(0)
    window.page.table.go_to(1)
    return window


def _small(wide: int, high: int) -> ImportWindow:
    window = _opened()
    window.resize(wide, high)
    return window


def _empty() -> ImportWindow:
    return window_of("", "")[0]


def _broken() -> ImportWindow:
    config, credentials = sample()
    return window_of(config.replace("region = us-east-1\n", "region us-east-1\n"), credentials)[0]


def _busy() -> ImportWindow:
    window = _found()
    page = window.page
    page.begin(len(page.model.checked))
    names = [one.origin for one in page.model.lines if one.can and one.origin in page.model.checked]
    states = {name: State(Step.DONE, step_words(Step.DONE)) for name in names[:4]}
    states |= {name: State(Step.CATALOG, step_words(Step.CATALOG)) for name in names[4:9]}
    page.tell(states)
    return window


def _done(*, failed: bool = False) -> ImportWindow:
    window, flow = window_of(*sample())
    if failed:
        problem = Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING, name="GNOME Keyring")
        flow.fails = {"legacy-ci": problem}
    window.go_on()
    return window


def _preview() -> PreviewDialog:
    window = _found()
    window.show_preview("mira")
    shown = window.preview
    if shown is None:
        raise LookupError("a row with keys has a preview")
    shown.setParent(None)
    return shown


def _wait() -> ImportWindow:
    window = _found()
    window.place = Place()
    window._waiting()  # noqa: SLF001  as after its first moment
    return window


IMPORT_SCREENS: dict[str, Callable[[], QWidget]] = {
    "07-import": _found,
    "07-import-opened": _opened,
    "07-import-small": partial(_small, 800, 552),
    "07-import-smallest": partial(_small, 640, 460),
    "07-import-reading": _wait,
    "07-import-broken": _broken,
    "07-import-busy": _busy,
    "07-import-done": _done,
    "07-import-failed": partial(_done, failed=True),
    "07-import-preview": _preview,
    "07-empty": _empty,
}
