"""The AWS CLI's own writer in a loop, as its own process: `python -m tests.torture.cli FILE OTHERS PAUSE_MS`.

Sets `region` in one section of others after the other until standard input ends, then prints what it set last in each.
"""

import json
import random
import select
import sys
import time


def main() -> None:
    from awscli.customizations.configure.writer import ConfigFileWriter

    path, others, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) / 1000
    writer = ConfigFileWriter()
    chance = random.Random(1)
    said: dict[str, str] = {}
    count = 0
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        count += 1
        section, region = f"other{chance.randrange(others)}", f"eu-west-{count}"
        writer.update_config({"__section__": section, "region": region}, path)
        said[section] = region
        if pause:
            time.sleep(chance.expovariate(1 / pause))
    print(json.dumps({"count": count, "said": said}), flush=True)


if __name__ == "__main__":
    main()
