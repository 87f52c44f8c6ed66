"""Starts Rolecall: without arguments the tray application, with arguments the command line.

Before anything else is imported it makes sure that `app` and `ui` are Rolecall's own and that nothing of PYTHONPATH is
taken in place of what Rolecall was installed with: the program that it starts holds long-lived keys.
"""

import os
import sys

TYPE_CHECKING = False  # importing typing would take longer than all else here
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NoReturn

    from app.domain.problem import Problem
    from ui.running import CoreFactory

_UNEXPECTED = 1
_INTERRUPTED = 130
# `demo` may open windows; `credentials` lives for milliseconds, which hiding would double
_NOT_HIDDEN = frozenset({"credentials", "demo"})
_QT = frozenset({"PySide6", "shiboken6", "qasync"})


def main(arguments: "Sequence[str] | None" = None) -> "NoReturn":
    """Run Rolecall and end the process with its exit code. Never returns."""
    leave(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: "Sequence[str]") -> int:
    """Run Rolecall in this process and return its exit code."""
    root = own_root(os.path.dirname(os.path.abspath(__file__)))
    if not getattr(sys, "frozen", False):
        sys.path[:] = safe_path(sys.path, root, os.environ, site_folders())
    try:
        if reason := stranger(root):
            print(reason, file=sys.stderr)
            return _UNEXPECTED
        from app import process

        process.harden()
        if not arguments:
            return _application(arguments)
        if list(arguments) == ["--self-test"]:
            return _self_test()
        if arguments[0] not in _NOT_HIDDEN:
            process.hide_memory()
        return _command_line(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except SystemExit as ending:
        return _code_of(ending)
    except Exception as error:  # noqa: BLE001  the last resort: said as Python says it, and never swallowed
        sys.excepthook(type(error), error, error.__traceback__)
        if sys.excepthook is not sys.__excepthook__:  # it went into the log alone
            print(f"Rolecall ended unexpectedly ({type(error).__name__}). Its log says where.", file=sys.stderr)
        return _UNEXPECTED


def _self_test() -> int:
    """Check this installation, windows included where Qt was installed."""
    from importlib.util import find_spec

    from app.selftest import self_test

    if find_spec("PySide6") is None:
        print("note    windows: Qt is not installed")
        return self_test()
    from ui.selftest import checks

    return self_test(checks())


def _command_line(arguments: "Sequence[str]") -> int:
    from app.cli import main as command_line

    return command_line(arguments, _windows)


def _windows(core_factory: "CoreFactory") -> "int | None":
    """Run the tray application with a core of somebody's own; None where there is no screen or no Qt."""
    from app.display import unreachable

    if unreachable(os.environ, sys.platform):
        return None
    try:
        from ui.compose import main as application
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _QT:
            raise
        return None
    return application((), core_factory=core_factory)


def _application(arguments: "Sequence[str]") -> int:
    from app.display import unreachable
    from app.domain.problem import Code, Problem, Verb

    if reason := unreachable(os.environ, sys.platform):
        return _explain(Problem.of(Code.NO_DISPLAY, Verb.START_ENGINE, reason=reason))
    try:
        from ui.compose import main as application

        return application(arguments)
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _QT:
            raise
        if isinstance(error, ModuleNotFoundError):
            return _explain(Problem.of(Code.NO_QT, Verb.START_ENGINE))
        return _explain(Problem.of(Code.NO_DISPLAY, Verb.START_ENGINE, reason=str(error)))  # a library of the system's


def _explain(problem: "Problem") -> int:
    """Say a problem as the command line does: a line of cause, a line of remedy."""
    from app.texts import describe, set_language

    set_language(environ=os.environ)
    words = describe(problem)
    print(f"{words.title}: {words.detail}" if words.detail else words.title, file=sys.stderr)
    if words.remedy:
        print(words.remedy, file=sys.stderr)
    return int(problem.exit)


def own_root(here: str) -> str:
    """Return the folder that holds `app` and `ui`: `_rolecall` beside an installed launcher, else the source tree."""
    installed = os.path.join(here, "_rolecall")
    return installed if os.path.isdir(installed) else here


def site_folders() -> frozenset[str]:
    """Return where Python itself finds its library and what was installed for it, whatever PYTHONPATH says."""
    library = os.path.dirname(os.path.abspath(os.__file__))
    folders = {library, os.path.join(library, "lib-dynload")}
    if site := sys.modules.get("site"):
        folders.update(site.getsitepackages())
        if site.ENABLE_USER_SITE:
            folders.add(site.getusersitepackages())
    return frozenset(_plain(folder) for folder in folders)


def safe_path(path: "Sequence[str]", root: str, environ: "Mapping[str, str]", keep: "Iterable[str]") -> list[str]:
    """Return `path` with `root` first, without what PYTHONPATH added, and without the current folder as such."""
    added = {_plain(entry) for entry in environ.get("PYTHONPATH", "").split(os.pathsep) if entry}
    dropped = (added - set(keep)) | {_plain(root)}
    return [root, *(entry for entry in path if entry and _plain(entry) not in dropped)]


def stranger(root: str) -> str:
    """Return why the package `app` that Python finds is not Rolecall's; empty if it is."""
    import app

    found = os.path.dirname(os.path.dirname(os.path.abspath(app.__file__ or "")))
    if getattr(sys, "frozen", False) or _plain(found) == _plain(root):
        return ""
    return f"Rolecall does not start: the package “app” comes from {found} and not from {root}."


def _plain(folder: str) -> str:
    return os.path.normcase(os.path.realpath(folder))


def _code_of(ending: SystemExit) -> int:
    if ending.code is None or isinstance(ending.code, int):
        return ending.code or 0
    print(ending.code, file=sys.stderr)
    return _UNEXPECTED


def leave(code: int) -> "NoReturn":
    """End the process now: a thread that hangs in a call of the keyring's must not hold it."""
    if logging := sys.modules.get("logging"):
        logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # no such stream, its reader is gone, or it is closed
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
