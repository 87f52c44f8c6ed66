"""A CycloneDX list of what the built program is made of: names, versions and hashes of requirements/runtime.txt.

`python packaging/sbom.py TARGET.json`. Only what the platform at hand installs is listed.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import __version__  # noqa: E402  the path comes first


def components(text: str) -> list[dict[str, Any]]:
    """Return one component per locked package of this platform."""
    found: list[dict[str, Any]] = []
    for block in re.split(r"(?m)^(?=\S)", text.replace("\\\n", " ")):
        head, *hashes = re.split(r"\s+--hash=sha256:", block.strip())
        if not head or head.startswith("#"):
            continue
        wanted = Requirement(head.strip())
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        (version,) = (one.version for one in wanted.specifier)
        found.append(
            {
                "type": "library", "name": wanted.name, "version": version,
                "purl": f"pkg:pypi/{wanted.name.lower()}@{version}",
                "hashes": [{"alg": "SHA-256", "content": one.strip()} for one in hashes],
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: str(one["name"]))


def bill() -> dict[str, Any]:
    """Return the whole list."""
    text = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    program = {"type": "application", "name": "rolecall", "version": __version__}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": program},
        "components": components(text),
    }  # fmt: skip


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
