"""LazyFS: a file system in user space that forgets on demand what was written and not flushed (VLDB 2024)."""

import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

LAZYFS = shutil.which("lazyfs")


class LazyDisk:
    """A mounted folder, as a context. `forget` is a power cut: what was not flushed is gone."""

    def __init__(self, folder: Path) -> None:
        self.where = folder / "lazy"
        self._root = folder / "root"
        self._orders, self._done = folder / "orders", folder / "done"
        self._config = folder / "lazyfs.toml"
        self._log = folder / "lazyfs.out"
        for one in (self.where, self._root):
            one.mkdir(mode=0o700, parents=True)
        os.mkfifo(self._done)
        self._config.write_text(
            f'[faults]\nfifo_path="{self._orders}"\nfifo_path_completed="{self._done}"\n'
            '[cache]\napply_eviction=false\n[cache.simple]\ncustom_size="64mb"\nblocks_per_page=1\n'
            '[filesystem]\nlog_all_operations=false\nlogfile=""\n'
        )

    def __enter__(self) -> Self:
        self._answers = os.open(self._done, os.O_RDWR | os.O_NONBLOCK)
        command = [
            LAZYFS or "lazyfs",
            str(self.where),
            "--config-path",
            self._config.name,
        ]  # it takes a path with "-o" in it for none
        options = ["-o", "allow_other", "-o", "modules=subdir", "-o", f"subdir={self._root}", "-f"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *options], cwd=self._config.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + 10
        while not os.path.ismount(self.where) or not self._orders.exists():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < end, "LazyFS does not mount"
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["umount", "-l", str(self.where)], capture_output=True, check=False, timeout=20)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        os.close(self._answers)

    def forget(self) -> None:
        """Lose everything that was not flushed; returns when that is done."""
        with self._orders.open("w") as orders:
            orders.write("lazyfs::clear-cache\n")
        said = b""
        while b"finished::clear-cache" not in said:
            assert select.select([self._answers], [], [], 10)[0], f"no answer: {said!r}"
            said += os.read(self._answers, 1000)
