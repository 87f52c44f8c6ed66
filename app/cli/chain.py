"""Where the SDKs' chain ends in an environment: looked up with botocore, as the programs themselves will."""

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping


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
