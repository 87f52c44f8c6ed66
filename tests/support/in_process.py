"""The command line in this process: real files, a vault in memory, a strict STS on loopback, a person who answers."""

import io
import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.cli.context import Cli
from app.cli.root import run
from app.cli.terminal import Terminal
from app.compose import World
from app.domain.problem import Problem
from app.domain.secret import Secret
from app.sign_in_ports import Opener
from app.vault.memory import MemoryKeeper, MemoryVault
from tests.support.command_line import CATALOG, OTHERS, SEED, Ran, ana, ana_world
from tests.support.strict_sts import StrictSts


class Person(Terminal):
    """Somebody at the terminal, who says yes or no and types codes; `there` False: nobody is."""

    def __init__(self) -> None:
        self.there = False
        self.yes = False
        self.codes: list[str] = []
        self.asked: list[str] = []
        self.line: str | None = None  # standard input

    def present(self) -> bool:
        return self.there

    def secret(self, what: str) -> Secret:
        before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO((self.line or "").encode()))
        try:
            return super().secret(what)
        finally:
            sys.stdin = before

    def code(self, serial: str, refused: Problem | None) -> str | None:
        self.asked.append(f"code {serial} {refused.code if refused else ''}".strip())
        return self.codes.pop(0) if self.codes else None

    def token(self, source: str, refused: Problem | None) -> str | None:
        self.asked.append(f"token {source} {refused.code if refused else ''}".strip())
        return self.codes.pop(0) if self.codes else None

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self.yes

    def types(self, question: str, word: str) -> bool:
        self.asked.append(f"{question} {word}")
        return self.yes


@dataclass
class Office:
    """The command line's surroundings as a context."""

    folder: Path
    person: Person = field(default_factory=Person)
    opener: Opener | None = None
    more: dict[str, Any] = field(default_factory=dict)  # of the world, beyond what each office has

    def __enter__(self) -> Self:
        self.user = ana()
        self.sts = StrictSts(ana_world(self.user))
        self.sts.__enter__()
        self.vault = MemoryVault()
        self.keeper = MemoryKeeper()
        self.environ = {
            "ROLECALL_CONFIG_DIR": str(self.folder / "config"),
            "ROLECALL_STATE_DIR": str(self.folder / "state"),
            "ROLECALL_RUNTIME_DIR": str(self.folder / "run"),
            "AWS_ENDPOINT_URL_STS": self.sts.url,
            "PATH": "/usr/bin:/bin",
        }
        self.catalog.parent.mkdir(mode=0o700)
        self.credentials.parent.mkdir(mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sts.__exit__(kind, error, trace)

    @property
    def credentials(self) -> Path:
        return self.folder / ".aws" / "credentials"

    @property
    def catalog(self) -> Path:
        return self.folder / "config" / "profiles.toml"

    def set_up(self, more: str = "") -> None:
        """Catalog, secrets and a credentials file with sections of others."""
        self.catalog.write_text(CATALOG.replace("{key_id}", self.user.access_key_id) + more)
        self.catalog.chmod(0o600)
        self.credentials.write_bytes(OTHERS)
        self.credentials.chmod(0o600)
        self.must("keys", "set", "acme", stdin=self.user.secret_access_key)
        self.must("keys", "set", "acme", "--totp", stdin=SEED)

    def edit(self, old: str, new: str) -> None:
        """Edit the catalog by hand."""
        text = self.catalog.read_text()
        assert old in text
        self.catalog.write_text(text.replace(old, new))

    def run(self, *arguments: str, stdin: str | None = None, environ: Mapping[str, str] | None = None) -> Ran:
        """Run one command."""
        self.person.line = stdin
        world = World(
            {**self.environ, **(environ or {})},
            self.folder,
            "ana",
            "host",
            **self.more,
            vault=self.vault,
            keeper=self.keeper,
            opener=self.opener,
        )
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments, given=Cli(world, terminal=self.person))
        return Ran(int(code), out.getvalue(), err.getvalue())

    def must(self, *arguments: str, stdin: str | None = None) -> Ran:
        """Run one command that ends well."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.code == 0, ran
        return ran

    def must_json(self, *arguments: str) -> Any:
        """Run one command that ends well and prints JSON."""
        return json.loads(self.must(*arguments, "--json").out)
