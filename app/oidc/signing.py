"""What sign-ins of every kind have in common: bounded calls on threads, and one refresh of a sign-in at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from app.domain.problem import AppError, Code, Verb
from app.domain.secret import Secret
from app.domain.source import SignInSource, signs_in_at
from app.oidc.http import host_of
from app.ports import Offload, Pool

T = TypeVar("T")
CALL_SECONDS = 40.0  # two or three requests, each bounded by itself


class Signing:
    """Every call ends within its own deadline."""

    def __init__(self, offload: Offload) -> None:
        """Refresh nothing yet."""
        self._offload = offload
        self._refreshing: dict[object, asyncio.Task[Secret]] = {}

    async def on_thread(self, source: SignInSource, work: Callable[[], T]) -> T:
        """Do blocking work; past all time limits of its own it is abandoned."""
        try:
            return await self._offload.call(Pool.AWS, work, deadline=CALL_SECONDS)
        except TimeoutError:
            host, seconds = host_of(signs_in_at(source)), int(CALL_SECONDS)
            raise AppError.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds) from None

    async def one_refresh(self, key: object, begin: Callable[[], Coroutine[Any, Any, Secret]]) -> Secret:
        """Return what the refresh of a sign-in gives; one that runs is waited for.

        A refresh token may be good for one use, and what comes for it must be kept: nobody's end cancels it.
        """
        task = self._refreshing.get(key)
        if task is None:
            task = self._refreshing[key] = asyncio.ensure_future(begin())
            task.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(task)

    def _landed(self, key: object, task: "asyncio.Task[Secret]") -> None:
        self._refreshing.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at, for the case that nobody waits for it any more
