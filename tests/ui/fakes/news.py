"""An application that tells what happens, with a notification service and time that a test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QApplication

from app.domain.notice import Closed, Notice, NoticeEvent, Picked
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Attention, Status, Waiting, lease_of
from tests.ui.fakes.core import NOW, FakeCore, active
from ui.application import Application
from ui.core import Tools
from ui.tray.item import TrayItem

MFA = Problem.of(Code.MFA_NEEDED, Verb.GIVE_MFA, "x", profile="x", serial="arn:aws:iam::111122223333:mfa/mira.lind")
NETWORK = Problem.of(Code.NETWORK, host="sts.eu-north-1.amazonaws.com", reason="no-such-name")
NAMES = ("prod-admin", "ci-debug", "dev-poweruser", "billing-view", "audit-viewer", "staging-admin", "network-ops")


class FakeService:
    """Keeps what is shown, as the desktop does."""

    def __init__(self, told: Callable[[NoticeEvent], None]) -> None:
        self.told = told
        self.shown: list[Notice] = []
        self.open: dict[str, Notice] = {}
        self.ended = False

    def start(self) -> None:
        """Nothing to connect to."""

    def show(self, notice: Notice) -> None:
        self.shown.append(notice)
        self.open[notice.key] = notice

    def close(self, key: str) -> None:
        self.open.pop(key, None)

    def end(self) -> None:
        self.ended = True

    def press(self, key: str, choice: str) -> None:
        del self.open[key]
        self.told(Picked(key, choice))
        self.told(Closed(key, dismissed=True))


class World:
    """An application whose time the test moves."""

    def __init__(self, application: Application, core: FakeCore, services: list[FakeService]) -> None:
        self.application, self.core, self._services = application, core, services

    @property
    def service(self) -> FakeService:
        return self._services[0]

    @property
    def titles(self) -> list[str]:
        return [one.title for one in self.service.shown] if self._services else []

    def put(self, *statuses: Status) -> None:
        self.core.engine.store.put(*statuses)

    async def gathered(self, seconds: float = 0) -> None:
        """Let time go by, and tell what has gathered."""
        self.core.clock.at += timedelta(seconds=seconds)
        await settle()
        timer = self.application.news._timer
        if timer.isActive():
            timer.stop()
            self.application.news._tell()
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
    QApplication.sendPostedEvents()
    for _ in range(10):
        await asyncio.sleep(0)


def needs(name: str, problem: Problem = MFA, kind: AttentionKind = AttentionKind.MFA) -> Status:
    return active(name, state=Attention(kind, problem, NOW, lease_of(active(name).state)))


def late(name: str) -> Status:
    lease = lease_of(active(name).state)
    assert lease is not None
    return active(name, state=Waiting(lease, NETWORK, NOW))


@asynccontextmanager
async def telling(qapp: QApplication, tray: TrayItem, core: FakeCore, tools: Tools) -> AsyncIterator[World]:
    """Have an application in which nothing runs yet."""
    services: list[FakeService] = []

    def make(told: Callable[[NoticeEvent], None]) -> FakeService:
        services.append(FakeService(told))
        return services[-1]

    core.engine.store.statuses.clear()
    made = Application(qapp, tray, core, replace(tools, notices=make))  # type: ignore[arg-type]
    yield World(made, core, services)
    await made.close()
    for top in qapp.topLevelWidgets():
        top.deleteLater()
