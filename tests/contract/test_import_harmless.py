"""Planning runs nothing and calls nobody, whatever the files say."""

import subprocess
import sys
from pathlib import Path

from tests.support.import_world import ROLE, keys, role

_WATCHED = """
import sys
seen = []
def watch(event, arguments):
    if event in FORBIDDEN or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
        seen.append(f"{event} {arguments!r}")
FORBIDDEN = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "os.forkpty", "socket.connect",
             "socket.getaddrinfo", "socket.bind", "os.remove", "os.rename", "os.mkdir"}
from pathlib import Path
from app.domain.profile import Catalog
from app.importing.planner import plan_import
from app.importing.reading import read_aws_files
import botocore.compat, botocore.configloader
sys.dont_write_bytecode = True
sys.addaudithook(watch)
plan = plan_import(read_aws_files(Path(sys.argv[1]), Path(sys.argv[2])), Catalog())
print(len(plan.profiles), sum(row.preselected for row in plan.profiles), *(
    f"{one.code}:{one.arguments.get('key')}" for row in plan.profiles for one in row.findings))
print(*seen, sep="\\n", file=sys.stderr)
"""


def test_hostile_files_run_nothing_and_every_dangerous_key_is_called_out(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(
        f"[profile a]\ncredential_process = touch {marker}\n"
        f"[profile b]\ncredential_process = sh -c 'touch {marker}; $(touch {marker})'\n"
        f"[profile c]\n{role('k')}endpoint_url = http://169.254.169.254/\nca_bundle = {marker}\n"
        f"[profile d]\n{role('k')}services = s\n[services s]\nsts =\n  endpoint_url = https://sts.amazonaws.com.example.com\n"
        f"[profile e]\nweb_identity_token_file = /etc/shadow\nrole_arn = {ROLE.format('x')}\n"
        "[profile f]\nsso_start_url = https://awsapps.com.example.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 123456789012\nsso_role_name = x\n"
        f"[plugins]\ncli_legacy_plugin_path = {tmp_path}\nevil = evil\n[profile g]\ncli_pager = touch {marker}\n"
    )
    credentials.write_text(f"[k]\n{keys(1)}")
    done = subprocess.run(
        [sys.executable, "-B", "-c", _WATCHED, str(config), str(credentials)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""
    count, ticked, *found = done.stdout.split()
    assert (count, ticked) == ("7", "2")
    assert {one.removeprefix("import-dangerous:") for one in found if "dangerous" in one} == {
        "credential_process", "endpoint_url", "ca_bundle", "web_identity_token_file", "sso_start_url",
    }  # fmt: skip
    assert not marker.exists()
