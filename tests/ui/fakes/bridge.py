"""A bridge that runs coroutines at once: the fakes never really wait, so no loop is needed."""

from collections.abc import Callable, Coroutine
from typing import Any

from app.domain.problem import AppError
from ui.bridge import Bridge


class Idle(Bridge):
    """Runs nothing: of windows that are only looked at."""

    def begin(self, work: Coroutine[Any, Any, Any], what: str) -> Callable[[], object]:
        del what
        work.close()
        return lambda: False


class Now(Bridge):
    """Runs each coroutine to its end within `spawn`."""

    def begin(self, work: Coroutine[Any, Any, Any], what: str) -> Callable[[], object]:
        self.spawn(work, what)
        return lambda: False  # it has ended

    def spawn(self, work: Coroutine[Any, Any, Any], what: str) -> None:
        try:
            while True:
                work.send(None)
        except StopIteration:
            return
        except AppError as error:
            self.failed.emit(error.problem)
