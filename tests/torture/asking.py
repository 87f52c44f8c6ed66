"""A program that asks the endpoint many times, as its own process: `python -m tests.torture.asking PORT`.

Reads requests from standard input as JSON ([good, base64], …), says "ready", begins when a line comes, and prints the
seconds that each answer took, or what was wrong with it.
"""

import json
import socket
import sys
import time
from base64 import b64decode


def main() -> None:
    port, secrets = int(sys.argv[1]), [one.encode() for one in json.loads(sys.stdin.readline())]
    requests = [(good, b64decode(text)) for good, text in json.loads(sys.stdin.readline())]
    print("ready", flush=True)
    sys.stdin.readline()
    times: list[float] = []
    for good, request in requests:
        begin = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request)
            raw = b""
            while part := connection.recv(65536):
                raw += part
        times.append(time.perf_counter() - begin)
        status = int(raw.split(None, 2)[1])
        if status != (200 if good else 403) or (not good and any(one in raw for one in secrets)):
            print(json.dumps({"wrong": status, "good": good}), flush=True)
            return
    print(json.dumps({"times": times}), flush=True)


if __name__ == "__main__":
    main()
