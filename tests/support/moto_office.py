"""The command line in this process with moto as its whole AWS: IAM, EC2 and STS over HTTP, one IAM user, one role."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from app.cli.context import Cli
from app.cli.root import run
from app.compose import World, core
from app.core import Core
from app.vault.memory import MemoryKeeper, MemoryVault
from tests.support.command_line import Ran
from tests.support.in_process import Person
from tests.support.moto_server import MotoServer

ACCOUNT = "123456789012"
CATALOG = """\
schema = 1
[sources.acme]
kind = "access-keys"
access_key_id = "{key_id}"

[profiles.bare]
source = "acme"

[profiles.admin]
source = "acme"
[[profiles.admin.roles]]
role_arn = "arn:aws:iam::123456789012:role/admin"
"""


class MotoOffice:
    """One person's machine; moto's server is shared. `AWS_ENDPOINT_URL` is that of the process: see `environ`."""

    def __init__(self, folder: Path, moto: MotoServer) -> None:
        self.folder = folder
        self.moto = moto
        self.person = Person()
        self._vault, self._keeper = MemoryVault(), MemoryKeeper()
        self.environ = {
            "ROLECALL_CONFIG_DIR": str(folder / "config"),
            "ROLECALL_STATE_DIR": str(folder / "state"),
            "ROLECALL_RUNTIME_DIR": str(folder / "run"),
            "AWS_ENDPOINT_URL_STS": moto.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PATH": "/usr/bin:/bin",
        }
        (folder / "config").mkdir(mode=0o700)

    def set_up(self) -> None:
        """An IAM user's key in the vault, a role for administration in the catalog."""
        key_id, secret = self.moto.add_user("ana")
        self.moto.add_roles("admin", account=ACCOUNT)
        self.catalog.write_text(CATALOG.format(key_id=key_id))
        self.must("keys", "set", "acme", stdin=secret)

    @property
    def catalog(self) -> Path:
        return self.folder / "config" / "profiles.toml"

    @property
    def credentials(self) -> Path:
        return self.folder / ".aws" / "credentials"

    def client(self, service: str) -> Any:
        """A client of somebody who may do everything in the account."""
        return self.moto.client(service, ACCOUNT)

    def instance(self) -> str:
        """A running EC2 instance."""
        ec2 = self.client("ec2")
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        return str(ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"])

    def state(self) -> dict[str, Any]:
        """Everything that the assistant could have made in the account."""
        iam, ec2 = self.client("iam"), self.client("ec2")
        roles = {
            one["RoleName"]: (
                one["AssumeRolePolicyDocument"],
                iam.list_attached_role_policies(RoleName=one["RoleName"])["AttachedPolicies"],
                iam.list_role_policies(RoleName=one["RoleName"])["PolicyNames"],
            )
            for one in iam.list_roles()["Roles"]
        }
        return {
            "roles": roles,
            "profiles": [one["InstanceProfileName"] for one in iam.list_instance_profiles()["InstanceProfiles"]],
            "providers": iam.list_open_id_connect_providers()["OpenIDConnectProviderList"],
            "policies": [one["Arn"] for one in iam.list_policies(Scope="Local")["Policies"]],
            "associations": [
                (one["InstanceId"], one["IamInstanceProfile"]["Arn"])
                for one in ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
            ],
            "users": {
                one["UserName"]: iam.list_user_policies(UserName=one["UserName"])["PolicyNames"]
                for one in iam.list_users()["Users"]
            },
        }

    def run(self, *arguments: str, stdin: str | None = None) -> Ran:
        """Run one command."""
        self.person.line = stdin
        world = World(self.environ, self.folder, "ana", "host", vault=self._vault, keeper=self._keeper)
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


@asynccontextmanager
async def opened(office: MotoOffice) -> AsyncIterator[Core]:
    """The application's core at work in the office."""
    world = World(office.environ, office.folder, "ana", "host", vault=office._vault, keeper=office._keeper)
    async with core(world) as one:
        async with asyncio.timeout(120):
            await one.engine.open(names=(), auto=False)
            yield one
        await one.engine.close(grace=1)
