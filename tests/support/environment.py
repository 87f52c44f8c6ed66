"""The environment that every test starts in: nothing of the person's own, a home of its own, no screen."""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

# What a test may see of the environment that the test command was started in.
_KEPT = frozenset(
    {"CI", "HYPOTHESIS_PROFILE", "LANG", "LOGNAME", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "USER"}
)
_KEPT_PREFIXES = ("LC_", "PYTEST_", "ROLECALL_TEST_")


def kept(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a test may see, out of `environ`."""
    return {name: value for name, value in environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}


def of_home(home: Path, runtime: Path) -> dict[str, str]:
    """Return the variables that make `home` the home folder and `runtime` the runtime folder, with no screen."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(runtime),
        "AWS_EC2_METADATA_DISABLED": "true",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_API": "pyside6",
    }


def replace(environ: MutableMapping[str, str], wanted: Mapping[str, str]) -> None:
    """Make `environ` exactly `wanted`."""
    for name in [name for name in environ if name not in wanted]:
        del environ[name]
    environ.update(wanted)


def make(base: Path) -> dict[str, str]:
    """Make a home and a runtime folder in the new folder `base` and return the whole environment of one test.

    Keep `base` short: the path of a socket in the runtime folder ends at about 100 bytes.
    """
    home, runtime = base / "home", base / "run"
    for folder in (base, home, runtime):
        folder.mkdir(mode=0o700)
    return kept(os.environ) | of_home(home, runtime)
