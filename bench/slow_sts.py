"""An STS on loopback that takes a fixed time a call and checks nothing: for benchmarks only.

    python -m bench.slow_sts --delay 0.05 --lifetime 3600

Prints its port, and ends when its standard input ends.
"""

import argparse
import asyncio
import itertools
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

_ANSWER = """<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{operation}Result>{inner}
</{operation}Result><ResponseMetadata><RequestId>{number:08x}-0000-4000-8000-000000000000</RequestId></ResponseMetadata></{operation}Response>"""
_CREDENTIALS = """<Credentials><AccessKeyId>ASIABENCH{number:011d}</AccessKeyId>
<SecretAccessKey>{secret}</SecretAccessKey>
<SessionToken>{token}</SessionToken><Expiration>{expiration}</Expiration></Credentials>"""
_USER = "<AssumedRoleUser><AssumedRoleId>AROABENCH:{name}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"


class SlowSts:
    """The server's state."""

    def __init__(self, delay: float, lifetime: float) -> None:
        self._delay = delay
        self._lifetime = lifetime
        self._numbers = itertools.count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                body = (await reader.readexactly(length)).decode()
                await asyncio.sleep(self._delay)
                writer.write(self._answer({key: values[0] for key, values in parse_qs(body).items()}))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, request: dict[str, str]) -> bytes:
        now, number = datetime.now(UTC), next(self._numbers)
        operation = request.get("Action", "GetCallerIdentity")
        expiration = (now + timedelta(seconds=self._lifetime)).strftime("%Y-%m-%dT%H:%M:%SZ")
        inner = _CREDENTIALS.format(number=number, secret="s" * 40, token="t" * 600, expiration=expiration)
        if operation == "AssumeRole":
            name = request["RoleSessionName"]
            arn = request["RoleArn"].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + f"/{name}"
            inner += _USER.format(name=name, arn=arn)
        text = _ANSWER.format(operation=operation, inner=inner, number=number).encode()
        date = format_datetime(now, usegmt=True)
        head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: text/xml\r\nContent-Length: {len(text)}\r\n\r\n"
        return head.encode() + text


async def _main(delay: float, lifetime: float) -> None:
    server = await asyncio.start_server(SlowSts(delay, lifetime).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--lifetime", type=float, default=3600)
    chosen = parser.parse_args()
    asyncio.run(_main(chosen.delay, chosen.lifetime))
