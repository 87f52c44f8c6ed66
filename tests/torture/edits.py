"""One writer of someone else's, as its own process: KIND FILE SECTIONS COUNT PAUSE_MS LOCK.

KIND "cli": the AWS CLI's own writer, which truncates in place. KIND "editor": writes a new file beside the old one and
renames it, as editors do. SECTIONS "0:20": which of the other sections it edits. The two take turns by LOCK, of which
Rolecall knows nothing: what is missing at the end was then not lost by either of them. Prints what it set last.
"""

import fcntl
import json
import os
import random
import re
import sys
import time
from pathlib import Path


def main() -> None:
    kind, path, sections, count, pause, lock = sys.argv[1:]
    first, last = (int(one) for one in sections.split(":"))
    edit = _cli() if kind == "cli" else _editor
    chance = random.Random(first)
    said: dict[str, str] = {}
    print("ready", flush=True)
    with Path(lock).open("a") as turn:
        for number in range(int(count)):
            section, value = f"other{chance.randrange(first, last)}", f"{kind}-{number}"
            fcntl.flock(turn, fcntl.LOCK_EX)
            edit(Path(path), section, value)
            fcntl.flock(turn, fcntl.LOCK_UN)
            said[section] = value
            time.sleep(chance.expovariate(1000 / float(pause)))
    print(json.dumps(said), flush=True)


def _cli():  # noqa: ANN202
    from awscli.customizations.configure.writer import ConfigFileWriter

    writer = ConfigFileWriter()
    return lambda path, section, value: writer.update_config({"__section__": section, "region": value}, str(path))


def _editor(path: Path, section: str, value: str) -> None:
    """Reads once, as a person who has the file open, and puts its own version in place."""
    text = path.read_text()
    at = text.index(f"[{section}]\n") + len(section) + 3
    end = text.find("\n[", at)
    end = len(text) if end < 0 else end
    body = text[at:end]
    new = re.sub(r"^region = .*$", f"region = {value}", body, count=1, flags=re.MULTILINE)
    if new == body and f"region = {value}" not in body:
        new = f"region = {value}\n{body}"
    beside = path.with_name(f".{path.name}.swp{os.getpid()}")
    beside.write_text(text[:at] + new + text[end:])
    beside.chmod(0o600)
    beside.replace(path)


if __name__ == "__main__":
    main()
