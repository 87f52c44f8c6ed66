"""What botocore makes of a profile of the AWS files: its real resolution and real requests, answered in the process."""

import hashlib
import json
import logging
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore import credentials as botocore_credentials
from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials
from botocore.loaders import Loader
from botocore.session import Session

_ANSWER = """<{op}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{op}Result><Credentials>
<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/a/b</Arn>
<AssumedRoleId>A:b</AssumedRoleId></AssumedRoleUser></{op}Result></{op}Response>"""
_LOADER = Loader()
_WAYS = ("Environment", "Ec2InstanceMetadata", "EcsContainer")


def stand_in(kind: str, *parts: str) -> str:
    """Return the key id that stands for credentials from elsewhere."""
    return kind.upper() + hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16].upper()


@dataclass(frozen=True)
class Call:
    """One request to STS."""

    operation: str
    role_arn: str
    session_name: str | None  # None: botocore's own
    external_id: str | None
    serial: str | None
    seconds: int | None
    host: str


@dataclass
class Resolved:
    """What botocore did. `first`: the key id that signed the first call, or came without a call."""

    first: str = ""
    calls: list[Call] = field(default_factory=list)
    error: str = ""


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self._content


@dataclass
class Botocore:
    """Resolves profiles of two files."""

    config: Path
    credentials: Path

    def resolve(self, profile: str) -> Resolved:
        """Resolve one profile as a program does that names it."""
        found = Resolved()
        session = Session(
            session_vars={
                "config_file": (None, None, str(self.config), None),
                "credentials_file": (None, None, str(self.credentials), None),
            }
        )
        session.register_component("data_loader", _LOADER)
        session.set_config_variable("profile", profile)
        session.set_config_variable("region", "us-east-1")
        session.register("before-send.sts", lambda request, **_: self._answer(request, found))
        try:
            provider = session.get_component("credential_provider").get_provider("assume-role")
            provider._prompter = lambda _: "123456"
            provider._credential_sourcer._providers = [_Way(name) for name in _WAYS]
            credentials = session.get_credentials()
            if credentials is None:
                found.error = "none"
                return found
            key = credentials.get_frozen_credentials().access_key
            found.first = found.first or key
        except Exception as error:  # noqa: BLE001  whatever botocore says no with
            found.error = f"{type(error).__name__}: {error}"
        return found

    def _answer(self, request: Any, found: Resolved) -> AWSResponse:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        given = {key: one[0] for key, one in parse_qs(body).items()}
        operation = given["Action"]
        signed = re.search(r"Credential=([^/]+)/", str(request.headers.get("Authorization", "")))
        if not found.calls:
            found.first = signed[1] if signed else f"token:{given['WebIdentityToken']}"
        else:
            assert signed
            assert signed[1] == f"ASIA{len(found.calls):016}", "each call is signed by the one before"
        name = given["RoleSessionName"]
        found.calls.append(
            Call(
                operation,
                given["RoleArn"],
                None if name.startswith("botocore-session-") else name,
                given.get("ExternalId"),
                given.get("SerialNumber"),
                int(given["DurationSeconds"]) if "DurationSeconds" in given else None,
                urlsplit(request.url).netloc,
            )
        )
        text = _ANSWER.format(op=operation, key=f"ASIA{len(found.calls):016}")
        return AWSResponse(request.url, 200, {"content-type": "text/xml"}, _Body(text.encode()))


class _Way:
    """Environment, instance or container."""

    def __init__(self, name: str) -> None:
        self.CANONICAL_NAME = name
        self.METHOD = name

    def load(self) -> Credentials:
        return Credentials(stand_in("way", self.CANONICAL_NAME), "secret", "token")


@contextmanager
def no_world(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """No command is run, no sign-in is asked, nothing is looked for outside the two files."""

    def run(_: Any, command: str) -> dict[str, str]:
        words = shlex.split(command)
        if not words:
            raise IndexError("no program")
        return {"access_key": stand_in("process", *words), "secret_key": "secret"}

    def sign_in(fetcher: Any) -> dict[str, str]:
        parts = (fetcher._start_url, fetcher._sso_region, fetcher._account_id, fetcher._role_name)
        expiry = "2099-01-01T00:00:00Z"
        return {"access_key": stand_in("sso", *parts), "secret_key": "s", "token": "t", "expiry_time": expiry}

    with patch.context() as patching:
        patching.setattr(logging.getLogger("botocore"), "propagate", False)  # it warns of what it refuses
        patching.setattr(botocore_credentials.ProcessProvider, "_retrieve_credentials_using", run)
        patching.setattr(botocore_credentials.SSOCredentialFetcher, "fetch_credentials", sign_in)
        patching.setattr(botocore_credentials.InstanceMetadataProvider, "load", lambda _: None)
        patching.setattr(botocore_credentials.ContainerProvider, "load", lambda _: None)
        patching.setattr(botocore_credentials.BotoProvider, "load", lambda _: None)
        patching.setattr(botocore_credentials.OriginalEC2Provider, "load", lambda _: None)
        yield
