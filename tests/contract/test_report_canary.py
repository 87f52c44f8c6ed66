"""Secrets in every place that there is, also in lines that should never have been: none is in a report."""

import base64
import io
import json
import logging
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.compose import World
from app.domain.reading import read_catalog
from app.domain.secret import Secret
from app.folders import Folders, find_folders
from app.logs import start_logging
from app.report import write_report
from tests.support.command_line import SEED
from tests.support.in_process import Office
from tests.support.logfail import ExpectedLogs

CANARIES = {
    name: f"cAnAry-{name}-0123456789"
    for name in (
        "env-secret", "env-token", "env-proxy", "file-key", "file-odd", "config-token", "mfa-argument",
        "process-argument", "catalog-proxy", "source-proxy", "profile-env", "raised", "local", "of-a-thread",
        "in-a-task", "written-long-ago", "noted",
    )
}  # fmt: skip
MORE = f"""
[settings]
proxy = "http://ana:{CANARIES["catalog-proxy"]}@127.0.0.1:1"

[sources.helper]
kind = "process"
command = ["/opt/bin/helper", "--password={CANARIES["process-argument"]}", "--json"]

[sources.other]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE000000002"
mfa_serial = "arn:aws:iam::111122223333:mfa/other"
mfa = "command"
mfa_command = ["/opt/bin/code", "{CANARIES["mfa-argument"]}"]
proxy = "http://ana:{CANARIES["source-proxy"]}@127.0.0.1:1"

[profiles.helped]
source = "helper"
note = "{CANARIES["noted"]}"
env = {{ DATABASE_PASSWORD = "{CANARIES["profile-env"]}" }}

[[profiles.helped.roles]]
role_arn = "arn:aws:iam::210987654321:role/dev"

[profiles.other]
source = "other"

[[profiles.other.roles]]
role_arn = "arn:aws:iam::210987654321:role/dev"
mfa = true
"""
ENVIRON = {
    "AWS_SECRET_ACCESS_KEY": CANARIES["env-secret"],
    "AWS_SESSION_TOKEN": CANARIES["env-token"],
    "HTTPS_PROXY": f"http://ana:{CANARIES['env-proxy']}@127.0.0.1:1",
    "NO_PROXY": "*",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up(MORE)
        text = one.credentials.read_text()
        odd = f"\n[odd]\nmy_own_password = {CANARIES['file-odd']}\nstray {CANARIES['file-odd']}\n"
        keys = f"\n[theirs]\naws_access_key_id = AKIATHEIRS0000000001\naws_secret_access_key = {CANARIES['file-key']}\n"
        one.credentials.write_text(text + keys + odd.replace("stray", "# stray"))
        config = f"[profile x]\nregion = eu-west-1\naws_session_token = {CANARIES['config-token']}\n"
        (tmp_path / ".aws" / "config").write_text(config)
        yield one


def reported(office: Office, path: Path) -> dict[str, str]:
    world = World({**office.environ, **ENVIRON}, office.folder, "ana", "host", vault=office.vault, keeper=office.keeper)
    found = read_catalog(tomllib.loads(office.catalog.read_text())).catalog
    write_report(path, world, folders_of(office), found)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def folders_of(office: Office) -> Folders:
    return find_folders(office.environ, office.folder)


def crash(folders: Folders, secrets: list[Secret]) -> None:
    """What nobody catches, in every place where Python would print it."""
    logs = start_logging(folders.log.parent, debug=True)
    logs.redactor.watch(lambda: 1, lambda: secrets)
    logs.hook()
    try:
        hidden = CANARIES["local"]
        try:
            raise RuntimeError(f"signing with {CANARIES['raised']} {hidden}")  # noqa: TRY301  for its frame
        except RuntimeError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=lambda: {}[CANARIES["of-a-thread"]])
        thread.start()
        thread.join(10)
        logging.getLogger("botocore").debug("token %s", CANARIES["in-a-task"])
        logging.getLogger("app").error("a line with %s in it", secrets[0].reveal())
    finally:
        logs.close()


def test_no_secret_is_in_a_report(office: Office, tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    office.must("start", "dev")
    session = office.credentials.read_text().partition("[dev]")[2]
    keys = [line.partition("=")[2].strip() for line in session.splitlines()[1:] if "=" in line and "#" not in line][:3]
    for where, part in (("app.logs", "uncaught"), ("app.logs", "uncaught in thread"), ("app", "a line with")):
        expected_logs.add(where, part)
    folders = folders_of(office)
    folders.make()
    crash(folders, [Secret(office.user.secret_access_key), Secret(keys[2])])
    leaked = f"2020 DEBUG old: password={CANARIES['written-long-ago']} {CANARIES['file-key']} {CANARIES['env-token']}\n"
    with folders.log.open("a") as log:  # by a version with a fault, or a library
        log.write(
            leaked + f"{base64.b64encode(CANARIES['file-odd'].encode()).decode()} {office.user.secret_access_key}\n"
        )
        log.write("the end of the log is there\n")
    for name in ("activity.jsonl", "approvals.json"):
        with (folders.state / name).open("a") as file:
            file.write(json.dumps({"detail": CANARIES["noted"]}) + "\n")
    parts = reported(office, tmp_path / "report.zip")
    text = "\n".join(parts.values())
    assert "the end of the log is there" in parts["log.txt"]
    assert "RuntimeError" in parts["log.txt"], "what happened is told all the same"
    json.loads(parts["doctor.json"])
    json.loads(parts["about.json"])
    assert json.loads(parts["catalog.json"])["profiles"] > 3
    assert "helper" in parts["doctor.json"], "that its command is not approved is told"
    known = {**CANARIES, "seed": SEED, "secret": office.user.secret_access_key, "session": keys[1], "token": keys[2]}
    found = [name for name, value in known.items() if value in text]
    found += [f"{name} in base64" for name, value in known.items() if base64.b64encode(value.encode()).decode() in text]
    assert found == []
