"""The log: five files of 1 MB in the state folder, 0600, without secrets.

Only our own loggers speak below WARNING. botocore, urllib3, qasync, asyncio and keyring print secrets at DEBUG, so
they stay at WARNING whatever is asked for.
"""

import logging
import os
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

from app.domain.problem import AppError, Code, Problem
from app.redaction import Redactor

OURS = ("app", "ui", "rolecall")
PINNED = (
    "asyncio",
    "boto3",
    "botocore",
    "concurrent",
    "jeepney",
    "keyring",
    "qasync",
    "s3transfer",
    "secretstorage",
    "urllib3",
    "watchdog",
)
FILE_BYTES = 1_000_000
FILES = 5
_DEEPEST = 10  # causes of causes
_log = logging.getLogger(__name__)


class Formatter(logging.Formatter):
    """Lines in UTC. Of an exception type and places, never values, and its text only where it is ours or the OS's."""

    def __init__(self, redactor: Redactor) -> None:
        """Redact every line as a whole, arguments and exceptions included."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self._redactor = redactor

    @staticmethod
    def converter(seconds: float | None) -> Any:  # noqa: ANN401  time.struct_time, as logging's own has it
        """Return UTC."""
        from time import gmtime

        return gmtime(seconds)

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802  logging's name and types
        """Return the exception without locals and without foreign texts."""
        return say_exception(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line; what other handlers cached of the exception is not used."""
        plain = logging.makeLogRecord(record.__dict__)
        plain.exc_text = None
        return self._redactor.clean(super().format(plain))


def say_exception(error: BaseException | None) -> str:
    """Return an exception's type, places and causes. Its text may quote a secret: told only where it cannot."""
    lines: list[str] = []
    for _ in range(_DEEPEST):
        if error is None:
            break
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{_told(error)}")
        places = extract_tb(error.__traceback__)
        lines.extend(f"  {Path(place.filename).name}:{place.lineno} {place.name}" for place in places)
        following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if following is not None:
            lines.append("because of" if error.__cause__ else "while handling")
        error = following
    return "\n".join(lines)


def _told(error: BaseException) -> str:
    if isinstance(error, AppError):
        return f": {error.problem.code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f": [{error.errno}] {os.strerror(error.errno)}"
    if isinstance(error, ImportError):
        return f": {error.name}"
    return ""


class _LogFile(logging.FileHandler):
    """Rotates; made 0600; opened anew when another Rolecall has rotated it.

    What Python has for it brings pickling, sockets and queues along.
    """

    def _open(self) -> Any:  # noqa: ANN401  as logging has it
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; a log that cannot be written is no reason to stop."""
        try:
            self._follow()
            line = self.format(record) + self.terminator
            stream = self.stream or self._open()
            if os.fstat(stream.fileno()).st_size + len(line.encode(errors="backslashreplace")) > FILE_BYTES:
                self._let_go(stream)
                self._rotate()
                stream = self._open()
            self.stream = stream
            stream.write(line)
            stream.flush()
        except Exception:  # noqa: BLE001  as every handler of logging's
            self.handleError(record)

    def _let_go(self, stream: TextIO) -> None:
        """Close; a line later tries anew where the file cannot be opened now."""
        self.stream = None
        stream.close()

    def _rotate(self) -> None:
        """Rename all by one. On Windows another process may hold the file: then it grows until the next time."""
        first = Path(self.baseFilename)
        files = [first, *(first.with_name(f"{first.name}.{number}") for number in range(1, FILES))]
        for newer, older in reversed(list(pairwise(files))):
            with suppress(OSError):
                newer.replace(older)

    def _follow(self) -> None:
        if self.stream is None or os.name == "nt":
            return
        try:
            there = Path(self.baseFilename).stat()
        except FileNotFoundError:
            there = None
        here = os.fstat(self.stream.fileno())
        if there is None or (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
            self._let_go(self.stream)
            self.stream = self._open()


class Logs:
    """The log of this process, and the hooks for what nobody caught."""

    def __init__(self, redactor: Redactor, handlers: list[logging.Handler], problem: Problem | None) -> None:
        """Made by `start_logging`."""
        self.redactor = redactor
        self.problem = problem  # why there is no log file
        self.unexpected: Callable[[str], None] | None = None  # told the type's name of what nobody caught
        self._handlers = handlers
        self._raised = logging.raiseExceptions
        logging.raiseExceptions = False  # else a failing handler prints the arguments of the line
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def hook(self, loop: AbstractEventLoop | None = None) -> None:
        """Log what nobody caught: in the main thread, other threads, finalizers, and `loop`'s tasks."""
        sys.excepthook = self._of_main
        threading.excepthook = self._of_thread
        sys.unraisablehook = self._of_finalizer
        if loop is not None:
            loop.set_exception_handler(self._of_loop)

    def close(self) -> None:
        """Take the hooks and handlers away."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()
        logging.raiseExceptions = self._raised

    def _of_main(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,  # noqa: ARG002  Python's own
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        self._report("uncaught", error)

    def _of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self._report(f"uncaught in thread {args.thread.name if args.thread else '?'}", args.exc_value)

    def _of_finalizer(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            self._report("uncaught in a finalizer", args.exc_value)

    def _of_loop(self, loop: AbstractEventLoop, context: Mapping[str, Any]) -> None:  # noqa: ARG002  asyncio's own
        # the context's handles and futures are left alone: their repr shows arguments and results
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._report("uncaught in a task", error)
        else:
            _log.error("the loop says: %s", context.get("message", ""))

    def _report(self, where: str, error: BaseException) -> None:
        _log.error("%s", where, exc_info=(type(error), error, error.__traceback__))
        if self.unexpected is not None:
            self.unexpected(type(error).__name__)


def start_logging(folder: Path, *, debug: bool = False, console: TextIO | None = None) -> Logs:
    """Log to `folder`/rolecall.log, and to `console` if given. Never raises: see `Logs.problem`.

    `debug` raises our own loggers alone.
    """
    redactor = Redactor()
    handlers: list[logging.Handler] = [] if console is None else [logging.StreamHandler(console)]
    problem = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "rolecall.log"
        handlers.append(_LogFile(path, encoding="utf-8"))
    except OSError as error:
        problem = Problem.of(Code.FOLDER_UNUSABLE, path=str(folder), reason=os.strerror(error.errno or 0))
    for handler in handlers:
        handler.setFormatter(Formatter(redactor))
        handler.addFilter(_fit)
        logging.getLogger().addHandler(handler)
    _set_levels(debug=debug)
    return Logs(redactor, handlers, problem)


def _set_levels(*, debug: bool) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.INFO)
    for name in PINNED:
        logging.getLogger(name).setLevel(logging.WARNING)


def _fit(record: logging.LogRecord) -> bool:
    """Keep others' lines below WARNING out, even where someone set their loggers lower."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS
