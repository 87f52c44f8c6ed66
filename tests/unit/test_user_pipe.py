"""The named pipe of Windows, against a made-up Windows: with whose access list each instance is made, who is taken."""

import asyncio
import ctypes
from types import SimpleNamespace
from typing import Any

from app.broker.pipe import pipe_name, sid_text
from app.broker.userpipe import REJECT_REMOTE, Accepting, SecurityAttributes, access_list, pipe_server

FIRST = 0x80000


class Pipe:
    """An instance of the pipe."""

    def __init__(self, handle: int) -> None:
        self.handle, self.closed = handle, False

    def close(self) -> None:
        self.closed = True


class PipeServer:
    """What asyncio's class does, in short."""

    def __init__(self, address: str) -> None:
        self._address: str | None = address
        self._free_instances: set[Any] = set()
        self._accept_pipe_future: Any = None
        self._pipe = self._server_pipe_handle(True)

    def _server_pipe_handle(self, first: bool) -> Any:
        raise NotImplementedError

    def _get_unconnected_pipe(self) -> Any:
        before, self._pipe = self._pipe, self._server_pipe_handle(False)
        return before

    def closed(self) -> bool:
        return self._address is None

    def close(self) -> None:
        if self._accept_pipe_future is not None:
            self._accept_pipe_future.cancel()
        self._address = None


class Windows:
    """Makes pipes, and lets clients in."""

    PIPE_ACCESS_DUPLEX, FILE_FLAG_OVERLAPPED, FILE_FLAG_FIRST_PIPE_INSTANCE = 3, 0x40000000, FIRST
    PIPE_TYPE_MESSAGE, PIPE_READMODE_MESSAGE, PIPE_WAIT, PIPE_UNLIMITED_INSTANCES = 4, 2, 0, 255
    NMPWAIT_WAIT_FOREVER = -1

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.made: list[tuple[Any, ...]] = []
        self.waiting: asyncio.Future[Any] = loop.create_future()
        self.served: list[Any] = []
        self.refuse = 0
        self._loop = loop

    def CreateNamedPipe(self, *arguments: Any) -> int:  # noqa: N802  Windows's name
        self.made.append(arguments)
        return len(self.made)

    def accept_pipe(self, pipe: Any) -> "asyncio.Future[Any]":
        if self.refuse:
            self.refuse -= 1
            raise BrokenPipeError
        self.pipe = pipe
        self.waiting = self._loop.create_future()
        return self.waiting

    @property
    def loop(self) -> Any:
        return SimpleNamespace(
            call_soon=self._loop.call_soon,
            _proactor=self,
            _make_duplex_pipe_transport=lambda pipe, protocol, extra: self.served.append((pipe, protocol, extra)),
        )

    async def client(self) -> None:
        for _ in range(5):  # turns of the loop until the next instance waits
            await asyncio.sleep(0)
        self.waiting.set_result(self.pipe)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def test_only_the_user_may_open_any_instance_and_the_name_must_be_free() -> None:
    async def scenario() -> None:
        windows = Windows(asyncio.get_running_loop())
        attributes = SecurityAttributes(ctypes.sizeof(SecurityAttributes), 1, 0)
        events, utils = SimpleNamespace(PipeServer=PipeServer), SimpleNamespace(PipeHandle=Pipe)
        server = pipe_server(events, windows, utils, attributes)("name")
        accepting = Accepting(windows.loop, server, lambda: "protocol", "name")
        windows.refuse = 1  # a client that is gone again
        accepting.start()
        await windows.client()
        await windows.client()
        assert [one[1] for one in windows.served] == ["protocol", "protocol"]
        assert {one[-1] for one in windows.made} == {ctypes.addressof(attributes)}
        assert all(one[2] & REJECT_REMOTE for one in windows.made)
        assert [bool(one[1] & FIRST) for one in windows.made] == [True] + [False] * (len(windows.made) - 1)
        accepting.close()
        assert windows.waiting.cancelled()
        await asyncio.sleep(0)
        assert len(windows.served) == 2

    asyncio.run(scenario())


def test_the_access_list_names_the_user_alone() -> None:
    sid = bytes.fromhex("010500000000000515000000a065cf7e784b9b5fe77c8770e9030000")
    assert sid_text(sid) == "S-1-5-21-2127521184-1604012920-1887927527-1001"
    assert access_list(sid_text(sid)) == "D:P(A;;GA;;;S-1-5-21-2127521184-1604012920-1887927527-1001)"


def test_each_runtime_folder_has_a_pipe_of_its_own(tmp_path: Any) -> None:
    assert pipe_name(tmp_path / "a").startswith("\\\\.\\pipe\\rolecall-")
    assert pipe_name(tmp_path / "a") != pipe_name(tmp_path / "b")
