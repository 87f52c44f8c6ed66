"""A named pipe of Windows that nobody but our own user can open; asyncio's own takes no access list.

Less tried than the rest: what it asks of Windows is held by a test with a made-up Windows, no more.
"""

import ctypes
from collections.abc import Callable
from typing import Any

BUFFER = 8192
REJECT_REMOTE = 0x8  # PIPE_REJECT_REMOTE_CLIENTS
_SDDL_REVISION = 1


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (("length", ctypes.c_uint32), ("descriptor", ctypes.c_void_p), ("inherit", ctypes.c_int))


def access_list(sid: str) -> str:
    """Return the descriptor that lets one user do everything and nobody else anything, inheriting nothing."""
    return f"D:P(A;;GA;;;{sid})"


def attributes_for(windll: Any, sid: str) -> SecurityAttributes:  # noqa: ANN401  ctypes knows no type for it
    """Return the attributes of what only the user may open; OSError where Windows refuses them."""
    descriptor = ctypes.c_void_p()
    made = windll.advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        ctypes.c_wchar_p(access_list(sid)), _SDDL_REVISION, ctypes.byref(descriptor), None
    )
    if not made:
        raise OSError(0, "no access list for the pipe")
    return SecurityAttributes(ctypes.sizeof(SecurityAttributes), descriptor, 0)


def pipe_server(events: Any, winapi: Any, utils: Any, attributes: SecurityAttributes) -> type[Any]:  # noqa: ANN401
    """Return asyncio's PipeServer with an access list: each instance of the pipe is made with it."""

    class UserPipeServer(events.PipeServer):
        def _server_pipe_handle(self, first: bool) -> Any:  # noqa: ANN401, FBT001  as asyncio calls it
            if self.closed():
                return None
            flags = winapi.PIPE_ACCESS_DUPLEX | winapi.FILE_FLAG_OVERLAPPED
            if first:
                flags |= winapi.FILE_FLAG_FIRST_PIPE_INSTANCE  # somebody else's pipe of this name is an error
            handle = winapi.CreateNamedPipe(
                self._address,
                flags,
                winapi.PIPE_TYPE_MESSAGE | winapi.PIPE_READMODE_MESSAGE | winapi.PIPE_WAIT | REJECT_REMOTE,
                winapi.PIPE_UNLIMITED_INSTANCES,
                BUFFER,
                BUFFER,
                winapi.NMPWAIT_WAIT_FOREVER,
                ctypes.addressof(attributes),
            )
            pipe = utils.PipeHandle(handle)
            self._free_instances.add(pipe)
            return pipe

    return UserPipeServer


class Accepting:
    """Takes clients of a pipe server one after the other, each with a protocol of its own, until it is closed."""

    def __init__(self, loop: Any, server: Any, protocol: Callable[[], object], address: str) -> None:  # noqa: ANN401
        """Hold the loop of Windows and the server; `start` begins."""
        self._loop, self._server, self._protocol, self._address = loop, server, protocol, address

    def start(self) -> None:
        """Wait for the first client."""
        self._loop.call_soon(self._next, None)

    def close(self) -> None:
        """Take no more clients."""
        self._server.close()

    def _next(self, before: Any) -> None:  # noqa: ANN401  a future of a pipe
        try:
            if before is not None and not self._taken(before):
                return
            pipe = self._server._get_unconnected_pipe()  # noqa: SLF001  as asyncio's own loop does
        except OSError:  # that client is gone, or could not be taken: the next one
            self._loop.call_soon(self._next, None)
            return
        if pipe is not None:
            self._wait(pipe)

    def _wait(self, pipe: Any) -> None:  # noqa: ANN401
        try:
            future = self._loop._proactor.accept_pipe(pipe)  # noqa: SLF001  as above
        except OSError:
            pipe.close()
            self._loop.call_soon(self._next, None)
            return
        self._server._accept_pipe_future = future  # noqa: SLF001  closing the server cancels it
        future.add_done_callback(self._next)

    def _taken(self, before: Any) -> bool:  # noqa: ANN401
        """Serve the client of a future; False at the end."""
        if before.cancelled():
            return False
        pipe = before.result()
        self._server._free_instances.discard(pipe)  # noqa: SLF001
        if self._server.closed():
            pipe.close()
            return False
        self._loop._make_duplex_pipe_transport(pipe, self._protocol(), extra={"addr": self._address})  # noqa: SLF001
        return True
