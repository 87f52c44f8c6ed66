"""Whose a session is where its own call does not say, and the chain of such a profile, in the detail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtTest import QSignalSpy

from app.domain.calls import Identity
from app.domain.names import AccountId, ProfileName, Region, SourceName
from app.domain.problem import AppError, Code
from app.domain.profile import Profile
from app.domain.session import Active
from app.domain.source import IdentityCenter
from app.domain.states import Lease
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeCore, active
from tests.ui.fakes.parts import FakeUser
from ui.main_window.callers import CallerCare
from ui.main_window.window import MainWindow

NAME = ProfileName("billing")
ARN = "arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Billing_0a1b2c3d4e5f6a7b/mira.lind"


@pytest.fixture
def user(core: FakeCore) -> FakeUser:
    """A session of Identity Center runs; it is not known who that is."""
    center = IdentityCenter(
        name=SourceName("corp"), start_url="https://acme.awsapps.com/start", region=Region("eu-west-1")
    )
    profile = Profile(name=NAME, source=center.name, account_id=AccountId("444455556666"), role_name="Billing")
    core.catalog = replace(
        core.catalog,
        sources={**core.catalog.sources, center.name: center},
        profiles={**core.catalog.profiles, NAME: profile},
    )
    core.engine.store.put(running("ASIAEXAMPLE00000007"))
    user = FakeUser()
    user.caller = Identity("444455556666", ARN, "AROAEXAMPLE:mira.lind")
    return user


def running(key: str) -> Any:
    lease = Lease(key, NOW, NOW + timedelta(hours=1), NOW + timedelta(minutes=45))
    return active(NAME, state=Active(lease))


@pytest.fixture
def care(window: MainWindow, user: FakeUser, bridge: Now) -> CallerCare:
    window.reload()
    made = CallerCare(window, lambda: user, bridge)
    window.list.pick(NAME)
    return made


def test_who_a_session_is_is_asked_once_and_shown(
    window: MainWindow, care: CallerCare, user: FakeUser, core: FakeCore
) -> None:
    for _ in range(3):
        care.look(NAME)
    assert user.calls == [("who", NAME, "ASIAEXAMPLE00000007")]
    assert window.detail.shown is not None
    assert window.detail.shown.arn == ARN
    core.engine.store.put(running("ASIAEXAMPLE00000008"))
    care.look(NAME)
    assert user.calls[1:] == [("who", NAME, "ASIAEXAMPLE00000008")], "another session may be another's"


def test_what_its_call_told_is_not_asked_for(care: CallerCare, user: FakeUser) -> None:
    user.calls.clear()
    care.look("prod-admin")
    care.look("no-such-profile")
    assert user.calls == []


def test_a_failure_is_quiet_and_tried_again_after_a_while(
    window: MainWindow, care: CallerCare, user: FakeUser, core: FakeCore, bridge: Now
) -> None:
    failed = QSignalSpy(bridge.failed)
    user.calls.clear()
    known, user.caller = user.caller, AppError.of(Code.THROTTLED)
    core.engine.store.put(running("ASIAEXAMPLE00000009"))
    care.look(NAME)
    care.look(NAME)
    assert len(user.calls) == 1
    assert failed.count() == 0
    window.show_profile(NAME)
    assert window.detail.shown is not None
    assert window.detail.shown.arn == ""
    user.caller = known
    window.tools.clock.at += timedelta(minutes=6)  # type: ignore[attr-defined]
    care.look(NAME)
    assert len(user.calls) == 2
    assert window.detail.shown.arn == ARN


def test_the_chain_shows_the_permission_set_and_leads_to_it(window: MainWindow, care: CallerCare) -> None:
    wanted = QSignalSpy(window.edit_profile)
    assert window.detail.shown is not None
    source, role = window.detail.shown.chain
    assert (source.kind, source.name) == ("Identity Center", "corp")
    assert (role.kind, role.name, role.account) == ("Permission set", "Billing", "acme-prod")
    window.detail.hop_wanted.emit(role.hop)
    assert wanted.at(0) == [NAME, "source"]
