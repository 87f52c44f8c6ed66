"""One source of every kind that yields a session without a person, each with what stands behind it on loopback."""

import configparser
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.entries import oidc_entry
from app.domain.names import Region, SourceName
from app.domain.secret import Secret
from app.domain.source import ACCOUNT_ACCESS, SignInFlow
from app.domain.source import IdentityCenter as CenterSource
from app.oidc.center_client import Registration
from app.oidc.center_store import CenterStore, Kept
from app.sources.approvals import FileApprovals
from app.state import JsonStateFiles
from app.world import SystemClock
from tests.support import web_tokens
from tests.support.command_line import DEV
from tests.support.faulty_provider import CLIENT, FaultyProvider
from tests.support.identity_center import START_URL, IdentityCenter
from tests.support.in_process import Office
from tests.support.metadata_server import TASK, MetadataServer
from tests.support.strict_sts import Role
from tests.support.strict_world import Provider

ISSUER = "https://id.example.com"
WEB = "arn:aws:iam::123456789012:role/web"
BEHIND = "arn:aws:iam::210987654321:role/behind"
MAKER = web_tokens.provider(ISSUER, "rolecall")
BEARER = "Bearer abc"
CORP = CenterSource(name=SourceName("identity-center"), start_url=START_URL, region=Region("eu-west-1"))

# by profile: its source's table and its hops
_KEYS_HOPS = (DEV,)
_WEB_HOPS = (WEB, BEHIND)
_ASSIGNED = 'account_id = "111122223333"\nrole_name = "Developer"\n'
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "access-keys": ('kind = "access-keys"\naccess_key_id = "{key_id}"', _KEYS_HOPS),
    "environment": ('kind = "environment"', _KEYS_HOPS),
    "shared-profile": ('kind = "shared-profile"\nprofile = "legacy"', _KEYS_HOPS),
    "process": ('kind = "process"\ncommand = ["{program}"]', _KEYS_HOPS),
    "web-by-file": ('kind = "web-identity-token"\ntoken_file = "{token}"', _WEB_HOPS),
    "web-by-command": ('kind = "web-identity-token"\ntoken_command = ["/bin/cat", "{token}"]', _WEB_HOPS),
    "web-by-environment": ('kind = "web-identity-token"', _WEB_HOPS),
    "oidc": (f'kind = "oidc"\nissuer = "{{issuer}}"\nclient_id = "{CLIENT}"', _WEB_HOPS),
    "identity-center": (f'kind = "identity-center"\nstart_url = "{START_URL}"\nregion = "eu-west-1"', ()),
    "instance-metadata": ('kind = "instance-metadata"', ()),
    "container": (f'kind = "container"\nfull_uri = "{{container}}"\ntoken = "{BEARER}"', ()),
}


@dataclass
class EveryKind:
    """The catalog of all kinds in an office, and the ways in which what is behind it fails."""

    office: Office
    service: MetadataServer
    provider: FaultyProvider
    center: IdentityCenter
    names: tuple[str, ...] = field(default=tuple(KINDS))

    @property
    def token(self) -> Path:
        """The web identity token's file."""
        return self.office.folder / "token"

    @property
    def program(self) -> Path:
        """The program of the source `process`."""
        return self.office.folder / "helper"

    def set_up(self) -> None:
        """Write catalog, files, secrets and approvals."""
        office, user = self.office, self.office.user
        office.set_up()
        named = {
            "key_id": user.access_key_id, "program": str(self.program), "token": str(self.token),
            "issuer": self.provider.issuer, "container": self.service.url + TASK,
        }  # fmt: skip
        office.catalog.write_text("schema = 1\n" + "".join(_tables(name, named) for name in KINDS))
        keys = f"aws_access_key_id = {user.access_key_id}\naws_secret_access_key = {user.secret_access_key}\n"
        office.credentials.write_text(office.credentials.read_text() + "\n[legacy]\n" + keys)
        office.environ |= {
            "AWS_ACCESS_KEY_ID": user.access_key_id, "AWS_SECRET_ACCESS_KEY": user.secret_access_key,
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(self.token), "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.service.url, **self.center.environ,
        }  # fmt: skip
        approvals = FileApprovals(JsonStateFiles(office.folder / "state"), SystemClock())
        for command in ((str(self.program),), ("/bin/cat", str(self.token))):
            approvals.approve(command)
        self._aws()
        self.mend()

    def _aws(self) -> None:
        key = self.provider.key.as_pem(private=False).decode()
        world = self.office.sts.world
        world.providers += [MAKER.known, Provider(self.provider.issuer, [CLIENT], key)]
        world.roles += [Role(WEB, [ISSUER, self.provider.issuer]), Role(BEHIND, [WEB])]

    async def sign_in(self) -> None:
        """Have the refresh tokens of sign-ins that were before."""
        client = self.center.register({"clientType": "public", "clientName": "Rolecall", "scopes": [ACCOUNT_ACCESS]})
        name, secret, refresh = client["clientId"], Secret(client["clientSecret"]), "refresh-of-before"
        self.center.refresh_tokens[refresh] = name
        until = datetime.now(UTC) + timedelta(days=1)
        registration = Registration(name, secret, until, SignInFlow.DEVICE, (ACCOUNT_ACCESS,))
        await CenterStore(self.office.vault).keep(CORP, Kept(registration, Secret(refresh)))
        await self.office.vault.write(
            oidc_entry(self.provider.issuer, CLIENT, "refresh-token"), Secret("refresh-of-before")
        )

    def fail(self) -> None:
        """From now on the network to STS breaks, and whatever gives first credentials gives none."""
        self.office.sts.faults.add("reset", times=100_000)
        self.service.status = 503
        self.center.down = True
        self.token.write_text("rotating")
        self.provider.replies["/token"] = lambda _: (503, "no")
        _write_program(self.program, "import sys; sys.exit('not now')")

    def mend(self) -> None:
        """Have everything work (again)."""
        user = self.office.user
        self.office.sts.faults.clear()
        self.service.status = None
        self.center.down = False
        self.token.write_text(web_tokens.token(MAKER, time.time() + 3600) + "\n")
        self.provider.replies.clear()
        given = {"Version": 1, "AccessKeyId": user.access_key_id, "SecretAccessKey": user.secret_access_key}
        _write_program(self.program, f"import json; print(json.dumps({given!r}))")

    def keys(self) -> dict[str, str]:
        """The access key id of each profile's section, of those that are there."""
        parser = configparser.RawConfigParser()
        parser.read_string(self.office.credentials.read_text())
        return {name: parser[name]["aws_access_key_id"] for name in KINDS if parser.has_section(name)}


@contextmanager
def every_kind(folder: Path, lifetime: float | None = None) -> Iterator[EveryKind]:
    """All kinds, set up and working. `lifetime`: how long sessions last in seconds."""
    service = MetadataServer(authorization=BEARER, lifetime=timedelta(seconds=lifetime or 3600))
    center = IdentityCenter(session_lasts=lifetime or 3600)
    with Office(folder) as office, service, center, FaultyProvider() as provider:
        office.sts.world.lifetime = lifetime
        one = EveryKind(office, service, provider, center)
        one.set_up()
        yield one


def _tables(name: str, named: dict[str, str]) -> str:
    table, hops = KINDS[name]
    for key, value in named.items():
        table = table.replace(f"{{{key}}}", value)
    # a name of its own for each session, so that no two profiles share one
    roles = ", ".join(f'{{ role_arn = "{arn}", session_name = "{name}" }}' for arn in hops)
    return (
        f'\n[sources.{name}]\n{table}\n\n[profiles.{name}]\nsource = "{name}"\nroles = [{roles}]\n'
        f"{_ASSIGNED if name == 'identity-center' else ''}"
        f'delivery = {{ credentials_file = "{name}" }}\n'
    )


def _write_program(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(f"#!{sys.executable} -S\n{text}\n")
    new.chmod(0o700)
    new.replace(path)
