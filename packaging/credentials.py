"""`rolecall-credentials SOCKET PROFILE`: what stands behind a credential_process line of the built program.

SDKs run it for every process that they start, so it imports nothing but what a socket needs: it sends one constant
request to the running application and copies the finished answer. Whatever else comes, it becomes `rolecall
credentials`.
"""

import os
import sys

_SECONDS = 2
_LONGEST = 65536


def ready(address: str, name: str) -> bytes:
    """Return the running application's finished answer, or nothing."""
    request = b'{"v":1,"verb":"process","by":"program","names":["%s"]}\n' % name.encode()
    if address.startswith("\\\\"):
        pipe = open(address, "r+b", buffering=0)  # noqa: SIM115  it lives as long as the process
        pipe.write(request)
        receive = pipe.read
    else:
        import _socket

        client = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        client.settimeout(_SECONDS)
        client.connect(address)
        client.send(request)
        receive = client.recv
    answer = b""
    while not answer.endswith(b"\n"):
        part = receive(_LONGEST)
        if not part:
            return b""
        answer += part
    return answer if answer.startswith(b'{"Version"') else b""


def main() -> None:
    """Answer, or become the program that can."""
    address, name = sys.argv[1:] if len(sys.argv) == 3 else ("", "")
    plain = name.isascii() and name.isprintable() and '"' not in name and "\\" not in name
    if name and plain and not name.startswith("-") and "ROLECALL_NESTED" not in os.environ:
        try:
            answer = ready(address, name)
        except OSError:
            answer = b""
        if answer:
            os.write(1, answer)
            os._exit(0)
    program = os.path.join(os.path.dirname(sys.executable), "rolecall.exe" if os.name == "nt" else "rolecall")
    command = [program, "credentials", *sys.argv[2:]]
    if os.name != "nt":
        os.execv(program, command)  # noqa: S606  this is what it is for
    import subprocess

    sys.exit(subprocess.call(command))


if __name__ == "__main__":
    main()
