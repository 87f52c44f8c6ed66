"""npm's oidc-provider as a context: a certified OpenID Provider on loopback, with its own login pages."""

import json
import os
import select
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import urllib3

from tests.support.strict_world import Provider

FOLDER = Path(__file__).parent / "node"
PUBLIC, CONFIDENTIAL, SECRET = "rolecall-desktop", "with:secret", "p%s+ /:ecret"
_SECONDS = 20.0


def missing() -> str:
    """Return what is missing to run it, empty if nothing is. With CI set nothing may be: the test fails then."""
    if shutil.which("node") is None:
        return "Node.js 20 or newer"
    return "" if (FOLDER / "node_modules" / "oidc-provider").is_dir() else "npm's oidc-provider: make setup-test"


needs_provider = pytest.mark.skipif(bool(missing()) and not os.environ.get("CI"), reason=f"needs {missing()}")


@dataclass
class NodeProvider:
    """The provider as a context. `options` as in provider.mjs."""

    options: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        assert not missing(), f"needs {missing()}"
        self._child = subprocess.Popen(
            ["node", str(FOLDER / "provider.mjs"), json.dumps(self.options)],
            env={"PATH": os.environ.get("PATH", ""), "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.issuer = str(self._line()["issuer"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Be down from now on."""
        self._child.kill()
        self._child.communicate()

    def tell(self, command: str) -> None:
        """Have it do something: "rotate" or "forget"."""
        assert self._child.stdin is not None
        self._child.stdin.write(command.encode() + b"\n")
        self._child.stdin.flush()
        assert self._line() == {"done": command}

    def known(self, *audiences: str) -> Provider:
        """The provider as IAM knows it, with its key of now."""
        from joserfc.jwk import RSAKey

        keys = urllib3.request("GET", f"{self.issuer}/jwks").json()["keys"]
        return Provider(self.issuer, list(audiences), RSAKey.import_key(keys[0]).as_pem(private=False).decode())

    def _line(self) -> Any:
        assert self._child.stdout is not None
        ready, _, _ = select.select([self._child.stdout], [], [], _SECONDS)
        assert ready, "the provider says nothing"
        line = self._child.stdout.readline()
        assert line, f"the provider ended with {self._child.wait()}"
        return json.loads(line)
