"""The port FileWatch over the system's file notifications (watchdog); nothing is polled."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

QUIET_SECONDS = 0.1  # a burst has ended when nothing happened for so long …
LONGEST_SECONDS = 0.4  # … or when it has gone on for so long
_ATTEMPTS = 10
_log = logging.getLogger(__name__)


class SystemFileWatch:
    """Watches the folders of files, since files get replaced: of a symlink that of the link and that of its target.

    Where a folder is not there yet, the nearest one above it is watched until it is. A folder that is renamed away goes
    unnoticed; one that is removed does not. All is done on the loop: watchdog holds a lock of its own while it tells of
    an event, and wants it again where a watch begins or ends.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on `loop`. Threads start with the first watch; `close` ends them."""
        self._loop = loop
        self._observer: BaseObserver | None = None
        self._folders: dict[Path, tuple[ObservedWatch, set[_Watched]]] = {}
        self._watched: set[_Watched] = set()

    def watch(self, path: Path, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after the file was changed, replaced, made or removed; returns the way to end it.

        Bursts come as one call, at most a second late. The file need not exist yet. Where the system refuses to watch
        (too many watches), that is logged and `changed` is never called. Call it on the loop.
        """
        watched = _Watched(path, changed, self._loop)
        self._watched.add(watched)
        self._arrange(watched)

        def end() -> None:
            watched.end()
            self._watched.discard(watched)
            self._leave(watched, watched.folders)
            watched.folders = frozenset()

        return end

    def close(self) -> None:
        """End every watch and the threads."""
        observer, self._observer = self._observer, None
        for watched in self._watched:
            watched.end()
        self._watched.clear()
        self._folders.clear()
        if observer is not None:
            observer.stop()
            observer.join(timeout=2.0)

    def noticed(self, folder: Path, event: "FileSystemEvent") -> None:
        """Hand an event over to the loop; on watchdog's thread."""
        paths = {os.fsdecode(one) for one in (event.src_path, event.dest_path) if one}
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._take, folder, paths)

    def _take(self, folder: Path, paths: set[str]) -> None:
        _, watching = self._folders.get(folder, (None, set[_Watched]()))
        for watched in [one for one in watching if paths & one.names or one.is_folder_gone(paths)]:
            self._forget_gone(watched)
            self._arrange(watched)
            watched.burst()

    def _forget_gone(self, watched: "_Watched") -> None:
        """A folder of the same name that comes later is another folder, to be watched anew."""
        gone = frozenset(folder for folder in watched.folders if not folder.is_dir())
        self._leave(watched, gone)
        watched.folders -= gone

    def _arrange(self, watched: "_Watched") -> None:
        """Watch the folders that matter now, and no others."""
        for _ in range(_ATTEMPTS):  # folders may be made while they are looked at
            names, folders = _names_and_folders(watched.path)
            old = watched.folders
            if watched.names == names and folders == old:
                return
            gone = frozenset(folder for folder in folders - old if not self._join(watched, folder))
            self._leave(watched, old - folders)
            watched.names, watched.folders = names, folders - gone

    def _join(self, watched: "_Watched", folder: Path) -> bool:
        """Watch a folder for a file too; whether it is still there."""
        known = self._folders.get(folder)
        if known is not None:
            known[1].add(watched)
            return True
        try:
            observed = self._observe(folder)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            _log.warning("cannot watch %s: %s", folder, error.strerror)
            return True
        self._folders[folder] = (observed, {watched})
        return True

    def _leave(self, watched: "_Watched", folders: frozenset[Path]) -> None:
        for folder in folders:
            known = self._folders.get(folder)
            if known is None:
                continue
            known[1].discard(watched)
            if not known[1]:
                del self._folders[folder]
                if self._observer is not None:
                    _unschedule(self._observer, known[0])

    def _observe(self, folder: Path) -> "ObservedWatch":
        from watchdog import events
        from watchdog.observers import Observer

        if self._observer is None:
            logging.getLogger("watchdog.observers.inotify").addFilter(_worth_saying)
            self._observer = Observer()
            self._observer.daemon = True
            self._observer.start()
        kinds: list[type[events.FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        return self._observer.schedule(_handler(self, folder), str(folder), recursive=False, event_filter=kinds)


def _worth_saying(record: logging.LogRecord) -> bool:
    """An event that comes while a watch ends is no error: watchdog says it as one, and drops the event as it should."""
    return "when the thread is inactive" not in record.getMessage()


def _handler(watch: SystemFileWatch, folder: Path) -> Any:  # noqa: ANN401  its class exists only once watchdog is imported
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            watch.noticed(folder, event)

    return Handler()


def _unschedule(observer: "BaseObserver", observed: "ObservedWatch") -> None:
    with contextlib.suppress(KeyError, OSError):  # the folder went first
        observer.unschedule(observed)


class _Watched:
    """One watch: its path, what counts as news of it, and its burst under way."""

    def __init__(self, path: Path, changed: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100  symlinks are looked at, not followed
        self.names: frozenset[str] = frozenset()
        self.folders: frozenset[Path] = frozenset()
        self._changed = changed
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._first = 0.0
        self._ended = False

    def is_folder_gone(self, paths: set[str]) -> bool:
        """Whether an event is about one of the watched folders itself."""
        return any(str(folder) in paths for folder in self.folders)

    def burst(self) -> None:
        """Something happened: call `changed` soon; on the loop."""
        if self._ended:
            return
        now = self._loop.time()
        if self._timer is None:
            self._first = now
        else:
            self._timer.cancel()
        self._timer = self._loop.call_at(min(now + QUIET_SECONDS, self._first + LONGEST_SECONDS), self._fire)

    def _fire(self) -> None:
        self._timer = None
        if not self._ended:
            self._changed()

    def end(self) -> None:
        """Call `changed` no more."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _names_and_folders(path: Path) -> tuple[frozenset[str], frozenset[Path]]:
    """The paths whose news count, and the folders to watch for them."""
    names: set[str] = set()
    folders: set[Path] = set()
    for one in {path, Path(os.path.realpath(path))}:
        name, folder = one, one.parent
        while not folder.is_dir() and folder != folder.parent:
            name, folder = folder, folder.parent
        names.add(str(name))
        folders.add(folder)
    return frozenset(names), frozenset(folders)
