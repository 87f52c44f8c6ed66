"""A headless Chromium, driven over HTTP by its own driver (W3C WebDriver). Reaches this machine alone."""

import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import urllib3

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_STARTED_SECONDS = 20.0
_BETWEEN_PAGES = frozenset({"stale element reference", "no such element"})
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class DriverError(Exception):
    """The driver refused; `kind` is W3C's name for why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Chromium:
    """The browser as a context."""

    def __enter__(self) -> Self:
        self._home = tempfile.TemporaryDirectory(prefix="rc-", ignore_cleanup_errors=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"],
            env={"PATH": "/usr/bin:/bin", "HOME": self._home.name, "TMPDIR": self._home.name},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._base = f"http://127.0.0.1:{port}"
        self._pool = urllib3.PoolManager(timeout=60.0, retries=False)
        self._wait()
        options = {"args": [*ARGUMENTS, f"--user-data-dir={Path(self._home.name) / 'data'}"]}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self._session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._ask("DELETE", self._session, None)
        finally:
            self._driver.terminate()
            self._driver.wait(20)
            self._home.cleanup()

    def open(self, url: str) -> None:
        """Go to a page."""
        self._ask("POST", f"{self._session}/url", {"url": url})

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._ask("POST", f"{self._session}/element/{self._find(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        """Click something."""
        self._ask("POST", f"{self._session}/element/{self._find(selector)}/click", {})

    def text(self) -> str:
        """What the page shows."""
        return str(self._ask("GET", f"{self._session}/element/{self._find('body')}/text", None))

    def until(self, words: str, seconds: float = 30.0) -> None:
        """Wait until the page shows these words."""
        end = time.monotonic() + seconds
        while words not in (shown := self._shown()):
            assert time.monotonic() < end, f"{words!r} did not come: {shown!r}"
            time.sleep(0.1)

    def _shown(self) -> str:
        """What the page shows, and nothing while one page makes way for the next."""
        try:
            return self.text()
        except DriverError as error:
            if error.kind not in _BETWEEN_PAGES:
                raise
            return ""

    def _find(self, selector: str) -> str:
        asked = {"using": "css selector", "value": selector}
        return str(self._ask("POST", f"{self._session}/element", asked)[_ELEMENT])

    def _ask(self, method: str, path: str, body: object) -> Any:
        answer = self._pool.request(method, self._base + path, **({} if body is None else {"json": body}))
        value = answer.json()["value"]
        if answer.status != 200:
            raise DriverError(value["error"], value["message"])
        return value

    def _wait(self) -> None:
        end = time.monotonic() + _STARTED_SECONDS
        while True:
            try:
                if self._ask("GET", "/status", None)["ready"]:
                    return
            except urllib3.exceptions.HTTPError:
                assert time.monotonic() < end, "the driver does not start"
            time.sleep(0.05)
