"""The self-renewing form: variables that tell programs where to ask, so that they go on when the session is renewed."""

import os
from collections.abc import Mapping
from pathlib import Path

from app.deliveries.variables import CONFLICTING, NO_VARIABLES, SESSION, impossible, is_variable
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """Where programs find a profile's session. The private pair of AWS files has nothing that comes before it."""

    uri: str
    token_file: Path
    config: Path
    credentials: Path

    def variables(self) -> dict[str, str]:
        """Return the four variables. None of them is a secret: the token is in its file."""
        return {
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.credentials),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self.uri,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(self.token_file),
        }


def by_process_line(profile: str) -> dict[str, str]:
    """Return the variable that names a profile whose process line asks Rolecall."""
    return {"AWS_PROFILE": profile}


def renewing(
    form: str, where: Mapping[str, str], *, region: str | None = None, env: Mapping[str, str] = NO_VARIABLES
) -> dict[str, str]:
    """Return name -> value of the form: where to ask, region, and the profile's `env`, which sets none of the chain's.

    A name that is no variable name, a NUL or text that is no Unicode raises FORMAT_IMPOSSIBLE for `form`.
    """
    found = dict(where)
    if region:
        found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    barred = {*SESSION, *CONFLICTING, *found} - {"AWS_REGION", "AWS_DEFAULT_REGION"}
    found |= {name: value for name, value in env.items() if name not in barred}
    for name, value in found.items():
        if not is_variable(name, value):
            raise impossible(form, name)
    return found


def in_the_way(found: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that SDKs would read before the form, or beside it."""
    return tuple(name for name in (*SESSION, *CONFLICTING) if name not in found)


def renewing_environment(
    environ: Mapping[str, str], ours: Mapping[str, str], *, windows: bool = os.name == "nt"
) -> dict[str, str]:
    """Return the environment of a child: the person's without what would win over the form, and the form."""
    drop = {*in_the_way(ours), *ours}
    kept = {name: text for name, text in environ.items() if (name.upper() if windows else name) not in drop}
    return kept | dict(ours)
