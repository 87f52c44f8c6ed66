"""What the status bar says of the engine: the local endpoint, the next refresh, a pause."""

from datetime import datetime

from app.texts import T
from ui.core import Core
from ui.main_window.status_bar import StatusBar
from ui.present.tray import next_refresh
from ui.present.words import clock


def show_engine(bar: StatusBar, core: Core, now: datetime) -> None:
    """Bring the bar up to date."""
    store = core.engine.store
    bar.show_endpoint(core.serving.port, core.serving.problem)
    if store.paused:
        until = store.paused_until
        words = T("Refreshing paused until {time}", time=clock(until)) if until else T("Refreshing paused")
        bar.show_pause(paused=True, words=words)
        return
    bar.show_pause(paused=False, words="")
    due = next_refresh(store.statuses, now)
    words = T("Next refresh {time} · {name}", time=clock(due[0]), name=due[1]) if due else ""
    bar.show_next(words, due[1] if due else "")
