"""Where the SDKs' chain ends in an environment: looked up with botocore, as the programs themselves will."""

import contextlib
import json
import logging
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.sources.aws_profile import Finished

_OURS = "ASIAROLECALLSTANDIN1"


def resolved_key(environ: Mapping[str, str]) -> str | None:
    """Return the access key id that botocore finds in this environment; None: none, or it fails.

    Instance metadata, the chain's last resort, is not asked: who ends there does not end with us.
    """
    import botocore.session

    logging.getLogger("botocore").addHandler(logging.NullHandler())
    with _as_environment({**environ, "AWS_EC2_METADATA_DISABLED": "true"}):
        try:
            found = botocore.session.Session().get_credentials()
            return None if found is None else str(found.get_frozen_credentials().access_key)
        except Exception:  # noqa: BLE001  whatever a person's files make of it: it is not our session
            return None


def ends_with_us(environ: Mapping[str, str], line: str) -> bool:
    """Whether botocore ends at our endpoint or process line in this environment, where a program would have to ask.

    Nobody is asked: at the last step something stands in. `line`: our credential_process command for the profile.
    """
    import botocore.session

    logging.getLogger("botocore").addHandler(logging.NullHandler())
    with _as_environment({**environ, "AWS_EC2_METADATA_DISABLED": "true"}):
        try:
            chain: Any = botocore.session.Session().get_component("credential_provider")
            _replaced(chain, "container-role", "_fetcher", _Fetcher())
            _replaced(chain, "custom-process", "_popen", _Runner(line))
            found = chain.load_credentials()
        except Exception:  # noqa: BLE001  whatever a person's files make of it: it does not end with us
            return False
    return found is not None and found.access_key == _OURS


def _replaced(chain: Any, provider: str, part: str, stand_in: object) -> None:  # noqa: ANN401  botocore's own
    """Put something in the place of a provider's part; a botocore that has no such part proves nothing."""
    found = chain.get_provider(provider)
    if not hasattr(found, part):
        raise AttributeError(part)
    setattr(found, part, stand_in)


class _Fetcher:
    """Answers in the place of whoever serves the container credentials that the environment names."""

    def retrieve_full_uri(self, _uri: str, headers: object = None) -> Mapping[str, object]:
        del headers
        return {"AccessKeyId": _OURS, "SecretAccessKey": "-", "Token": "-", "Expiration": "2100-01-01T00:00:00Z"}


class _Runner:
    """Answers in the place of our line; another command is not run."""

    def __init__(self, line: str) -> None:
        self._words = shlex.split(line)

    def __call__(self, words: Sequence[str], **_: object) -> Finished:
        if list(words) != self._words:
            raise OSError
        return Finished(json.dumps({"Version": 1, "AccessKeyId": _OURS, "SecretAccessKey": "-"}).encode())


@contextlib.contextmanager
def _as_environment(environ: Mapping[str, str]) -> Iterator[None]:
    """Be in another environment for a moment: botocore reads the process's own, and no other."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(environ)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
