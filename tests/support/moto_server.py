"""moto's own server as AWS, in a process of its own: real HTTP, an IAM user, roles; it checks no signature."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.desktop import end, wait_for

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


class MotoServer:
    """The server as a context; it writes to `log`."""

    def __init__(self, log: Path) -> None:
        """Start nothing yet."""
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self._clients: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        with self._log.open("wb") as target:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", "0"],
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=target,
            )
        try:
            self.url = wait_for("moto's server", self._address, 40)
        except BaseException:
            end(self._process)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            end(self._process)

    def reset(self) -> None:
        """Empty all of AWS."""
        import urllib3

        urllib3.PoolManager().request("POST", f"{self.url}/moto-api/reset")

    def add_user(self, name: str) -> tuple[str, str]:
        """Make an IAM user with an access key; return its id and secret."""
        iam = self.client("iam", "123456789012")
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def add_roles(self, *names: str, account: str) -> None:
        """Make roles in an account that everybody may assume."""
        iam = self.client("iam", account)
        for name in names:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))

    def client(self, service: str, account: str) -> Any:
        """A client of somebody who may do everything in the account."""
        import boto3

        if (service, account) not in self._clients:
            self._clients[service, account] = boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=self.url,
                aws_access_key_id=account,  # moto takes a key id of twelve digits for the account
                aws_secret_access_key="none",
            )
        return self._clients[service, account]

    def _address(self) -> str | None:
        found = re.search(rb"http://127\.0\.0\.1:\d+", self._log.read_bytes())
        return found[0].decode() if found else None
