"""The whole day of a person with Rolecall, step by step; what each step has done is looked at from outside."""

import subprocess
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.support.desktop import wait_for
from tests.support.desktop_world import ANA, DEV, DEVICE, GUARDED, HUB
from tests.support.installed import BIN, KEYS, Installed, ended
from tests.support.node_provider import PUBLIC, NodeProvider
from tests.support.signing_in import Browser
from tests.support.strict_sts import StrictSts

WEB = "arn:aws:iam::123456789012:role/web"
TOKEN_SECONDS = 12  # what the provider's tokens are good for
REGION = "eu-west-1"  # what dev's becomes
OTHERS = (
    b"# kept by hand; \xc3\xa4\xc3\xb6\r\n[legacy]\r\naws_access_key_id = AKIALEGACY0000000001\r\n"
    b"aws_secret_access_key=not/a+real=one ; odd\r\n\r\n; a comment\n\n[ last ]\nregion=eu-west-1"  # and no line end
)
FOREIGN = b"\n[hub-session]\naws_access_key_id = AKIAFOREIGN000000001\naws_secret_access_key = somebody-elses\n"
CONFIG = f"""[profile hub]
role_arn = {HUB}
source_profile = acme
external_id = ext-1

[profile dev]
role_arn = {DEV}
source_profile = hub
region = eu-central-1

[profile guarded]
role_arn = {GUARDED}
source_profile = acme
mfa_serial = {DEVICE}
"""
MFA = "MFA code"
_OKTA = """
[sources.okta]
kind = "oidc"
issuer = "{issuer}"
client_id = "{client}"
flow = "browser"

[profiles.web]
source = "okta"
roles = [{{ role_arn = "{role}" }}]
delivery = {{ credentials_file = "web-session" }}
"""


def okta(issuer: str, client: str) -> str:
    """Return the part of a catalog with a provider's source and a profile of it."""
    return _OKTA.format(issuer=issuer, client=client, role=WEB)


class Person(Protocol):
    """What a person does in a day; by keys alone, or by the mouse alone."""

    def imports_all(self) -> None: ...
    def sees_the_window(self) -> None: ...
    def makes_favorite(self, name: str) -> None: ...
    def starts(self, name: str) -> None: ...
    def enters_code(self, code: str) -> None: ...
    def starts_by_tray(self, name: str) -> None: ...
    def makes_default_by_tray(self, name: str) -> None: ...
    def starts_by_palette(self, name: str) -> None: ...
    def makes_default_by_palette(self, name: str) -> None: ...
    def stops(self, name: str) -> None: ...
    def takes_over(self, section: str) -> None: ...
    def copies(self, name: str) -> None: ...
    def edits_region(self, name: str, region: str) -> None: ...
    def tests_edit(self) -> None: ...
    def saves_edit(self) -> None: ...
    def refreshes(self, name: str) -> None: ...
    def undoes(self) -> None: ...
    def undoes_newest_write(self) -> None: ...
    def stops_all_and_quits(self) -> None: ...


class Day:
    """One day in one home."""

    def __init__(self, rolecall: Installed, sts: StrictSts, provider: NodeProvider, shots: Path) -> None:
        """In a home without a catalog. `shots`: where a screen that surprises is kept."""
        self.rolecall, self.sts, self._provider, self._shots = rolecall, sts, provider, shots
        self.opened = rolecall.desktop.home / "opened"
        self._signed_in = 0.0
        self._before = b""
        rolecall.environ["BROWSER"] = str(_browser(rolecall.desktop.home, self.opened))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of the day; if it fails, the screen is kept and named."""
        try:
            yield
        except BaseException as error:
            shot = self._shots / f"{name.replace(' ', '-')}.png"
            self.rolecall.desktop.screenshot(shot)
            error.add_note(f"in the step “{name}”; the screen then: {shot}")
            raise

    def walk(self, person: Person) -> None:
        """Go through the day."""
        key = f"[acme]\naws_access_key_id = {ANA.access_key_id}\naws_secret_access_key = {ANA.secret_access_key}\n\n"
        self.rolecall.write_credentials(key.encode() + OTHERS)
        self.rolecall.credentials.with_name("config").write_text(CONFIG)
        with self.step("first run"):
            process = self.rolecall.start()
            self._import(person)
        with self.step("MFA"):
            self._mfa(person)
        with self.step("sign in"):
            self._sign_in(person)
        with self.step("switch by tray"):
            self._by_tray(person)
        with self.step("switch by palette"):
            self._by_palette(person)
        with self.step("conflict"):
            self._conflict(person)
        with self.step("copy"):
            self._copy(person)
        with self.step("edit with test"):
            self._edit(person)
        with self.step("sign in again"):
            self._sign_in_again(person)
        with self.step("undo"):
            self._undo(person)
        with self.step("undo a write"):
            person.undoes_newest_write()
            wait_for("the end of the session of web", lambda: self._session("web") is None)
        with self.step("quit"):
            self._quit(person, process)

    # the steps

    def _import(self, person: Person) -> None:
        person.imports_all()
        names = {"acme", "hub", "dev", "guarded"}
        assert set(wait_for("the profiles in the catalog", self._profiles)) == names
        person.sees_the_window()
        assert ANA.secret_access_key.encode() not in self.rolecall.credentials.read_bytes(), "it is in the keyring"
        assert self.rolecall.credentials.read_bytes().endswith(OTHERS), "every byte of the others is as it was"
        self._before = self.rolecall.credentials.read_bytes()
        signing_in = okta(self._provider.issuer, PUBLIC)
        self.rolecall.write_catalog(self.rolecall.catalog.read_text() + signing_in)  # as a colleague sent it

    def _mfa(self, person: Person) -> None:
        person.starts("guarded")
        assert self.sts.calls == (), "nothing is asked of AWS before there is a code"
        person.enters_code(self.sts.code(DEVICE))
        self._is("guarded", GUARDED)
        assert [one.operation for one in self.sts.calls[:2]] == ["GetSessionToken", "AssumeRole"]

    def _by_tray(self, person: Person) -> None:
        person.makes_favorite("dev")
        person.starts_by_tray("dev")
        self._is("dev", DEV)
        person.makes_default_by_tray("dev")
        self._default("dev")
        assert self.rolecall.identity_by_boto3("default").startswith(_assumed(DEV))

    def _by_palette(self, person: Person) -> None:
        person.starts_by_palette("hub")
        self._is("hub", HUB)
        person.makes_default_by_palette("hub")
        self._default("hub")

    def _conflict(self, person: Person) -> None:
        person.stops("hub")
        wait_for("the section given back", lambda: self._session("hub") is None)
        self.rolecall.credentials.write_bytes(self.rolecall.credentials.read_bytes() + FOREIGN)
        self._before += FOREIGN
        person.starts_by_palette("hub")
        person.takes_over("hub-session")
        self._is("hub", HUB)

    def _copy(self, person: Person) -> None:
        person.copies("dev")
        text = wait_for("the exports", lambda: _exports(self.rolecall.clipboard()))
        words = f"--endpoint-url {self.sts.url} sts get-caller-identity --query Arn --output text"
        told = self.rolecall.call(["bash", "-c", f'eval "$EXPORTS"; "{BIN}/aws" {words}'], environ={"EXPORTS": text})
        assert told.stdout.startswith(_assumed(DEV)), told.stderr

    def _edit(self, person: Person) -> None:
        before, calls = self.rolecall.catalog.read_text(), len(self.sts.calls)
        person.edits_region("dev", REGION)
        person.tests_edit()
        made = wait_for("the calls of the test", lambda: self.sts.calls[calls:] or None)
        assert {one.code for one in made} == {""}, made
        assert self.rolecall.catalog.read_text() == before, "nothing is saved before it is wanted"
        person.saves_edit()
        wait_for("the region in the catalog", lambda: self._profile("dev").get("region") == REGION)
        assert self.rolecall.catalog.read_text() == before.replace('"eu-central-1"', f'"{REGION}"')

    def _sign_in(self, person: Person) -> None:
        person.starts("web")
        self._in_the_browser()
        self._signed_in = time.monotonic()
        self._is("web", WEB)

    def _sign_in_again(self, person: Person) -> None:
        old = self._session("web")
        self._provider.tell("forget")
        wait_for("the end of the sign-in", lambda: time.monotonic() > self._signed_in + TOKEN_SECONDS)
        person.refreshes("web")
        self._in_the_browser()
        wait_for("another session", lambda: (self._session("web") or old) != old)
        self._is("web", WEB)

    def _in_the_browser(self) -> None:
        link = wait_for("the browser to be opened", lambda: self.opened.read_text() if self.opened.exists() else None)
        self.opened.unlink()
        assert "You can close this window." in Browser().sign_in(link).text

    def _undo(self, person: Person) -> None:
        before = self.rolecall.catalog.read_text()
        person.makes_favorite("web")
        wait_for("a favorite more", lambda: self._profile("web").get("favorite"))
        person.undoes()
        wait_for("the catalog as before", lambda: self.rolecall.catalog.read_text() == before)

    def _quit(self, person: Person, process: subprocess.Popen[bytes]) -> None:
        person.stops_all_and_quits()
        assert ended(process) == 0
        assert self.rolecall.credentials.read_bytes() == self._before, "what was taken over is given back"

    # what is seen from outside

    def _is(self, name: str, role: str) -> None:
        """Wait for a session, and ask AWS by the AWS CLI who one is with it."""
        wait_for(f"the section of {name}", lambda: self._session(name))
        assert self.rolecall.identity_by_cli(f"{name}-session").startswith(_assumed(role))

    def _default(self, name: str) -> None:
        """Wait until a profile is the default, in the credentials file and in the catalog."""
        wait_for(f"[default] to be {name}", lambda: self._section("default") == self._session(name))
        wait_for("the catalog to say so", lambda: self._catalog().get("settings", {}).get("default") == name)

    def _section(self, name: str) -> Mapping[str, str] | None:
        section = self.rolecall.section(name)
        return {key: section[key] for key in KEYS} if section is not None else None

    def _session(self, name: str) -> Mapping[str, str] | None:
        return self._section(f"{name}-session")

    def _profiles(self) -> dict[str, object] | None:
        return self._catalog()["profiles"] if self.rolecall.catalog.exists() else None

    def _catalog(self) -> dict[str, dict[str, object]]:
        return tomllib.loads(self.rolecall.catalog.read_text())

    def _profile(self, name: str) -> Mapping[str, object]:
        found = self._catalog()["profiles"][name]
        assert isinstance(found, dict)
        return found


def _assumed(role: str) -> str:
    return f"{role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/"


def _exports(text: str) -> str | None:
    return text if "AWS_SECRET_ACCESS_KEY" in text else None


def _browser(folder: Path, opened: Path) -> Path:
    """Make a browser that only writes down what it was to open."""
    path = folder / "browser"
    path.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    path.chmod(0o755)
    return path
