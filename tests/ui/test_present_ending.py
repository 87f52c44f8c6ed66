"""What auto_stop will end, and the warning before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.names import ProfileName
from app.domain.profile import Profile, Safety
from app.domain.session import Stopped
from tests.ui.fakes.core import NOW, FakeCore, active
from ui.present.ending import stopping_soon, stops_at

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("auto_stop", "left", "soon"),
    [
        (8 * HOUR, timedelta(minutes=11), False),
        (8 * HOUR, timedelta(minutes=10), True),
        (8 * HOUR, timedelta(seconds=1), True),
        (8 * HOUR, timedelta(), False),
        (10 * timedelta(minutes=1), timedelta(minutes=3), False),
        (10 * timedelta(minutes=1), timedelta(minutes=2), True),
    ],
)
def test_the_last_ten_minutes_or_the_last_fifth(
    core: FakeCore, auto_stop: timedelta, left: timedelta, *, soon: bool
) -> None:
    name = ProfileName("prod-admin")
    profile: Profile = replace(core.catalog.profiles[name], safety=Safety(production=True, auto_stop=auto_stop))
    catalog = replace(core.catalog, profiles={name: profile})
    status = replace(active(name), started_at=NOW + left - auto_stop)
    assert stops_at(profile, status) == NOW + left
    assert bool(stopping_soon(catalog, {name: status}, NOW)) is soon
    assert stops_at(profile, replace(status, state=Stopped())) is None
    assert stopping_soon(core.catalog, {ProfileName("gone"): status}, NOW) == ()
