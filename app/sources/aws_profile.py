"""botocore's own resolution of one AWS profile, with the parts replaced that would run commands or ask on a terminal.

botocore runs a `credential_process` without time limit and with every secret of the environment, asks for MFA codes on
the terminal, and goes on to the machine's own role where a profile has nothing. None of that happens here.
"""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

if TYPE_CHECKING:
    from botocore.credentials import CredentialResolver
    from botocore.session import Session
    from botocore.utils import InstanceMetadataFetcher

_METADATA_MAXIMUM = 10  # seconds, and attempts: a start never hangs for long
_FALLBACK_REGION = "us-east-1"


class Finished:
    """What botocore's process provider wants of a process: one that has ended well."""

    returncode = 0

    def __init__(self, output: bytes) -> None:
        """Hold what was printed."""
        self._output = output

    def communicate(self) -> tuple[bytes, bytes]:
        """Return standard output and nothing."""
        return self._output, b""


def open_profile(profile: str, config_file: Path, credentials_file: Path, environ: Mapping[str, str]) -> "Session":
    """Return a botocore session of that profile in those files; the environment's credentials do not count."""
    from botocore.config import Config
    from botocore.session import Session

    session = Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, str(config_file), None),
            "credentials_file": (None, None, str(credentials_file), None),
        }
    )
    session.set_config_variable("profile", profile)
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or _FALLBACK_REGION
    if not _region_of(session, profile):
        session.set_config_variable("region", region)
    session.set_default_client_config(Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}))
    return session


def resolver(session: "Session", profile: str, run: Callable[[Sequence[str]], bytes]) -> "CredentialResolver":
    """Return the chain of providers for the profile alone; `run` runs a command that it names."""
    from botocore import credentials as boto

    class Builder(boto.ProfileProviderBuilder):
        def _create_process_provider(self, profile_name: str) -> boto.ProcessProvider:
            return boto.ProcessProvider(profile_name, lambda: session.full_config, popen=started)

    def started(command: Sequence[str], **_: object) -> Any:  # noqa: ANN401  stands in for subprocess.Popen
        return Finished(run(command))

    builder = Builder(session, cache={})
    _require_builder(boto.ProfileProviderBuilder)
    machine: list[boto.CredentialProvider] = [
        boto.EnvProvider(),
        boto.ContainerProvider(),
        boto.InstanceMetadataProvider(iam_role_fetcher=_metadata(session)),
    ]
    assuming = boto.AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=session.create_client,
        cache={},
        profile_name=profile,
        prompter=_never_ask,
        # for a profile that itself says `credential_source`
        credential_sourcer=boto.CanonicalNameCredentialSourcer(machine),
        profile_provider_builder=builder,
    )
    return boto.CredentialResolver([assuming, *builder.providers(profile_name=profile, disable_env_vars=True)])


def _metadata(session: "Session") -> "InstanceMetadataFetcher":
    """Return the fetcher of the instance's role by the profile's own settings, as botocore makes it."""
    from botocore.utils import InstanceMetadataFetcher, resolve_imds_endpoint_mode

    named = session.get_config_variable
    mode: Any = resolve_imds_endpoint_mode(session)
    return InstanceMetadataFetcher(
        timeout=min(named("metadata_service_timeout"), _METADATA_MAXIMUM),
        num_attempts=min(named("metadata_service_num_attempts"), _METADATA_MAXIMUM),
        config={
            "ec2_metadata_service_endpoint": named("ec2_metadata_service_endpoint"),
            "ec2_metadata_service_endpoint_mode": mode,
            "ec2_metadata_v1_disabled": named("ec2_metadata_v1_disabled"),
        },
    )


def _require_builder(base: type) -> None:
    """Fail rather than let a botocore that was rearranged run commands in its own way."""
    if not hasattr(base, "_create_process_provider"):
        raise RuntimeError("botocore builds its process provider in another way")


def _never_ask(prompt: str) -> Never:
    del prompt
    raise subprocess.SubprocessError("there is no terminal to ask on")


def _region_of(session: "Session", profile: str) -> object:
    profiles: Mapping[str, Mapping[str, Any]] = session.full_config.get("profiles", {})
    return profiles.get(profile, {}).get("region")
